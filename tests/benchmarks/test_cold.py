"""How long the first answer takes: both indexes fetched from loopback, verified, parsed, solved and compiled."""

from __future__ import annotations

import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from apkgraph.garbage_collection import without_collection
from apkgraph.image.base import read_base
from apkgraph.index.compile import write_universe
from apkgraph.loading.cold import Parser, build_plain, with_base
from apkgraph.mirror.source import obtain
from apkgraph.solve.discovery import compiled_tables
from tests.benchmarks.measure import BARE, LONG, loop, loops, once, processes, processor, program, tell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_benchmark.fixture import BenchmarkFixture

    from apkgraph.settings import Settings

ROUNDS = 9 if LONG else 1


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 # its base's name
        """Tell nobody."""


@pytest.fixture
def url(real: Settings) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=real.mirror))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_the_first_answer(benchmark: BenchmarkFixture, url: str, bytecode: Path, tmp_path: Path) -> None:
    place = ("--mirror", url, "--release", "v3.18", "--arch", "x86_64", "--cache-dir", f"{tmp_path}/{{round}}")
    cost = program("cost", "git", "--json", *place)
    processes(program("config"), rounds=1, bytecode=bytecode)
    bare, cold = once(benchmark, processes, BARE, cost, rounds=ROUNDS + 1, bytecode=bytecode)
    benchmark.extra_info.update(bare=bare._asdict(), cold=cold._asdict())
    tell(
        f"cold cost git --json: {cold.wall:.2f} s by the clock, {cold.processor:.2f} s of processor time, "
        f"{cold.wall / bare.wall:.0f} bare starts, {cold.peak:.0f} MiB"
    )
    assert len(list(Path(tmp_path).glob("*/universes/*.universe"))) == ROUNDS + 1


def test_its_parts(benchmark: BenchmarkFixture, real: Settings, tmp_path: Path) -> None:
    indexes = obtain(real)
    compiled = str(tmp_path / "universe")
    base = read_base("docker", None, [each.description for each in indexes], real.release, real.distro)
    with without_collection():
        plain = build_plain(indexes, Parser(real.arch))
        universe = with_base(plain, base, "key")
        parts = {
            "verify and unpack": loops(lambda: obtain(real), ROUNDS),
            "parse and join": loops(lambda: build_plain(indexes, Parser(real.arch)), ROUNDS),
            "solve the base": loops(lambda: with_base(plain, base, "key"), ROUNDS),
            "walk what it discovers": loops(lambda: compiled_tables(universe), ROUNDS),
            "compile": loops(lambda: write_universe(universe, compiled, compiled_tables(universe)), ROUNDS),
        }
    once(benchmark, write_universe, universe, compiled, compiled_tables(universe))
    benchmark.extra_info.update(parts)
    for name, figure in parts.items():
        tell(f"{name}: {figure:.1f} million additions")
    size = Path(compiled).stat().st_size / 2**20
    tell(f"a million additions: {1000 * processor(loop, 5):.0f} ms; the compiled file: {size:.1f} MiB")
    assert sum(parts.values()) > 0
