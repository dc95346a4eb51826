"""Why packages do not go together: the smallest part that fails, and what in it stands against what."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from apkgraph.index.universe import provided_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from apkgraph.impact.analysis import Analysis
    from apkgraph.model.dependency import Dependency
    from apkgraph.model.package import Package
    from apkgraph.solve.solution import Solution

    Add = Callable[[tuple[Dependency, ...]], Solution]


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
    of them can be had. Where the request can be satisfied, everything is empty.
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
