"""From an analysis to the rows of the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apkgraph.impact.analysis import BASE
from apkgraph.impact.resolved_graph import OUTSIDE
from apkgraph.model.size import Size, size_of
from apkgraph.tui.figures import Edge, Figures, InstallReason, RequestFigures, Row

if TYPE_CHECKING:
    from collections.abc import Iterable

    from apkgraph.impact import install_reason
    from apkgraph.impact.analysis import Analysis
    from apkgraph.impact.resolved_graph import Link
    from apkgraph.index.universe import Universe
    from apkgraph.model.package import Package


def figures_of(analysis: Analysis) -> Figures:
    """The figures of a satisfied solution."""
    base, world = analysis.base.amount, set(analysis.base.world)
    changes = analysis.changes
    return Figures(
        rows=tuple(_row(analysis, position) for position in range(len(analysis.packages))),
        requests=_requests(analysis),
        cost=analysis.amount.size,
        packages=analysis.amount.packages,
        total=analysis.total.size,
        total_packages=analysis.total.packages,
        base=base.size,
        base_packages=base.packages,
        base_world={
            analysis.packages[position].name: str(token) for token, position in analysis.rooted if token in world
        },
        removed=tuple(_gone(analysis.universe, change.package) for change in changes if change.action == "remove"),
    )


def _row(analysis: Analysis, position: int) -> Row:
    package, change = analysis.packages[position], analysis.change_of[position]
    return Row(
        name=package.name,
        version=package.version,
        repository=_repository(analysis.universe, package),
        origin=package.origin or package.name,
        own=size_of(package),
        added=Size(analysis.added_sizes[position], analysis.added_downloads[position]),
        closure=Size(analysis.closure_sizes[position], analysis.closure_downloads[position]),
        owner=analysis.owners[position],
        change="" if change is None else change.action,
        because=_because(analysis.reasons[position], is_new=change is not None),
        needs=_edges(analysis, analysis.resolved.needs[position]),
        needed_by=_edges(analysis, analysis.needed_by[position]),
        brings=tuple(analysis.packages[other].name for other in analysis.brings[position]),
        cycle=analysis.cycles[position],
        old_version=None if change is None or change.old_package is None else change.old_package.version,
    )


def _edges(analysis: Analysis, links: Iterable[Link]) -> tuple[Edge, ...]:
    return tuple(Edge(str(token), analysis.packages[other].name) for token, other in links if other != OUTSIDE)


def _because(reason: install_reason.InstallReason, *, is_new: bool) -> InstallReason:
    if not is_new and reason.kind in ("world", "nobody"):
        return InstallReason("base")
    return InstallReason(reason.kind, "" if reason.of is None else reason.of.name, reason.token, reason.triggers)


def _requests(analysis: Analysis) -> tuple[RequestFigures, ...]:
    served = {token: analysis.packages[position].name for token, position in analysis.requested}
    return tuple(
        RequestFigures(
            str(token),
            served.get(token),
            Size(disk.added_size, wire.added_size),
            Size(disk.fair_share, wire.fair_share),
        )
        for token, disk, wire in zip(analysis.request, analysis.shares, analysis.download_shares, strict=True)
    )


def _repository(universe: Universe, package: Package) -> str:
    repository = universe.repository(package)
    return repository.name if repository is not None else ""


def _gone(universe: Universe, package: Package) -> Row:
    size = -size_of(package)
    return Row(
        package.name,
        package.version,
        _repository(universe, package),
        package.origin or package.name,
        size,
        size,
        size,
        BASE,
        "remove",
        InstallReason("removed"),
    )
