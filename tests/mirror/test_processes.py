"""Many processes on one cache, processes that are killed, disks that are full: every run answers right.

A modest number of them; APKGRAPH_LONG=1 makes it 200 kills and 50 processes.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from apkgraph.mirror.directory import ARCHIVES
from tests.mirror.archives import INDEX, Key, index_part, signed
from tests.mirror.faulty import FaultyServer, answer, faulty, sends
from tests.mirror.processes import finish, kill_after, run_all, start

LONG = bool(os.environ.get("APKGRAPH_LONG"))
KILLS, PROCESSES = (200, 50) if LONG else (12, 20)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and modes are POSIX's")

TEXT = INDEX + random.Random(5).randbytes(300_000).hex().encode()  # large enough that writing it takes a moment
RIGHT = [hashlib.sha256(TEXT).hexdigest()]


@pytest.fixture
def server(key: Key) -> Iterator[FaultyServer]:
    with faulty(sends(answer(signed(key, index_part(TEXT))))) as found:
        yield found


@pytest.fixture
def environ(server: FaultyServer, key: Key, tmp_path: Path) -> dict[str, str]:
    return {
        "APKGRAPH_MIRROR": server.url,
        "APKGRAPH_RELEASE": "v3.18",
        "APKGRAPH_ARCH": "x86_64",
        "APKGRAPH_REPOSITORIES": "main",
        "APKGRAPH_KEYS_DIR": str(key.trust_in(tmp_path / "keys")),
        "APKGRAPH_CACHE_DIR": str(tmp_path / "cache"),
    }


def test_many_processes_on_one_empty_cache(environ: dict[str, str], server: FaultyServer) -> None:
    assert list(run_all(PROCESSES, environ)) == [(0, RIGHT, "")] * PROCESSES
    asked = len(server.requests)
    assert finish(start(environ)) == (0, RIGHT, "")
    assert len(server.requests) == asked


def test_many_processes_that_refresh_one_cache(environ: dict[str, str]) -> None:
    environ["APKGRAPH_REFRESH"] = "yes"
    assert list(run_all(PROCESSES, environ)) == [(0, RIGHT, "")] * PROCESSES


def test_killed_anywhere_the_next_run_answers_right(environ: dict[str, str]) -> None:
    environ["APKGRAPH_REFRESH"] = "yes"
    choose = random.Random(6)
    killed = 0
    for _ in range(KILLS):
        killed += kill_after(start(environ), choose.uniform(0.02, 0.4))
        assert finish(start(environ)) == (0, RIGHT, "")
    assert killed > 0


# Killed at the very points where something is half done, rather than at random ones.
HALF_WRITTEN = """
from diskcache import Disk
def cut(self, path, chunks, mode, encoding=None):
    os.makedirs(os.path.dirname(path))
    open(path, "wb").write(b"half")
    os.kill(os.getpid(), 9)
Disk._write = cut
"""
WRITTEN_WITHOUT_ROW = """
from apkgraph.mirror.storage import PlainDisk
real = PlainDisk.store
def cut(*each, **more):
    real(*each, **more)
    os.kill(os.getpid(), 9)
PlainDisk.store = cut
"""
OLD_FILE_STILL_THERE = """
from apkgraph.mirror.storage import PlainDisk
PlainDisk.remove = lambda *each: os.kill(os.getpid(), 9)
"""
POINTS = {"half written": HALF_WRITTEN, "without a row": WRITTEN_WITHOUT_ROW, "old file there": OLD_FILE_STILL_THERE}


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("filled", [False, True], ids=["empty", "filled"])
def test_killed_at_a_point(environ: dict[str, str], point: str, filled: bool) -> None:
    if filled:
        assert finish(start(environ))[0] == 0
    elif point == "old file there":
        pytest.skip("there is no old file")
    status, _, _ = finish(start({**environ, "APKGRAPH_REFRESH": "yes"}, before=POINTS[point]))
    assert status == -9
    assert finish(start({**environ, **({"APKGRAPH_OFFLINE": "yes"} if filled else {})})) == (0, RIGHT, "")


def test_a_disk_that_fills_up(environ: dict[str, str]) -> None:
    """A real failure of write(2): no file may grow beyond 64 KiB."""
    full = "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))"
    status, digests, warnings = finish(start(environ, before=full))
    assert (status, digests) == (0, RIGHT)
    assert warnings.count("WARNING") == 1
    assert list(Path(environ["APKGRAPH_CACHE_DIR"]).rglob("*.val")) == []
    assert finish(start(environ)) == (0, RIGHT, "")


def test_a_cache_that_belongs_to_somebody_else(environ: dict[str, str], tmp_path: Path) -> None:
    if os.getuid() != 0:
        pytest.skip("only root may become somebody else")
    cache = Path(environ["APKGRAPH_CACHE_DIR"])
    cache.mkdir()
    os.chown(cache, 12345, 12345)
    status, digests, warnings = finish(start(environ))
    assert (status, digests) == (0, RIGHT)
    assert warnings.count("WARNING") == 1
    assert list(cache.iterdir()) == []


def test_a_cache_that_is_read_only(environ: dict[str, str], server: FaultyServer) -> None:
    prefix: tuple[str, ...] = ()
    if os.getuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("modes do not bind root, and there is no setpriv to make them")
        prefix = ("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all")
    assert finish(start(environ))[0] == 0
    asked = len(server.requests)
    cache = Path(environ["APKGRAPH_CACHE_DIR"])
    read_only = (cache / ARCHIVES / "cache.db", cache / ARCHIVES, cache)
    for path in read_only:
        path.chmod(path.stat().st_mode & ~0o222)
    found = finish(start(environ, prefix=prefix))
    assert (found, len(server.requests)) == ((0, RIGHT, ""), asked)  # what is there is read
    status, digests, warnings = finish(start({**environ, "APKGRAPH_REFRESH": "yes"}, prefix=prefix))
    for path in read_only:
        path.chmod(0o700)
    assert (status, digests, len(server.requests)) == (0, RIGHT, asked + 1)
    assert (warnings.count("WARNING"), "Read-only file system" in warnings) == (1, True)
