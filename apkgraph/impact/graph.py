"""A set, or a whole universe, as a graph of packages."""

from __future__ import annotations

from functools import cache

from apkgraph.impact.resolved_graph import OUTSIDE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    import networkx as nx

    from apkgraph.impact.analysis import Analysis
    from apkgraph.index.universe import Provider, Universe
    from apkgraph.model.dependency import Dependency
    from apkgraph.model.package import Package

    Facts = dict[str, Any]  # text, or a number for sizes and flags
    Tokens = dict[str, list[str]]
    Take = Callable[[Dependency], Provider | None]

WORLD = "@world"  # no package can be called so: a tag begins at the `@`


class PackageGraph:
    """Nodes and edges with their facts, in networkx's order: edges by the node that they leave.

    An edge leads from who needs to what is needed: `tokens` are the dependencies. Where the other end is installed
    because of its install_if, `triggers` are all of that install_if's conditions, and an edge comes from each package
    that meets one. An edge may have both; cycles are kept.
    """

    __slots__ = ("nodes", "successors")

    def __init__(self) -> None:
        self.nodes: dict[str, Facts] = {}
        self.successors: dict[str, dict[str, Tokens]] = {}

    def __len__(self) -> int:
        return len(self.nodes)

    def edges(self) -> Iterator[tuple[str, str, Tokens]]:
        """Each edge: from where, to where, and its facts."""
        for node, others in self.successors.items():
            for other, facts in others.items():
                yield node, other, facts

    def to_networkx(self) -> nx.DiGraph[str]:
        """The same as a networkx graph."""
        import networkx as nx

        graph: nx.DiGraph[str] = nx.DiGraph()
        graph.add_nodes_from(self.nodes.items())
        graph.add_edges_from(self.edges())
        return graph

    def add_node(self, node: str, facts: Facts) -> None:
        """One node more."""
        self.nodes[node] = facts
        self.successors[node] = {}

    def add_token(self, node: str, other: str, token: str, *, taken: bool = False) -> None:
        """A dependency that leads from one node to another; `taken`: apk takes it for that."""
        edge = self._edge(node, other)
        if token not in edge["tokens"]:
            edge["tokens"].append(token)
            if taken:
                edge.setdefault("taken", []).append(token)

    def add_triggers(self, node: str, other: str, conditions: list[str]) -> None:
        """An install_if that a node helps to meet."""
        self._edge(node, other)["triggers"] = conditions

    def _edge(self, node: str, other: str) -> Tokens:
        edges = self.successors[node]
        if other not in edges:
            edges[other] = {"tokens": [], "triggers": []}
        return edges[other]


def solution_graph(analysis: Analysis) -> PackageGraph:
    """A set from WORLD down: one node a package, by its name.

    Nodes have `version`, `installed_size`, `download_size`, `closure_size`, `added_size` (bytes), `origin`, `license`,
    `repository`, `requested` and `base`.
    """
    graph = PackageGraph()
    graph.add_node(WORLD, {"version": "", "installed_size": 0, "download_size": 0, "requested": False, "base": False})
    requested = {position for _, position in analysis.requested}
    packages, resolved = analysis.packages, analysis.resolved
    for position, package in enumerate(packages):
        facts = _package_facts(analysis.universe, package)
        facts["closure_size"] = analysis.closure_sizes[position]
        facts["added_size"] = analysis.added_sizes[position]
        facts["requested"] = position in requested
        facts["base"] = position in analysis.based
        graph.add_node(package.name, facts)
    for token, position in analysis.rooted:
        graph.add_token(WORLD, packages[position].name, str(token))
    for package, needs in zip(packages, resolved.needs, strict=True):
        for token, other in needs:
            if other != OUTSIDE:
                graph.add_token(package.name, packages[other].name, str(token))
    for package, triggers in zip(packages, resolved.triggers, strict=True):
        conditions = [str(token) for token in package.install_if]
        for other in dict.fromkeys(other for _, other in triggers or () if other != OUTSIDE):
            graph.add_triggers(packages[other].name, package.name, conditions)
    return graph


def universe_graph(universe: Universe, take: Take) -> PackageGraph:
    """A whole universe: a node for each package at each version, by `name-version`.

    An edge leads to every package that could serve a dependency, `tokens` being those it could serve, and `taken` those
    that apk would take it for: the only one that could, or else what `take` answers (what apk takes for that token
    alone on the base). install_if gives edges with `triggers`, from each package that could meet a condition.
    Conflicts give no edge.
    """
    graph = PackageGraph()
    packages = list(universe.packages())
    nodes = {package: str(package) for package in packages}
    for package, node in nodes.items():
        graph.add_node(node, {"name": package.name, **_package_facts(universe, package)})
    able = cache(universe.able_providers)  # each token once
    taken: dict[str, Package | None] = {}
    for package in packages:
        for token in _positive(package.depends):
            key = str(token)
            others = [other for other in able(token) if other is not package]
            if others and key not in taken:
                choice = take(token) if len(others) > 1 else None
                taken[key] = others[0] if len(others) == 1 else None if choice is None else choice.package
            for other in others:
                graph.add_token(nodes[package], nodes[other], key, taken=other is taken[key])
        conditions = [str(token) for token in package.install_if]
        for token in _positive(package.install_if):
            for other in able(token):
                if other is not package:
                    graph.add_triggers(nodes[other], nodes[package], conditions)
    return graph


def _package_facts(universe: Universe, package: Package) -> Facts:
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
