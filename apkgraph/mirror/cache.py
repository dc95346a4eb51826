"""The archives that were fetched, kept by diskcache; a cache that cannot be used warns once and is done without.
Also the sizes of all parts of the cache, and how it is emptied.

Whatever is read from here is looked at again (its SHA-256 here, its signature by whoever uses it): the cache is a
place to keep things, nothing to trust. An entry is one row and one file, so that it is there whole or not at all.
"""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import hashlib
import json
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Self, TypeVar

from apkgraph import limits
from apkgraph.errors import ApkgraphError
from apkgraph.mirror.directory import ARCHIVES, RANKS, UNIVERSES, UnusableCacheError, cache_directory, unusable
from apkgraph.mirror.fetch import Validators

if TYPE_CHECKING:
    from apkgraph.settings import Settings

Value = TypeVar("Value")
Warn = Callable[[str], None]

_LOCK_TIMEOUT = 20  # seconds to wait for another process
# How SQLite words that a table is not the one expected, or holds what cannot be read.
_DAMAGED = ("no such", "has no column", "Could not decode", "unsupported file format")
_PARTS = {ARCHIVES: "archives", UNIVERSES: "universes", RANKS: "ranks"}
_ATTEMPTS = 5
_OLDER = ("archives-", f"{UNIVERSES}-", f"{RANKS}-")


@dataclass(frozen=True, slots=True)
class Metadata:
    """`url` as it may be shown; times in seconds since 1970; `signed_by` "" where nobody trusted has signed."""

    url: str
    sha256: str
    size: int
    fetched_at: int
    checked_at: int
    etag: str = ""
    last_modified: str = ""
    repository: str = ""
    release: str = ""
    arch: str = ""
    signed_by: str = ""
    description: str = ""

    @property
    def validators(self) -> Validators:
        """What to ask the mirror with."""
        return Validators(self.etag, self.last_modified)

    def age(self, now: float) -> float:
        """Seconds since it was last known to be the mirror's newest; negative where the clock went back."""
        return now - self.checked_at

    def checked(self, now: float, validators: Validators) -> Metadata:
        """The same, after the mirror said that nothing has changed."""
        return dataclasses.replace(
            self,
            checked_at=int(now),
            etag=validators.etag or self.etag,
            last_modified=validators.last_modified or self.last_modified,
        )


@dataclass(frozen=True, slots=True)
class CacheEntry:
    """A file and what is known about it."""

    metadata: Metadata
    data: bytes


def key_of(address: str) -> str:
    """The cache's key for an address: a digest, for an address may hold a password."""
    return hashlib.sha256(address.encode()).hexdigest()


def digest(data: bytes) -> str:
    """The SHA-256 by which a file is known again, in hex."""
    return hashlib.sha256(data).hexdigest()


def to_text(metadata: Metadata) -> str:
    """Encode metadata as the cache keeps it."""
    return json.dumps(dataclasses.asdict(metadata))


def from_text(text: object) -> Metadata:
    """Decode metadata; ValueError where the text is not what `to_text` wrote."""
    if not isinstance(text, str):
        message = "no text"
        raise ValueError(message)  # noqa: TRY004  # one kind of error for whatever a damaged cache holds
    try:
        metadata = Metadata(**json.loads(text))
    except (TypeError, RecursionError) as error:
        raise ValueError(str(error)) from None
    for field in dataclasses.fields(metadata):
        value = getattr(metadata, field.name)
        good = type(value) is int and 0 <= value < limits.CACHED_NUMBER if field.type == "int" else type(value) is str
        if not good:
            message = f"{field.name} is of another kind, or beyond all bounds"
            raise ValueError(message)
    return metadata


class ArchiveCache:
    """One run's view of the archives in CACHE_DIR. For one thread; close it, or use it as a context manager."""

    def __init__(self, settings: Settings, warn: Warn | None = None) -> None:
        self._settings = settings
        self._warn = warn
        self._store: Any = None
        self._usable = True
        self._swept = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the database go."""
        if self._store is not None:
            with contextlib.suppress(sqlite3.Error):
                self._store.close()
            self._store = None

    def get(self, key: str) -> CacheEntry | None:
        """What is kept under this key, or None; an entry that is damaged is dropped."""
        nothing: tuple[object, object] = (None, None)
        data, text = self._guarded(lambda store: store.get(key, tag=True), nothing)
        if data is None and text is None:
            return None
        entry = _entry(data, text)
        if entry is None:
            self._complain(f"the cache {self._settings.cache_dir}: an entry was damaged; it is dropped")
            self._guarded(lambda store: store.delete(key), None)
        return entry

    def put(self, key: str, entry: CacheEntry) -> None:
        """Keep this under the key, in place of what was there."""
        self._guarded(lambda store: self._put(store, key, entry), None)

    def _put(self, store: Any, key: str, entry: CacheEntry) -> None:
        from apkgraph.mirror.storage import remove_orphans

        store.set(key, entry.data, tag=to_text(entry.metadata))
        if not self._swept:
            self._swept = True
            remove_orphans(os.path.join(self._settings.cache_dir, ARCHIVES), time.time())

    def entries(self) -> list[Metadata]:
        """What is known about all that is kept, in no particular order."""
        return self._guarded(lambda store: list(_all_metadata(store)), [])

    def _guarded(self, use: Callable[[Any], Value], otherwise: Value) -> Value:
        """What `use` makes of the store; where the store fails, a warning, and never again in this run."""
        from diskcache import Timeout

        from apkgraph.mirror.storage import RefusedError

        if not self._usable:
            return otherwise
        try:
            if self._store is None:
                self._store = self._open()
            return use(self._store)
        except UnusableCacheError as error:
            self._complain(str(error))
        except RefusedError as error:
            self._complain(f"the cache {self._settings.cache_dir}: {error}; its archives are not used")
            self._throw_away()
        except (sqlite3.Error, UnicodeDecodeError, OSError, Timeout) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error) or "locked"
            self._complain(unusable(self._settings.cache_dir, reason))
            if _is_broken(error):
                self._throw_away()
        self._usable = False
        return otherwise

    def _open(self) -> Any:
        try:
            return _open(cache_directory(self._settings, ARCHIVES))
        except (sqlite3.Error, UnicodeDecodeError) as error:
            if not _is_broken(error):
                raise
            self._complain(f"the cache {self._settings.cache_dir}: its archives are damaged and not used")
            self._throw_away()
            return _open(cache_directory(self._settings, ARCHIVES))

    def _throw_away(self) -> None:
        from apkgraph.mirror.storage import is_read_only

        self.close()
        directory = os.path.join(self._settings.cache_dir, ARCHIVES)
        if not is_read_only(directory):
            shutil.rmtree(directory, ignore_errors=True)

    def _complain(self, text: str) -> None:
        if self._warn is not None:
            self._warn(text)
            self._warn = None


def _entry(data: object, text: object) -> CacheEntry | None:
    """What a row holds, where it is whole."""
    try:
        metadata = from_text(text)
    except ValueError:
        return None
    return CacheEntry(metadata, data) if isinstance(data, bytes) and digest(data) == metadata.sha256 else None


def _open(directory: str) -> Any:
    from diskcache import DEFAULT_SETTINGS, Cache

    from apkgraph.mirror.storage import PlainDisk, ReadOnlyArchives, is_read_only

    if is_read_only(directory):
        return ReadOnlyArchives(directory)
    # Every setting is given, so that none is taken from the database, where anything may have been planted.
    _refuse_strange_settings(directory)
    own = {"eviction_policy": "least-recently-stored", "size_limit": limits.CACHED_ARCHIVES_BYTES}
    return Cache(directory, timeout=_LOCK_TIMEOUT, disk=PlainDisk, **{**DEFAULT_SETTINGS, **own})


def _refuse_strange_settings(directory: str) -> None:
    """The library turns every row of its table of settings into an attribute of the cache, whatever its name."""
    from diskcache.core import DEFAULT_SETTINGS, METADATA

    path = os.path.join(directory, "cache.db")
    if not os.path.exists(path):
        return
    with contextlib.closing(sqlite3.connect(path, timeout=_LOCK_TIMEOUT)) as database:
        if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'Settings'").fetchone():
            return
        found = {name for (name,) in database.execute("SELECT key FROM Settings")}
    if not found <= {*DEFAULT_SETTINGS, *METADATA}:
        message = "settings that are none of diskcache's"
        raise sqlite3.DatabaseError(message)


def _all_metadata(store: Any) -> Iterator[Metadata]:
    seen: set[str] = set()
    for key in store.iterkeys():
        if key in seen:  # diskcache goes from each key to the next larger one, forever in an index out of order
            message = "its index is out of order"
            raise sqlite3.DatabaseError(message)
        seen.add(key)
        handle, text = store.get(key, read=True, tag=True)
        if handle is not None:
            handle.close()
            with contextlib.suppress(ValueError):
                yield from_text(text)


def _is_broken(error: Exception) -> bool:
    """Whether the database is damaged or of another format, not merely locked, full or read-only."""
    if isinstance(error, sqlite3.OperationalError):
        return any(words in str(error) for words in _DAMAGED)
    return isinstance(error, sqlite3.DatabaseError | UnicodeDecodeError)  # of a message that quotes what it found


class Sizes(NamedTuple):
    """Bytes of each part of the cache: what was fetched, compiled from that, ranked, and left by older formats."""

    archives: int = 0
    universes: int = 0
    ranks: int = 0
    older: int = 0


def sizes(settings: Settings) -> Sizes:
    """The room that all parts take; nothing where there is no cache."""
    found = dict.fromkeys(Sizes._fields, 0)
    with contextlib.suppress(OSError):
        for name, path in _parts(settings.cache_dir):
            found[_PARTS.get(name, "older")] += _size(path)
    return Sizes(**found)


def clear(settings: Settings) -> int:
    """Remove all that apkgraph keeps in CACHE_DIR, of this format and of older ones; the bytes that were freed.

    Nothing else that lies in that directory is touched. Raises ApkgraphError where something cannot be removed.
    """
    freed = 0
    stuck: list[str] = []
    try:
        for _, path in _parts(settings.cache_dir):
            before = _size(path)
            with contextlib.suppress(FileNotFoundError):
                stuck += _remove(path)
            freed += before - _size(path)
    except FileNotFoundError:
        return freed
    except OSError as error:
        stuck.append(f"{settings.cache_dir}: cannot be emptied ({error.strerror})")
    if stuck:
        raise ApkgraphError(stuck[0])
    return freed


def _parts(directory: str) -> Iterator[tuple[str, str]]:
    for name in sorted(os.listdir(directory)):
        if name in _PARTS or name.startswith(_OLDER):
            yield name, os.path.join(directory, name)


def _remove(path: str) -> list[str]:
    """Remove a part, as far as it can be; what stood in the way."""
    if os.path.islink(path) or not os.path.isdir(path):
        return [f"{path}: this is not a directory, and none of apkgraph's; remove it yourself"]
    for _ in range(_ATTEMPTS):  # others may write meanwhile
        failure = OSError(errno.ENOTEMPTY, os.strerror(errno.ENOTEMPTY))
        try:
            shutil.rmtree(path)
        except OSError as error:
            shutil.rmtree(path, ignore_errors=True)
            failure = error
        if not os.path.lexists(path):
            return []
        if failure.errno not in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOENT):
            return [f"{path}: cannot be removed ({failure.strerror}); its owner can"]
    return []  # emptied, and written again by a running process


def _size(directory: str) -> int:
    total = 0
    for place, _, names in () if os.path.islink(directory) else os.walk(directory):
        for name in names:
            with contextlib.suppress(OSError):
                total += os.lstat(os.path.join(place, name)).st_size
    return total
