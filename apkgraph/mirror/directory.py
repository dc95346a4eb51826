"""The directories of the cache: ours alone, or not used at all.

On the path of a warm query: it imports nothing that costs.
"""

from __future__ import annotations

import os
import stat

from apkgraph.errors import ApkgraphError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from apkgraph.settings import Settings

ARCHIVES = "archives-1"  # the number is the format's: another format has another directory
UNIVERSES = "universes"
RANKS = "ranks"


class UnusableCacheError(ApkgraphError):
    """The cache cannot be used. This is not fatal: callers warn and continue without it."""


def cache_directory(settings: Settings, part: str) -> str:
    """The directory of one part of the cache, made if need be, belonging to this user and writable by nobody else.

    Raises UnusableCacheError where it is not usable so.
    """
    path = os.path.join(settings.cache_dir, part)
    try:
        _claim(settings.cache_dir, private=False)
        _claim(path, private=True)
    except OSError as error:
        raise UnusableCacheError(unusable(settings.cache_dir, error.strerror or str(error))) from None
    return path


def unusable(cache_dir: str, reason: str) -> str:
    """The warning for a cache that cannot be used."""
    return f"the cache {cache_dir} cannot be used ({reason}); continuing without it"


def is_private(settings: Settings, part: str) -> bool:
    """Whether this part of the cache is there and may be read: ours, as the whole is, and nobody else's to write."""
    try:
        _look(settings.cache_dir, private=False)
        _look(os.path.join(settings.cache_dir, part), private=True)
    except OSError:
        return False
    return True


def may_hold(settings: Settings, url: str) -> bool:
    """Whether the archives have an entry of this URL; true, too, where that cannot be told.

    SQLite alone is asked: opening diskcache takes longer than most questions take in all.
    """
    import json
    import sqlite3
    from urllib.parse import quote

    from apkgraph.redaction import shown

    path = os.path.join(settings.cache_dir, ARCHIVES, "cache.db")
    if not is_private(settings, ARCHIVES) or not os.path.exists(path):
        return False
    try:
        database = sqlite3.connect(f"file:{quote(os.path.abspath(path))}?mode=ro", uri=True)
        try:
            found = database.execute("SELECT 1 FROM Cache WHERE instr(tag, ?)", (json.dumps(shown(url)),)).fetchone()
        finally:
            database.close()
    except sqlite3.Error:
        return True
    return found is not None


def _claim(path: str, *, private: bool) -> None:
    """Make the directory 0700, or see that the one that is there is ours; OSError otherwise."""
    try:
        _look(path, private=private)
    except FileNotFoundError:
        os.makedirs(path, 0o700, exist_ok=True)
        _look(path, private=private)


def _look(path: str, *, private: bool) -> None:
    """See that a directory is ours; OSError otherwise.

    Within a directory that others may write, a part of the cache is still safe: it is not a link, is ours, and others
    may not write in it, so that whoever puts another in its place could only put one that is refused.
    """
    found = os.lstat(path) if private else os.stat(path)
    if not stat.S_ISDIR(found.st_mode):
        raise OSError(0, f"{path} is not a directory")
    if hasattr(os, "geteuid") and found.st_uid != os.geteuid():
        raise OSError(0, f"{path} belongs to somebody else")
    if private and found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise OSError(0, f"others may write in {path}; apkgraph cache clear removes it")
