"""What a test runs in a process of its own: one `cost git --json`, perhaps after some code of the test's."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

from tests.loading.conftest import Run
from tests.mirror.processes import CHECKOUT, kill_after

__all__ = ["finish", "kill_after", "run_all", "start"]

PROGRAM = """
import os, sys
exec(os.environ.get("TEST_BEFORE", ""))
from apkgraph.cli.main import main
sys.exit(main(["cost", "git", "--json"]))
"""


def start(environ: dict[str, str], before: str = "", prefix: Sequence[str] = ()) -> subprocess.Popen[str]:
    own = {**os.environ, "PYTHONPATH": str(CHECKOUT), "TEST_BEFORE": before, **environ}
    return subprocess.Popen(
        [*prefix, sys.executable, "-c", PROGRAM], env=own, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def finish(process: subprocess.Popen[str]) -> Run:
    out, err = process.communicate(timeout=120)
    return Run(process.returncode, out, err)


def run_all(count: int, environ: dict[str, str]) -> list[Run]:
    """So many processes at once."""
    started = [start(environ) for _ in range(count)]
    return [finish(process) for process in started]
