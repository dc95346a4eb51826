"""Whatever is changed in the file of a compiled universe is noticed, if it is read at all."""

from __future__ import annotations

import os
import pickle
import sqlite3
from array import array
from contextlib import closing
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from zlib import crc32

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apkgraph.index.build import build_universe
from apkgraph.index.compile import _Compiler, repository_record, write_universe, write_whole
from apkgraph.index.parse import parse_index, parse_installed
from apkgraph.index.store import (
    FORMAT,
    SEEDS,
    TABLES,
    DamagedUniverseError,
    StoredRows,
    open_universe,
    repository_of,
)
from apkgraph.index.universe import RepositoryInfo
from apkgraph.solve.discovery import compiled_tables
from tests.index.stored import (
    INDEX,
    INSTALLED,
    compiled,
    everything,
    names,
    reopened,
    sample,
)
from tests.solve.worlds import random_universe

if TYPE_CHECKING:
    from apkgraph.index.universe import Universe


def test_only_what_is_asked_is_read(tmp_path: Path) -> None:
    """A name and its package are not what was written, and whoever asks for another one does not notice."""
    path = tmp_path / "universe"
    write(build_universe([(RepositoryInfo("main"), parse_index(INDEX))]), path)
    for table in ("names", "packages"):
        change(
            path,
            """UPDATE TABLE SET record = CAST('["fac' || substr(record, 6) AS BLOB)
            WHERE substr(record, 1, 5) = CAST('["caf' AS BLOB)""",
            table,
        )
    read = open_universe(str(path))
    assert [str(package) for package in read.named("other")] == ["other-1"]
    for question in (lambda: read.knows("café"), lambda: list(read.packages())):
        with pytest.raises(DamagedUniverseError):
            question()


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
    whole = compiled(universe)
    place = data.draw(st.integers(0, len(whole) - 1))
    whole[place] ^= 1 << data.draw(st.integers(0, 7))
    assert is_noticed_or_harmless(universe, whole)


@given(st.data())
def test_a_file_cut_anywhere_is_refused(data: st.DataObject) -> None:
    """But for what stands behind the last record of its last page."""
    universe = random_universe(Random(1))
    whole = compiled(universe)
    assert is_noticed_or_harmless(universe, whole[: data.draw(st.integers(0, len(whole) - 1))])


@given(st.data())
def test_pages_that_never_reached_the_disk_are_noticed(data: st.DataObject) -> None:
    """As after a power cut: the file has its length, and zeros in places."""
    universe = random_universe(Random(2))
    whole = compiled(universe)
    start = data.draw(st.integers(0, len(whole) - 1))
    end = min(len(whole), start + 512)
    whole[start:end] = bytes(end - start)
    assert is_noticed_or_harmless(universe, whole)


@pytest.mark.parametrize("table", TABLES)
def test_records_in_the_place_of_others_are_noticed(tmp_path: Path, table: str) -> None:
    """Each is whole and has its own checksum; only that belongs to another number."""
    path = tmp_path / "universe"
    write(sample(""), path)
    change(path, "UPDATE TABLE SET number = -1 - number", table)
    change(path, "UPDATE TABLE SET number = number - (SELECT min(number) FROM TABLE)", table)
    with pytest.raises(DamagedUniverseError):
        read_all(path)


@pytest.mark.parametrize("table", TABLES)
def test_a_record_that_is_missing_is_noticed(tmp_path: Path, table: str) -> None:
    path = tmp_path / "universe"
    write(sample(""), path)
    change(path, "DELETE FROM TABLE WHERE number = (SELECT max(number) FROM TABLE)", table)
    with pytest.raises(DamagedUniverseError):
        read_all(path)


@pytest.mark.parametrize("lost", ["1", "name > x'68'", "name < x'68'", "number % 2"])
def test_the_absence_of_a_name_is_proven(tmp_path: Path, lost: str) -> None:
    """The index of names has lost some, or leads to others: that is noticed, or the answer is right."""
    path = tmp_path / "universe"
    universe = sample("")
    write(universe, path)
    change(path, "UPDATE TABLE SET name = CAST(x'ff' || number AS BLOB) WHERE " + lost, "names")  # noqa: S608
    noticed = 0
    for name in [*universe.names(), "nowhere", "a", "zz", "\udcff"]:
        try:
            assert open_universe(str(path)).knows(name) == universe.knows(name)
        except DamagedUniverseError:
            noticed += 1
    assert noticed


@pytest.mark.parametrize(
    "planted",
    [
        "ALTER table TABLE RENAME TO other; CREATE VIEW TABLE AS SELECT * FROM other",
        "CREATE TRIGGER run AFTER DELETE ON TABLE BEGIN SELECT randomblob(9); END",
        "ALTER table TABLE ADD COLUMN more AS (zeroblob(9))",
        "CREATE INDEX more ON TABLE (hex(record))",
    ],
)
def test_sql_that_is_planted_is_never_run(tmp_path: Path, planted: str) -> None:
    """Every record is as it was: a view of them would say the same."""
    path = tmp_path / "universe"
    write(sample(""), path)
    change(path, planted, "details")
    with pytest.raises(DamagedUniverseError):
        open_universe(str(path))


def write(universe: Universe, path: Path) -> None:
    """Write its compiled file, with what the solver keeps in it."""
    write_universe(universe, str(path), compiled_tables(universe))


def read_all(path: Path) -> None:
    universe = open_universe(str(path))
    everything(universe)
    universe.search_table()
    rows = universe._rows
    assert isinstance(rows, StoredRows)
    for kind in rows._header["tables"]:
        assert len(rows.table(kind, lambda: array("I"))[:])


def change(path: Path, script: str, table: str) -> None:
    """Run SQL on a table of a compiled file."""
    with closing(sqlite3.connect(path)) as database:
        database.executescript(script.replace("TABLE", table))


def test_another_format_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "universe"
    monkeypatch.setattr("apkgraph.index.compile.FORMAT", FORMAT + 1)
    write(random_universe(Random(5)), path)
    with pytest.raises(DamagedUniverseError):
        open_universe(str(path))


def test_a_file_that_is_whole_and_says_something_else_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    universe = random_universe(Random(5))
    with closing(sqlite3.connect(":memory:")) as database:
        about = _Compiler(universe, database)._about()
    path = tmp_path / "universe"
    for change in ({"key": 1}, {"arches": 1}, {"repositories": ["main"]}, {"installed": ["x"]}, {"warnings": {"x": 1}}):
        monkeypatch.setattr(_Compiler, "_about", lambda _self, change=change: {**about, **change})
        path.write_bytes(compiled(universe))
        if "key" not in change:
            with pytest.raises(DamagedUniverseError):
                open_universe(str(path))
    monkeypatch.setattr(_Compiler, "_about", lambda _self: {})
    path.write_bytes(compiled(universe))
    with pytest.raises(DamagedUniverseError):
        open_universe(str(path))


def test_a_header_that_was_changed_is_refused(tmp_path: Path) -> None:
    whole = bytes(compiled(random_universe(Random(5)).over({}, key="a key")))
    assert whole.count(b'"a key"') == 1
    path = tmp_path / "universe"
    path.write_bytes(whole.replace(b'"a key"', b'"a kez"'))
    with pytest.raises(DamagedUniverseError):
        open_universe(str(path))


def test_nothing_outside_of_a_table_is_read() -> None:
    rows = reopened(sample(""))._rows
    assert isinstance(rows, StoredRows)
    for number in (-1, 10**6, 10**30):
        for read in (rows.row_at, rows.package_at, lambda number: rows.numbers("depends", number, 1)):
            with pytest.raises(DamagedUniverseError):
                read(number)


@pytest.mark.parametrize("record", [b"", b"abc", b"\xff" * 4, b"{}", b"[1]", b"[" * 100_000], ids=range(6))
@pytest.mark.parametrize("table", TABLES)
def test_a_record_that_is_none_is_refused(record: bytes, table: str, tmp_path: Path) -> None:
    """Its checksum is right, and what it says makes no sense."""
    path = tmp_path / "universe"
    write(sample(""), path)
    with closing(sqlite3.connect(path)) as database:
        numbers = [number for (number,) in database.execute("SELECT number FROM TABLE".replace("TABLE", table))]
        database.executemany(
            "UPDATE TABLE SET record = ?, checksum = ? WHERE number = ?".replace("TABLE", table),
            [(record, crc32(record, SEEDS[table] + number), number) for number in numbers],
        )
        database.commit()
    with pytest.raises(DamagedUniverseError):
        read_all(path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DamagedUniverseError):
        open_universe(str(tmp_path / "universe"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["a b", "100%25", "what?mode=rwc", "a#b", "\udcff", "ä"])
def test_any_path_is_opened(tmp_path: Path, name: str) -> None:
    path = tmp_path / name / "universe"
    path.parent.mkdir()
    write(sample(""), path)
    assert open_universe(str(path)).knows("git")


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
