"""Compiling while processes are killed, while many of them share a cache, and where the disk does not go along.

A modest number of them; APKGRAPH_LONG=1 makes it 200 kills and 50 processes.
"""

from __future__ import annotations

import os
import random
import shutil
import stat
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from apkgraph.index.build import build_universe
from apkgraph.index.compile import write_universe
from apkgraph.index.parse import parse_index
from apkgraph.index.universe import RepositoryInfo
from tests.loading.conftest import Run, cost, manifests, no_leftovers, universes
from tests.loading.mirrors import LATER, Mirror
from tests.loading.processes import finish, kill_after, run_all, start

if TYPE_CHECKING:
    from tests.mirror.archives import Key

LONG = bool(os.environ.get("APKGRAPH_LONG"))
KILLS, PROCESSES = (200, 50) if LONG else (10, 12)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and modes are POSIX's")


@pytest.fixture
def right(environ: dict[str, str], tmp_path: Path) -> dict[str, Any]:
    """The answer, from a cache of its own."""
    return finish(start({**environ, "APKGRAPH_CACHE_DIR": str(tmp_path / "another cache")})).document


def assert_right(run: Run, right: dict[str, Any], warnings: int = 0) -> None:
    assert (run.status, len(run.warnings)) == (0, warnings), run.err
    assert run.document == right
    assert len(run.err.splitlines()) == warnings


def test_many_processes_on_one_empty_cache(
    environ: dict[str, str], right: dict[str, Any], cache: Path, mirror: Mirror
) -> None:
    for run in run_all(PROCESSES, environ):
        assert_right(run, right)
    assert (len(universes(cache)), len(manifests(cache)), no_leftovers(cache)) == (1, 1, True)
    asked = len(mirror.statuses)
    assert_right(finish(start(environ)), right)
    assert len(mirror.statuses) == asked


def test_many_processes_come_upon_the_same_damage(environ: dict[str, str], right: dict[str, Any], cache: Path) -> None:
    from tests.loading.test_damage import Scribbler

    assert_right(finish(start(environ)), right)
    Scribbler(*universes(cache)).scribble("names")
    for run in run_all(PROCESSES, environ):
        assert (run.status, run.document, len(run.warnings) <= 1) == (0, right, True)
    assert_right(finish(start(environ)), right)


def test_killed_anywhere_the_next_run_answers_right(
    environ: dict[str, str], right: dict[str, Any], cache: Path
) -> None:
    choose = random.Random(7)
    began = time.monotonic()
    assert_right(finish(start(environ)), right)
    lasts = time.monotonic() - began
    killed = 0
    for number in range(KILLS):
        if number % 2:
            shutil.rmtree(cache, ignore_errors=True)
        else:
            for path in universes(cache):
                path.unlink()
        killed += kill_after(start(environ), choose.uniform(0.1, 1) * lasts)
        assert_right(finish(start(environ)), right)
        assert_right(finish(start(environ)), right)
    assert killed > 0


# Killed at the very points where something is half done, rather than at random ones.
KILL = "os.kill(os.getpid(), 9)"
HALF_WRITTEN = f"""
import apkgraph.index.compile as module
real = module._Compiler._fill
def half(self, table, records):
    if table == "details":
        self._database.execute("COMMIT")
        {KILL}
    real(self, table, records)
module._Compiler._fill = half
"""
NOT_RENAMED = f"""
import apkgraph.index.compile as module
class System:
    def __getattr__(self, name): return getattr(os, name)
    def replace(self, *each): {KILL}
module.os = System()
"""
NOT_NOTED = f"""
import apkgraph.loading.cold as module
module._note = lambda *each: {KILL}
"""
HALF_NOTED = f"""
import apkgraph.index.compile as module
import apkgraph.loading.cold
real = module.write_whole
def cut(path, data):
    if path.endswith(".json"):
        with open(path + ".1.aa.part", "wb") as file:
            file.write(data[:20])
        {KILL}
    real(path, data)
module.write_whole = cut
"""
IN_PLACE = """
import apkgraph.index.compile as module
class System:
    def __getattr__(self, name): return getattr(os, name)
    def replace(self, beside, path):
        half = os.path.getsize(beside) // 2
        with open(beside, "r+b") as file:
            file.seek(half)
            file.write(bytes(half))
        os.replace(beside, path)
        os.kill(os.getpid(), 9)
module.os = System()
"""  # as a power cut may leave it: renamed, and its last half never written
POINTS = {
    "half written": HALF_WRITTEN,
    "not yet renamed": NOT_RENAMED,
    "not yet noted": NOT_NOTED,
    "half noted": HALF_NOTED,
    "renamed and not whole": IN_PLACE,
}


@pytest.mark.parametrize("point", POINTS)
def test_killed_at_a_point(environ: dict[str, str], right: dict[str, Any], cache: Path, point: str) -> None:
    assert finish(start(environ, before=POINTS[point])).status == -9
    for _ in range(2):
        assert_right(finish(start(environ)), right)
    assert len(universes(cache)) == len(manifests(cache)) == 1


@pytest.mark.parametrize("point", POINTS)
def test_killed_at_a_point_while_an_older_index_is_compiled(
    environ: dict[str, str], mirror: Mirror, key: Key, cache: Path, point: str
) -> None:
    assert finish(start(environ)).status == 0
    mirror.replace(key, LATER, "community")
    newer = {**environ, "APKGRAPH_REFRESH": "yes"}
    assert finish(start(newer, before=POINTS[point])).status == -9
    found = finish(start(newer))
    assert found.status == 0
    assert [each["version"] for each in found.document["changes"]] == ["99-r0"]
    assert_right(finish(start(environ)), found.document)
    assert len(manifests(cache)) == 1


@pytest.mark.parametrize("most", [65536, 4096, 16], ids="{} bytes".format)
def test_a_disk_that_is_full(environ: dict[str, str], right: dict[str, Any], cache: Path, most: int) -> None:
    """A real failure of write(2): no file may grow any larger."""
    full = f"import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, ({most}, {most}))"
    assert_right(finish(start(environ, before=full)), right, warnings=1)
    assert (universes(cache), no_leftovers(cache)) == ([], True)
    assert_right(finish(start(environ)), right)
    assert len(universes(cache)) == 1


def plant(compiled: Path) -> bytes:
    """Put a compiled universe of another index under the same key."""
    other = build_universe([(RepositoryInfo("main"), parse_index(LATER))] * 2, key=compiled.stem)
    write_universe(other, str(compiled))
    return compiled.read_bytes()


@pytest.mark.parametrize("part", ["", "universes"], ids=["all of it", "its part"])
def test_a_cache_that_belongs_to_somebody_else(
    environ: dict[str, str], right: dict[str, Any], cache: Path, part: str
) -> None:
    if os.getuid() != 0:
        pytest.skip("only root may become somebody else")
    assert_right(finish(start(environ)), right)
    (compiled,) = universes(cache)
    planted = plant(compiled)
    os.chown(cache / part, 12345, 12345)
    assert_right(finish(start(environ)), right, warnings=1)
    assert compiled.read_bytes() == planted


def test_a_part_of_the_cache_that_others_may_write(environ: dict[str, str], right: dict[str, Any], cache: Path) -> None:
    assert_right(finish(start(environ)), right)
    (compiled,) = universes(cache)
    planted = plant(compiled)
    (cache / "universes").chmod(0o777)
    assert_right(finish(start(environ)), right, warnings=1)
    assert compiled.read_bytes() == planted


def test_a_cache_that_is_read_only(environ: dict[str, str], right: dict[str, Any], cache: Path) -> None:
    prefix: tuple[str, ...] = ()
    if os.getuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("modes do not bind root, and there is no setpriv to make them")
        prefix = ("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all")
    assert_right(finish(start(environ)), right)
    places = [cache, *(path for path in cache.rglob("*"))]
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in places}
    for compiled in (True, False):
        if not compiled:
            universes(cache)[0].unlink()
        for path in reversed([path for path in places if path.exists()]):
            path.chmod(modes[path] & ~0o222)
        found = finish(start(environ, prefix=prefix))
        for path in [path for path in places if path.exists()]:
            path.chmod(modes[path])
        assert_right(found, right, warnings=0 if compiled else 1)


@pytest.mark.parametrize("place", ["", "universes"], ids=["all of it", "its part"])
def test_a_file_in_the_place_of_the_cache(
    environ: dict[str, str], right: dict[str, Any], cache: Path, place: str
) -> None:
    cache.mkdir() if place else None
    (cache / place).write_text("something of somebody's")
    for _ in range(2):
        assert_right(finish(start(environ)), right, warnings=1)
    assert (cache / place).read_text() == "something of somebody's"


def test_a_link_in_the_place_of_its_part(environ: dict[str, str], right: dict[str, Any], cache: Path) -> None:
    cache.mkdir()
    (cache.parent / "elsewhere").mkdir()
    (cache / "universes").symlink_to(cache.parent / "elsewhere")
    assert_right(finish(start(environ)), right, warnings=1)
    assert list((cache.parent / "elsewhere").iterdir()) == []


def test_one_command_warns_once_of_one_thing(here: dict[str, str], cache: Path) -> None:
    """Two sets are asked of two explorers, in one cache that cannot be used."""
    from tests.loading.conftest import run

    cache.write_text("something of somebody's")
    found = run("compare", "git", "curl")
    assert (found.status, len(found.warnings)) == (0, 1)
    assert cost().status == 0
