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
    ever shrink, hence the order of the steps is free and the end is the greatest fixpoint. A node that nothing
    supports is lost without anything: it keeps all bits, and bit n on top, which says so.
    """
    count = len(alternatives)
    lost = [(2 << count) - 1] * count
    held_up, joint = _supported_by(alternatives)
    pending = {node: None for node, ways in enumerate(alternatives) if () in ways}
    for node in pending:
        lost[node] = 1 << node
    while pending:
        this_round, pending = pending, {}
        for node in this_round:
            without = lost[node]
            for other in held_up[node]:
                smaller = lost[other] & (without | 1 << other)
                if smaller != lost[other]:
                    lost[other] = smaller
                    pending[other] = None
            for other, members in joint[node]:
                together = 1 << other
                for member in members:
                    together |= lost[member]
                smaller = lost[other] & together
                if smaller != lost[other]:
                    lost[other] = smaller
                    pending[other] = None
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


def added_sizes(alternatives: Alternatives, sizes: Sequence[int]) -> list[int]:
    """Per node, its own size and that of all that only it keeps; what nothing supports is in no sum but its own."""
    count = len(alternatives)
    added = [0] * count
    for node, (without, size) in enumerate(zip(lost_without(alternatives), sizes, strict=True)):
        for other in (node,) if without >> count else bits(without):
            added[other] += size
    return added


def closure_sizes(links: Sequence[Iterable[int]], sizes: Sequence[int]) -> list[int]:
    """Per node, its own size and that of everything it reaches along `links`."""
    backwards: list[list[int]] = [[] for _ in sizes]
    for node, others in enumerate(links):
        for other in others:
            backwards[other].append(node)
    needed = reached_from(backwards, [1 << node for node in range(len(sizes))])
    return [sum(sizes[other] for other in bits(mark)) for mark in needed]


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


def _supported_by(
    alternatives: Alternatives,
) -> tuple[list[list[int]], list[list[tuple[int, tuple[int, ...]]]]]:
    """The alternatives turned round: per node, whom it holds up alone, and whom together with which others."""
    alone: list[list[int]] = [[] for _ in alternatives]
    joint: list[list[tuple[int, tuple[int, ...]]]] = [[] for _ in alternatives]
    for node, ways in enumerate(alternatives):
        for members in ways:
            if len(members) == 1:
                alone[members[0]].append(node)
            else:
                for member in members:
                    joint[member].append((node, members))
    return alone, joint
