"""A compiled universe that is damaged: every command answers right all the same, and makes it anew."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import apkgraph
from apkgraph.errors import MirrorError
from apkgraph.index.store import HEADER, TABLES, open_universe
from apkgraph.loading import cold
from apkgraph.mirror import source
from apkgraph.settings import resolve
from tests.loading.conftest import Run, cost, manifests, run, universes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apkgraph.settings import Settings

DOCKERFILE = "FROM alpine:3.18\nRUN apk add --no-cache git curl\n"
COMMANDS: dict[str, tuple[str, ...]] = {
    "cost": ("cost", "git", "curl", "--json"),
    "cost of nothing that is": ("cost", "bsh", "--json"),
    "cost from nothing": ("cost", "git", "--base", "none"),
    "why": ("why", "so:libz.so.1", "git", "--all"),
    "why base": ("why", "ssl_client"),
    "why-not": ("why-not", "git>3"),
    "tree": ("tree", "git", "--json"),
    "rdeps": ("rdeps", "so:libssl.so.3", "--recursive", "--json"),
    "rdeps install_if": ("rdeps", "docs", "--install-if"),
    "show": ("show", "cmd:node", "--json"),
    "search": ("search", "http", "server"),
    "search cmd": ("search", "cmd:git"),
    "rank": ("rank", "--top", "10"),
    "rank by rdeps": ("rank", "--by", "rdeps", "--json"),
    "rank by two": ("rank", "--top", "5", "--jobs", "2"),
    "compare": ("compare", "git", "curl,bash"),
    "drop": ("drop", "git", "curl"),
    "export": ("export", "git", "--format", "dot"),
    "export universe": ("export", "--universe", "--format", "csv"),
    "check": ("check", "git", "--max-packages", "2"),
    "dockerfile": ("dockerfile", "{dockerfile}", "--json"),
    "check of a dockerfile": ("check", "--dockerfile", "{dockerfile}", "--max-packages", "2"),
    "image by today's index": ("image", "{root}", "--upgrade"),
}
ROOT = {
    "lib/apk/db/installed": "C:Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=\nP:git\nV:2.40.0-r0\nA:x86_64\nI:1000\n\n",
    "etc/apk/world": "git\n",
    "etc/alpine-release": "3.18.5\n",
}


def ask(cache: Path, words: tuple[str, ...]) -> Run:
    dockerfile = cache.parent / "Dockerfile"
    dockerfile.write_text(DOCKERFILE)
    root = cache.parent / "root"
    for name, text in ROOT.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    filled = [word.format(dockerfile=dockerfile, root=root) for word in words]
    return run(*filled, "--sample", "--cache-dir", str(cache))


class Scribbler:
    """Scribbles over one kind of records of a compiled file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._installed = {package.number for package in open_universe(str(path)).installed}

    def scribble(self, kind: str) -> None:
        """Change a byte of each record, but of those that are read while opening."""
        whole = self._path.read_bytes()
        self._path.unlink()  # whoever has it open goes on reading that
        self._path.write_bytes(whole)
        with closing(sqlite3.connect(self._path, isolation_level=None)) as database:
            for number, record in database.execute(f"SELECT number, record FROM {kind}").fetchall():  # noqa: S608
                if (kind, number) != ("whole", HEADER) and not (kind == "packages" and number in self._installed):
                    changed = bytes([record[0] ^ 1]) + record[1:]
                    database.execute(f"UPDATE {kind} SET record = ? WHERE number = ?", (changed, number))  # noqa: S608


@pytest.mark.parametrize("kind", TABLES)
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_answers_right_and_makes_it_anew(command: str, kind: str, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    ask(cache, COMMANDS["cost"])
    ask(cache, COMMANDS["cost from nothing"])
    right = ask(tmp_path / "other", COMMANDS[command])
    whole = {path: path.read_bytes() for path in universes(cache)}
    for path in whole:
        Scribbler(path).scribble(kind)
    first, second = ask(cache, COMMANDS[command]), ask(cache, COMMANDS[command])
    assert [(each.status, _plain(each.out)) for each in (first, second)] == [(right.status, _plain(right.out))] * 2
    assert len(first.warnings) <= len(whole)
    assert all("damaged" in line for line in first.warnings)
    assert second.err == right.err


def _plain(text: str) -> list[str]:
    """The lines, without those that say when an index was fetched."""
    return [line for line in text.splitlines() if "fetched" not in line]


@pytest.mark.parametrize("command", ["cost", "search cmd", "rank", "compare", "dockerfile"])
def test_what_cannot_be_rebuilt_is_an_error_and_the_next_run_answers(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "cache"
    ask(cache, COMMANDS[command])
    right = ask(tmp_path / "other", COMMANDS[command])
    shutil.rmtree(cache / "ranks", ignore_errors=True)
    damaged = universes(cache)
    for path in damaged:
        Scribbler(path).scribble("packages")
    with monkeypatch.context() as patch:
        patch.setattr("apkgraph.loading.cold._universe_of_key", lambda *_each: None)
        found = ask(cache, COMMANDS[command])
    assert (found.status, found.out) == (1, ""), found.err
    (line,) = found.err.splitlines()
    assert "ask again" in line
    assert len(universes(cache)) == len(damaged) - 1
    again = [ask(cache, COMMANDS[command]) for _ in range(2)]
    assert [(each.status, _plain(each.out)) for each in again] == [(right.status, _plain(right.out))] * 2


def test_an_archive_that_is_gone_from_the_cache_is_fetched_to_rebuild(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "cache"
    right = ask(cache, COMMANDS["cost"])
    Scribbler(*universes(cache)).scribble("packages")
    asked: list[bool] = []

    def obtain(settings: Settings) -> object:
        asked.append(settings.offline)
        if settings.offline:
            raise MirrorError("nothing is cached")
        return source.obtain(settings)

    monkeypatch.setattr(cold, "obtain", obtain)
    found = ask(cache, COMMANDS["cost"])
    assert (found.status, found.out, len(found.warnings), asked) == (0, right.out, 1, [True, False])


def test_damage_that_is_come_upon_late_is_told_once(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    ask(cache, COMMANDS["cost"])
    Scribbler(*universes(cache)).scribble("names")
    assert len(ask(cache, COMMANDS["cost"]).warnings) == 1
    assert ask(cache, COMMANDS["cost"]).err == ""


@pytest.mark.parametrize("rebuilt", [True, False])
def test_damage_in_a_cache_that_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rebuilt: bool
) -> None:
    cache = tmp_path / "cache"
    ask(cache, COMMANDS["rdeps"])
    Scribbler(*universes(cache)).scribble("names")
    right = ask(tmp_path / "other", COMMANDS["rdeps"])

    def full(*_each: object, **_more: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("apkgraph.loading.cold.write_copy", full)
    monkeypatch.setattr("os.unlink", full)
    if rebuilt:
        found = ask(cache, COMMANDS["rdeps"])
        assert (found.status, _plain(found.out), len(found.warnings)) == (0, _plain(right.out), 1)
    else:
        monkeypatch.setattr("apkgraph.loading.cold._universe_of_key", lambda *_each: None)
        assert ask(cache, COMMANDS["rdeps"]).status == 1


def test_a_script_comes_upon_no_damage_that_opening_finds(tmp_path: Path) -> None:
    chosen = resolve({"sample": True, "cache_dir": str(tmp_path)}, os.environ)
    right = apkgraph.document(apkgraph.Explorer(chosen).cost(["git"]))["changes"]
    (path,) = universes(tmp_path)
    path.unlink()
    path.write_bytes(b"no universe")
    assert apkgraph.document(apkgraph.Explorer(chosen).cost(["git"]))["changes"] == right
    assert path.read_bytes() != b"no universe"


def test_a_script_s_question_survives_damage_that_it_comes_upon(tmp_path: Path) -> None:
    told: list[str] = []
    chosen = resolve({"sample": True, "cache_dir": str(tmp_path)}, os.environ)
    right = apkgraph.document(apkgraph.Explorer(chosen).cost(["git"]))["changes"]
    for kind in ("names", "packages", "depends"):
        Scribbler(*universes(tmp_path)).scribble(kind)
        explorer = apkgraph.Explorer(chosen, warn=told.append)
        assert apkgraph.document(explorer.cost(["git"]))["changes"] == right
        assert explorer.universe is not None
        apkgraph.Explorer(chosen).cost(["git"])
        assert len(universes(tmp_path)) == 1
    assert len(told) == 3


@pytest.fixture(scope="module")
def compiled() -> Iterator[tuple[Run, dict[str, bytes]]]:
    """The right answer, and the cache's files after it."""
    with TemporaryDirectory() as directory:
        right = cost("--sample", "--cache-dir", directory)
        found = Path(directory, "universes")
        yield right, {path.name: path.read_bytes() for path in found.iterdir()}


def _fill(directory: str, files: dict[str, bytes]) -> None:
    home = Path(directory, "universes")
    home.mkdir(mode=0o700)
    for name, data in files.items():
        (home / name).write_bytes(data)


@given(st.data())
@settings(max_examples=150)
def test_any_bit_of_the_cache_may_flip(compiled: tuple[Run, dict[str, bytes]], data: st.DataObject) -> None:
    right, files = compiled
    name = data.draw(st.sampled_from(sorted(files, key=lambda name: -len(files[name]))))
    flipped = bytearray(files[name])
    flipped[data.draw(st.integers(0, len(flipped) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with TemporaryDirectory() as directory:
        _fill(directory, {**files, name: bytes(flipped)})
        _answers_right(right, directory)


@given(st.data())
def test_any_file_of_the_cache_may_be_cut(compiled: tuple[Run, dict[str, bytes]], data: st.DataObject) -> None:
    right, files = compiled
    name = data.draw(st.sampled_from(sorted(files)))
    with TemporaryDirectory() as directory:
        _fill(directory, {**files, name: files[name][: data.draw(st.integers(0, len(files[name]) - 1))]})
        _answers_right(right, directory)


def _answers_right(right: Run, directory: str) -> None:
    found = [cost("--sample", "--cache-dir", directory) for _ in range(2)]
    assert [(each.status, each.document) for each in found] == [(0, right.document)] * 2
    assert len(found[0].warnings) <= 1
    assert found[1].err == ""
    assert len(manifests(Path(directory))) == 1
