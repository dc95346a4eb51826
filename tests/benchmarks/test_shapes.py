"""How long a world of one shape takes as it doubles, in processor seconds: a line a shape."""

from __future__ import annotations

from time import process_time
from typing import TYPE_CHECKING

import pytest

from apkgraph.solve.solver import solve
from tests.benchmarks.measure import LONG, once, tell
from tests.solve.shapes import SHAPES, query

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

    from tests.solve.shapes import Shape

SIZES = (1_000, 2_000, 4_000, 8_000, 16_000) if LONG else (1_000,)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_a_world_of_one_shape(benchmark: BenchmarkFixture, shape: Shape) -> None:
    seconds = once(benchmark, lambda: [timed(shape, size) for size in SIZES])
    cells = " | ".join(f"{each:.2f}" for each in seconds)
    tell(f"| {shape.__name__} | {cells} |")
    assert len(seconds) == len(SIZES)


def timed(shape: Shape, size: int) -> float:
    """The processor time that solving takes, in seconds."""
    asked = query(shape, size)
    began = process_time()
    solve(asked)
    return process_time() - began
