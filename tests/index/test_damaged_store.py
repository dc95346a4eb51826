"""Whatever is changed in the file of a compiled universe is noticed, if it is read at all."""

from __future__ import annotations

import os
import pickle
from array import array
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apkgraph.index.build import build_universe
from apkgraph.index.compile import _Compiler, compile_universe, repository_record, write_whole
from apkgraph.index.parse import parse_index, parse_installed
from apkgraph.index.store import NAME_WORDS, PRELUDE, DamagedUniverseError, StoredRows, open_universe, repository_of
from apkgraph.index.universe import RepositoryInfo
from apkgraph.solve.discovery import compiled_tables
from tests.index.stored import (
    INDEX,
    INSTALLED,
    everything,
    names,
    reopened,
    sample,
)
from tests.solve.worlds import random_universe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apkgraph.index.universe import Universe


def test_only_what_is_asked_is_read(tmp_path: Path) -> None:
    """A name and its package are not what was written, and whoever asks for another one does not notice."""
    universe = build_universe([(RepositoryInfo("main"), parse_index(INDEX))])
    whole = bytes(compile_universe(universe, compiled_tables(universe)))
    assert whole.count(b'"caf') == 2
    whole = whole.replace(b'"caf', b'"fac')
    path = tmp_path / "universe"
    path.write_bytes(whole)
    read = open_universe(str(path))
    assert [str(package) for package in read.named("other")] == ["other-1"]
    with pytest.raises(DamagedUniverseError):
        everything(read)


def is_noticed_or_harmless(universe: Universe, damaged: bytearray) -> bool:
    """Whether a damaged file is refused, or still says all that the universe does."""
    with TemporaryDirectory() as directory:
        path = os.path.join(directory, "universe")
        write_whole(path, damaged)
        try:
            found = everything(open_universe(path), names(universe))
        except DamagedUniverseError:
            return True
    return found == everything(universe, names(universe))


@given(st.data())
@settings(max_examples=300)
def test_any_bit_that_flips_is_noticed_or_meant_nothing(data: st.DataObject) -> None:
    universe = build_universe([(RepositoryInfo("main"), parse_index(INDEX))], installed=parse_installed(INSTALLED))
    whole = compile_universe(universe, compiled_tables(universe))
    place = data.draw(st.integers(0, len(whole) - 1))
    whole[place] ^= 1 << data.draw(st.integers(0, 7))
    assert is_noticed_or_harmless(universe, whole)


@given(st.data())
def test_a_file_cut_anywhere_is_refused(data: st.DataObject) -> None:
    whole = compile_universe(random_universe(Random(1)))
    with TemporaryDirectory() as directory:
        path = os.path.join(directory, "universe")
        write_whole(path, whole[: data.draw(st.integers(0, len(whole) - 1))])
        with pytest.raises(DamagedUniverseError):
            open_universe(path)


@given(st.data())
def test_pages_that_never_reached_the_disk_are_noticed(data: st.DataObject) -> None:
    """As after a power cut: the file has its length, and zeros in places."""
    universe = random_universe(Random(2))
    whole = compile_universe(universe, compiled_tables(universe))
    start = data.draw(st.integers(0, len(whole) - 1))
    end = min(len(whole), start + 512)
    whole[start:end] = bytes(end - start)
    assert is_noticed_or_harmless(universe, whole)


def test_records_in_the_place_of_others_are_noticed(tmp_path: Path) -> None:
    """Each is whole and has its right checksum; only its number says that it does not belong there."""
    universe = random_universe(Random(3))
    whole = compile_universe(universe, compiled_tables(universe))
    records = [(at, len_) for at, len_, kind in _records(whole) if kind == b"n"]
    first = next(
        (a, b) for a in records for b in records if a < b and a[1] == b[1] and _bytes(whole, a) != _bytes(whole, b)
    )
    one, other = first
    _swap(whole, one, other)
    path = tmp_path / "universe"
    path.write_bytes(whole)
    with pytest.raises(DamagedUniverseError):
        everything(open_universe(str(path)))


def test_lists_in_the_place_of_others_are_noticed(tmp_path: Path) -> None:
    whole = compile_universe(sample(""))
    lists = [(at, len_) for at, len_, kind in _records(whole) if kind not in (b"n", b"p", b"d")]
    one, other = next(
        (a, b)
        for a in lists
        for b in lists
        if a < b and a[1] == b[1] and _bytes(whole, a)[8:12] != _bytes(whole, b)[8:12]  # of two names
    )
    _swap(whole, one, other)
    path = tmp_path / "universe"
    path.write_bytes(whole)
    with pytest.raises(DamagedUniverseError):
        everything(open_universe(str(path)))


def _records(whole: bytearray) -> Iterator[tuple[int, int, bytes]]:
    """Where the payloads lie: every word that could be a checksum and is one."""
    from zlib import crc32

    words = memoryview(bytes(whole)).cast("I")
    for place in range(PRELUDE // 4, len(words) - 2):
        length = words[place + 1]
        if not 4 <= length < len(whole):
            continue
        payload = bytes(whole[place * 4 + 8 : place * 4 + 8 + length])
        if crc32(payload) == words[place]:
            yield place * 4, 8 + length, payload[2:3] if payload[:2] == b'["' else b""


def _bytes(whole: bytearray, record: tuple[int, int]) -> bytes:
    return bytes(whole[record[0] : record[0] + record[1]])


def _swap(whole: bytearray, one: tuple[int, int], other: tuple[int, int]) -> None:
    first, second = _bytes(whole, one), _bytes(whole, other)
    whole[one[0] : one[0] + one[1]] = second
    whole[other[0] : other[0] + other[1]] = first


@pytest.mark.parametrize("place", [0, 32], ids=["magic", "format"])
def test_another_format_is_refused(tmp_path: Path, place: int) -> None:
    whole = compile_universe(random_universe(Random(5)))
    whole[place] += 1
    path = tmp_path / "universe"
    path.write_bytes(whole)
    with pytest.raises(DamagedUniverseError):
        open_universe(str(path))


def test_a_file_that_is_whole_and_says_something_else_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    universe = random_universe(Random(5))
    about = _Compiler(universe)._about()
    path = tmp_path / "universe"
    for change in ({"key": 1}, {"arches": 1}, {"repositories": ["main"]}, {"installed": ["x"]}, {"warnings": {"x": 1}}):
        monkeypatch.setattr(_Compiler, "_about", lambda _self, change=change: {**about, **change})
        path.write_bytes(compile_universe(universe, compiled_tables(universe)))
        if "key" not in change:
            with pytest.raises(DamagedUniverseError):
                open_universe(str(path))
    monkeypatch.setattr(_Compiler, "_about", lambda _self: {})
    path.write_bytes(compile_universe(universe, compiled_tables(universe)))
    with pytest.raises(DamagedUniverseError):
        open_universe(str(path))


def test_a_table_of_names_without_an_empty_slot_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Compiler, "_slots", lambda _self: array("I", [0, 1] * 8))
    path = tmp_path / "universe"
    path.write_bytes(compile_universe(random_universe(Random(5))))
    with pytest.raises(DamagedUniverseError):
        open_universe(str(path)).row("a name")


def test_a_header_that_was_changed_is_refused(tmp_path: Path) -> None:
    whole = bytes(compile_universe(random_universe(Random(5)).over({}, key="a key")))
    assert whole.count(b'"a key"') == 1
    path = tmp_path / "universe"
    path.write_bytes(whole.replace(b'"a key"', b'"a kez"'))
    with pytest.raises(DamagedUniverseError):
        open_universe(str(path))


def test_nothing_outside_of_a_table_is_read() -> None:
    rows = reopened(sample(""))._rows
    assert isinstance(rows, StoredRows)
    for number in (-1, 10**6):
        for read in (rows.row_at, rows.package_at, rows.numbers_at):
            with pytest.raises(DamagedUniverseError):
                read(number)
    for place in (0, 10**9):
        with pytest.raises(DamagedUniverseError):
            rows._payload(place)


@pytest.mark.parametrize("payload", [b"", b"abc", b"\xff" * 4, b"{}", b"[" * 100_000], ids=range(5))
def test_a_record_that_is_none_is_refused(payload: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = reopened(sample(""))._rows
    assert isinstance(rows, StoredRows)
    place = next(at for at in range(len(rows._name_places._words)) if at % NAME_WORDS and rows._name_places[at])
    monkeypatch.setattr(rows, "_payload", lambda _start: payload)
    for read, number in ((rows.row_at, 0), (rows.package_at, 0), (rows.numbers_at, place)):
        with pytest.raises(DamagedUniverseError):
            read(number)


def test_a_file_with_more_behind_it_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "universe"
    path.write_bytes(compile_universe(random_universe(Random(6))) + b"more")
    with pytest.raises(DamagedUniverseError):
        open_universe(str(path))


def test_a_file_that_is_not_there_is_no_damage(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        open_universe(str(tmp_path / "universe"))


def test_damage_travels_between_processes() -> None:
    error = pickle.loads(pickle.dumps(DamagedUniverseError("/a/path")))  # noqa: S301  # our own
    assert (error.path, str(error)) == ("/a/path", str(DamagedUniverseError("/a/path")))


@pytest.mark.parametrize(
    "change",
    [{"name": 5}, {"url": None}, {"tags": "main"}, {"packages": "5"}, {"stale": 1}, {"fetched_at": "now"}, {"odd": 1}],
    ids=str,
)
def test_a_repository_of_other_types_is_refused(change: dict[str, object]) -> None:
    record = {**repository_record(RepositoryInfo("main")), **change}
    if change == {"tags": "main"}:
        record["tags"] = 5
    with pytest.raises((TypeError, ValueError, LookupError)):
        repository_of(record)
