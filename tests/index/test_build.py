"""Universes: load order, merging by identity, who mentions whom, and the quick way to install something else."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apkgraph.index.build import build_universe
from apkgraph.index.installed import with_installed
from apkgraph.index.order import murmur3, order_key
from apkgraph.index.parse import parse_index, parse_installed
from apkgraph.index.universe import RepositoryInfo
from apkgraph.model.dependency import Dependency, parse_world
from apkgraph.model.package import Package
from tests.solve.worlds import random_files

if TYPE_CHECKING:
    from apkgraph.index.universe import Universe

FIRST = b"C:Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=\nP:a\nV:1\nS:5\nD:b c b\np:v=2 v\n\n"
SECOND = (
    b"C:Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=\nP:z\nV:9\nS:6\nD:lost\n\nC:Q1AAAAAAAAAAAAAAAAAAAAAAAAABB=\nP:a\nV:2\ni:b\n\n"
)


def load(*texts: bytes, installed: bytes = b"", world: str = "") -> Universe:
    return build_universe(
        [(RepositoryInfo(str(n)), parse_index(text, repositories=1 << n)) for n, text in enumerate(texts)],
        installed=parse_installed(installed),
        world=parse_world(world),
    )


def test_the_first_record_of_an_identity_wins() -> None:
    universe = load(FIRST, SECOND)
    first = universe.named("a")[0]
    assert first.repositories == 0b11
    assert first.download_size == 5
    assert not universe.providers("z")
    assert universe.knows("lost")
    assert not universe.reverse_depends("lost")


def test_the_installed_record_wins_and_takes_the_repository_s_size() -> None:
    universe = load(FIRST, installed=FIRST.replace(b"S:5", b"S:8").replace(b"D:b c b", b"D:x"))
    (package,) = universe.installed
    assert (package.download_size, package.repositories) == (5, 1)
    assert list(universe.reverse_depends("x"))
    assert not list(universe.reverse_depends("b"))


def test_providers_are_in_load_order_own_name_first() -> None:
    universe = load(FIRST, SECOND, installed=FIRST.replace(b"Q1AAAA", b"Q1BAAA").replace(b"V:1", b"V:0"))
    assert [(str(each.package), each.version) for each in universe.providers("a")] == [
        ("a-0", "0"),
        ("a-1", "1"),
        ("a-2", "2"),
    ]
    assert [each.version for each in universe.providers("v")] == ["2", None, "2", None]


def test_mentions_are_once_for_each_name_and_in_the_order_of_names() -> None:
    universe = load(FIRST, SECOND)
    expected = sorted(["a", "v"], key=lambda name: murmur3(name.encode()) % 20_000)
    assert list(universe.reverse_depends("b")) == expected
    assert list(universe.reverse_install_if("b")) == ["a"]
    names = list(universe.names())
    assert names == sorted(names, key=lambda name: order_key(name, 0))


def test_tags_and_newest() -> None:
    universe = load(FIRST, SECOND)
    assert universe.tags == {"": 0b11}
    assert str(universe.newest("a")) == "a-2"
    assert universe.newest("v") is None


def test_a_virtual_package_comes_last() -> None:
    virtual = Package("t", "1", depends=(Dependency("b"), Dependency("new")), virtual=True)
    universe = load(FIRST).with_packages([virtual])
    assert list(universe.reverse_depends("b"))[-1] == "t"
    assert list(universe.reverse_depends("new")) == ["t"]
    assert [each.package for each in universe.providers("t")] == [virtual]
    assert virtual in set(universe.packages())


def test_nothing_can_be_installed_twice() -> None:
    universe = load(FIRST, installed=FIRST)
    with pytest.raises(ValueError, match="cannot be the base of another"):
        with_installed(universe, [], [])


def described(universe: Universe) -> dict[str, object]:
    """All that the solver sees of a universe, by value."""
    rows: dict[str, object] = {}
    for name in sorted(universe.names(), key=lambda name: universe.row(name).order):
        row = universe.row(name)
        providers = [
            (
                each.version,
                str(each.package),
                each.package.repositories,
                each.package.download_size,
                bool(each.package.installed),
            )
            for each in row.providers
        ]
        rows[name] = (providers, list(row.reverse_depends), list(row.reverse_install_if))
    return rows


def assert_both_ways_are_one(random: Random) -> None:
    files = random_files(random)
    loaded = build_universe(files.repositories, installed=files.installed, world=files.world)
    plain = build_universe(files.repositories)
    packages = files.installed.packages if files.installed else ()
    quick = with_installed(plain, packages, files.world)
    assert described(quick) == described(loaded)
    by_order = [name for name in described(quick) if quick.providers(name)]
    assert by_order == [name for name in described(loaded) if loaded.providers(name)]
    assert [str(package) for package in quick.installed] == [str(package) for package in loaded.installed]
    assert {str(package) for package in quick.packages()} == {str(package) for package in loaded.packages()}


@given(st.randoms(use_true_random=False))
def test_installing_quickly_is_loading_anew(random: Random) -> None:
    assert_both_ways_are_one(random)


def test_installing_quickly_is_loading_anew_over_and_over() -> None:
    for seed in range(300):
        assert_both_ways_are_one(Random(seed))
