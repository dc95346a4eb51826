"""Discovery: apk's order of names by example, and what is compiled with a base against the plain walk."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apkgraph.index.build import build_universe
from apkgraph.index.installed import with_installed
from apkgraph.index.parse import parse_index
from apkgraph.index.universe import BaseDiscovery, RepositoryInfo
from apkgraph.model.dependency import Dependency
from apkgraph.model.package import Package
from apkgraph.solve.discovery import Discovery, discover_base
from apkgraph.solve.edges import CompactEdges, Edges
from apkgraph.solve.query import Query
from tests.index.stored import reopened
from tests.solve.reference_state import ReferenceState
from tests.solve.worlds import OWN, VIRTUAL, random_files, random_universe, some

if TYPE_CHECKING:
    from collections.abc import Callable

    from apkgraph.index.universe import Universe

INDEX = b"""C:Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=
P:a
V:1
D:b !c
p:v

C:Q1AAAAAAAAAAAAAAAAAAAAAAAAABB=
P:b
V:1
i:x

C:Q1AAAAAAAAAAAAAAAAAAAAAAAAACC=
P:i
V:1
i:a y

C:Q1AAAAAAAAAAAAAAAAAAAAAAAAADD=
P:n
V:1

"""


def finished(universe: Universe, *roots: str) -> list[str]:
    counters = {str(name): counter for name, counter in Discovery(universe, roots).counters().items()}
    return sorted(counters, key=counters.__getitem__)


def test_the_order_in_which_names_are_finished() -> None:
    universe = build_universe([(RepositoryInfo("r"), parse_index(INDEX, repositories=1))])
    assert finished(universe, "a") == ["b", "x", "c", "i", "y", "v", "a"]
    assert finished(universe, "v") == ["b", "x", "c", "i", "a", "y", "v"] or finished(universe, "v")[-1] == "v"
    assert finished(universe, "n", "b") == ["n", "b", "x"]
    assert finished(universe, "nothing") == ["nothing"]


def compiled(universe: Universe, roots: list[str]) -> Universe:
    """The universe with what these roots discover noted in its rows, as a compiled one has it."""
    base, counters = discover_base(universe, roots)
    rows = {name: universe.row(name).replaced(counter=counter) for name, counter in counters.items()}
    return universe.over(rows, base_discovery=base)


def assert_shared_is_plain(random: Random) -> None:
    universe = random_universe(random)
    names = [*OWN, *VIRTUAL]
    base = random.sample(names, 4)
    with_base = compiled(universe, base)
    roots = base[: random.randint(0, 4)] + random.sample(names, 2)
    plain = Discovery(universe, roots, shared=False)
    shared = Discovery(with_base, roots)
    for name in universe.names():
        assert shared.counter(name) == plain.counter(name), name
    literal = ReferenceState(Query(universe, ()))
    for root in roots:
        literal.discover(root)
    assert {name: twin.counter for name, twin in literal.names.items() if twin.discovered} == plain.counters()


@given(st.randoms(use_true_random=False))
def test_what_is_compiled_is_what_is_walked(random: Random) -> None:
    assert_shared_is_plain(random)


def test_what_is_compiled_is_what_is_walked_over_and_over() -> None:
    for seed in range(300):
        assert_shared_is_plain(Random(seed))


def test_nothing_is_shared_with_no_base() -> None:
    universe = random_universe(Random(1))
    assert universe.base_discovery.roots == BaseDiscovery().roots == ()


def assert_walked_by_number_is_walked_by_name(random: Random) -> None:
    loaded = random_files(random)
    plain = build_universe(loaded.repositories)
    mapped = reopened(plain)
    installed = [
        package if random.random() < 0.5 else package.replaced(depends=some(random, 2))
        for package in (loaded.installed.packages if loaded.installed else ())
    ]
    virtual = Package(".virtual", "0", identity=b"v" * 20, depends=(Dependency("a"), Dependency("of nowhere")))
    changes: list[Callable[[Universe], Universe]] = [
        lambda universe: universe,
        lambda universe: with_installed(universe, installed, loaded.world),
        lambda universe: with_installed(universe, installed, loaded.world).with_packages([virtual]),
    ]
    for change in changes:
        by_name, by_number = change(plain), change(mapped)
        edges = Edges(by_number)
        for _ in range(3):
            roots = random.sample([*OWN, *VIRTUAL, ".virtual", "unheard of"], 3)
            named = Discovery(by_name, roots, shared=False)
            numbered = Discovery(by_number, roots, edges=edges)
            assert len(named.counters()) == len(numbered.counters())
            for name in [*by_name.names(), *roots]:
                assert numbered.counter(name) == named.counter(name), name
        assert isinstance(edges.through_all(), CompactEdges)


@pytest.mark.parametrize("chunk", range(3))
def test_walked_by_number_is_walked_by_name(chunk: int) -> None:
    for seed in range(chunk * 100, chunk * 100 + 100):
        assert_walked_by_number_is_walked_by_name(Random(seed))


def test_in_memory_nothing_has_a_number() -> None:
    edges = Edges(random_universe(Random(1)))
    assert edges.through_all() is edges
