"""How long a warm `apkgraph cost git --json` takes, as a whole process, in starts of a bare interpreter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.benchmarks.measure import BARE, LONG, once, processes, program, tell

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_benchmark.fixture import BenchmarkFixture

    from apkgraph.settings import Settings

ROUNDS = 40 if LONG else 2


def words(settings: Settings) -> tuple[str, ...]:
    place = ("--mirror", settings.mirror, "--release", settings.release, "--arch", settings.arch)
    return program("cost", "git", "--json", *place, "--cache-dir", settings.cache_dir)


def test_a_warm_cost(benchmark: BenchmarkFixture, real: Settings, bytecode: Path) -> None:
    processes(words(real), rounds=1, bytecode=bytecode)
    bare, cost = once(benchmark, processes, BARE, words(real), rounds=ROUNDS, bytecode=bytecode)
    benchmark.extra_info.update(bare=bare._asdict(), cost=cost._asdict())
    tell(
        f"warm cost git --json: {cost.wall / bare.wall:.2f} bare starts by the clock, "
        f"{cost.processor / bare.processor:.2f} by processor time, {cost.peak:.0f} MiB (bare {bare.peak:.0f} MiB)"
    )
    assert bare.peak < cost.peak < 60
