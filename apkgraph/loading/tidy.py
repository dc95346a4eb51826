"""Keeps the directory of compiled universes small: the newest stay, and what a killed process left behind goes."""

from __future__ import annotations

import os
from contextlib import suppress
from time import time

MOST = {".universe": 12, ".json": 200}  # files; the oldest go
_ABANDONED = 3600  # seconds after which nobody is still writing a file


def tidy(directory: str) -> None:
    """Remove what is too much or abandoned. Others may do the same at the same time. Raises OSError."""
    files = [(_written(entry), entry.path) for entry in os.scandir(directory)]
    for suffix, most in MOST.items():
        for _, path in sorted(file for file in files if file[1].endswith(suffix))[:-most]:
            _remove(path)
    for written, path in files:
        if path.endswith(".part") and written < time() - _ABANDONED:
            _remove(path)


def _written(entry: os.DirEntry[str]) -> float:
    """When it was written last, in seconds since 1970; 0 for what is gone already."""
    with suppress(FileNotFoundError):
        return entry.stat(follow_symlinks=False).st_mtime
    return 0.0


def _remove(path: str) -> None:
    with suppress(FileNotFoundError):
        os.unlink(path)
