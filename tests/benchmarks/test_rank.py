"""How long one of the many solves of `rank` takes, over names drawn by lot, and how much each of them looks at."""

from __future__ import annotations

from random import Random
from statistics import mean
from typing import TYPE_CHECKING

from apkgraph.explorer import Explorer
from apkgraph.garbage_collection import without_collection
from apkgraph.impact.rank import Ranker, count_dependents, own_names
from tests.benchmarks.measure import LONG, loop, once, processor, tell

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

    from apkgraph.impact.rank import RankRow
    from apkgraph.settings import Settings

NAMES = 2000 if LONG else 10


def test_a_name(benchmark: BenchmarkFixture, real: Settings) -> None:
    explorer = Explorer(real)
    universe = explorer.universe
    names = own_names(universe)
    drawn = Random(1).sample(names, NAMES)
    rows: list[RankRow] = []

    def rank() -> None:
        rows[:] = Ranker(universe, explorer.add).rows(drawn)

    rank()  # what is read once stays read
    yardstick = processor(loop, 5)
    first = processor(lambda: count_dependents(universe)) / yardstick
    each = (processor(rank) / yardstick - first) / NAMES
    once(benchmark, rank)
    with without_collection():
        solutions = [explorer.add([name]) for name in drawn[:200]]
    looked_at = mean(solution.reconsiderations for solution in solutions)
    benchmark.extra_info.update(each=each, first=first, reconsiderations=looked_at)
    tell(
        f"a name of rank: {each:.3f} million additions, {looked_at:.0f} names reconsidered; "
        f"all {len(names)}: {each * len(names) + first:.0f} million additions"
    )
    assert len(rows) == NAMES
