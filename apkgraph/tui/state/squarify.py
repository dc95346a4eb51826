"""Squarified treemap: sizes to rectangles of whole cells, that fill the space and overlap nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

CELL_ASPECT: Final = 2.0


class Box(NamedTuple):
    """A rectangle of cells: its left and top corner, and how far it goes."""

    x: int
    y: int
    width: int
    height: int

    @property
    def area(self) -> int:
        """How many cells."""
        return self.width * self.height

    def holds(self, x: int, y: int) -> bool:
        """Whether this cell lies in it."""
        return self.x <= x < self.x + self.width and self.y <= y < self.y + self.height


class _Span(NamedTuple):
    x: float
    y: float
    width: float
    height: float


def squarify(sizes: Sequence[int], width: int, height: int) -> list[Box]:
    """A box for each size, in the order given; the area is proportional except for rounding, and a box may be empty.

    Bruls, Huizing, van Wijk: Squarified Treemaps (2000), on a canvas whose cells are twice as high as wide. The exact
    edges are rounded once, each the same way for both of its neighbours: so there are no gaps and no overlaps.
    """
    total = sum(sizes)
    boxes = [Box(0, 0, 0, 0)] * len(sizes)
    if total <= 0 or width <= 0 or height <= 0:
        return boxes
    order = sorted((position for position, size in enumerate(sizes) if size > 0), key=lambda at: (-sizes[at], at))
    tall = height * CELL_ASPECT
    scale = width * tall / total
    areas = {position: sizes[position] * scale for position in order}
    for position, span in _spans(order, areas, _Span(0.0, 0.0, float(width), tall)):
        boxes[position] = _to_cells(span)
    return boxes


def _spans(order: list[int], areas: dict[int, float], space: _Span) -> list[tuple[int, _Span]]:
    placed: list[tuple[int, _Span]] = []
    start = 0
    while start < len(order):
        side = min(space.width, space.height)
        end = start + 1
        total = smallest = largest = areas[order[start]]
        worst = _worst(total, smallest, largest, side)
        while end < len(order):
            area = areas[order[end]]
            longer = _worst(total + area, min(smallest, area), max(largest, area), side)
            if longer > worst:
                break
            total, smallest, largest, worst = total + area, min(smallest, area), max(largest, area), longer
            end += 1
        row, space = _lay(order[start:end], areas, total, space, last=end == len(order))
        placed.extend(row)
        start = end
    return placed


def _worst(total: float, smallest: float, largest: float, side: float) -> float:
    """The worst aspect ratio in a row of this total area along this side."""
    if side <= 0 or smallest <= 0:
        return float("inf")
    return max(side * side * largest / (total * total), total * total / (side * side * smallest))


def _lay(
    row: list[int], areas: dict[int, float], total: float, space: _Span, *, last: bool
) -> tuple[list[tuple[int, _Span]], _Span]:
    """One row of boxes along the shorter side, and the space that is left."""
    placed: list[tuple[int, _Span]] = []
    upright = space.width >= space.height
    side = space.height if upright else space.width
    depth = total / side if side > 0 else 0.0
    if last:
        depth = space.width if upright else space.height
    before = 0.0
    for position in row:
        after = before + areas[position] / total * side
        if upright:
            placed.append((position, _Span(space.x, space.y + before, depth, after - before)))
        else:
            placed.append((position, _Span(space.x + before, space.y, after - before, depth)))
        before = after
    if upright:
        return placed, _Span(space.x + depth, space.y, max(0.0, space.width - depth), space.height)
    return placed, _Span(space.x, space.y + depth, space.width, max(0.0, space.height - depth))


def _to_cells(span: _Span) -> Box:
    left, right = _round(span.x), _round(span.x + span.width)
    top, bottom = _round(span.y / CELL_ASPECT), _round((span.y + span.height) / CELL_ASPECT)
    return Box(left, top, right - left, bottom - top)


def _round(edge: float) -> int:
    """Halves go up; the tiny errors of adding up widths are taken out first, so that shared edges meet."""
    return int(round(edge, 6) + 0.5)
