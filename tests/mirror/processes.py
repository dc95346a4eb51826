"""What a test runs in a process of its own: one obtain(), the answer's digest on stdout, its warnings on stderr."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent.parent

PROGRAM = """
import hashlib, os, sys
from apkgraph.mirror.source import obtain
from apkgraph.settings import resolve
before = os.environ.get("TEST_BEFORE")
if before:
    exec(before)
settings = resolve({}, os.environ)
found = obtain(settings, warn=lambda text: print("WARNING", text, file=sys.stderr))
print(*(hashlib.sha256(index.content).hexdigest() for index in found))
"""


def start(environ: dict[str, str], before: str = "", prefix: Sequence[str] = ()) -> subprocess.Popen[str]:
    """A process that obtains the indexes that `environ` asks for, after running `before`."""
    own = {**os.environ, "PYTHONPATH": str(CHECKOUT), "TEST_BEFORE": before, **environ}
    return subprocess.Popen(
        [*prefix, sys.executable, "-c", PROGRAM], env=own, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def finish(process: subprocess.Popen[str]) -> tuple[int, list[str], str]:
    """Exit status, the digests of the answer, stderr."""
    out, err = process.communicate(timeout=120)
    return process.returncode, out.split(), err


def kill_after(process: subprocess.Popen[str], seconds: float) -> bool:
    """Kill -9 the process after so long; whether it was still running."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.communicate()
        return True
    process.communicate()
    return False


def run_all(count: int, environ: dict[str, str]) -> Sequence[tuple[int, list[str], str]]:
    """So many processes at once."""
    started = [start(environ) for _ in range(count)]
    return [finish(process) for process in started]
