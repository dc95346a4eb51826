"""Questions to a whole universe: dependents, search, a described; each against a plain scan."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apkgraph.errors import NotFoundError
from apkgraph.impact.rdeps import find_dependents
from apkgraph.impact.search import search
from apkgraph.impact.show import describe, find_package
from apkgraph.index.universe import provided_names
from apkgraph.model.package import Package
from apkgraph.report.blocks import render
from apkgraph.report.show import report
from tests.impact.test_cost import GIT
from tests.impact.worlds import World, record, worlds


def names(world: World, name: str, *, recursive: bool = False, install_if: bool = False) -> list[tuple[int, str, str]]:
    found = find_dependents(world.universe, name, recursive=recursive, install_if=install_if)
    return sorted((one.distance, one.package.name, one.token) for one in found.dependents)


def test_a_token_has_those_that_name_it() -> None:
    assert names(World(GIT), "so:ssl") == [
        (1, "ca-certificates", "so:ssl"),
        (1, "libcurl", "so:ssl"),
        (1, "ssl_client", "so:ssl"),
    ]


def test_a_package_has_those_that_name_it_or_what_it_provides() -> None:
    assert names(World(GIT), "libcurl") == [(1, "curl", "so:curl=8"), (1, "git", "so:curl=8")]
    assert names(World(GIT), "libssl", install_if=True)[-1] == (1, "ssl_client", "so:ssl")
    assert (1, "ssl_client", "libssl") in names(World(GIT), "libssl", install_if=True)


def test_recursion_goes_on_with_the_dependents() -> None:
    assert names(World(GIT), "ca-certificates", recursive=True) == [
        (1, "libcurl", "ca-certificates"),
        (2, "curl", "so:curl=8"),
        (2, "git", "so:curl=8"),
    ]


def test_a_conflict_is_told_where_it_is_one_and_not_followed() -> None:
    world = World(record("a", version="2-r0") + record("b", 1, "!a<1") + record("c", 1, "!a>1") + record("d", 1, "c"))
    found = find_dependents(world.universe, "a", recursive=True).dependents
    assert [(one.package.name, one.kind) for one in found] == [("c", "conflict")]


def test_a_name_that_is_nowhere_is_an_error() -> None:
    with pytest.raises(NotFoundError, match="nope: no such package"):
        find_dependents(World(GIT).universe, "nope")


@given(worlds(), st.sampled_from(["a", "b", "so:x", "so:y"]))
def test_all_dependents_are_a_plain_fixpoint_over_the_index(
    given_world: tuple[World, tuple[str, ...]], name: str
) -> None:
    world, _ = given_world
    if not world.universe.knows(name):
        return
    packages = list(world.universe.packages())
    reached: set[Package] = {package for package in packages if package.name == name}
    direct = {
        package
        for package in packages
        if not reached and any(token.name == name and not token.conflict for token in package.depends)
    }
    everything = reached | direct
    while True:
        more = everything | {package for package in packages if any(serves(other, package) for other in everything)}
        if more == everything:
            break
        everything = more
    found = find_dependents(world.universe, name, recursive=True)
    kept = {one.package for one in found.dependents if one.kind == "dependency"}
    assert kept - reached == everything - reached


def serves(provider: Package, package: Package) -> bool:
    return package is not provider and any(
        token.name == name and not token.conflict and token.satisfied_by(provider, version)
        for token in package.depends
        for name, version in provided_names(provider)
    )


SHOP = (
    record("nginx", 10, description="HTTP and reverse proxy server", provides="cmd:nginx=1")
    + record("nginx-doc", 10, description="HTTP and reverse proxy server (documentation)", origin="nginx")
    + record("darkhttpd", 10, description="A simple webserver", provides="cmd:darkhttpd=1")
    + record("go-http", 10, description="Go's package")
    + record("busybox", 10, description="Size optimized toolbox", provides="/bin/sh cmd:httpd=1")
)


def found(query: str, limit: int | None = None) -> list[tuple[str, str]]:
    return [(hit.package.name, hit.match) for hit in search(World(SHOP).universe, query, limit=limit).hits]


def test_better_matches_come_first() -> None:
    assert found("http") == [
        ("go-http", "name"),
        ("darkhttpd", "name"),
        ("nginx", "description"),
        ("nginx-doc", "description"),
    ]
    assert found("nginx") == [("nginx", "name"), ("nginx-doc", "name")]
    assert found("HTTP proxy") == [("nginx", "description"), ("nginx-doc", "description")]
    assert found("httpd") == [("darkhttpd", "name"), ("busybox", "provides")]


def test_tokens_and_paths_look_for_what_is_provided() -> None:
    assert found("cmd:nginx") == [("nginx", "provides")]
    assert found("cmd:n") == [("nginx", "provides"), ("darkhttpd", "provides")][:1]
    assert found("/bin/sh") == [("busybox", "provides")]
    assert found("/usr/sbin/nginx") == [("nginx", "provides")]


def test_what_matches_nothing_is_compared_with_every_name() -> None:
    assert found("ngnix")[0] == ("nginx", "fuzzy")
    assert found("cmd:ngnix")[0] == ("nginx", "fuzzy")
    assert found("qqqqqq") == []
    assert found("   ") == []


def test_the_limit_cuts_and_the_total_does_not() -> None:
    hits = search(World(SHOP).universe, "http", limit=1)
    assert (hits.total, len(hits.hits)) == (4, 1)


@given(st.text("abhint:/dx ", max_size=6))
def test_one_word_finds_what_a_plain_filter_finds(query: str) -> None:
    world = World(SHOP)
    words = query.casefold().split()
    if not words or ":" in query or query.startswith("/"):
        assert search(world.universe, query).total >= 0
        return
    hits = [hit for hit in search(world.universe, query).hits if hit.match != "fuzzy"]
    expected = {
        package.name
        for package in world.universe.packages()
        if all(word in f"{package.name} {world.universe.details(package).description}".casefold() for word in words)
    }
    by_token = {hit.package.name for hit in hits if hit.match == "provides"}
    assert {hit.package.name for hit in hits} - by_token == expected - by_token


def test_a_portrait_prices_the_alternatives() -> None:
    index = record("npm", 10, "cmd:node zlib") + record("node", 100, provides="cmd:node=1", priority=10)
    index += record("node-current", 300, "zlib", provides="cmd:node=2", priority=1) + record("zlib", 5)
    index += record("npm-doc", 1, origin="npm")
    world = World(index)
    package = find_package(world.universe, "npm")
    described = describe(world.ask("npm"), package, lambda names: world.cost(*names))
    needs = [
        (
            need.token,
            need.provider and need.provider.name,
            [(str(one.package), one.installed_size) for one in need.alternatives],
        )
        for need in described.needs
    ]
    assert needs == [
        ("cmd:node", "node-current", [("node-1-r0", 115)]),
        ("zlib", "zlib", []),
    ]
    assert [sibling.name for sibling in described.siblings] == ["npm-doc"]
    assert described.closure_size == described.analysis.amount.size.installed == 315
    assert "cmd:node  node-current" in render(report(described)).replace("   ", "  ")


def test_a_token_shows_its_first_provider() -> None:
    assert find_package(World(SHOP).universe, "/bin/sh").name == "busybox"
    with pytest.raises(NotFoundError) as caught:
        find_package(World(SHOP).universe, "ngix")
    assert caught.value.suggestions == ("nginx",)
