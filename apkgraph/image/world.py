"""A world file, `/etc/apk/world`, to dependencies."""

from __future__ import annotations

from apkgraph import limits
from apkgraph.errors import DependencyError, InputError
from apkgraph.image.files import read_file, text_of
from apkgraph.model.dependency import Dependency, parse_world

WHAT = "a world"
_MOST_SHOWN = 200  # characters of a broken word


def read_world(path: str) -> tuple[Dependency, ...]:
    """The dependencies in the file at `path`; InputError where it cannot be read as a world."""
    return world_of(read_file(path, limits.WORLD_BYTES, WHAT), path)


def world_of(data: bytes, path: str) -> tuple[Dependency, ...]:
    """The dependencies in a world's bytes; `path` is for messages."""
    try:
        return parse_world(text_of(data, path, WHAT))
    except DependencyError as error:
        message = f"{path}: {str(error).replace(error.token, error.token[:_MOST_SHOWN])}"
        raise InputError(message) from None
