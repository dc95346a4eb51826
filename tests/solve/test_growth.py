"""How the work grows with the shape of what is asked: counted in instructions, never timed."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from apkgraph.solve.solver import solve
from tests.solve.shapes import SHAPES, chain, clique, install_if_chain, missing_names, query

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import TypeAlias

    from apkgraph.solve.problem import Query
    from tests.solve.shapes import Shape

    TraceFunction: TypeAlias = Callable[[FrameType, str, object], "TraceFunction"]

SIZE = 100


def work(asked: Query) -> int:
    """How many instructions of the interpreter it takes to solve it."""
    count = 0

    def look(frame: FrameType, event: str, _argument: object) -> TraceFunction:
        nonlocal count
        frame.f_trace_lines, frame.f_trace_opcodes = False, True
        count += event == "opcode"
        return look

    before = sys.gettrace()
    sys.settrace(look)
    try:
        solve(asked)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_twice_as_much_takes_twice_the_work(shape: Shape) -> None:
    few, many = work(query(shape, SIZE)), work(query(shape, 4 * SIZE))
    assert few * 3 < many < few * 5


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_reconsiderations_per_dependency(shape: Shape) -> None:
    assert 0 < solve(query(shape, SIZE)).reconsiderations <= 1.1 * SIZE + 1


@pytest.mark.parametrize("shape", [chain, install_if_chain, missing_names], ids=lambda shape: shape.__name__)
def test_depth_is_no_limit(shape: Shape) -> None:
    size = 5 * sys.getrecursionlimit()
    solution = solve(query(shape, size))
    assert len(solution.changes) == (0 if shape is missing_names else size)
    assert len(solution.reasons) == (size - 1 if shape is missing_names else 0)


def test_a_clique_is_there_whole() -> None:
    assert len(solve(query(clique, SIZE)).changes) == 10
