"""Measuring as ratios: against a yardstick that runs in the same run, in turn with what is measured."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pytest_benchmark.fixture import BenchmarkFixture

Found = TypeVar("Found")

LONG = bool(os.environ.get("APKGRAPH_LONG"))
BARE = (sys.executable, "-I", "-c", "pass")
_STOPWATCH = Path(__file__).with_name("stopwatch.py")
_CHECKOUT = Path(__file__).resolve().parents[2]


class Taken(NamedTuple):
    """Medians: seconds by the clock, seconds of processor time, MiB at the peak."""

    wall: float
    processor: float
    peak: float


def program(*words: str) -> tuple[str, ...]:
    """The program as it is installed, or else out of the checkout."""
    script = shutil.which("apkgraph", path=os.path.dirname(sys.executable))
    return (script, *words) if script else (sys.executable, "-m", "apkgraph", *words)


def processes(*commands: Sequence[str], rounds: int, bytecode: Path) -> list[Taken]:
    """What each command takes, run in turn; bytecode is kept in `bytecode`, as an installed wheel has it."""
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environ |= {"PYTHONPYCACHEPREFIX": str(bytecode), "PYTHONPATH": str(_CHECKOUT)}
    told = json.dumps({"rounds": rounds, "commands": [list(each) for each in commands], "environ": environ})
    stopwatch = [sys.executable, "-I", "-S", str(_STOPWATCH), told]
    run = subprocess.run(stopwatch, capture_output=True, text=True, check=True)
    return [
        Taken(median(each[0] for each in one), median(each[1] for each in one), max(each[2] for each in one) / 1024)
        for one in json.loads(run.stdout)
    ]


def once(benchmark: BenchmarkFixture, work: Callable[..., Found], *given: Any, **more: Any) -> Found:
    """What `work` returns, run once under pytest-benchmark's eye: the rounds are ours."""
    found: Found = benchmark.pedantic(work, given, more, rounds=1, iterations=1)  # type: ignore[no-untyped-call]
    return found


def loop() -> None:
    """A million additions: the yardstick of what is measured within a process."""
    total = 0
    for number in range(1_000_000):
        total += number


def processor(work: Callable[[], object], rounds: int = 1) -> float:
    """Seconds of processor time that it takes, the least of some rounds."""
    taken = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return min(taken)


def loops(work: Callable[[], object], rounds: int = 3) -> float:
    """How many million additions it takes as long as, by processor time."""
    return processor(work, rounds) / processor(loop, rounds)


def tell(text: str) -> None:
    """A figure, for whoever runs this by hand (`pytest -s`)."""
    sys.stdout.write(f"\n    {text}\n")
