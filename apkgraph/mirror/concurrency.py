"""Several things that wait for the network at once, in bounded time, whatever one of them does."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence
from typing import Self, TypeVar

from apkgraph.errors import ApkgraphError, MirrorError

Value = TypeVar("Value")
_MOST_THREADS = 8
_GRACE = 1.0  # seconds that a job may take beyond its own bound


def run_concurrently(
    jobs: Sequence[Callable[[], Value]], names: Sequence[str], seconds: float
) -> list[Value | ApkgraphError]:
    """What each job returned or raised, in order; `seconds` bounds each job.

    A job that cannot be stopped (a name server that never answers, a header that trickles in) is left behind in its
    daemon thread, and counts as a MirrorError.
    """
    threads = min(_MOST_THREADS, len(jobs))
    waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
    done: queue.SimpleQueue[tuple[int, Value | BaseException]] = queue.SimpleQueue()
    for number in range(len(jobs)):
        waiting.put(number)
    for _ in range(threads):
        threading.Thread(target=_work, args=(jobs, waiting, done), daemon=True).start()
    return _collect(done, names, seconds * -(-len(jobs) // max(1, threads)) + _GRACE)


def run_bounded(job: Callable[[], Value], name: str, seconds: float) -> Value:
    """What one job returns, within the same bound; raises what it raises."""
    (result,) = run_concurrently([job], [name], seconds)
    if isinstance(result, ApkgraphError):
        raise result
    return result


def _work(
    jobs: Sequence[Callable[[], Value]],
    waiting: queue.SimpleQueue[int],
    done: queue.SimpleQueue[tuple[int, Value | BaseException]],
) -> None:
    while True:
        try:
            number = waiting.get_nowait()
        except queue.Empty:
            return
        try:
            done.put((number, jobs[number]()))
        except BaseException as error:  # noqa: BLE001  # handed over to the thread that waits, which raises it
            done.put((number, error))


def _collect(
    done: queue.SimpleQueue[tuple[int, Value | BaseException]], names: Sequence[str], seconds: float
) -> list[Value | ApkgraphError]:
    deadline = time.monotonic() + seconds
    results: dict[int, Value | ApkgraphError] = {}
    while len(results) < len(names):
        try:
            number, result = done.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            break
        if isinstance(result, BaseException) and not isinstance(result, ApkgraphError):
            raise result
        results[number] = result
    late = {number: MirrorError(f"{name}: no answer in time") for number, name in enumerate(names)}
    return [results.get(number, late[number]) for number in range(len(names))]


Progress = Callable[[str, int, "int | None"], None]  # label, bytes so far, and of how many where that is known


class SerializedProgress:
    """Progress from several threads, one call at a time, and none after the wait has ended."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        with self._lock:
            self._progress = None

    def __call__(self, label: str, done: int, total: int | None) -> None:
        """Pass it on."""
        with self._lock:
            if self._progress is not None:
                self._progress(label, done, total)
