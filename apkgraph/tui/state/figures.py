"""The figures of one solution as the screen shows them: view records of an analysis, made in a worker."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from apkgraph.impact.analysis import BASE
from apkgraph.impact.resolved_graph import OUTSIDE
from apkgraph.model.size import Size, size_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from apkgraph.impact import install_reason
    from apkgraph.impact.analysis import Analysis
    from apkgraph.impact.resolved_graph import Link
    from apkgraph.index.universe import Universe
    from apkgraph.model.package import Package


class Edge(NamedTuple):
    """A dependency token that ties two packages; `package` is the one at the other end."""

    token: str
    package: str


class InstallReason(NamedTuple):
    """Why a package is here: `requested`, `base`, `world`, `dependency` (of, token) or `install_if` (triggers)."""

    kind: str
    of: str = ""
    token: str = ""
    triggers: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.kind == "dependency":
            return f"{self.of} needs {self.token}"
        if self.kind == "install_if":
            return "with " + " + ".join(self.triggers)
        return self.kind


@dataclass(frozen=True, slots=True)
class Row:
    """One package of the solution.

    `owner` is the position of the only request that needs it, or SHARED, or BASE; `cycle` numbers the cycle
    that it is part of (-1: none). `change` is what apk would do (`""`: kept as it was). Its edges are read off the
    analysis when they are asked for, since only one package's are ever shown.
    """

    name: str
    version: str
    repository: str
    origin: str
    own: Size
    added: Size
    closure: Size
    owner: int
    change: str
    because: InstallReason
    cycle: int = -1
    old_version: str | None = None
    position: int = -1
    analysis: Analysis | None = field(default=None, compare=False, repr=False)

    @property
    def base(self) -> bool:
        """It was there before the question."""
        return self.owner == BASE

    @property
    def needs(self) -> tuple[Edge, ...]:
        """What it needs, by which token."""
        return () if self.analysis is None else _edges(self.analysis, self.analysis.resolved.needs[self.position])

    @property
    def needed_by(self) -> tuple[Edge, ...]:
        """What needs it, by which token."""
        return () if self.analysis is None else _edges(self.analysis, self.analysis.needed_by[self.position])

    @property
    def brings(self) -> tuple[str, ...]:
        """The install_if packages that have it as a trigger."""
        if self.analysis is None:
            return ()
        return tuple(self.analysis.packages[other].name for other in self.analysis.brings[self.position])


class RequestFigures(NamedTuple):
    """What one request weighs in this set; `resolved` is its true added size, once solved without it."""

    token: str
    package: str | None
    added: Size
    share: Size
    resolved: Size | None = None

    @property
    def weight(self) -> Size:
        """The true added size where it is known, else that by the graph."""
        return self.added if self.resolved is None else self.resolved


@dataclass(frozen=True, slots=True)
class Figures:
    """A satisfied set: its packages, and what it costs on top of the base (net bytes, fetched bytes).

    `removed` is what the base had and the set puts out: the sizes of these rows are negative. `base_world` has, by
    package, the entries of the base's world.
    """

    rows: tuple[Row, ...]
    requests: tuple[RequestFigures, ...]
    cost: Size
    packages: int
    total: Size
    total_packages: int
    base: Size
    base_packages: int
    removed: tuple[Row, ...] = ()
    base_world: Mapping[str, str] = field(default_factory=dict)
    by_name: dict[str, Row] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        self.by_name.update({row.name: row for row in self.rows})

    def row(self, name: str) -> Row | None:
        """The package of that name, if the set has it."""
        return self.by_name.get(name)


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
        cycle=analysis.cycles[position],
        old_version=None if change is None or change.old_package is None else change.old_package.version,
        position=position,
        analysis=analysis,
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
