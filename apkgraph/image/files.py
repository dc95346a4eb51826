"""Files that a user names, a world among them, read whole, up to a limit; whatever goes wrong is one line."""

from __future__ import annotations

import sys
from typing import BinaryIO

from apkgraph import limits
from apkgraph.errors import DependencyError, InputError
from apkgraph.model.dependency import Dependency, parse_world

_PIECE = 1 << 18  # bytes
_WORLD = "a world"
_MOST_SHOWN = 200  # characters of a broken word


def read_file(path: str, limit: int, what: str) -> bytes:
    """The bytes of a file of at most `limit` bytes; `-` is standard input. `what` names the kind in errors."""
    if path == "-":
        return _up_to(sys.stdin.buffer, "standard input", limit, what)
    try:
        with open(path, "rb") as file:
            return _up_to(file, path, limit, what)
    except OSError as error:
        message = f"{path}: cannot be read as {what}: {error.strerror}"
        raise InputError(message) from None
    except ValueError:
        message = f"{path!r}: not a file name"
        raise InputError(message) from None


def _up_to(file: BinaryIO, path: str, limit: int, what: str) -> bytes:
    data = bytearray()
    while piece := file.read(_PIECE):  # not all at once: Python would reserve the limit for the smallest file
        data += piece
        if len(data) > limit:
            message = f"{path}: larger than {what} can be ({limit} bytes)"
            raise InputError(message)
    return bytes(data)


def text_of(data: bytes, path: str, what: str) -> str:
    """UTF-8 text without control characters that no text holds; InputError with the line otherwise."""
    zero = data.find(b"\0")
    if zero >= 0:
        message = f"{path}: line {data.count(10, 0, zero) + 1}: binary, not {what}"
        raise InputError(message)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"{path}: line {data.count(10, 0, error.start) + 1}: not UTF-8 text, so not {what}"
        raise InputError(message) from None


def read_world(path: str) -> tuple[Dependency, ...]:
    """The dependencies in the file at `path`; InputError where it cannot be read as a world."""
    return world_of(read_file(path, limits.WORLD_BYTES, _WORLD), path)


def world_of(data: bytes, path: str) -> tuple[Dependency, ...]:
    """The dependencies in a world's bytes; `path` is for messages."""
    try:
        return parse_world(text_of(data, path, _WORLD))
    except DependencyError as error:
        message = f"{path}: {str(error).replace(error.token, error.token[:_MOST_SHOWN])}"
        raise InputError(message) from None
