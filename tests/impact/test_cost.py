"""A cost: why each change comes, and what each request has in it, against naive twins."""

from __future__ import annotations

import json

from hypothesis import given

from apkgraph.impact.cost import Cost
from apkgraph.impact.resolved_graph import is_triggered, serving
from apkgraph.model.package import Package
from apkgraph.report.documents import document
from apkgraph.report.documents.cost import request_dict
from apkgraph.report.documents.parts import because_dict
from tests.impact.worlds import World, record, worlds

GIT = (
    record("busybox", 900, provides="/bin/sh", priority=100)
    + record("git", 5000, "so:curl=8 so:z")
    + record("libcurl", 600, "ca-certificates so:ssl so:z", provides="so:curl=8")
    + record("ca-certificates", 200, "/bin/sh so:ssl")
    + record("libssl", 400, "so:z", provides="so:ssl=3")
    + record("zlib", 100, provides="so:z=1")
    + record("ssl_client", 9, "so:ssl", install_if="busybox=1-r0 libssl")
    + record("curl", 250, "so:curl=8")
    + record("git-doc", 70, install_if="docs git")
    + record("docs", 0)
)


def reasons(cost: Cost) -> dict[str, dict[str, object]]:
    return {
        change.package.name: because_dict(because) for change, because in zip(cost.changes, cost.because, strict=True)
    }


def test_because_is_the_last_step_of_the_shortest_chain() -> None:
    assert reasons(World(GIT, "busybox").cost("git")) == {
        "zlib": {"kind": "dependency", "of": "git", "token": "so:z"},
        "libssl": {"kind": "dependency", "of": "libcurl", "token": "so:ssl"},
        "ca-certificates": {"kind": "dependency", "of": "libcurl", "token": "ca-certificates"},
        "libcurl": {"kind": "dependency", "of": "git", "token": "so:curl=8"},
        "ssl_client": {"kind": "install_if", "triggers": ["busybox=1-r0", "libssl"]},
        "git": {"kind": "requested"},
    }


def test_git_and_curl_together_cost_less_than_git_plus_curl() -> None:
    world = World(GIT, "busybox")
    both = world.cost("git", "curl")
    assert both.installed_size == 6559
    assert [request_dict(request) for request in both.requests] == [
        {"token": "git", "added_size": 5000, "resolved_added_size": 5000, "fair_share": 5655},
        {"token": "curl", "added_size": 250, "resolved_added_size": 250, "fair_share": 904},
    ]
    assert world.cost("git").installed_size + world.cost("curl").installed_size == 6309 + 1559


def test_what_needs_both_requests_is_lost_with_either() -> None:
    both = World(GIT, "busybox").cost("docs", "git")
    assert [(request.token, request.added_size) for request in both.requests] == [("docs", 70), ("git", 6379)]


def test_removals_say_what_put_them_out() -> None:
    index = record("a", 10) + record("b", 20, provides="a=2") + record("c", 5, "!a") + record("d", 1, "e")
    index += record("e", 3)
    assert reasons(World(index, "d").cost("!d")) == {
        "d": {"kind": "conflict", "with": "!d"},
        "e": {"kind": "unneeded"},
    }


def test_what_serves_a_name_instead_is_named() -> None:
    index = record("app", 1, "/bin/sh") + record("busybox-binsh", 8, provides="/bin/sh cmd:sh=1", priority=100)
    index += record("dash-binsh", 9, provides="/bin/sh", priority=60) + record("yash-binsh", 9, provides="cmd:sh=2")
    assert reasons(World(index, "app").cost("dash-binsh")) == {
        "busybox-binsh": {"kind": "provider", "by": "dash-binsh", "token": "/bin/sh"},
        "dash-binsh": {"kind": "requested"},
    }
    swap = World(index, "app").cost("dash-binsh", "yash-binsh")
    assert reasons(swap)["busybox-binsh"] == {"kind": "provider", "by": "yash-binsh", "token": "cmd:sh"}
    assert [(one.token, one.added_size, one.fair_share) for one in swap.requests] == [
        ("dash-binsh", 9, 9),
        ("yash-binsh", 1, 1),
    ]


def test_a_conflict_that_a_package_declares_is_named() -> None:
    index = record("app", 1, "any") + record("old", 8, provides="any", priority=9) + record("new", 5, provides="any")
    index += record("strict", 3, "new !old")
    assert reasons(World(index, "app").cost("strict")) == {
        "old": {"kind": "conflict", "with": "strict"},
        "new": {"kind": "dependency", "of": "strict", "token": "new"},
        "strict": {"kind": "requested"},
    }


def test_a_request_that_cannot_be_satisfied_costs_nothing_and_says_why() -> None:
    cost = World(GIT).cost("git", "libcurl>9")
    assert not cost.satisfied
    assert cost.changes == ()
    assert cost.installed_size == cost.download_size == cost.packages == 0
    assert [request.fair_share for request in cost.requests] == [0, 0]


def test_the_document_is_the_contract_with_its_fields_in_order() -> None:
    found = document(World(GIT, "busybox").cost("git"))
    assert list(found) == [
        "schema", "universe", "apk", "base", "request", "satisfied", "reasons", "changes", "requests", "cost", "total",
    ]  # fmt: skip
    assert found["base"] == {
        "name": "test", "world": ["busybox"], "packages": 1, "installed_size": 900, "download_size": 450,
    }  # fmt: skip
    assert found["cost"] == {"packages": 6, "installed_size": 6309, "download_size": 3154}
    assert found["total"] == {"packages": 7, "installed_size": 7209, "download_size": 3604}
    changes = json.loads(json.dumps(found))["changes"]
    assert list(changes[0]) == [
        "action", "name", "version", "repository", "installed_size", "download_size", "origin", "license", "because",
    ]  # fmt: skip


@given(worlds())
def test_shares_add_up_to_the_cost_to_the_byte(given_world: tuple[World, tuple[str, ...]]) -> None:
    world, request = given_world
    cost = world.cost(*request)
    assert sum(one.fair_share for one in cost.requests) == cost.installed_size
    if len(request) == 1:
        assert cost.requests[0].added_size == cost.requests[0].resolved_added_size == cost.installed_size
    assert cost.installed_size == sum(
        p.installed_size for p in cost.solution.packages
    ) - cost.base.amount.size.installed or (not cost.satisfied)


@given(worlds())
def test_added_size_by_the_graph_is_what_nothing_keeps_any_more(
    given_world: tuple[World, tuple[str, ...]],
) -> None:
    world, request = given_world
    cost = world.cost(*request)
    if not cost.changes or any(change.action != "install" for change in cost.changes) or len(request) == 1:
        return
    everything = kept(cost, without=None)
    for number, share in enumerate(cost.analysis.shares):
        lost = everything - kept(cost, without=number)
        assert share.added_size == sum(package.installed_size for package in lost)


def kept(cost: Cost, without: int | None) -> set[Package]:
    """What of the changes is there when one request is taken away: a plain fixpoint over the tokens."""
    new = {change.package for change in cost.changes}
    roots = [serving(cost.solution, token) for number, token in enumerate(cost.request) if number != without]
    there = {package for package in roots if package in new}
    while True:
        more = set(there)
        for package in there:
            more.update(server for token in package.depends if (server := serving(cost.solution, token)) in new)
        for package in new - there:
            triggers = [server for token in package.install_if if (server := serving(cost.solution, token)) in new]
            if is_triggered(cost.solution, package) and triggers and all(server in there for server in triggers):
                more.add(package)
        if more == there:
            return there
        there = more


@given(worlds())
def test_every_reason_holds_and_is_as_near_as_can_be(given_world: tuple[World, tuple[str, ...]]) -> None:
    world, request = given_world
    cost = world.cost(*request)
    changed = [change.package for change in cost.changes if change.action != "remove"]
    steps = plain_distances(cost, changed)
    for change, because in zip(cost.changes, cost.because, strict=True):
        if change.action == "remove" or change.package not in steps:
            continue
        if because.kind == "requested":
            assert steps[change.package] == 0
        elif because.kind == "dependency":
            assert because.of is not None
            assert steps[because.of] == steps[change.package] - 1
            assert because.token in map(str, because.of.depends)
            nearest = [
                (place, number)
                for place, package in enumerate(changed)
                if steps.get(package) == steps[change.package] - 1
                for number, token in enumerate(package.depends)
                if serving(cost.solution, token) is change.package
            ]
            place, number = min(nearest)
            assert (changed[place], str(changed[place].depends[number])) == (because.of, because.token)
        else:
            assert because.triggers == tuple(map(str, change.package.install_if))
            assert is_triggered(cost.solution, change.package)


def plain_distances(cost: Cost, changed: list[Package]) -> dict[Package, int]:
    """Distances by relaxation until nothing gets shorter."""
    far = 10**6
    steps = dict.fromkeys(changed, far)
    for token in cost.request:
        server = serving(cost.solution, token)
        if server in steps:
            steps[server] = 0
    while True:
        shorter = dict(steps)
        for package in changed:
            for token in package.depends:
                server = serving(cost.solution, token)
                if server in shorter:
                    shorter[server] = min(shorter[server], steps[package] + 1)
            servers = [server for token in package.install_if if (server := serving(cost.solution, token)) in steps]
            if is_triggered(cost.solution, package) and servers:
                shorter[package] = min(shorter[package], max(steps[server] for server in servers) + 1)
        if shorter == steps:
            return {package: distance for package, distance in steps.items() if distance < far}
        steps = shorter
