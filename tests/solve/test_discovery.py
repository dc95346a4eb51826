"""Discovery: apk's order of names by example, and what is compiled with a base against the plain walk."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from apkgraph.index.build import build_universe
from apkgraph.index.parse import parse_index
from apkgraph.index.universe import BaseDiscovery, RepositoryInfo
from apkgraph.solve.discovery import Discovery, discover_base
from apkgraph.solve.query import Query
from tests.solve.reference_state import ReferenceState
from tests.solve.worlds import OWN, VIRTUAL, random_universe

if TYPE_CHECKING:
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
    counters = Discovery(universe, roots).counters()
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
