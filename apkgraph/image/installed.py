"""An installed system from its root directory, or from its installed db with a world."""

from __future__ import annotations

import os

from apkgraph import limits
from apkgraph.errors import InputError
from apkgraph.image.files import read_file
from apkgraph.image.root import read_below
from apkgraph.image.system import DATABASES, WANTED, WORLD, System, system_of

_UPWARDS = ("../../..", "../../../..")  # from the directory of the db to the root: lib/apk/db, usr/lib/apk/db


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
