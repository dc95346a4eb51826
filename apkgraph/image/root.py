"""A system in a root directory, or beside its installed db; links are followed within the root, and never out of it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from apkgraph import limits
from apkgraph.errors import InputError
from apkgraph.image.files import read_file
from apkgraph.image.system import DATABASES, REPOSITORY_LISTS, WANTED, WORLD, System, limit_of, system_of

if TYPE_CHECKING:
    from collections.abc import Callable

_UPWARDS = ("../../..", "../../../..")  # from the directory of the db to the root: lib/apk/db, usr/lib/apk/db


def read_below(root: str, wanted: Mapping[str, int]) -> dict[str, bytes]:
    """Those of the wanted files (path in the root: largest size) that are there."""
    found = {}
    for name, limit in (*wanted.items(), *_lists(root)):
        path = resolve(root, name)
        if path is not None:
            found[name] = read_file(path, limit, "a file of an Alpine system")
    return found


def _lists(root: str) -> Iterator[tuple[str, int]]:
    """The lists of repositories below a root, each with its largest size."""
    for directory in REPOSITORY_LISTS:
        try:
            names = sorted(os.listdir(_followed(root, directory)))
        except OSError:
            continue
        yield from [(name, limit) for file in names if (limit := limit_of(name := f"{directory}/{file}"))][
            : limits.REPOSITORY_LISTS
        ]


def _followed(root: str, name: str) -> str:
    return os.path.join(root, follow(name, lambda part: _link(os.path.join(root, part)), root))


def resolve(root: str, name: str) -> str | None:
    """Where a regular file below a root lies, None where there is none.

    An absolute link starts at the root again. Raises InputError for a link that leads out of it, or round in circles.
    """
    path = _followed(root, name)
    mode = _mode(path)
    if mode is None or stat.S_ISDIR(mode):
        return None
    if not stat.S_ISREG(mode):
        message = f"{path}: not a regular file"
        raise InputError(message)
    return path


def _link(path: str) -> str | None:
    try:
        return os.readlink(path)
    except OSError:  # no link, or nothing there: what it is, is looked at once all links are followed
        return None


def _mode(path: str) -> int | None:
    try:
        return os.lstat(path).st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        message = f"{path}: cannot be read: {error.strerror}"
        raise InputError(message) from None


def follow(name: str, link_of: Callable[[str], str | None], where: str) -> str:
    """The path without links that `name` stands for, both without a first slash.

    `link_of` gives the target of a path that is a link, else None. An absolute target starts at the root again.
    Raises InputError, which begins with `where`, for links that lead out of the root or round in circles.
    """
    waiting = name.split("/")[::-1]
    done: list[str] = []
    links = 0
    while waiting:
        part = waiting.pop()
        if part in ("", "."):
            continue
        if part == "..":
            if not done:
                message = f"{where}: {name}: a link in it leads out of the root"
                raise InputError(message)
            done.pop()
            continue
        target = link_of("/".join([*done, part]))
        if target is None:
            done.append(part)
            continue
        links += 1
        if links > limits.PATH_LINKS:
            message = f"{where}: {name}: a loop of links"
            raise InputError(message)
        if target.startswith("/"):
            done = []
        waiting += target.split("/")[::-1]
    return "/".join(done)


def read_installed(path: str, world_file: str | None = None) -> System:
    """The system at `path`: a root directory, or an installed db whose world lies where it does in a root.

    `world_file` is taken for its world where it is given. Raises InputError where anything is missing or malformed.
    """
    files = read_below(path, WANTED) if os.path.isdir(path) else _beside(path)
    if world_file is not None:
        files[WORLD] = read_file(world_file, limits.SYSTEM_FILE_BYTES, "a world")
    return system_of(path, files)


def _beside(path: str) -> dict[str, bytes]:
    database = read_file(path, limits.DATABASE_BYTES, "an installed db")
    if database.startswith((b"\x1f\x8b", b"\x28\xb5\x2f\xfd")) or b"\0" in database[:1024]:
        message = f"{path}: binary, not an installed db; an image or an archive is read with image:{path}"
        raise InputError(message)
    rest = {name: limit for name, limit in WANTED.items() if name not in DATABASES}
    directory = os.path.dirname(os.path.abspath(path))
    for upwards in _UPWARDS:
        root = os.path.normpath(os.path.join(directory, upwards))
        if os.path.exists(os.path.join(root, WORLD)):
            return {**read_below(root, rest), DATABASES[0]: database}
    return {DATABASES[0]: database}
