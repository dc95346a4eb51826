"""The compiled universe answers everything as the one in memory does."""

from __future__ import annotations

import os
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apkgraph.index.build import build_universe
from apkgraph.index.compile import write_whole
from apkgraph.index.parse import parse_index, parse_installed
from apkgraph.index.store import open_universe
from apkgraph.index.universe import RepositoryInfo
from apkgraph.model.dependency import parse_world
from tests.index.stored import (
    INDEX,
    INSTALLED,
    compiled,
    everything,
    fields,
    names,
    reopened,
    sample,
)
from tests.solve.worlds import random_universe

if TYPE_CHECKING:
    pass


@pytest.mark.parametrize("base", ["", "alpine-baselayout busybox apk-tools", "git bash-doc"])
def test_the_sample_out_of_its_file_is_the_sample(base: str) -> None:
    universe = sample(base)
    assert everything(reopened(universe), names(universe)) == everything(universe, names(universe))


def test_what_says_the_same_is_one_dependency() -> None:
    universe = reopened(sample(""))
    tokens = [token for package in universe.packages() for token in package.depends]
    assert len({id(token) for token in tokens}) == len(set(tokens)) < len(tokens)
    assert {token.version for token in tokens} > {""}


@given(st.integers(0, 2**32))
def test_any_universe_out_of_its_file_is_the_same(seed: int) -> None:
    universe = random_universe(Random(seed))
    assert everything(reopened(universe), names(universe)) == everything(universe, names(universe))


@given(st.integers(0, 2**32))
def test_a_compiled_universe_compiles_to_the_same_bytes(seed: int) -> None:
    universe = random_universe(Random(seed))
    data = compiled(universe)
    with TemporaryDirectory() as directory:
        path = os.path.join(directory, "universe")
        write_whole(path, data)
        again = open_universe(path)
        assert compiled(again) == data


def test_every_field_survives() -> None:
    universe = build_universe(
        [(RepositoryInfo("main", tags=("", "edge"), fetched_at=1.5, stale=True), parse_index(INDEX, ("x86_64",), 1))],
        installed=parse_installed(INSTALLED),
        world=parse_world("apk-tools@edge>1 !nothing"),
        arches=("x86_64", "noarch"),
        key="key",
    ).over({}, key="other key")
    assert all(
        fields(universe.warnings)[:2]  # fields and dependencies that apk would warn of
    )
    found = everything(reopened(universe), names(universe))
    assert found == everything(universe, names(universe))
    (installed,) = reopened(universe).installed
    assert installed.installed is not None
    assert (installed.installed.files, installed.installed.executable) == (2, True)
    details = reopened(universe).details(reopened(universe).named("café")[0])
    assert details.description == "bytes that are no text: \udcff\udcfe"
    assert details.build_time == 1_700_000_000


@pytest.mark.parametrize("name", ["nowhere", "", "\ud800", "caf\udcc3\udca9"])
def test_a_name_that_nothing_mentions(name: str) -> None:
    """That is no UTF-8, too: a lock's JSON may say any."""
    universe = reopened(build_universe([(RepositoryInfo("main"), parse_index(INDEX))]))
    assert universe.knows("café")
    assert not universe.knows(name)
    assert universe.providers(name) == ()
    assert list(universe.reverse_depends(name)) == []
    assert list(universe.search_table().containing(name or "nowhere")) == []


def test_an_empty_universe() -> None:
    universe = reopened(build_universe([]))
    assert list(universe.names()) == []
    assert list(universe.packages()) == []
    assert not universe.knows("git")


def test_a_write_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_paths: str) -> None:
        raise OSError(28, "No space left on device")

    write_whole(str(tmp_path / "file"), b"old")
    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="No space"):
        write_whole(str(tmp_path / "file"), b"new")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("file", b"old")]


def test_a_compiled_file_is_nobody_else_s_to_read(tmp_path: Path) -> None:
    write_whole(str(tmp_path / "file"), b"data")
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o600
