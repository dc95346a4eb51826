"""How much work an answer takes, counted and never timed: names walked, names reconsidered, names that get a state."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from apkgraph.index.installed import with_installed
from apkgraph.model.dependency import Dependency
from apkgraph.solve import propagate
from apkgraph.solve.discovery import CompiledDiscovery, Discovery
from apkgraph.solve.edges import Edges
from apkgraph.solve.problem import Query
from apkgraph.solve.propagate import apply_constraint
from apkgraph.solve.solver import add, decide, solve, with_request
from apkgraph.solve.state import State
from tests.solve.test_conformance import RECORDED, initial, recorded

if TYPE_CHECKING:
    from apkgraph.model.package import Package
    from apkgraph.solve.state import PackageState

pytestmark = pytest.mark.skipif(not RECORDED.exists(), reason="../shared is not here")


@pytest.mark.parametrize(
    ("request_", "most"),
    [("musl", 25), ("git", 38), ("7zip", 27), ("xfce4", 1000), ("docs openrc lang xfce4 firefox", 1100)],
)
def test_names_reconsidered(request_: str, most: int) -> None:
    request = tuple(Dependency(name) for name in request_.split())
    assert 0 < add(initial(), recorded().world, request).reconsiderations <= most


def walked(*roots: str, shared: bool = True) -> int:
    world = [dependency.name for dependency in recorded().world]
    return len(Discovery(initial().discovery, [*roots[:-1], *world, *roots[-1:]], shared=shared).counters())


def test_a_base_discovers_most_names_and_a_request_hardly_more() -> None:
    assert 31_000 < walked(shared=False) < 32_000
    assert walked() == 0
    assert walked("zsh") < 100


def test_a_name_before_the_base_s_first_is_walked_in_full() -> None:
    assert walked("7zip", "zsh") > 31_000


@pytest.mark.parametrize("first", ["git", "curl bash", "python3", "build-base"])
def test_a_second_run_walks_only_what_the_first_did_not(first: str) -> None:
    """As two RUNs of a Dockerfile: the second is asked where the packages of the first are installed."""
    plain, world = initial().universe, recorded().world
    one = with_request(world, tuple(map(Dependency, first.split())))
    system = with_installed(plain, solve(Query(plain, one)).packages, one)
    two = [each.name for each in Query(system, with_request(one, (Dependency("zsh"),))).constraints()]
    compiled = CompiledDiscovery(Edges(system))
    second, whole = Discovery(compiled, two), Discovery(compiled, two, shared=False)
    assert len(second.counters()) < 100
    assert len(whole.counters()) > 31_000
    assert all(second.counter(name) == whole.counter(name) for name in system.names())


def test_what_was_passed_on_is_not_applied_again(monkeypatch: pytest.MonkeyPatch) -> None:
    applied = 0

    def count(state: State, dependency: Dependency, by: PackageState | None) -> None:
        nonlocal applied
        applied += 1
        apply_constraint(state, dependency, by)

    monkeypatch.setattr(propagate, "apply_constraint", count)
    add(initial(), recorded().world, (Dependency("xfce4"),))
    assert 1000 < applied < 1500


def test_dependencies_looked_at_for_names_without_a_state(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than a thousand names wait for `pyc`, twice, and what they depend on is mostly the same."""
    looked_at = 0
    can_satisfy = State.can_satisfy

    def count(state: State, dependency: Dependency, by: Package) -> bool:
        nonlocal looked_at
        looked_at += 1
        return can_satisfy(state, dependency, by)

    monkeypatch.setattr(State, "can_satisfy", count)
    add(initial(), recorded().world, (Dependency("py3-certifi"),))
    assert 0 < looked_at < 100


def test_few_names_get_a_state() -> None:
    world = with_request(recorded().world, (Dependency("git"),))
    state = decide(Query(initial().universe, world, initial=initial()))
    assert len(state.names) < 600
    assert len(state.packages) < 600
