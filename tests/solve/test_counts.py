"""How much work an answer takes, counted and never timed: names walked, names reconsidered, names that get a state."""

from __future__ import annotations

import pytest

from apkgraph.model.dependency import Dependency
from apkgraph.solve.discovery import Discovery
from apkgraph.solve.query import Query
from apkgraph.solve.request import add, with_request
from apkgraph.solve.solver import decide
from tests.solve.test_conformance import RECORDED, ground, recorded

pytestmark = pytest.mark.skipif(not RECORDED.exists(), reason="../shared is not here")


@pytest.mark.parametrize(
    ("request_", "most"),
    [("musl", 25), ("git", 38), ("7zip", 27), ("xfce4", 1000), ("docs openrc lang xfce4 firefox", 1100)],
)
def test_names_reconsidered(request_: str, most: int) -> None:
    request = tuple(Dependency(name) for name in request_.split())
    assert 0 < add(ground(), recorded().world, request).reconsiderations <= most


def test_a_base_discovers_most_names_and_a_request_hardly_more() -> None:
    universe = ground().universe
    roots = list(universe.base_discovery.roots)
    assert 31_000 < len(Discovery(universe, roots, shared=False).counters()) < 32_000
    assert Discovery(universe, roots).counters() == {}
    assert len(Discovery(universe, [*roots, "zsh"]).counters()) < 100


def test_a_name_before_the_base_s_first_is_walked_in_full() -> None:
    universe = ground().universe
    roots = ["7zip", *universe.base_discovery.roots]
    assert len(Discovery(universe, roots).counters()) > 31_000


def test_few_names_get_a_state() -> None:
    world = with_request(recorded().world, (Dependency("git"),))
    state = decide(Query(ground().universe, world, ground=ground()))
    assert len(state.names) < 600
    assert len(state.packages) < 600
