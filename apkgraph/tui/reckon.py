"""From a solution to the figures of the screen: sizes, owners, reasons and cycles of all of its packages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apkgraph.impact.cost import amount_of_changes
from apkgraph.impact.install_reason import changed_graph, explain_changes
from apkgraph.impact.resolved_graph import OUTSIDE, graph_of, serving
from apkgraph.impact.shares import fair_shares_of
from apkgraph.impact.sizes import bits, fair_shares, lost_without, reached_from
from apkgraph.model.size import Size, size_of
from apkgraph.tui.figures import BASE, SHARED, Edge, Figures, InstallReason, RequestFigures, Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from apkgraph.impact.base import Base
    from apkgraph.impact.resolved_graph import ResolvedGraph
    from apkgraph.index.universe import Universe
    from apkgraph.model.dependency import Dependency
    from apkgraph.model.package import Package
    from apkgraph.solve import Change, Solution


def figures_of(universe: Universe, base: Base, request: Sequence[Dependency], solution: Solution) -> Figures:
    """The figures of a satisfied solution of `request` on the base."""
    resolved = graph_of(solution, solution.packages)
    graph = _Graph(solution, base, request, resolved)
    changes = {change.package: change for change in solution.changes if change.action != "remove"}
    because = _reasons(solution, base, request, resolved)
    cycles = graph.cycles()
    needed_by = _turned_round(resolved)
    brings = _brought(resolved)
    rows = tuple(
        Row(
            name=package.name,
            version=package.version,
            repository=_repository(universe, package),
            origin=package.origin or package.name,
            own=size_of(package),
            added=graph.added(position),
            closure=graph.closure(position),
            owner=graph.owner(position, changes.get(package)),
            change=changes[package].action if package in changes else "",
            because=because[position],
            needs=tuple(
                Edge(str(token), resolved.packages[other].name)
                for token, other in resolved.needs[position]
                if other != OUTSIDE
            ),
            needed_by=tuple(needed_by[position]),
            brings=tuple(brings[position]),
            cycle=cycles.get(position, -1),
            old_version=_old_version(changes.get(package)),
        )
        for position, package in enumerate(resolved.packages)
    )
    amount = amount_of_changes(solution.changes)
    return Figures(
        rows=rows,
        requests=_requests(solution, request, graph),
        cost=amount.size,
        packages=amount.packages,
        total=base.amount.size + amount.size,
        total_packages=len(base.packages) + amount.packages,
        base=base.amount.size,
        base_packages=len(base.packages),
        base_world=_base_world(solution, base, resolved),
        removed=tuple(_gone(universe, change.package) for change in solution.changes if change.action == "remove"),
    )


class _Graph:
    """Requests as nodes 0…count-1, then the packages: who keeps whom, and who reaches whom."""

    def __init__(self, solution: Solution, base: Base, request: Sequence[Dependency], resolved: ResolvedGraph) -> None:
        self.count = len(request)
        self._base = frozenset(base.packages)
        self._sizes = [Size(0, 0)] * self.count + [size_of(package) for package in resolved.packages]
        changed = frozenset(change.package for change in solution.changes if change.action != "remove")
        self._fetched = [0] * self.count + [
            package.download_size if package in changed else 0 for package in resolved.packages
        ]
        served = _positions(solution, request, resolved)
        alternatives: list[list[tuple[int, ...]]] = [[()] for _ in request]
        alternatives += [[] for _ in resolved.packages]
        links: list[list[int]] = [[self.count + position] if position >= 0 else [] for position in served]
        links += [[self.count + other for other in others] for others in resolved.links()]
        for position in _positions(solution, base.world, resolved):
            if position >= 0:
                alternatives[self.count + position].append(())
        for node, others in enumerate(links):
            for other in others:
                alternatives[other].append((node,))
        flows = [list(others) for others in links]
        for position, triggers in enumerate(resolved.triggers):
            node = self.count + position
            members = tuple(dict.fromkeys(self.count + other for _, other in triggers or () if other != OUTSIDE))
            if triggers is not None:
                alternatives[node].append(members)
            for member in members:
                flows[member].append(node)
        self._lost: list[list[int]] = [[] for _ in self._sizes]
        for node, without in enumerate(lost_without(alternatives)):
            for other in (node,) if without >> len(self._sizes) else bits(without):
                self._lost[other].append(node)
        marks = [1 << node if node < self.count else 0 for node in range(len(self._sizes))]
        self.marks = reached_from(flows, marks)
        backwards: list[list[int]] = [[] for _ in self._sizes]
        for node, others in enumerate(links):
            for other in others:
                backwards[other].append(node)
        self._closures = reached_from(backwards, [1 << node for node in range(len(self._sizes))])
        self._changed = changed
        self._packages = resolved.packages

    def added(self, position: int) -> Size:
        return self._sum(self._lost[self.count + position])

    def closure(self, position: int) -> Size:
        return self._sum(bits(self._closures[self.count + position]))

    def _sum(self, nodes: Iterable[int]) -> Size:
        installed = download = 0
        for node in nodes:
            size = self._sizes[node]
            installed += size.installed
            download += size.download
        return Size(installed, download)

    def owner(self, position: int, change: Change | None) -> int:
        """The only request that reaches the package; what was there before is the base's."""
        if change is None or change.old_package is not None:
            return BASE
        mark = self.marks[self.count + position]
        return mark.bit_length() - 1 if mark.bit_count() == 1 else SHARED

    def cycles(self) -> dict[int, int]:
        """Positions in cycles, to the cycle's number: those that reach one another reach the very same nodes."""
        together: dict[int, list[int]] = {}
        for node in range(self.count, len(self._sizes)):
            together.setdefault(self._closures[node], []).append(node - self.count)
        found = (members for members in together.values() if len(members) > 1)
        return {member: number for number, members in enumerate(found) for member in members}

    def fetched(self, request: int) -> int:
        """Size that would not be fetched without this request."""
        return sum(self._fetched[node] for node in self._lost[request])

    def fetched_shares(self) -> list[int]:
        sizes = [(size, mark) for size, mark in zip(self._fetched, self.marks, strict=True) if size]
        return fair_shares([size for size, _ in sizes], [mark for _, mark in sizes], self.count)


def _requests(solution: Solution, request: Sequence[Dependency], graph: _Graph) -> tuple[RequestFigures, ...]:
    if solution.changes:
        resolved = changed_graph(solution)
        because = explain_changes(solution, request, resolved)
        shares = [(one.added_size, one.fair_share) for one in fair_shares_of(solution, request, resolved, because)]
    else:
        shares = [(0, 0) for _ in request]
    fetched = graph.fetched_shares()
    found: list[RequestFigures] = []
    for number, token in enumerate(request):
        server = serving(solution, token)
        added, share = shares[number]
        found.append(
            RequestFigures(
                str(token),
                server.name if server is not None else None,
                Size(added, graph.fetched(number)),
                Size(share, fetched[number]),
            )
        )
    return tuple(found)


def _reasons(
    solution: Solution, base: Base, request: Sequence[Dependency], resolved: ResolvedGraph
) -> list[InstallReason]:
    """What came: as the cost says it. What was there: breadth first from the base's world."""
    reasons: dict[int, InstallReason] = {}
    arrived = changed_graph(solution)
    for change, because in zip(
        solution.changes, explain_changes(solution, request, arrived) if solution.changes else (), strict=True
    ):
        if change.action != "remove":
            of = because.of.name if because.of is not None else ""
            reasons[resolved.position[change.package]] = InstallReason(
                because.kind, of, because.token, because.triggers
            )
    round_ = [at for at in _positions(solution, base.world, resolved) if at >= 0 and at not in reasons]
    reasons.update(dict.fromkeys(round_, InstallReason("base")))
    seen = dict.fromkeys(round_)
    while round_:
        here, round_ = round_, []
        for position in here:
            for token, other in resolved.needs[position]:
                if other != OUTSIDE and other not in seen:
                    seen[other] = None
                    round_.append(other)
                    reasons.setdefault(other, InstallReason("dependency", resolved.packages[position].name, str(token)))
    for position, triggers in enumerate(resolved.triggers):
        if triggers is not None:
            names = tuple(str(token) for token, _ in triggers)
            reasons.setdefault(position, InstallReason("install_if", triggers=names))
    return [reasons.get(position, InstallReason("base")) for position in range(len(resolved.packages))]


def _base_world(solution: Solution, base: Base, resolved: ResolvedGraph) -> dict[str, str]:
    positions = _positions(solution, base.world, resolved)
    return {
        resolved.packages[at].name: str(token) for token, at in zip(base.world, positions, strict=True) if at != OUTSIDE
    }


def _positions(solution: Solution, tokens: Iterable[Dependency], resolved: ResolvedGraph) -> list[int]:
    servers = (serving(solution, token) for token in tokens)
    return [resolved.position.get(server, OUTSIDE) if server is not None else OUTSIDE for server in servers]


def _turned_round(resolved: ResolvedGraph) -> list[list[Edge]]:
    needed_by: list[list[Edge]] = [[] for _ in resolved.packages]
    for position, needs in enumerate(resolved.needs):
        for token, other in needs:
            if other != OUTSIDE:
                needed_by[other].append(Edge(str(token), resolved.packages[position].name))
    return needed_by


def _brought(resolved: ResolvedGraph) -> list[list[str]]:
    brings: list[list[str]] = [[] for _ in resolved.packages]
    for position, triggers in enumerate(resolved.triggers):
        for other in dict.fromkeys(other for _, other in triggers or () if other != OUTSIDE):
            brings[other].append(resolved.packages[position].name)
    return brings


def _repository(universe: Universe, package: Package) -> str:
    repository = universe.repository(package)
    return repository.name if repository is not None else ""


def _old_version(change: Change | None) -> str | None:
    return change.old_package.version if change is not None and change.old_package is not None else None


def _gone(universe: Universe, package: Package) -> Row:
    size = -size_of(package)
    name = package.origin or package.name
    return Row(
        package.name,
        package.version,
        _repository(universe, package),
        name,
        size,
        size,
        size,
        BASE,
        "remove",
        InstallReason("removed"),
    )
