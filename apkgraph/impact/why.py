"""Why a package is in a set: the chains that lead to it. And why packages do not go together: what conflicts."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, islice, pairwise
from typing import TYPE_CHECKING

from apkgraph.errors import NotFoundError
from apkgraph.impact.resolved_graph import OUTSIDE, distances
from apkgraph.impact.search import no_such_name
from apkgraph.index.universe import provided_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from apkgraph.impact.analysis import Analysis
    from apkgraph.index.universe import Universe
    from apkgraph.model.dependency import Dependency
    from apkgraph.model.package import Package
    from apkgraph.solve.solution import Solution

    Graph = dict[int, dict[int, list[str]]]
    Add = Callable[[tuple[Dependency, ...]], Solution]

WORLD = -1  # the node above all packages


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a chain, and the package that it leads to.

    `tokens` are the dependencies of the package before (or the world's entries) that chose it; else `triggers` are the
    conditions of its install_if, the last of which the package before meets.
    """

    package: Package
    tokens: tuple[str, ...]
    triggers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Why:
    """The chains to `target`. `shortest` says that they are the shortest only, `cut` that there are more than these.

    `from_request`: they begin at the request; otherwise only the base keeps the target, and they begin at its world.
    There is none for a package that nothing keeps.
    """

    analysis: Analysis
    target: Package
    in_base: bool
    from_request: bool
    shortest: bool
    chains: tuple[tuple[Step, ...], ...]
    cut: bool


def explain(
    analysis: Analysis, target: str, add: Callable[[str], Solution], *, every: bool = False, limit: int = 20
) -> Why:
    """The shortest chains to `target` (a name or a token), or `every` simple path, at most `limit` of them.

    NotFoundError where it is not in the set; `add` is asked what would bring it.
    """
    position = analysis.find(target)
    if position is None:
        raise _absent(analysis.universe, target, add)
    given = analysis.based
    graph = _graph(analysis, analysis.requested, given, shortest=not every)
    from_request = position in graph
    if not from_request:
        graph = _graph(analysis, analysis.rooted, (), shortest=not every)
    paths = list(islice(_paths(graph, position, every=every), limit + 1)) if position in graph else []
    return Why(
        analysis,
        analysis.packages[position],
        position in given,
        from_request,
        not every,
        tuple(_chain(analysis, graph, path) for path in paths[:limit]),
        len(paths) > limit,
    )


def _graph(analysis: Analysis, roots: Iterable[tuple[object, int]], given: Iterable[int], *, shortest: bool) -> Graph:
    """The steps between the packages that `roots` reach; where `shortest`, only those that lie on a shortest chain.

    A trigger that was there before did not bring anything, and where there are others, leads no chain.
    """
    resolved = analysis.resolved
    given = frozenset(given)
    roots = list(roots)
    steps = distances(resolved, (position for _, position in roots), given)
    graph: Graph = {}
    for token, position in roots:
        _connect(graph, WORLD, position, str(token))
    for position in sorted(steps):
        for token, other in resolved.needs[position]:
            if other != OUTSIDE and (not shortest or steps[other] == steps[position] + 1):
                _connect(graph, position, other, str(token))
    for position in sorted(steps):
        for _, trigger in resolved.triggers[position] or ():
            if trigger in steps and trigger not in given and (not shortest or steps[position] == steps[trigger] + 1):
                _connect(graph, trigger, position, None)
    return graph


def _connect(graph: Graph, node: int, other: int, token: str | None) -> None:
    graph.setdefault(other, {})
    tokens = graph.setdefault(node, {}).setdefault(other, [])
    if token is not None and token not in tokens:
        tokens.append(token)


def _paths(graph: Graph, target: int, *, every: bool) -> Iterator[list[int]]:
    if not every:
        yield from _shortest_paths(graph, target)
        return
    import networkx as nx

    whole: nx.DiGraph[int] = nx.DiGraph(graph)
    leading = whole.subgraph(nx.ancestors(whole, target) | {target})
    yield from nx.all_simple_paths(leading, WORLD, target)


def _shortest_paths(graph: Graph, target: int) -> Iterator[list[int]]:
    """All shortest paths from WORLD, in the order in which a breadth-first search met the last steps."""
    seen = {WORLD}
    before: dict[int, list[int]] = {WORLD: []}
    level = [WORLD]
    while level and target not in seen:
        following: dict[int, None] = {}
        for node in level:
            for other in graph[node]:
                if other not in seen:
                    before.setdefault(other, []).append(node)
                    following[other] = None
        level = list(following)
        seen.update(level)
    pending = [[target]] if target in before else []
    while pending:
        path = pending.pop()
        if path[-1] == WORLD:
            yield path[::-1]
        pending += ([*path, node] for node in reversed(before[path[-1]]))


def _chain(analysis: Analysis, graph: Graph, path: list[int]) -> tuple[Step, ...]:
    steps = []
    for node, other in pairwise(path):
        package = analysis.packages[other]
        tokens = tuple(graph[node][other])
        triggers = () if tokens else tuple(str(token) for token in package.install_if)
        steps.append(Step(package, tokens, triggers))
    return tuple(steps)


def _absent(universe: Universe, target: str, add: Callable[[str], Solution]) -> NotFoundError:
    """The error for a target that is not in the set: what it would come with, or that it is nowhere."""
    if not universe.providers(target):
        return no_such_name(universe, target)
    packages = _named_so(universe, target)
    origins = {package.origin for package in packages}
    candidates = dict.fromkeys(name for package in packages for name in _bringers(universe, package))
    for name in sorted(candidates, key=lambda name: (_origin(universe, name) not in origins, len(name)))[:_TRIES]:
        solution = add(name)
        if solution.satisfied and solution.chosen(target) is not None:
            return NotFoundError(f"{target} is not in this set; it would be installed with {name}")
    return NotFoundError(f"{target} is not in this set; only requesting it installs it")


_TRIES = 8  # solutions to look into before giving up


def _origin(universe: Universe, name: str) -> str:
    package = universe.newest(name)
    return "" if package is None else package.origin


def _named_so(universe: Universe, target: str) -> list[Package]:
    named = list(universe.named(target))
    return named or [provider.package for provider in universe.providers(target)][:_TRIES]


def _bringers(universe: Universe, package: Package) -> Iterator[str]:
    """Names that might bring a package: what needs what it provides; or what its install_if waits for, all together."""
    for name in (package.name, *(provided.name for provided in package.provides)):
        yield from (other for other in universe.reverse_depends(name) if universe.named(other))
    yield from (token.name for token in package.install_if if not token.conflict)


@dataclass(frozen=True, slots=True)
class Clash:
    """Two things that exclude each other, and the requests that would bring them, each alone.

    `kind` is `conflict` (`token`, a `!name`, is what excludes the other), `version` (both are versions of one name),
    `owner` (both own the name `token`), or `unmet` (`token` is not served by the other). `package` is None where the
    request itself excludes the other.
    """

    kind: str
    token: str
    request: str
    package: Package | None
    other_request: str
    other: Package


@dataclass(frozen=True, slots=True)
class WhyNot:
    """The answer. `culprits` is a smallest part of the request that fails on its own: without any one of them the rest
    of them can be installed. Where the request can be satisfied, everything is empty.
    """

    analysis: Analysis
    culprits: tuple[str, ...]
    clashes: tuple[Clash, ...]


def explain_failure(analysis: Analysis, add: Add) -> WhyNot:
    """Find why a request cannot be satisfied; `add` answers what the solution of another request would be."""
    if analysis.satisfied:
        return WhyNot(analysis, (), ())
    culprits = _smallest_failing(analysis.request, add)
    alone = [(token, add((token,))) for token in culprits]
    clashes = [
        clash
        for (token, solution), (other_token, other_solution) in combinations(alone, 2)
        if solution.satisfied and other_solution.satisfied
        for clash in _clashes(token, solution, other_token, other_solution)
    ]
    return WhyNot(analysis, tuple(str(token) for token in culprits), tuple(clashes))


def _smallest_failing(request: tuple[Dependency, ...], add: Add) -> tuple[Dependency, ...]:
    """Leave out one after the other as long as the rest still fails."""
    failing = request
    for token in request:
        rest = tuple(other for other in failing if other is not token)
        if not add(rest).satisfied:
            failing = rest
    return failing


def _clashes(
    token: Dependency, solution: Solution, other_token: Dependency, other_solution: Solution
) -> Iterator[Clash]:
    """What in two solutions excludes what; the packages that both have are at peace with each other."""
    both = dict.fromkeys(solution.packages).keys() & dict.fromkeys(other_solution.packages).keys()
    mine = [package for package in solution.packages if package not in both]
    theirs = [package for package in other_solution.packages if package not in both]
    request, other_request = str(token), str(other_token)
    for other in other_solution.packages:
        for kind, _ in _excluded((token,), other):
            yield Clash(kind, request, request, None, other_request, other)
    for package in solution.packages:
        for kind, _ in _excluded((other_token,), package):
            yield Clash(kind, other_request, other_request, None, request, package)
    for package in mine:
        for other in theirs:
            for kind, word in _between(package, other):
                yield Clash(kind, word, request, package, other_request, other)
            for kind, word in _excluded(other.depends, package):
                yield Clash(kind, word, other_request, other, request, package)


def _between(package: Package, other: Package) -> Iterator[tuple[str, str]]:
    if package.name == other.name:
        yield "version", package.name
        return
    yield from _excluded(package.depends, other)
    names = dict(provided_names(other))
    for name, version in provided_names(package):
        if name in names and (version is not None or names[name] is not None):
            yield "owner", name


def _excluded(tokens: Iterable[Dependency], other: Package) -> Iterator[tuple[str, str]]:
    """The tokens that name a package and do not want it."""
    names = dict(provided_names(other))
    for token in tokens:
        if token.name in names and not token.satisfied_by(other, names[token.name]):
            yield ("conflict" if token.conflict else "unmet"), str(token)
