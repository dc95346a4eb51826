"""What follows from one solution: why each package comes, who keeps and who needs it, and whose its bytes are."""

from __future__ import annotations

from functools import cached_property

from apkgraph.impact.install_reason import InstallReason, explain_changes, explain_packages
from apkgraph.impact.resolved_graph import OUTSIDE, ResolvedGraph, changed_graph, graph_of, serving
from apkgraph.impact.sizes import added_sizes, closure_sizes, components, fair_shares, lost_without, reached_from
from apkgraph.model.size import Amount, amount_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from apkgraph.impact.resolved_graph import Link
    from apkgraph.index.universe import Universe
    from apkgraph.model.dependency import Dependency
    from apkgraph.model.package import Package
    from apkgraph.solve.solution import Change, Solution

    Alternatives = list[list[tuple[int, ...]]]

SHARED, BASE = -1, -2  # owners that are not requests


class Base:
    """What is there before the question: a world and its packages, in the installed db's order, and their sum."""

    __slots__ = ("amount", "name", "packages", "world")

    def __init__(self, name: str, world: tuple[Dependency, ...], packages: tuple[Package, ...]) -> None:
        self.name = name
        self.world = world
        self.packages = packages
        self.amount = amount_of(packages)


class FairShare:
    """One request's part of the changes, in bytes: what would go with it by the graph, and its fair share of all."""

    __slots__ = ("added_size", "fair_share")

    def __init__(self, added_size: int, fair_share: int) -> None:
        self.added_size = added_size
        self.fair_share = fair_share


class Analysis:
    """A request on a base, and apk's answer; everything else is worked out once, when it is first asked for.

    Packages are known by their positions in `packages`, requests by their numbers. Lists have an entry per package
    unless they say otherwise, sizes are bytes. `Link`s are a token and the position at its other end.
    """

    __slots__ = ("__dict__", "base", "request", "solution", "universe")  # __dict__: what cached_property keeps

    def __init__(self, universe: Universe, base: Base, request: Iterable[Dependency], solution: Solution) -> None:
        self.universe = universe
        self.base = base
        self.request = tuple({token.name: token for token in request}.values())
        self.solution = solution

    # What changes

    @property
    def satisfied(self) -> bool:
        """Whether apk could do it."""
        return self.solution.satisfied

    @property
    def changes(self) -> tuple[Change, ...]:
        """What apk would do, in its order; nothing where it cannot."""
        return self.solution.changes

    @cached_property
    def amount(self) -> Amount:
        """The sum of the changes: net packages, net bytes on disk, bytes fetched."""
        return self.solution.amount

    @property
    def total(self) -> Amount:
        """The base and the changes together."""
        return self.base.amount + self.amount

    @cached_property
    def changed(self) -> ResolvedGraph:
        """The graph of what the solution brings or changes alone, in apk's order."""
        return changed_graph(self.solution)

    @cached_property
    def because(self) -> tuple[InstallReason, ...]:
        """Why each change comes, in step with `changes`."""
        return explain_changes(self.solution, self.request, self.changed) if self.changes else ()

    @cached_property
    def shares(self) -> list[FairShare]:
        """Per request, bytes on disk. They add up to the net size of the changes."""
        return self._shares([change.installed_size for change in self.changes])

    @cached_property
    def download_shares(self) -> list[FairShare]:
        """Per request, bytes that are fetched. They add up to what the changes fetch."""
        return self._shares([change.download_size for change in self.changes])

    # All packages of the set

    @cached_property
    def resolved(self) -> ResolvedGraph:
        """All packages of the solution, the base's first."""
        return graph_of(self.solution, self.solution.packages)

    @property
    def packages(self) -> tuple[Package, ...]:
        """All packages of the solution, the base's first."""
        return self.solution.packages

    @cached_property
    def installed_size(self) -> int:
        """Bytes on disk of the whole set."""
        return self.solution.installed_size

    @cached_property
    def change_of(self) -> list[Change | None]:
        """The change that brought each package; None for what was there before."""
        changes = {change.package: change for change in self.changes if change.action != "remove"}
        return [changes.get(package) for package in self.packages]

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
    def reasons(self) -> list[InstallReason]:
        """Why each package is there: as `because` says, or else the last step of the shortest chain from the world."""
        changed = zip(self.changes, self.because, strict=True)
        position = self.resolved.position
        known = {position[change.package]: reason for change, reason in changed if change.action != "remove"}
        return explain_packages(self.resolved, self.rooted, known)

    @cached_property
    def needed_by(self) -> list[list[Link]]:
        """`resolved.needs` turned round: by which token, and at which position, each package is needed."""
        needed_by: list[list[Link]] = [[] for _ in self.packages]
        for position, needs in enumerate(self.resolved.needs):
            for token, other in needs:
                if other != OUTSIDE:
                    needed_by[other].append((token, position))
        return needed_by

    @cached_property
    def brings(self) -> list[list[int]]:
        """The positions of the install_if packages that have a package as a trigger."""
        brings: list[list[int]] = [[] for _ in self.packages]
        for position, triggers in enumerate(self.resolved.triggers):
            for other in dict.fromkeys(other for _, other in triggers or () if other != OUTSIDE):
                brings[other].append(position)
        return brings

    @cached_property
    def auto_installed(self) -> tuple[int, ...]:
        """The positions of packages that nothing asks for: their install_if alone brought them."""
        asked_for = {position for _, position in self.rooted}
        return tuple(
            position
            for position, triggers in enumerate(self.resolved.triggers)
            if triggers is not None and position not in asked_for and not self.needed_by[position]
        )

    @cached_property
    def owners(self) -> list[int]:
        """The number of the only request that a new package comes for, SHARED for one of several, or BASE."""
        count = len(self.request)
        owners = [BASE] * len(self.packages)
        for change, mark in zip(self.changes, self._needed_by_request, strict=True):
            if change.action != "remove" and change.old_package is None:
                mark = mark or (1 << count) - 1
                owner = mark.bit_length() - 1 if mark.bit_count() == 1 else SHARED
                owners[self.resolved.position[change.package]] = owner
        return owners

    @cached_property
    def cycles(self) -> list[int]:
        """The number of the cycle that each package is part of, -1 for none."""
        component = components(self.resolved.links())
        members: dict[int, int] = {}
        for number in component:
            members[number] = members.get(number, 0) + 1
        cyclic = [number for number, size in members.items() if size > 1]
        numbers = {number: cycle for cycle, number in enumerate(cyclic)}
        return [numbers.get(number, -1) for number in component]

    # Sizes

    @property
    def installed_sizes(self) -> list[int]:
        """Bytes on disk of each package itself."""
        return [package.installed_size for package in self.packages]

    @property
    def download_sizes(self) -> list[int]:
        """Bytes over the wire of each package itself."""
        return [package.download_size for package in self.packages]

    @cached_property
    def closure_sizes(self) -> list[int]:
        """Bytes on disk of each package and everything that it needs."""
        return closure_sizes(self.resolved.links(), self.installed_sizes)

    @cached_property
    def closure_downloads(self) -> list[int]:
        """Bytes over the wire of each package and everything that it needs."""
        return closure_sizes(self.resolved.links(), self.download_sizes)

    @cached_property
    def added_sizes(self) -> list[int]:
        """Bytes on disk that would go if each package went, by the graph of this solution."""
        return self._added_sizes[: len(self.packages)]

    @cached_property
    def added_downloads(self) -> list[int]:
        """Bytes over the wire of what would go if each package went."""
        return self._added(self.download_sizes)[: len(self.packages)]

    @cached_property
    def entry_sizes(self) -> list[int]:
        """In step with `rooted`: bytes on disk that would go by the graph with each entry of the world."""
        return self._added_sizes[len(self.packages) :]

    @cached_property
    def alternatives(self) -> Alternatives:
        """What holds each node up (impact/sizes.py): the packages, then the entries of `rooted`."""
        ways: Alternatives = [[] for _ in self.packages]
        for entry, (_, position) in enumerate(self.rooted, len(ways)):
            ways[position].append((entry,))
        for position, needs in enumerate(self.resolved.needs):
            for _, other in needs:
                if other != OUTSIDE:
                    ways[other].append((position,))
        for position, triggers in enumerate(self.resolved.triggers):
            if triggers is not None:
                ways[position].append(tuple(dict.fromkeys(other for _, other in triggers if other != OUTSIDE)))
        ways += [[()] for _ in self.rooted]
        return ways

    # Questions

    def find(self, name: str) -> int | None:
        """The position of the package of that name, or else of the one that serves it as a token."""
        chosen = self.solution.chosen(name)
        return None if chosen is None else self.resolved.position.get(chosen.package)

    def _served(self, tokens: Iterable[Dependency]) -> Iterator[Link]:
        for token in tokens:
            server = serving(self.solution, token)
            position = OUTSIDE if server is None else self.resolved.position.get(server, OUTSIDE)
            if position != OUTSIDE:
                yield token, position

    @cached_property
    def _lost(self) -> list[int]:
        return lost_without(self.alternatives)

    def _added(self, sizes: Sequence[int]) -> list[int]:
        return added_sizes(self._lost, [*sizes, *(0 for _ in self.rooted)])

    @cached_property
    def _added_sizes(self) -> list[int]:
        return self._added(self.installed_sizes)

    # Requests and changes: nodes are the requests, then the changes in apk's order. What was there before keeps nothing

    @cached_property
    def _change_alternatives(self) -> Alternatives:
        """What holds each change up; a removal hangs from what put the package out."""
        count, changed = len(self.request), self.changed
        ways: Alternatives = [[()] for _ in self.request]
        ways += [[] for _ in self.changes]
        nodes = [count + number for number, change in enumerate(self.changes) if change.action != "remove"]
        for number, token in enumerate(self.request):
            server = serving(self.solution, token)
            if server is not None and server in changed.position:
                ways[nodes[changed.position[server]]].append((number,))
        for position, needs in enumerate(changed.needs):
            for _, other in needs:
                if other != OUTSIDE:
                    ways[nodes[other]].append((nodes[position],))
        for position, triggers in enumerate(changed.triggers):
            members = tuple(dict.fromkeys(nodes[other] for _, other in triggers or () if other != OUTSIDE))
            if members:
                ways[nodes[position]].append(members)
        for node, (change, reason) in enumerate(zip(self.changes, self.because, strict=True), count):
            if change.action == "remove":
                ways[node] = [(cause,) for cause in self._causes(reason, nodes)]
        return ways

    def _causes(self, reason: InstallReason, nodes: Sequence[int]) -> list[int]:
        if reason.of is not None:
            position = self.changed.position.get(reason.of)
            return [] if position is None else [nodes[position]]
        return [number for number, token in enumerate(self.request) if str(token) == reason.token]

    @cached_property
    def _needed_by_request(self) -> list[int]:
        """Per change, the bits of the requests that lead to it."""
        alternatives = self._change_alternatives
        links: list[list[int]] = [[] for _ in alternatives]
        for node, ways in enumerate(alternatives):
            for members in ways:
                for member in members:
                    links[member].append(node)
        count = len(self.request)
        marks = [1 << node if node < count else 0 for node in range(len(alternatives))]
        return reached_from(links, marks)[count:]

    @cached_property
    def _change_lost(self) -> list[int]:
        return lost_without(self._change_alternatives)

    def _shares(self, sizes: list[int]) -> list[FairShare]:
        """Every change is there for some request. One that no chain leads to (the base's choice changed) counts as
        everybody's: it goes with the only request.
        """
        count = len(self.request)
        added = [sum(sizes)] if count == 1 else added_sizes(self._change_lost, [*[0] * count, *sizes])[:count]
        shares = fair_shares(sizes, self._needed_by_request, count)
        return [FairShare(one, share) for one, share in zip(added, shares, strict=True)]
