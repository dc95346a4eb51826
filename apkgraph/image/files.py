"""Files that a user names, read whole, up to a limit; whatever goes wrong is one line."""

from __future__ import annotations

import sys
from typing import BinaryIO

from apkgraph.errors import InputError

_PIECE = 1 << 18  # bytes


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
