"""What could go: each entry of a world against solving without it."""

from __future__ import annotations

import pytest
from hypothesis import given

from apkgraph import limits
from apkgraph.impact.drop import Drop, find_droppable
from apkgraph.report.blocks import render
from apkgraph.report.documents.questions import drop_document
from apkgraph.report.drop import report
from apkgraph.solve.problem import REMOVE, Mark, Query
from apkgraph.solve.solver import solve
from tests.impact.test_cost import GIT
from tests.impact.worlds import World, record, worlds


def drop(world: World, *request: str) -> Drop:
    return find_droppable(world.ask(*request), lambda _done, _total: None)


def freed(found: Drop) -> list[tuple[str, int | None]]:
    return [(candidate.token, candidate.freed_size) for candidate in found.candidates]


def test_what_frees_most_comes_first() -> None:
    assert freed(drop(World(GIT, "busybox"), "git", "curl", "zlib")) == [
        ("git", 5000),
        ("curl", 250),
        ("busybox", 0),
        ("zlib", 0),
    ]


def test_of_too_many_requests_the_largest_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "DROP_PACKAGES", 25)
    found = drop(World(GIT, "busybox"), "git", "curl", "zlib")
    assert freed(found) == [("git", 5000), ("curl", 250)]
    assert found.untried == ("busybox", "zlib")
    assert "2 smaller requests not tried" in render(report(found))
    assert drop_document(found)["untried"] == ["busybox", "zlib"]


def test_an_install_if_package_leaves_with_any_trigger() -> None:
    found = drop(World(GIT, "busybox"), "git", "docs", "curl")
    assert ("docs", 70) in freed(found)
    assert [installed.package.name for installed in found.by_install_if] == ["git-doc", "ssl_client"]


def test_what_is_kept_says_by_whom_and_what_comes_instead_is_named() -> None:
    index = (
        record("app", 10, "cmd:x") + record("big", 300, provides="cmd:x=2") + record("small", 20, provides="cmd:x=1")
    )
    index += record("late", 1, "app")
    text = render(report(drop(World(index), "app", "late", "small")))
    assert text.splitlines()[2:] == [
        "REQUESTED   FREES  PACKAGES  NOTE",
        "late          1 B         1",
        "app           0 B         0  kept by late",
        "small      -280 B         0  big would be installed instead; by solving again; by the graph 0 B",
    ]


def test_an_empty_world_has_nothing_to_drop() -> None:
    assert "nothing can be removed" in render(report(drop(World(GIT))))


@given(worlds())
def test_what_is_freed_is_the_difference_to_the_world_without_it(given_world: tuple[World, tuple[str, ...]]) -> None:
    world, request = given_world
    analysis = world.ask(*request)
    if not analysis.satisfied:
        return
    found = find_droppable(analysis, lambda _done, _total: None)
    assert sum(analysis.installed_sizes) == found.installed_size
    for candidate in found.candidates:
        if candidate.freed_size is not None:
            came = sum(package.installed_size for package in candidate.added)
            assert candidate.freed_size == sum(package.installed_size for package in candidate.removed) - came
        if candidate.freed_size is not None:
            (gone,) = (token for token in analysis.solution.world if str(token) == candidate.token)
            rest = tuple(token for token in analysis.solution.world if token is not gone)
            plainly = solve(Query(world.universe, rest, marks={gone.name: Mark(own=REMOVE)}))  # a state of its own
            assert candidate.freed_size == found.installed_size - plainly.installed_size
