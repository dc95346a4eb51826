"""What the body of an answer really is: its length, an encoding nobody asked for, a web page in place of a file."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from apkgraph.errors import MirrorError

if TYPE_CHECKING:
    from collections.abc import Mapping

_GZIP = b"\x1f\x8b"


def expected_length(headers: Mapping[str, str]) -> int | None:
    """Bytes that the body must have, where the answer says so."""
    value = headers.get("Content-Length", "").strip()
    return int(value) if value.isdigit() and "Transfer-Encoding" not in headers else None


def decoded(data: bytes, headers: Mapping[str, str], where: str, limit: int) -> bytes:
    """The file itself; MirrorError where the answer is empty or in an encoding that nobody asked for."""
    encoding = headers.get("Content-Encoding", "").strip().lower()
    if encoding in ("gzip", "x-gzip"):
        data = _ungzipped(data, where, limit)
    elif encoding not in ("", "identity"):
        message = f"{where}: sent in the encoding {encoding[:40]!a}, which nobody asked for"
        raise MirrorError(message)
    if not data:
        message = f"{where}: the mirror's answer is empty"
        raise MirrorError(message)
    return data


def is_page(data: bytes, headers: Mapping[str, str]) -> bool:
    """Whether this is a web page, by what it says of itself or by its first words."""
    kind = headers.get("Content-Type", "").partition(";")[0].strip().lower()
    first = data[:512].lstrip().lower()
    return not data.startswith(_GZIP) and (kind == "text/html" or first.startswith((b"<!doctype", b"<html")))


def _ungzipped(data: bytes, where: str, limit: int) -> bytes:
    """Servers are known to call an archive itself an encoding: the layer is taken off only where there is one more."""
    try:
        unpacker = zlib.decompressobj(31)
        inner = unpacker.decompress(data, limit + 1)
    except zlib.error:
        message = f"{where}: sent with the encoding gzip, which it is not"
        raise MirrorError(message) from None
    if not inner.startswith(_GZIP) and data.startswith(_GZIP):
        return data
    if len(inner) > limit or not unpacker.eof:
        message = f"{where}: larger than {limit} bytes, or cut off"
        raise MirrorError(message)
    return inner
