"""A solution, or a whole universe, as a networkx graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx

from apkgraph.impact.providers import able_providers
from apkgraph.impact.resolved_graph import OUTSIDE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from apkgraph.impact.analysis import Analysis
    from apkgraph.index.universe import Provider, Universe
    from apkgraph.model.dependency import Dependency
    from apkgraph.model.package import Package

    Graph = nx.DiGraph[str]
    Take = Callable[[Dependency], Provider | None]

WORLD = "@world"  # no package can be called so: a tag begins at the `@`


def solution_graph(analysis: Analysis) -> Graph:
    """A set as a graph from WORLD down: one node a package, by its name.

    An edge leads from who needs to what is needed: `tokens` are the dependencies that chose it. Where the other end is
    installed because of its install_if, `triggers` are all of that install_if's conditions, and an edge comes from each
    package that meets one. An edge may have both; cycles are kept. Nodes have `version`, `installed_size`,
    `download_size`, `closure_size`, `added_size` (bytes), `origin`, `license`, `repository`, `requested` and `base`.
    """
    graph: Graph = nx.DiGraph()
    graph.add_node(WORLD, version="", installed_size=0, download_size=0, requested=False, base=False)
    requested = {position for _, position in analysis.requested}
    universe = analysis.universe
    for position, package in enumerate(analysis.packages):
        graph.add_node(
            package.name,
            **package_attributes(universe, package),
            closure_size=analysis.closure_sizes[position],
            added_size=analysis.added_sizes[position],
            requested=position in requested,
            base=position in analysis.based,
        )
    for token, position in analysis.rooted:
        _add_token(graph, WORLD, analysis.packages[position].name, str(token))
    resolved = analysis.resolved
    for package, needs in zip(analysis.packages, resolved.needs, strict=True):
        for token, other in needs:
            if other != OUTSIDE:
                _add_token(graph, package.name, analysis.packages[other].name, str(token))
    for package, triggers in zip(analysis.packages, resolved.triggers, strict=True):
        conditions = [str(token) for token in package.install_if]
        for other in dict.fromkeys(other for _, other in triggers or () if other != OUTSIDE):
            _add_triggers(graph, analysis.packages[other].name, package.name, conditions)
    return graph


def universe_graph(universe: Universe, take: Take) -> Graph:
    """A whole universe: a node for each package at each version, by `name-version`.

    An edge leads to every package that could serve a dependency, `tokens` being those it could serve, and `taken` those
    that apk would take it for: the only one that could, or else what `take` answers (what apk takes for that token
    alone on the base). install_if gives edges with `triggers`, from each package that could meet a condition.
    Conflicts give no edge.
    """
    graph: Graph = nx.DiGraph()
    for package in universe.packages():
        graph.add_node(str(package), name=package.name, **package_attributes(universe, package))
    taken: dict[str, Package | None] = {}
    for package in universe.packages():
        for token in _positive(package.depends):
            able = able_providers(universe, token, package)
            if not able:
                continue
            key = str(token)
            if key not in taken:
                choice = take(token) if len(able) > 1 else None
                taken[key] = able[0] if len(able) == 1 else None if choice is None else choice.package
            for provider in able:
                _add_token(graph, str(package), str(provider), key, taken=provider is taken[key])
        conditions = [str(token) for token in package.install_if]
        for token in _positive(package.install_if):
            for provider in able_providers(universe, token, package):
                _add_triggers(graph, str(provider), str(package), conditions)
    return graph


def package_attributes(universe: Universe, package: Package) -> dict[str, str | int]:
    """A package's facts that every kind of graph can hold (GraphML knows no None)."""
    repository = universe.repository(package)
    return {
        "version": package.version,
        "installed_size": package.installed_size,
        "download_size": package.download_size,
        "origin": package.origin or package.name,
        "license": package.license,
        "repository": "" if repository is None else repository.name,
    }


def _positive(tokens: Iterable[Dependency]) -> list[Dependency]:
    return [token for token in tokens if not token.conflict]


def _add_token(graph: Graph, node: str, other: str, token: str, *, taken: bool | None = None) -> None:
    edge = _edge(graph, node, other)
    if token not in edge["tokens"]:
        edge["tokens"].append(token)
        if taken:
            edge.setdefault("taken", []).append(token)


def _add_triggers(graph: Graph, node: str, other: str, conditions: list[str]) -> None:
    _edge(graph, node, other)["triggers"] = conditions


def _edge(graph: Graph, node: str, other: str) -> dict[str, list[str]]:
    if not graph.has_edge(node, other):
        graph.add_edge(node, other, tokens=[], triggers=[])
    edge: dict[str, list[str]] = graph.edges[node, other]
    return edge
