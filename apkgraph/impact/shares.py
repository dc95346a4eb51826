"""What each request adds to a cost, and its fair share of it, by the graph of the solution."""

from __future__ import annotations

from apkgraph.impact.resolved_graph import OUTSIDE, serving
from apkgraph.impact.sizes import added_sizes, fair_shares, reached_from

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from apkgraph.impact.install_reason import InstallReason
    from apkgraph.impact.resolved_graph import ResolvedGraph
    from apkgraph.model.dependency import Dependency
    from apkgraph.solve.solution import Solution


class FairShare:
    """Bytes on disk: what would go with a request by the graph, and its fair share of the whole cost."""

    __slots__ = ("added_size", "fair_share")

    def __init__(self, added_size: int, fair_share: int) -> None:
        self.added_size = added_size
        self.fair_share = fair_share


def fair_shares_of(
    solution: Solution, request: Sequence[Dependency], resolved: ResolvedGraph, because: Sequence[InstallReason]
) -> list[FairShare]:
    """One FairShare a request. Every change is there for some request: what was there before keeps nothing of it.

    A change that no chain leads to (the base chose anew) counts as everybody's: it goes with the only request.
    """
    alternatives = _alternatives(solution, request, resolved, because)
    count = len(request)
    sizes = [0] * count + [change.installed_size for change in solution.changes]
    links: list[list[int]] = [[] for _ in alternatives]
    for node, ways in enumerate(alternatives):
        for members in ways:
            for member in members:
                links[member].append(node)
    needed_by = reached_from(links, [1 << node if node < count else 0 for node in range(len(sizes))])
    added = added_sizes(alternatives, sizes)[:count]
    if count == 1:
        added = [sum(sizes)]
    shares = fair_shares(sizes[count:], needed_by[count:], count)
    return [FairShare(one, share) for one, share in zip(added, shares, strict=True)]


def _alternatives(
    solution: Solution, request: Sequence[Dependency], resolved: ResolvedGraph, because: Sequence[InstallReason]
) -> list[list[tuple[int, ...]]]:
    """Nodes: the requests, then the changes in apk's order; a removal hangs from what put the package out."""
    count = len(request)
    alternatives: list[list[tuple[int, ...]]] = [[()] for _ in range(count)]
    alternatives += [[] for _ in solution.changes]
    nodes = [count + number for number, change in enumerate(solution.changes) if change.action != "remove"]
    for number, token in enumerate(request):
        server = serving(solution, token)
        if server is not None and server in resolved.position:
            alternatives[nodes[resolved.position[server]]].append((number,))
    for position, needs in enumerate(resolved.needs):
        for _, other in needs:
            if other != OUTSIDE:
                alternatives[nodes[other]].append((nodes[position],))
    for position, triggers in enumerate(resolved.triggers):
        members = tuple(dict.fromkeys(nodes[other] for _, other in triggers or () if other != OUTSIDE))
        if members:
            alternatives[nodes[position]].append(members)
    for number, (change, reason) in enumerate(zip(solution.changes, because, strict=True)):
        if change.action == "remove":
            alternatives[count + number] = [(node,) for node in _causes(reason, request, resolved, nodes)]
    return alternatives


def _causes(
    reason: InstallReason, request: Sequence[Dependency], resolved: ResolvedGraph, nodes: Sequence[int]
) -> list[int]:
    if reason.of is not None:
        return [nodes[resolved.position[reason.of]]] if reason.of in resolved.position else []
    return [number for number, token in enumerate(request) if str(token) == reason.token]
