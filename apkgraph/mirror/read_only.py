"""The archives of a cache that may be read and not written: another's to mend, ours to use as long as they are good."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from apkgraph.mirror.disk import PlainDisk

_DATABASE = "cache.db"


def is_read_only(directory: str) -> bool:
    """Whether there is a database that may not be written."""
    path = os.path.join(directory, _DATABASE)
    return os.path.exists(path) and not (os.access(directory, os.W_OK) and os.access(path, os.W_OK))


class ReadOnlyArchives:
    """What diskcache keeps, without diskcache, which cannot open what it cannot write. Raises sqlite3.Error."""

    def __init__(self, directory: str) -> None:
        path = Path(directory, _DATABASE)
        # Where somebody writes at this moment, or was killed, there is a log; SQLite reads it only where it may lock.
        alone = "" if Path(f"{path}-wal").exists() else "&immutable=1"
        self._database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro{alone}", uri=True)
        self._disk = PlainDisk(directory)

    def close(self) -> None:
        """Let the database go."""
        self._database.close()

    def get(self, key: str, *, read: bool = False, tag: bool) -> tuple[object, object]:
        """A value and its tag, (None, None) where there is none; as diskcache's own, of which it has what is used."""
        asked = "SELECT mode, filename, tag FROM Cache WHERE raw = 1 AND key = ?"
        for mode, filename, found in self._database.execute(asked, (key,)):
            try:
                return self._disk.fetch(mode, filename, None, read), found if tag else None
            except FileNotFoundError:
                break
        return None, None

    def iterkeys(self) -> Iterator[str]:
        """Every key."""
        for (key,) in self._database.execute("SELECT key FROM Cache WHERE raw = 1"):
            yield key

    def set(self, key: str, _value: bytes, **_about: str) -> NoReturn:
        """Nothing is kept: OSError."""
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), key)

    def delete(self, _key: str) -> None:
        """Nothing is dropped; what is damaged is seen to be so each time."""
