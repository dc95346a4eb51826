"""A set of packages that a question is about: a request on a base, solved, and how its packages hang together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from apkgraph.impact.document import base_dict, reason_dicts
from apkgraph.impact.install_reason import changed_graph, explain_changes
from apkgraph.impact.resolved_graph import OUTSIDE, ResolvedGraph, graph_of, serving
from apkgraph.impact.sizes import added_sizes, closure_sizes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from apkgraph.impact.base import Base
    from apkgraph.impact.document import Document, Place
    from apkgraph.impact.install_reason import InstallReason
    from apkgraph.impact.resolved_graph import Link
    from apkgraph.model.dependency import Dependency
    from apkgraph.model.package import Package
    from apkgraph.solve.solution import Solution


@dataclass(frozen=True)  # no slots: what is derived is worked out once, when it is asked for
class PackageSet:
    """A request on a base, and apk's answer. Packages are known by their positions in `resolved.packages`."""

    place: Place
    base: Base
    request: tuple[Dependency, ...]
    solution: Solution

    @cached_property
    def resolved(self) -> ResolvedGraph:
        """All packages of the solution, the base's first."""
        return graph_of(self.solution, self.solution.packages)

    @property
    def packages(self) -> tuple[Package, ...]:
        """All packages of the solution, the base's first."""
        return self.resolved.packages

    @cached_property
    def based(self) -> frozenset[int]:
        """The positions of what was there before, unchanged."""
        position = self.resolved.position
        return frozenset(position[package] for package in self.base.packages if package in position)

    @cached_property
    def requested(self) -> tuple[Link, ...]:
        """Each request with the position of what serves it, in the request's order."""
        return tuple(self._served(self.request))

    @cached_property
    def rooted(self) -> tuple[Link, ...]:
        """Each entry of the world, the base's and the request's, with the position of what serves it."""
        return tuple(self._served(self.solution.world))

    @cached_property
    def because(self) -> dict[Package, InstallReason]:
        """Why each changed package comes."""
        reasons = explain_changes(self.solution, self.request, changed_graph(self.solution))
        return {change.package: reason for change, reason in zip(self.solution.changes, reasons, strict=True)}

    @cached_property
    def closure_sizes(self) -> list[int]:
        """Per position, bytes on disk of the package and everything that it needs."""
        return closure_sizes(self.resolved.links(), self.installed_sizes)

    @cached_property
    def added_sizes(self) -> list[int]:
        """Per position, bytes on disk that would go if the package went, by the graph of this solution."""
        return added_sizes(self.alternatives, self.installed_sizes)

    @property
    def installed_sizes(self) -> list[int]:
        """Per position, bytes on disk of the package itself."""
        return [package.installed_size for package in self.packages]

    @cached_property
    def alternatives(self) -> list[list[tuple[int, ...]]]:
        """Per position, what holds the package up (see impact/sizes.py)."""
        ways: list[list[tuple[int, ...]]] = [[] for _ in self.packages]
        for _, position in self.rooted:
            ways[position].append(())
        for position, needs in enumerate(self.resolved.needs):
            for _, other in needs:
                ways[other].append((position,))
        for position, triggers in enumerate(self.resolved.triggers):
            if triggers is not None:
                ways[position].append(tuple(dict.fromkeys(other for _, other in triggers)))
        return ways

    def find(self, name: str) -> int | None:
        """The position of the package of that name, or else of the one that serves it as a token."""
        chosen = self.solution.chosen(name)
        return None if chosen is None else self.resolved.position.get(chosen.package)

    def head(self, schema: str) -> Document:
        """What every document about a set begins with."""
        return {
            "schema": schema,
            "universe": self.place.to_dict(),
            "apk": self.place.universe.apk,
            "base": base_dict(self.base),
            "request": [str(token) for token in self.request],
            "satisfied": self.solution.satisfied,
            "reasons": reason_dicts(self.solution.reasons),
        }

    def _served(self, tokens: Iterable[Dependency]) -> Iterable[Link]:
        for token in tokens:
            server = serving(self.solution, token)
            position = OUTSIDE if server is None else self.resolved.position.get(server, OUTSIDE)
            if position != OUTSIDE:
                yield token, position
