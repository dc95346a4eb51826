"""How diskcache keeps what it is given here: bytes in files, named by text. No pickle is written, none is ever read.

diskcache's own Disk unpickles whatever a row of its database says is a pickle, and so runs what somebody planted
(CVE-2025-69872). This one knows a single kind of value and a single kind of key, and refuses every other.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import re
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from diskcache import Disk
from diskcache.core import MODE_BINARY, UNKNOWN

from apkgraph import limits

_DATABASE = "cache.db"
_ABANDONED = 3600  # seconds after which nobody is still about to write the row
_FILE = re.compile(r"[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{28}\.val")


class RefusedError(Exception):
    """A row that this program did not write."""


class PlainDisk(Disk):  # type: ignore[misc]  # diskcache is not typed
    """Bytes and text only, in both directions."""

    def __init__(self, directory: str, **_settings: object) -> None:
        # The settings come from the database, where anything may have been planted: none is taken from there.
        super().__init__(directory, min_file_size=0)

    def put(self, key: object) -> tuple[str, bool]:
        """A key for the database: text as it is."""
        if not isinstance(key, str):
            message = "a key of the cache is text"
            raise TypeError(message)
        return key, True

    def get(self, key: object, raw: object) -> str:
        """A key from the database: text, or refused."""
        if not raw or not isinstance(key, str):
            message = "a key in the cache is not text"
            raise RefusedError(message)
        return key

    def store(self, value: object, read: object, key: object = UNKNOWN) -> tuple[int, int, str, None]:
        """Bytes into a file of their own; nothing is left of it where the disk is full."""
        if read or not isinstance(value, bytes):
            message = "a value of the cache is bytes"
            raise TypeError(message)
        name, path = self.filename(key, value)
        try:
            self._write(path, io.BytesIO(value), "xb")
        except OSError:
            with contextlib.suppress(OSError):
                os.remove(path)
            raise
        return len(value), MODE_BINARY, name, None

    def fetch(self, mode: object, filename: object, _value: object, read: object) -> Any:
        """Bytes from the file of a row that `store` wrote; every other row is refused."""
        if mode != MODE_BINARY:
            message = "a value in the cache is not what was stored there"
            raise RefusedError(message)
        path = os.path.join(self._directory, _checked(filename))
        found = os.stat(path)
        if not stat.S_ISREG(found.st_mode):
            message = "a value in the cache is not a plain file"
            raise RefusedError(message)
        if found.st_size > limits.ARCHIVE_BYTES:
            message = "a value in the cache is larger than any that was stored there"
            raise RefusedError(message)
        return super().fetch(mode, filename, None, read)

    def remove(self, file_path: str) -> None:
        """Remove the file of a row; a row that names any other file is refused."""
        super().remove(_checked(file_path))


def _checked(filename: object) -> str:
    if not isinstance(filename, str) or not _FILE.fullmatch(filename):
        message = "a row of the cache names a file that is none of the cache's"
        raise RefusedError(message)
    return filename


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
        """Close the database."""
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
        """Raise OSError: the cache is read-only."""
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), key)

    def delete(self, _key: str) -> None:
        """Do nothing: the cache is read-only, so a damaged entry is found again each time."""


def remove_orphans(directory: str, now: float) -> None:
    """Remove the values that were written long ago and are named by no row. Raises sqlite3.Error, OSError."""
    with contextlib.closing(sqlite3.connect(os.path.join(directory, _DATABASE))) as database:
        named = {name for (name,) in database.execute("SELECT filename FROM Cache")}
    for place, _, files in os.walk(directory):  # which others may empty meanwhile
        for path in [os.path.join(place, file) for file in files if file.endswith(".val")]:
            with contextlib.suppress(FileNotFoundError):
                if os.path.relpath(path, directory) not in named and os.stat(path).st_mtime < now - _ABANDONED:
                    os.unlink(path)
