"""Why a package is in a set, and why it is not: chains against plain search, clashes by example."""

from __future__ import annotations

import pytest
from hypothesis import given

from apkgraph.errors import NotFoundError
from apkgraph.impact.analysis import Analysis
from apkgraph.impact.resolved_graph import distances
from apkgraph.impact.why import Why, explain, explain_failure
from apkgraph.model.dependency import parse_request
from apkgraph.model.package import Package
from apkgraph.report.blocks import render
from apkgraph.report.why import report
from apkgraph.solve.solution import Solution
from tests.impact.test_cost import GIT
from tests.impact.worlds import World, record, worlds


def why(world: World, target: str, *request: str, every: bool = False, limit: int = 20) -> Why:
    def add(name: str) -> Solution:
        return world.add(tuple(parse_request([*request, name])))

    return explain(world.ask(*request), target, add, every=every, limit=limit)


def lines(found: Why) -> list[str]:
    return render(report(found)).splitlines()[2:]


def test_a_chain_names_each_step_with_its_token() -> None:
    assert lines(why(World(GIT, "busybox"), "libssl", "git")) == ["git → so:curl=8 → libcurl → so:ssl → libssl"]


def test_an_install_if_step_names_its_triggers() -> None:
    assert lines(why(World(GIT, "busybox"), "ssl_client", "git")) == [
        "git → so:curl=8 → libcurl → so:ssl → libssl → install_if busybox=1-r0 libssl → ssl_client"
    ]


def test_all_shortest_chains_and_all_simple_ones() -> None:
    world = World(GIT, "busybox")
    assert lines(why(world, "zlib", "git")) == ["git → so:z → zlib"]
    every = why(world, "so:z", "git", every=True)
    assert sorted(len(chain) for chain in every.chains) == [2, 3, 4, 5]
    assert not every.cut
    cut = why(world, "so:z", "git", every=True, limit=2)
    assert (len(cut.chains), cut.cut) == (2, True)
    assert "only the first 2 chains; --limit shows more" in lines(cut)


def test_what_only_the_base_needs_is_told_from_its_world() -> None:
    world = World(GIT, "git")
    assert lines(why(world, "zlib", "docs")) == [
        "in the base already, and only the base needs it:",
        "",
        "git → so:z → zlib",
    ]
    assert lines(why(world, "zlib")) == ["git → so:z → zlib"]


def test_a_target_that_is_not_there_would_come_with_something() -> None:
    with pytest.raises(NotFoundError, match="libcurl is not in this set; it would be installed with git"):
        why(World(GIT), "libcurl", "zlib")
    with pytest.raises(NotFoundError, match="git-doc is not in this set; it would be installed with docs"):
        why(World(GIT), "git-doc", "git")
    with pytest.raises(NotFoundError, match="docs is not in this set; only requesting it installs it"):
        why(World(GIT), "docs", "zlib")


def test_a_target_that_is_nowhere_has_near_names() -> None:
    with pytest.raises(NotFoundError) as caught:
        why(World(GIT), "libcrul", "git")
    assert caught.value.suggestions[0] == "libcurl"


@given(worlds())
def test_the_shortest_chains_are_all_that_there_are(given_world: tuple[World, tuple[str, ...]]) -> None:
    world, request = given_world
    analysis = world.ask(*request)
    if not analysis.satisfied:
        return
    steps = distances(analysis.resolved, (position for _, position in analysis.requested), analysis.based)
    for position in steps:
        found = why(world, analysis.packages[position].name, *request, limit=10**6)
        assert found.from_request
        chains = {tuple(step.package for step in chain) for chain in found.chains}
        assert len(chains) == len(found.chains) == len(plain_chains(analysis, steps, position))
        assert chains == {tuple(chain) for chain in plain_chains(analysis, steps, position)}


def plain_chains(analysis: Analysis, steps: dict[int, int], position: int) -> list[list[Package]]:
    """Every shortest chain, from its end: what is one step nearer and needs or triggers the package."""
    package = analysis.packages[position]
    if steps[position] == 0:
        return [[package]]
    before = set()
    for other, distance in steps.items():
        if distance == steps[position] - 1:
            needs = any(target == position for _, target in analysis.resolved.needs[other])
            triggers = analysis.resolved.triggers[position] or []
            if needs or (other not in analysis.based and any(trigger == other for _, trigger in triggers)):
                before.add(other)
    return [[*chain, package] for other in before for chain in plain_chains(analysis, steps, other)]


OWNERS = record("a", provides="cmd:x=1") + record("b", provides="cmd:x=2") + record("c", 1, "!b") + record("d", 1, "c")


def test_two_owners_of_one_name_clash() -> None:
    world = World(OWNERS)
    found = explain_failure(world.ask("a", "d", "b"), world.add)
    assert found.culprits in (("a", "b"), ("d", "b"))
    assert [(clash.kind, clash.token) for clash in found.clashes] in ([("owner", "cmd:x")], [("conflict", "!b")])


def test_a_conflict_is_found_behind_what_was_asked_for() -> None:
    world = World(OWNERS)
    (clash,) = explain_failure(world.ask("d", "b"), world.add).clashes
    assert (clash.kind, clash.token, clash.request, str(clash.package)) == ("conflict", "!b", "d", "c-1-r0")


def test_the_request_itself_may_exclude() -> None:
    world = World(OWNERS)
    (clash,) = explain_failure(world.ask("!c", "d"), world.add).clashes
    assert (clash.kind, clash.token, clash.package, str(clash.other)) == ("conflict", "!c", None, "c-1-r0")


def test_what_fails_alone_is_the_culprit_alone() -> None:
    world = World(OWNERS)
    found = explain_failure(world.ask("a", "c>2", "d"), world.add)
    assert (found.culprits, found.clashes) == (("c>2",), ())


def test_nothing_stands_in_the_way_of_what_can_be_had() -> None:
    world = World(OWNERS)
    found = explain_failure(world.ask("a", "d"), world.add)
    assert (found.culprits, found.clashes) == ((), ())


@given(worlds())
def test_without_any_culprit_the_rest_can_be_had(given_world: tuple[World, tuple[str, ...]]) -> None:
    world, request = given_world
    analysis = world.ask(*request)
    culprits = tuple(parse_request(explain_failure(analysis, world.add).culprits))
    assert bool(culprits) is not analysis.satisfied
    if culprits:
        assert not world.add(culprits).satisfied
        for left_out in culprits:
            assert world.add(tuple(token for token in culprits if token is not left_out)).satisfied
