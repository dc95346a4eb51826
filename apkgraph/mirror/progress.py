"""Progress of what is fetched side by side, told to somebody who expects one voice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Self

Progress = Callable[[str, int, "int | None"], None]  # label, bytes so far, and of how many where that is known


class Announcer:
    """Progress from several threads, one call at a time, and none any more once nobody waits."""

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
