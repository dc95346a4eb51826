"""What lies in the cache: how much room each part takes, and how it is emptied."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from typing import TYPE_CHECKING, NamedTuple

from apkgraph.errors import ApkgraphError
from apkgraph.mirror.directory import ARCHIVES, RANKS, UNIVERSES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apkgraph.settings import Settings

_PARTS = {ARCHIVES: "archives", UNIVERSES: "universes", RANKS: "ranks"}
_ATTEMPTS = 5
_OLDER = ("archives-", f"{UNIVERSES}-", f"{RANKS}-")


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
        return [f"{path}: this is no directory, and none of apkgraph's; remove it yourself"]
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
