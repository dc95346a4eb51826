"""Squarified rectangles fill the space, overlap nowhere, and are as large as they should be."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from apkgraph.tui.state.squarify import Box, squarify

SIZES = st.lists(st.integers(0, 10**9), max_size=40)


@given(SIZES, st.integers(0, 120), st.integers(0, 60))
def test_every_cell_belongs_to_one_box(sizes: list[int], width: int, height: int) -> None:
    boxes = squarify(sizes, width, height)
    cells = [(x, y) for box in boxes for x in range(box.x, box.x + box.width) for y in range(box.y, box.y + box.height)]
    expected = width * height if sum(sizes) else 0
    assert len(cells) == len(set(cells)) == expected
    assert all(0 <= x < width and 0 <= y < height for x, y in cells)


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=12))
def test_area_follows_size(sizes: list[int]) -> None:
    boxes = squarify(sizes, 400, 200)
    for size, box in zip(sizes, boxes, strict=True):
        exact = size / sum(sizes) * 400 * 200
        assert abs(box.area - exact) <= box.width + box.height + 1


def test_a_lone_size_takes_it_all_and_nothing_takes_nothing() -> None:
    assert squarify([7], 10, 5) == [Box(0, 0, 10, 5)]
    assert squarify([0, 7, 0], 10, 5) == [Box(0, 0, 0, 0), Box(0, 0, 10, 5), Box(0, 0, 0, 0)]
    assert squarify([], 10, 5) == []


def test_boxes_are_squarish_where_cells_are_twice_as_high_as_wide() -> None:
    boxes = squarify([1] * 8, 80, 20)
    assert {(box.width, box.height) for box in boxes} == {(20, 10)}


def test_a_box_knows_its_cells() -> None:
    box = Box(2, 3, 4, 5)
    assert box.holds(2, 3)
    assert box.holds(5, 7)
    assert not box.holds(6, 3)
    assert not box.holds(2, 8)
