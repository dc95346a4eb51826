"""How the packages of a solution hang together: which token took which package, and which triggers brought which."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from apkgraph.model.dependency import Dependency
    from apkgraph.model.package import Package
    from apkgraph.solve.solution import Solution

    Link = tuple[Dependency, int]

OUTSIDE = -1


class ResolvedGraph:
    """Packages as positions 0…n-1, and what each of them needs.

    - `needs[i]`: package i's dependencies with the position of the package that serves each, in the package's order;
      conflicts, what nobody serves, and what a package provides itself are left out.
    - `triggers[i]`: likewise for its install_if, where all of its conditions are met; else None.

    A server that is not among the packages has the position OUTSIDE.
    """

    __slots__ = ("needs", "packages", "position", "triggers")

    def __init__(
        self, packages: tuple[Package, ...], needs: list[list[Link]], triggers: list[list[Link] | None]
    ) -> None:
        self.packages = packages
        self.position = {package: position for position, package in enumerate(packages)}
        self.needs = needs
        self.triggers = triggers

    def links(self) -> list[list[int]]:
        """Per package, the positions of what its dependencies took, each once (OUTSIDE left out)."""
        return [list(dict.fromkeys(other for _, other in needs if other != OUTSIDE)) for needs in self.needs]


def graph_of(solution: Solution, packages: Iterable[Package]) -> ResolvedGraph:
    """The graph of these packages of a solution (all of them: `solution.packages`)."""
    members = tuple(packages)
    resolved = ResolvedGraph(members, [], [])
    for package in members:
        resolved.needs.append(
            [
                (token, position)
                for token, position in _served(solution, resolved.position, package.depends)
                if position != resolved.position[package]
            ]
        )
        resolved.triggers.append(
            list(_served(solution, resolved.position, package.install_if))
            if package.install_if and is_triggered(solution, package)
            else None
        )
    return resolved


def changed_graph(solution: Solution) -> ResolvedGraph:
    """The graph of what a solution brings or changes alone, in apk's order."""
    return graph_of(solution, (change.package for change in solution.changes if change.action != "remove"))


def distances(resolved: ResolvedGraph, start: Iterable[int], given: Container[int] = ()) -> dict[int, int]:
    """How many steps each package is from `start`, breadth first; those that cannot be reached are left out.

    A dependency is one step. An install_if is one step after the last of its triggers; those that are OUTSIDE or
    `given` were there before, and with no other trigger it is not reached by itself.
    """
    steps = dict.fromkeys(start, 0)
    missing = {
        position: {trigger for _, trigger in triggers if trigger != OUTSIDE and trigger not in given}
        for position, triggers in enumerate(resolved.triggers)
        if triggers is not None
    }
    waiting: dict[int, list[int]] = {}  # by a trigger, whom it may bring
    for position, triggers in missing.items():
        for trigger in triggers:
            waiting.setdefault(trigger, []).append(position)
    level = list(steps)
    distance = 0
    while level:
        distance += 1
        following = dict.fromkeys(
            other for position in level for _, other in resolved.needs[position] if other != OUTSIDE
        )
        brought = [(trigger, position) for trigger in level for position in waiting.get(trigger, ())]
        for trigger, position in brought:
            missing[position].discard(trigger)
        following |= dict.fromkeys(sorted(position for _, position in brought if not missing[position]))
        level = [position for position in following if position not in steps]
        steps.update(dict.fromkeys(level, distance))
    return steps


def serving(solution: Solution, token: Dependency) -> Package | None:
    """The package of the solution that serves a dependency; None for a conflict, or where nobody does."""
    if token.conflict:
        return None
    chosen = solution.chosen(token.name)
    return chosen.package if chosen is not None else None


def is_triggered(solution: Solution, package: Package) -> bool:
    """Whether all conditions of a package's install_if are met."""
    for token in package.install_if:
        chosen = solution.chosen(token.name)
        if chosen is None:
            if not token.conflict:
                return False
        elif not token.satisfied_by(chosen.package, chosen.version, package):
            return False
    return bool(package.install_if)


def _served(solution: Solution, position: dict[Package, int], tokens: Iterable[Dependency]) -> Iterable[Link]:
    for token in tokens:
        server = serving(solution, token)
        if server is not None:
            yield token, position.get(server, OUTSIDE)
