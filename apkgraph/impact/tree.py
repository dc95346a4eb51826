"""What packages need, or what needs them, as a tree: each package unfolded once, repeats marked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from apkgraph.errors import NotFoundError
from apkgraph.impact.resolved_graph import OUTSIDE
from apkgraph.impact.sizes import components

if TYPE_CHECKING:
    from collections.abc import Iterable

    from apkgraph.impact.analysis import Analysis
    from apkgraph.model.package import Package

    Branches = dict[int, list[tuple[int, tuple[str, ...], tuple[str, ...]]]]


@dataclass(frozen=True, slots=True)
class Node:
    """One line of a tree; a node's children follow it, one deeper.

    `tokens` tie it to its parent: dependencies, or else (`triggers`) the conditions of the install_if that brings the
    needing one. `folded` says why its own children are not below: `repeated`, `base`, `depth`, or "" where they are.
    Sizes are bytes on disk: its own, with all that it needs, and with all that only it keeps.
    """

    depth: int
    last: bool
    package: Package
    tokens: tuple[str, ...]
    triggers: tuple[str, ...]
    folded: str
    in_base: bool
    closure_size: int
    added_size: int


@dataclass(frozen=True, slots=True)
class Tree:
    """The lines of a tree, top down."""

    analysis: Analysis
    inverted: bool
    nodes: tuple[Node, ...]


def grow(analysis: Analysis, *, inverted: bool = False, of: Iterable[str] = (), depth: int | None = None) -> Tree:
    """The tree from the requests down (without any: from the base's world), or inverted, from what all stands on up.

    `of` names other packages to begin at (NotFoundError for one that is not in the set); `depth` is how far to go.
    """
    branches = _branches(analysis)
    based = analysis.based if analysis.request and not inverted else frozenset()
    if inverted:
        branches = _turned(branches)
    starts = [_position(analysis, name) for name in of] or _starts(analysis, branches, inverted=inverted)
    return Tree(analysis, inverted, tuple(_lines(analysis, branches, starts, based, depth)))


def _branches(analysis: Analysis) -> Branches:
    """Per package, what hangs below it: what its dependencies chose, then what it helps to install by install_if."""
    resolved = analysis.resolved
    tokens: dict[int, dict[int, list[str]]] = {position: {} for position in range(len(analysis.packages))}
    for position, needs in enumerate(resolved.needs):
        for token, other in needs:
            if other != OUTSIDE:
                tokens[position].setdefault(other, []).append(str(token))
    branches: Branches = {
        position: [(other, tuple(dict.fromkeys(words)), ()) for other, words in below.items()]
        for position, below in tokens.items()
    }
    for position, triggers in enumerate(resolved.triggers):
        conditions = tuple(str(token) for token in analysis.packages[position].install_if)
        for other in dict.fromkeys(other for _, other in triggers or () if other != OUTSIDE):
            if position not in tokens[other] and (other not in analysis.based or position in analysis.based):
                branches[other].append((position, (), conditions))
    return branches


def _turned(branches: Branches) -> Branches:
    turned: Branches = {position: [] for position in branches}
    for position, below in branches.items():
        for other, tokens, triggers in below:
            turned[other].append((position, tokens, triggers))
    return turned


def _position(analysis: Analysis, name: str) -> int:
    position = analysis.find(name)
    if position is None:
        message = f"{name} is not in this set; name a package of the set, or add it to the request"
        raise NotFoundError(message)
    return position


def _starts(analysis: Analysis, branches: Branches, *, inverted: bool) -> list[int]:
    if not inverted:
        roots = analysis.requested if analysis.request else analysis.rooted
        return list(dict.fromkeys(position for _, position in roots))
    component = components([[position for position, _, _ in branches[other]] for other in range(len(branches))])
    needed = {
        component[position]
        for other, above in branches.items()
        for position, _, _ in above
        if component[position] != component[other]
    }
    first: dict[int, int] = {}
    for position, number in enumerate(component):
        first.setdefault(number, position)
    return sorted(position for number, position in first.items() if number not in needed)


def _lines(
    analysis: Analysis, branches: Branches, starts: list[int], based: frozenset[int], depth: int | None
) -> Iterable[Node]:
    unfolded: set[int] = set()
    stack = [(0, place == 0, start, (), ()) for place, start in enumerate(reversed(starts))]
    pending: list[tuple[int, bool, int, tuple[str, ...], tuple[str, ...]]] = list(stack)
    while pending:
        level, last, position, tokens, triggers = pending.pop()
        below = branches[position]
        folded = _folded(position, bool(below), unfolded, based, at_end=level == depth)
        if not folded:
            unfolded.add(position)
            pending += [(level + 1, place == 0, *branch) for place, branch in enumerate(reversed(below))]
        yield Node(
            level,
            last,
            analysis.packages[position],
            tokens,
            triggers,
            folded,
            position in analysis.based,
            analysis.closure_sizes[position],
            analysis.added_sizes[position],
        )


def _folded(position: int, has_children: bool, unfolded: set[int], based: frozenset[int], *, at_end: bool) -> str:
    if position in based:
        return "base"
    if not has_children:
        return ""
    if position in unfolded:
        return "repeated"
    return "depth" if at_end else ""
