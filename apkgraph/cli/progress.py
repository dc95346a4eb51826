"""Progress bars on stderr, one a label; made when the first one has something to show."""

from __future__ import annotations

import threading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class Bars:
    """The bars that are on the screen. Several threads may report at once."""

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
