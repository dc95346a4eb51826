"""What could go from a set, and what that would truly free."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from apkgraph.impact.sizes import added_sizes
from apkgraph.solve.query import REMOVE, Mark, Query
from apkgraph.solve.solver import solve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from apkgraph.impact.document import Document
    from apkgraph.impact.package_set import PackageSet
    from apkgraph.model.dependency import Dependency
    from apkgraph.model.package import Package
    from apkgraph.solve.solution import Solution

    Progress = Callable[[int, int], None]

SCHEMA = "apkgraph.drop/2"


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

    def to_dict(self) -> Document:
        """The document's form."""
        return {
            "token": self.token,
            "package": None if self.package is None else str(self.package),
            "requested": self.requested,
            "added_size": self.added_size,
            "freed_size": self.freed_size,
            "removed": [str(package) for package in self.removed],
            "added": [str(package) for package in self.added],
            "kept_by": list(self.kept_by),
        }


@dataclass(frozen=True, slots=True)
class AutoInstalled:
    """A package that nothing asks for: its install_if alone brought it (`triggers`)."""

    package: Package
    triggers: tuple[str, ...]
    added_size: int

    def to_dict(self) -> Document:
        """The document's form."""
        return {
            "name": self.package.name,
            "version": self.package.version,
            "installed_size": self.package.installed_size,
            "added_size": self.added_size,
            "triggers": list(self.triggers),
        }


@dataclass(frozen=True, slots=True)
class Drop:
    """The answer, what frees most first."""

    package_set: PackageSet
    candidates: tuple[Candidate, ...]
    by_install_if: tuple[AutoInstalled, ...]

    @property
    def installed_size(self) -> int:
        """Bytes on disk of the whole set."""
        return sum(self.package_set.installed_sizes)

    def to_dict(self) -> Document:
        """The document, `docs/schema/apkgraph.drop-2.json`."""
        return {
            **self.package_set.head(SCHEMA),
            "packages": len(self.package_set.packages),
            "installed_size": self.installed_size,
            "candidates": [candidate.to_dict() for candidate in self.candidates],
            "by_install_if": [installed.to_dict() for installed in self.by_install_if],
        }


def find_droppable(package_set: PackageSet, progress: Progress) -> Drop:
    """Try every entry of the world: what would be there had it not been asked for, or after `apk del` of it."""
    entries = [token for token in package_set.solution.world if not token.conflict]
    added = _added_sizes(package_set)
    candidates = []
    for number, token in enumerate(entries):
        progress(number, len(entries))
        candidates.append(_candidate(package_set, token, added.get(token, 0), _without(package_set, token)))
    candidates.sort(key=lambda candidate: -(candidate.freed_size or 0))
    return Drop(package_set, tuple(candidates), tuple(_brought_by_install_if(package_set)))


def _without(package_set: PackageSet, token: Dependency) -> Solution:
    """The solution of the world without one entry; what is installed under that name is not preferred any more."""
    universe = package_set.place.universe
    world = tuple(entry for entry in package_set.solution.world if entry is not token)
    return solve(Query(universe, world, marks={token.name: Mark(own=REMOVE)}))


def _candidate(package_set: PackageSet, token: Dependency, added_size: int, left: Solution) -> Candidate:
    position = next((position for entry, position in package_set.rooted if entry is token), None)
    now, then = dict.fromkeys(package_set.packages), dict.fromkeys(left.packages)
    satisfied = left.satisfied
    return Candidate(
        token=str(token),
        package=None if position is None else package_set.packages[position],
        requested=token in package_set.request,
        added_size=added_size,
        freed_size=sum(package_set.installed_sizes) - left.installed_size if satisfied else None,
        removed=tuple(package for package in now if package not in then) if satisfied else (),
        added=tuple(package for package in then if package not in now) if satisfied else (),
        kept_by=tuple(_needers(package_set, position)) if position is not None else (),
    )


def _added_sizes(package_set: PackageSet) -> dict[Dependency, int]:
    """What would go by the graph with each entry of the world; the entries are nodes above the packages."""
    entries = package_set.rooted
    first = len(package_set.packages)
    alternatives: list[list[tuple[int, ...]]] = [[way for way in ways if way] for ways in package_set.alternatives]
    for node, (_, position) in enumerate(entries, first):
        alternatives[position].append((node,))
    alternatives += [[()] for _ in entries]
    added = added_sizes(alternatives, [*package_set.installed_sizes, *(0 for _ in entries)])
    return {token: size for (token, _), size in zip(entries, added[first:], strict=True)}


def _needers(package_set: PackageSet, position: int) -> Iterator[str]:
    for package, needs in zip(package_set.packages, package_set.resolved.needs, strict=True):
        if any(other == position for _, other in needs):
            yield package.name


def _brought_by_install_if(package_set: PackageSet) -> list[AutoInstalled]:
    asked_for = {position for _, position in package_set.rooted}
    asked_for.update(other for needs in package_set.resolved.needs for _, other in needs)
    brought = [
        AutoInstalled(package, tuple(str(token) for token in package.install_if), package_set.added_sizes[position])
        for position, package in enumerate(package_set.packages)
        if package_set.resolved.triggers[position] is not None and position not in asked_for
    ]
    return sorted(brought, key=lambda installed: -installed.added_size)
