"""How compiling and asking grow with the universe: linear the one, not at all the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from apkgraph.index.parse import parse_index
from tests.benchmarks.measure import BARE, LONG, once, processes, program, tell
from tests.benchmarks.synthetic import synthetic_index
from tests.mirror.archives import index_part, make_key, signed

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_benchmark.fixture import BenchmarkFixture

SIZES = (20_000, 60_000, 200_000) if LONG else (2_000,)
ROUNDS = 15 if LONG else 1


@pytest.mark.parametrize("packages", SIZES)
def test_a_universe_of(benchmark: BenchmarkFixture, packages: int, tmp_path: Path, bytecode: Path) -> None:
    key = make_key("bench@example.org-11111111.rsa.pub")
    place = tmp_path / "mirror/v3.18/main/x86_64"
    place.mkdir(parents=True)
    (place / "APKINDEX.tar.gz").write_bytes(signed(key, index_part(synthetic_index(packages))))
    words = ("--mirror", str(tmp_path / "mirror"), "--release", "v3.18", "--arch", "x86_64", "--repositories", "main")
    trusted = ("--keys-dir", str(key.trust_in(tmp_path / "keys")))
    cost = program("cost", asked(packages), "--json", *words, *trusted)
    processes(program("config"), rounds=1, bytecode=bytecode)
    bare, cold = processes(
        BARE, (*cost, "--cache-dir", f"{tmp_path}/cold{{round}}"), rounds=min(ROUNDS, 3), bytecode=bytecode
    )
    _, warm = once(
        benchmark, processes, BARE, (*cost, "--cache-dir", f"{tmp_path}/cold0"), rounds=ROUNDS, bytecode=bytecode
    )
    (compiled,) = (tmp_path / "cold0/universes").glob("*.universe")
    benchmark.extra_info.update(bare=bare._asdict(), cold=cold._asdict(), warm=warm._asdict())
    tell(
        f"{packages} packages: cold {cold.processor / bare.processor:.0f} bare starts by processor time "
        f"({1_000_000 * cold.processor / packages:.0f} µs a package), {cold.peak:.0f} MiB; warm "
        f"{warm.wall / bare.wall:.2f} bare starts, {warm.peak:.0f} MiB; file {compiled.stat().st_size / 2**20:.0f} MiB"
    )
    assert warm.processor < cold.processor


def asked(packages: int) -> str:
    """A tool of one of the first packages, the same in a universe of any size."""
    parsed = parse_index(synthetic_index(min(packages, 2_000)))
    tools = [each.name for package in parsed.packages for each in package.provides if each.name.startswith("cmd:")]
    return tools[400]


def test_the_shape_is_that_of_alpine() -> None:
    parsed = parse_index(synthetic_index(4_000), ("x86_64",))
    packages = parsed.packages
    assert (parsed.error, len(packages), len({package.identity for package in packages})) == (None, 4_000, 4_000)
    count = len(packages)
    depends = sum(len(package.depends) for package in packages) / count
    provides = sum(len(package.provides) for package in packages) / count
    install_if = sum(bool(package.install_if) for package in packages) / count
    assert 2.8 < depends < 4.6
    assert 0.9 < provides < 1.7
    assert 0.25 < install_if < 0.45
    assert synthetic_index(500) == synthetic_index(500) != synthetic_index(500, seed=2)
