"""Runs commands in turn, several rounds, and writes for each its wall time, processor time and peak memory as JSON.

    python -I -S stopwatch.py '{"rounds": 5, "commands": [[…], […]], "environ": {…}}'

A process of its own, and a small one: what a child's peak is said to be includes that of whoever started it.
"""

from __future__ import annotations

import json
import os
import sys
from time import perf_counter


def main() -> None:
    """Measure; a command that fails ends it."""
    told = json.loads(sys.argv[1])
    measured: list[list[list[float]]] = [[] for _ in told["commands"]]
    for number in range(told["rounds"]):
        for place, command in enumerate(told["commands"]):
            words = [word.replace("{round}", str(number)) for word in command]
            measured[place].append(run(words, told["environ"]))
    json.dump(measured, sys.stdout)


def run(words: list[str], environ: dict[str, str]) -> list[float]:
    """Seconds by the clock, seconds of processor time, KiB at the peak."""
    nowhere = (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)
    start = perf_counter()
    process = os.posix_spawn(words[0], words, environ, file_actions=[nowhere])
    _, status, usage = os.wait4(process, 0)
    wall = perf_counter() - start
    if status:
        sys.exit(f"{words} ended with {os.waitstatus_to_exitcode(status)}")
    return [wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss]


if __name__ == "__main__":
    main()
