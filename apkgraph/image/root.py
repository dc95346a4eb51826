"""A few files below a root directory, with its links followed as if it were the root, and never out of it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping

from apkgraph import limits
from apkgraph.errors import InputError
from apkgraph.image.files import read_file
from apkgraph.image.links import follow
from apkgraph.image.system import REPOSITORY_LISTS, limit_of


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
