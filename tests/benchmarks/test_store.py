"""The mapped file against SQLite with the same records: opening, and the reads of one `cost git`."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from apkgraph.explorer import Explorer
from apkgraph.report.documents import document
from tests.benchmarks.measure import BARE, LONG, loops, once, processes, tell
from tests.benchmarks.sqlite_twin import read_mapped, read_twin, reads_of, write_twin

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_benchmark.fixture import BenchmarkFixture

    from apkgraph.index.universe import Universe
    from apkgraph.settings import Settings

ROUNDS = 40 if LONG else 1


def test_reads_of_a_cost(benchmark: BenchmarkFixture, real: Settings, tmp_path: Path) -> None:
    (mapped,) = [entry.path for entry in os.scandir(f"{real.cache_dir}/universes") if entry.name.endswith(".universe")]
    twin = str(tmp_path / "twin.sqlite")
    write_twin(mapped, twin)

    def question(universe: Universe) -> object:
        return document(Explorer.of(real, universe).cost(["git"]))

    reads = reads_of(mapped, question)
    count = sum(len(each) for each in reads)
    assert read_mapped(mapped, reads) == read_twin(twin, reads) == count
    ours, theirs = loops(lambda: read_mapped(mapped, reads), ROUNDS), loops(lambda: read_twin(twin, reads), ROUNDS)
    once(benchmark, read_mapped, mapped, reads)
    benchmark.extra_info.update(mapped=ours, sqlite=theirs, reads=count)
    tell(f"{count} records opened and read: {ours:.3f} million additions mapped, {theirs:.3f} by SQLite")
    tell(f"size: {os.path.getsize(mapped) / 2**20:.1f} MiB mapped, {os.path.getsize(twin) / 2**20:.1f} MiB by SQLite")


def test_imports(benchmark: BenchmarkFixture, bytecode: Path) -> None:
    mapped = (sys.executable, "-I", "-c", "import json, mmap, zlib")
    sqlite = (sys.executable, "-I", "-c", "import json, sqlite3")
    bare, ours, theirs = once(benchmark, processes, BARE, mapped, sqlite, rounds=ROUNDS, bytecode=bytecode)
    benchmark.extra_info.update(bare=bare._asdict(), mapped=ours._asdict(), sqlite=theirs._asdict())
    tell(f"imports: {ours.wall / bare.wall - 1:.2f} bare starts mapped, {theirs.wall / bare.wall - 1:.2f} for SQLite")
    assert bare.peak <= theirs.peak
