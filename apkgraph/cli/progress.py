"""Progress on stderr: bars on a terminal, lines elsewhere."""

from __future__ import annotations

import threading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.progress import Progress, TaskID

_MANY = 1000  # steps; fewer are done before anyone would ask where it is


class Bars:
    """Progress bars, one a label, from when the first has something to show. Several threads may report at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._progress: Progress | None = None
        self._tasks: dict[str, TaskID] = {}

    def show(self, label: str, done: int, total: int | None) -> None:
        """Move the bar of `label` to `done` of `total`; a bar without an end where that is not known."""
        with self._lock:
            progress = self._progress or self._start()
            task = self._tasks.get(label)
            if task is None:
                task = self._tasks[label] = progress.add_task(label, total=total)
            progress.update(task, completed=done, total=total)

    def stop(self) -> None:
        """Take all bars off the screen."""
        with self._lock:
            if self._progress is not None:
                self._progress.stop()
            self._progress = None
            self._tasks.clear()

    def _start(self) -> Progress:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TaskProgressColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._progress.start()
        return self._progress


class Steps:
    """Progress as lines: a first one that says what begins, then one for each tenth."""

    def __init__(self, label: str, what: str, note: Callable[[str], None]) -> None:
        self._label = label
        self._what = what
        self._note = note
        self._tenths = -1

    def show(self, label: str, done: int, total: int | None) -> None:
        """Write a line where another tenth is done."""
        if label != self._label or not total or total < _MANY or done * 10 // total <= self._tenths:
            return
        if self._tenths < 0:
            self._note(self._what)
        self._tenths = done * 10 // total
        self._note(f"{label}: {done:,} of {total:,}")
