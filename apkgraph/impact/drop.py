"""What could go from a set, and what that would truly free."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from apkgraph import limits
from apkgraph.garbage_collection import without_collection
from apkgraph.solve.problem import REMOVE, InitialState, Mark, Query
from apkgraph.solve.solver import solve

if TYPE_CHECKING:
    from collections.abc import Callable

    from apkgraph.impact.analysis import Analysis
    from apkgraph.model.dependency import Dependency
    from apkgraph.model.package import Package
    from apkgraph.solve.solution import Solution

    Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry of the world that could go.

    `freed_size` (bytes on disk) and `removed` are what would truly leave, by solving again without it; `added` what
    would come in its place. `added_size` is the figure by the graph of this solution. Where the rest cannot be
    satisfied without it, `freed_size` is None.
    """

    token: str
    package: Package | None
    requested: bool
    added_size: int
    freed_size: int | None
    removed: tuple[Package, ...]
    added: tuple[Package, ...]
    kept_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AutoInstalled:
    """A package that nothing asks for: its install_if alone brought it (`triggers`)."""

    package: Package
    triggers: tuple[str, ...]
    added_size: int


@dataclass(frozen=True, slots=True)
class Drop:
    """The answer, what frees most first."""

    analysis: Analysis
    candidates: tuple[Candidate, ...]
    by_install_if: tuple[AutoInstalled, ...]
    untried: tuple[str, ...] = ()  # entries beyond what is solved for one answer, by what they free by the graph

    @property
    def installed_size(self) -> int:
        """Bytes on disk of the whole set."""
        return self.analysis.installed_size


def find_droppable(analysis: Analysis, progress: Progress, initial: InitialState | None = None) -> Drop:
    """Try every entry of the world: what would be there had it not been asked for, or after `apk del` of it.

    Of too many entries, those that free most by the graph of this solution are tried.

    `initial` is the universe's initial state, where an earlier question has it.
    """
    initial = initial or InitialState(analysis.universe)
    entries = [token for token in analysis.solution.world if not token.conflict]
    rooted = zip(analysis.rooted, analysis.entry_sizes, strict=True)
    roots: dict[Dependency, tuple[int | None, int]] = {token: (position, size) for (token, position), size in rooted}
    largest = sorted(entries, key=lambda token: -roots.get(token, (None, 0))[1])
    tried = max(limits.DROP_PACKAGES // (1 + len(analysis.packages)), 1)
    untried = {token: str(token) for token in largest[tried:]}
    candidates = []
    with without_collection():
        for number, token in enumerate(token for token in entries if token not in untried):
            progress(number, len(entries) - len(untried))
            position, added_size = roots.get(token, (None, 0))
            left = _without(initial, analysis.solution.world, token)
            candidates.append(_candidate(analysis, token, position, added_size, left))
    candidates.sort(key=lambda candidate: -(candidate.freed_size or 0))
    return Drop(analysis, tuple(candidates), tuple(_auto_installed(analysis)), tuple(untried.values()))


def _without(initial: InitialState, world: tuple[Dependency, ...], token: Dependency) -> Solution:
    """The solution of the world without one entry; what is installed under that name is not preferred any more."""
    left = tuple(entry for entry in world if entry is not token)
    return solve(Query(initial.universe, left, marks={token.name: Mark(own=REMOVE)}, initial=initial))


def _candidate(
    analysis: Analysis, token: Dependency, position: int | None, added_size: int, left: Solution
) -> Candidate:
    now, then = dict.fromkeys(analysis.packages), dict.fromkeys(left.packages)
    satisfied = left.satisfied
    needers = () if position is None else analysis.needed_by[position]
    return Candidate(
        token=str(token),
        package=None if position is None else analysis.packages[position],
        requested=token in analysis.request,
        added_size=added_size,
        freed_size=analysis.installed_size - left.installed_size if satisfied else None,
        removed=tuple(package for package in now if package not in then) if satisfied else (),
        added=tuple(package for package in then if package not in now) if satisfied else (),
        kept_by=tuple(dict.fromkeys(analysis.packages[needer].name for _, needer in needers)),
    )


def _auto_installed(analysis: Analysis) -> list[AutoInstalled]:
    brought = [
        AutoInstalled(package, tuple(map(str, package.install_if)), analysis.added_sizes[position])
        for position, package in ((position, analysis.packages[position]) for position in analysis.auto_installed)
    ]
    return sorted(brought, key=lambda installed: -installed.added_size)
