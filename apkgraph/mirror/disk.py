"""How diskcache keeps what it is given here: bytes in files, named by text. No pickle is written, none is ever read.

diskcache's own Disk unpickles whatever a row of its database says is a pickle, and so runs what somebody planted
(CVE-2025-69872). This one knows a single kind of value and a single kind of key, and refuses every other.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
from typing import Any

from diskcache import Disk
from diskcache.core import MODE_BINARY, UNKNOWN

from apkgraph.mirror.archive import LARGEST_ARCHIVE

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
            message = "a key in the cache is no text"
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
        if os.path.getsize(path) > LARGEST_ARCHIVE:
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
