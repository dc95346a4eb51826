"""Values of the cache that no row names: what a process leaves that is killed between writing the one and the other."""

from __future__ import annotations

import contextlib
import os
import sqlite3

_ABANDONED = 3600  # seconds after which nobody is still about to write the row


def remove_orphans(directory: str, now: float) -> None:
    """Remove the values that were written long ago and are named by no row. Raises sqlite3.Error, OSError."""
    with contextlib.closing(sqlite3.connect(os.path.join(directory, "cache.db"))) as database:
        named = {name for (name,) in database.execute("SELECT filename FROM Cache")}
    for place, _, files in os.walk(directory):  # which others may empty meanwhile
        for path in [os.path.join(place, file) for file in files if file.endswith(".val")]:
            with contextlib.suppress(FileNotFoundError):
                if os.path.relpath(path, directory) not in named and os.stat(path).st_mtime < now - _ABANDONED:
                    os.unlink(path)
