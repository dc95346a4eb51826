"""The arithmetic of sizes: who goes with whom, who needs whom, and how bytes are split.

Nodes are positions 0…n-1, so that sets of nodes are bits of integers and one pass answers for all nodes at once.
A node is *supported* by alternatives, each a tuple of nodes that must all be there: a dependency is `(of,)`,
an install_if is all of its triggers, and `()` holds by itself (the world). A node is there iff one alternative holds,
as the least fixpoint: a cycle does not hold itself up.
"""

from __future__ import annotations

from math import lcm

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    Alternatives = Sequence[Sequence[tuple[int, ...]]]


def lost_without(alternatives: Alternatives) -> list[int]:
    """Per node, the bits of the nodes without which it would not be there: its dominators, itself included.

    For one node x, "v is lost" is the greatest solution of `lost(v) = v is x, or every alternative of v loses a
    member`; the bits of an integer are that equation for all x at once. From "everything is lost" the values only
    ever shrink, so the order of the steps is free and the end is the greatest fixpoint. A pass in reverse postorder
    looks once at each node, and is enough without cycles. A node that nothing supports is lost without anything: it
    keeps all bits, and bit n on top, which says so.
    """
    count = len(alternatives)
    everything = (2 << count) - 1
    lost = [everything] * count
    supported = _supported_by(alternatives)
    roots = [node for node, ways in enumerate(alternatives) if () in ways]
    order = _reverse_postorder(supported, roots)
    stale = set(roots)
    while stale:
        for node in order:
            if node not in stale:
                continue
            stale.remove(node)
            smaller = everything
            for members in alternatives[node]:
                together = 0
                for member in members:
                    together |= lost[member]
                smaller &= together
            smaller |= 1 << node
            if smaller != lost[node]:
                lost[node] = smaller
                stale.update(supported[node])
    return lost


def reached_from(links: Sequence[Iterable[int]], marks: Sequence[int]) -> list[int]:
    """Per node, the marks (bits) of every node that reaches it along `links`, its own included."""
    reached = list(marks)
    pending = {node: None for node, mark in enumerate(marks) if mark}
    while pending:
        this_round, pending = pending, {}
        for node in this_round:
            mark = reached[node]
            for other in links[node]:
                if mark & ~reached[other]:
                    reached[other] |= mark
                    pending[other] = None
    return reached


def bits(number: int) -> Iterator[int]:
    """The positions of the bits that are set, lowest first."""
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest


def added_sizes(lost: Sequence[int], sizes: Sequence[int]) -> list[int]:
    """Per node, its own size and that of all that only it keeps (`lost`: as lost_without gives it); what nothing
    supports is in no sum but its own.

    Where a node's other dominators are those of one node, its keeper (always so where no alternative has several
    members), its sum goes up to the keeper, as in a dominator tree; else to each of the dominators by itself.
    """
    node_of = {without: node for node, without in enumerate(lost) if not without >> len(lost)}
    kept = list(sizes)
    apart = [0] * len(lost)
    for node in sorted(node_of.values(), key=lambda node: -lost[node].bit_count()):
        above = lost[node] ^ 1 << node
        keeper = node_of.get(above)
        if keeper is not None:
            kept[keeper] += kept[node]
        else:
            for other in bits(above):
                apart[other] += kept[node]
    return [one + other for one, other in zip(kept, apart, strict=True)]


def closure_sizes(links: Sequence[Iterable[int]], sizes: Sequence[int]) -> list[int]:
    """Per node, its own size and that of everything it reaches along `links`.

    A component takes the sum of the largest closure that it links to, and adds what is missing there.
    """
    component = components(links)
    own = [0] * (max(component, default=-1) + 1)
    below: list[dict[int, None]] = [{} for _ in own]
    for node, others in enumerate(links):
        own[component[node]] += sizes[node]
        below[component[node]].update(dict.fromkeys(component[other] for other in others))
    reached: list[int] = []
    sums: list[int] = []
    for number, others in enumerate(below):
        mark, largest, summed = 1 << number, 0, 0
        for other in others:
            if other != number:
                mark |= reached[other]
                if reached[other].bit_count() > largest.bit_count():
                    largest, summed = reached[other], sums[other]
        reached.append(mark)
        sums.append(summed + sum(own[other] for other in bits(mark & ~largest)))
    return [sums[number] for number in component]


def components(links: Sequence[Iterable[int]]) -> list[int]:
    """Per node, the number of its strongly connected component; a component links to smaller numbers only.

    Source: Tarjan, "Depth-first search and linear graph algorithms" (1972), without recursion.
    """
    count = len(links)
    found, lowest, component = [0] * count, [0] * count, [-1] * count
    open_nodes: list[int] = []
    path: list[tuple[int, Iterator[int]]] = []
    visited = number = 0

    def visit(node: int) -> None:
        nonlocal visited
        visited += 1
        found[node] = lowest[node] = visited
        open_nodes.append(node)
        path.append((node, iter(links[node])))

    for start in range(count):
        if not found[start]:
            visit(start)
        while path:
            node, others = path[-1]
            for other in others:
                if not found[other]:
                    visit(other)
                    break
                if component[other] < 0:
                    lowest[node] = min(lowest[node], found[other])
            else:
                path.pop()
                if path:
                    lowest[path[-1][0]] = min(lowest[path[-1][0]], lowest[node])
                if lowest[node] == found[node]:
                    while component[node] < 0:
                        component[open_nodes.pop()] = number
                    number += 1
    return component


def fair_shares(sizes: Iterable[int], needed_by: Iterable[int], count: int) -> list[int]:
    """Each size split evenly among those (of `count`) whose bit is set beside it, or among all where none is.

    The shares add up to the sum of the sizes, to the byte: what rounding leaves over goes to the largest remainders,
    to the earlier one among equals.
    """
    if not count:
        return []
    pairs = [(size, mark or (1 << count) - 1) for size, mark in zip(sizes, needed_by, strict=True)]
    unit = lcm(*{mark.bit_count() for _, mark in pairs})
    exact = [0] * count  # in 1/unit of a byte
    for size, mark in pairs:
        part = size * (unit // mark.bit_count())
        for one in bits(mark):
            exact[one] += part
    shares = [part // unit for part in exact]
    left = sum(size for size, _ in pairs) - sum(shares)
    for one in sorted(range(count), key=lambda one: (-(exact[one] % unit), one))[:left]:
        shares[one] += 1
    return shares


def _supported_by(alternatives: Alternatives) -> list[list[int]]:
    """The alternatives turned round: per node, whom it helps to hold up."""
    supported: list[dict[int, None]] = [{} for _ in alternatives]
    for node, ways in enumerate(alternatives):
        for members in ways:
            for member in members:
                supported[member][node] = None
    return [list(others) for others in supported]


def _reverse_postorder(links: Sequence[Sequence[int]], starts: Iterable[int]) -> list[int]:
    """The nodes that `starts` reach, each before what it links to, except in cycles."""
    finished: list[int] = []
    seen: set[int] = set()
    for start in starts:
        path = [] if start in seen else [(start, iter(links[start]))]
        seen.add(start)
        while path:
            node, others = path[-1]
            for other in others:
                if other not in seen:
                    seen.add(other)
                    path.append((other, iter(links[other])))
                    break
            else:
                path.pop()
                finished.append(node)
    return finished[::-1]
