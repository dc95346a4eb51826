"""Why each change of a solution comes: the last step of the shortest chain from a request."""

from __future__ import annotations

from apkgraph.impact.resolved_graph import OUTSIDE, distances, serving

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from apkgraph.impact.resolved_graph import Link, ResolvedGraph
    from apkgraph.model.dependency import Dependency
    from apkgraph.model.package import Package
    from apkgraph.solve.solution import Solution


class InstallReason:
    """Why one package comes, goes or is there.

    | kind | what else is set |
    |---|---|
    | `requested` | |
    | `dependency` | `of`, the package that needs it, through `token` |
    | `install_if` | `triggers`, the tokens that are all met |
    | `world` | `token` of the base's world: of what was there, or where the request changes the base's choice |
    | `conflict` (a removal) | `with`: the package (`of`) or the world's token that it conflicts with |
    | `provider` (a removal) | `by` (`of`), the package that now serves `token` |
    | `unneeded` (a removal) | |
    | `nobody` | no chain leads to it |
    """

    __slots__ = ("kind", "of", "token", "triggers")

    def __init__(self, kind: str, of: Package | None = None, token: str = "", triggers: tuple[str, ...] = ()) -> None:
        self.kind = kind
        self.of = of
        self.token = token
        self.triggers = triggers

    def __repr__(self) -> str:
        return f"InstallReason({self.kind!r}, {self.of}, {self.token!r}, {self.triggers!r})"


def explain_changes(
    solution: Solution, request: Sequence[Dependency], resolved: ResolvedGraph
) -> tuple[InstallReason, ...]:
    """One reason a change, in the changes' order; `resolved` is that of the changed packages, in the same order."""
    arriving = _explain_arrivals(solution, request, resolved)
    return tuple(
        _explain_removal(solution, change.package)
        if change.action == "remove"
        else arriving.get(resolved.position[change.package]) or InstallReason("world", token=change.package.name)
        for change in solution.changes
    )


def explain_packages(
    resolved: ResolvedGraph, rooted: Iterable[Link], known: Mapping[int, InstallReason]
) -> list[InstallReason]:
    """One reason a package of a whole set: as `known`, or else the last step of the shortest chain from the world.

    Ties: what was met first, then the earlier token. `nobody` is the reason of what no chain leads to.
    """
    found = {position: InstallReason("world", token=str(token)) for token, position in rooted}
    steps = distances(resolved, found)
    _spread(resolved, steps, found, sorted(steps, key=lambda position: steps[position]))
    found.update(known)
    return [found.get(position) or InstallReason("nobody") for position in range(len(resolved.packages))]


def _explain_arrivals(
    solution: Solution, request: Sequence[Dependency], resolved: ResolvedGraph
) -> dict[int, InstallReason]:
    """Breadth first from the requests, then from what was there before.

    A request reaches nearly everything; what is left, the base itself now needs, because its choice changed.
    """
    found = {position: InstallReason("requested") for position in _positions(solution, request, resolved)}
    steps = distances(resolved, found)
    _spread(resolved, steps, found, sorted(steps))
    if len(found) < len(resolved.packages):
        left = _needed_by_base(solution, resolved)
        reached = dict(found)
        for position, reason in left.items():
            found.setdefault(position, reason)
        steps = distances(resolved, found.keys() - reached.keys(), given=reached)
        _spread(resolved, steps, found, sorted(steps))
    return found


def _spread(
    resolved: ResolvedGraph, steps: dict[int, int], found: dict[int, InstallReason], order: Iterable[int]
) -> None:
    """Give each package that has a distance its last step: of what comes first in `order`, then of the earlier token.

    Where a dependency and an install_if are equally near, the dependency is named.
    """
    for position in order:
        for token, other in resolved.needs[position]:
            if steps.get(other) == steps[position] + 1:
                found.setdefault(other, InstallReason("dependency", resolved.packages[position], str(token)))
    for position in steps:
        found.setdefault(position, _installed_if(resolved.packages[position]))


def _needed_by_base(solution: Solution, resolved: ResolvedGraph) -> dict[int, InstallReason]:
    """What the base itself, its world, or triggers that were all there before now bring."""
    left: dict[int, InstallReason] = {}
    for package in solution.packages:
        if package not in resolved.position:
            for token in package.depends:
                for position in _positions(solution, (token,), resolved):
                    left.setdefault(position, InstallReason("dependency", package, str(token)))
    for token in solution.world:
        for position in _positions(solution, (token,), resolved):
            left.setdefault(position, InstallReason("world", token=str(token)))
    for position, triggers in enumerate(resolved.triggers):
        if triggers is not None and all(trigger == OUTSIDE for _, trigger in triggers):
            left.setdefault(position, _installed_if(resolved.packages[position]))
    return left


def _positions(solution: Solution, tokens: Iterable[Dependency], resolved: ResolvedGraph) -> Iterator[int]:
    for token in tokens:
        server = serving(solution, token)
        if server is not None and server in resolved.position:
            yield resolved.position[server]


def _installed_if(package: Package) -> InstallReason:
    return InstallReason("install_if", triggers=tuple(str(token) for token in package.install_if))


def _explain_removal(solution: Solution, gone: Package) -> InstallReason:
    """Why a package is removed: a conflict, a new provider of a name that it owned, or no remaining need."""
    for token in solution.world:
        if _is_ruled_out(token, gone):
            return InstallReason("conflict", token=str(token))
    for package in solution.packages:
        for token in package.depends:
            if token.conflict and package is not gone and _is_ruled_out(token, gone):
                return InstallReason("conflict", package, str(token))
    for token in gone.depends:
        chosen = solution.chosen(token.name)
        if chosen is not None and not token.satisfied_by(chosen.package, chosen.version, gone):
            return InstallReason("conflict", chosen.package, str(token))
    owned = [provided.name for provided in gone.provides if provided.version]
    shared = [provided.name for provided in gone.provides if not provided.version]
    for name in (gone.name, *owned, *shared):
        chosen = solution.chosen(name)
        if chosen is not None and chosen.package is not gone:
            return InstallReason("provider", chosen.package, name)
    return InstallReason("unneeded")


def _is_ruled_out(token: Dependency, package: Package) -> bool:
    """Whether a conflict names this package, by its own name or by what it provides."""
    if not token.conflict:
        return False
    if token.name == package.name:
        return not token.satisfied_by(package, package.version)
    return any(
        provided.name == token.name and not token.satisfied_by(package, provided.version or None)
        for provided in package.provides
    )
