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
from apkgraph.index.universe import RepositoryInfo
from apkgraph.model.dependency import Dependency
from apkgraph.model.package import Installed, Package
from apkgraph.solve.discovery import CompiledDiscovery, Discovery
from apkgraph.solve.edges import Edges
from apkgraph.solve.problem import Query
from tests.index.stored import reopened
from tests.solve.reference_state import ReferenceState
from tests.solve.worlds import OWN, VIRTUAL, Loaded, parsed, random_files, random_universe, some

if TYPE_CHECKING:
    from collections.abc import Sequence

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


def discovery(universe: Universe, roots: Sequence[str], *, shared: bool = True) -> Discovery:
    return Discovery(CompiledDiscovery(Edges(universe)), roots, shared=shared)


def finished(universe: Universe, *roots: str) -> list[str]:
    found = discovery(universe, roots)
    counters = {name: counter for name in [*universe.names(), *roots] if (counter := found.counter(name))}
    return sorted(counters, key=counters.__getitem__)


def literal(universe: Universe, roots: Sequence[str]) -> dict[str, int]:
    """The counters of the names that the plain solver discovers."""
    state = ReferenceState(Query(universe, ()))
    for root in roots:
        state.discover(root)
    return {name: each.counter for name, each in state.names.items() if each.is_discovered}


def assert_as_literal(found: Discovery, universe: Universe, roots: Sequence[str]) -> None:
    expected = literal(universe, roots)
    for name in [*universe.names(), *roots, "unheard of"]:
        assert found.counter(name) == expected.get(name, 0), name


def test_the_order_in_which_names_are_finished() -> None:
    universe = build_universe([(RepositoryInfo("r"), parse_index(INDEX, repositories=1))])
    assert finished(universe, "a") == ["b", "x", "c", "i", "y", "v", "a"]
    assert finished(universe, "v") == ["b", "x", "c", "i", "a", "y", "v"] or finished(universe, "v")[-1] == "v"
    assert finished(universe, "n", "b") == ["n", "b", "x"]
    assert finished(universe, "nothing") == ["nothing"]


def changed(random: Random, loaded: Loaded, plain: Universe) -> Universe:
    """The universe with some of its packages installed, perhaps otherwise than the repositories have them."""
    packages = random.sample([*plain.packages()], min(len([*plain.packages()]), random.randint(0, 6)))
    installed = [
        package.replaced(installed=Installed())
        if random.random() < 0.7
        else package.replaced(installed=Installed(), depends=some(random, 2))
        for package in {package.name: package for package in packages}.values()
    ]
    universe = with_installed(plain, installed, loaded.world)
    if random.random() < 0.3:
        virtual = Package(".virtual", "0", identity=b"v" * 20, depends=(Dependency("a"), Dependency("of nowhere")))
        universe = universe.with_packages([virtual])
    return universe


def files_with_libraries(random: Random) -> Loaded:
    """Random files whose packages provide names that are nobody else's, and depend on each other's."""
    loaded = random_files(random)
    libraries = [Dependency(f"so:{number}") for number in range(60)]
    repositories = []
    for info, index in loaded.repositories:
        packages = []
        for package in index.packages:
            own = [libraries.pop() for _ in range(random.randint(0, 3)) if libraries]
            needed = [Dependency(f"so:{random.randint(0, 59)}") for _ in range(random.randint(0, 2))]
            mixed = [*package.provides, *own]
            random.shuffle(mixed)
            packages.append(package.replaced(provides=tuple(mixed), depends=(*package.depends, *needed)))
        repositories.append((info, parsed(packages)))
    return Loaded(repositories, None, loaded.world)


def assert_extended_is_full(random: Random) -> int:
    """A walk that goes on from the one compiled with a universe is the one made in full; how often it did go on."""
    loaded = files_with_libraries(random)
    plain = build_universe(loaded.repositories)
    base = changed(random, loaded, plain)
    if random.random() < 0.5:
        file = reopened(plain, reference=base)
        universe = with_installed(file, base.installed, base.base_world) if random.random() < 0.5 else None
        universe = universe or changed(random, loaded, file)
    else:
        universe = reopened(base)
    compiled = CompiledDiscovery(Edges(universe))
    went_on = 0
    for _ in range(3):
        roots = [each.name for each in base.base_world][: random.randint(1, 4)]
        roots += random.sample([*OWN, *VIRTUAL, ".virtual", "unheard of"], 2)
        extended = Discovery(compiled, roots)
        went_on += len(extended.counters()) < len(Discovery(compiled, roots, shared=False).counters())
        assert_as_literal(extended, universe, roots)
        assert_as_literal(Discovery(compiled, roots, shared=False), universe, roots)
    return went_on


@given(st.randoms(use_true_random=False))
def test_extended_discovery_is_full_discovery(random: Random) -> None:
    assert_extended_is_full(random)


@pytest.mark.parametrize("chunk", range(3))
def test_extended_discovery_is_full_discovery_over_and_over(chunk: int) -> None:
    assert sum(assert_extended_is_full(Random(seed)) for seed in range(chunk * 100, chunk * 100 + 100)) > 30


def test_nothing_is_shared_with_no_base() -> None:
    universe = random_universe(Random(1))
    assert CompiledDiscovery(Edges(universe)).shared_roots([0, 1]) == 0
