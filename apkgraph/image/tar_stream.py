"""The entries of a tar as they come by in a stream: bounded, without unpacking, and failing in one way only.

Kinds of tar: ustar, GNU (long names), pax (path, linkpath, size). Source: `pax`, "ustar Interchange Format" and "pax
Interchange Format" (POSIX.1-2024), and `tar(5)`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from apkgraph import limits
from apkgraph.errors import InputError
from apkgraph.image.streams import Unpacked

_BLOCK = 512
_FILES = b"0\x007S"
_LINKS = {b"1": "hard link", b"2": "symbolic link"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: its name without `./` in front, `file`, `directory`, `hard link`, `symbolic link` or `other`."""

    name: str
    kind: str
    size: int
    target: str = ""


class Tar:
    """Goes over a tar once; the content of the present entry can be read before the next one is asked for."""

    def __init__(self, stream: Unpacked, where: str, most_entries: int = limits.LAYER_ENTRIES) -> None:
        self._stream = stream
        self._where = where
        self._most_entries = most_entries
        self._left = 0  # bytes of the present entry, its padding included
        self._size = 0

    def entries(self) -> Iterator[Entry]:
        """The entries in order; InputError where this is not a tar, or a cut or hostile one."""
        pax: dict[str, str] = {}
        for count in range(self._most_entries):
            self._pass()
            header = self._stream.read(_BLOCK)
            if not header.strip(b"\0"):
                if count == 0 or len(header) < _BLOCK:
                    self._refuse("not a tar archive" if count == 0 else "the tar is cut off")
                return
            kind, size = header[156:157], self._checked_size(header)
            self._left, self._size = size + -size % _BLOCK, size
            if kind in (b"x", b"L", b"K"):
                pax |= self._records(kind)
            elif kind != b"g":
                yield self._entry(header, kind, pax)
                pax = {}
        self._refuse("more entries in the tar than an image can have")

    def content(self, limit: int) -> bytes:
        """The content of the present entry; InputError where it is larger than `limit`."""
        if self._size > limit:
            self._refuse(f"an entry of {self._size} bytes, where at most {limit} make sense")
        data = self._stream.read(self._size)
        self._left -= len(data)
        return data  # where it is cut off, passing on to the next entry fails

    def read(self, size: int) -> bytes:
        """The next bytes of the present entry's content: what makes it a stream of its own."""
        data = self._stream.read(min(size, self._size))
        if len(data) < min(size, self._size):
            self._refuse("the tar is cut off inside an entry")
        self._left -= len(data)
        self._size -= len(data)
        return data

    def _pass(self) -> None:
        if self._left and not self._stream.skip(self._left):
            self._refuse("the tar is cut off inside an entry")
        self._left = 0

    def _records(self, kind: bytes) -> dict[str, str]:
        data = self.content(limits.TAR_HEADER_BYTES)
        if kind in (b"L", b"K"):
            return {"path" if kind == b"L" else "linkpath": _text(data)}
        records = {}
        start = 0
        while start < len(data):
            length = data[start : start + 8].partition(b" ")[0]
            if not (length.isdigit() and len(length) < int(length) <= len(data) - start):
                self._refuse("broken pax records in the tar")
            record = data[start + len(length) + 1 : start + int(length)].rstrip(b"\n")
            key, _, value = record.partition(b"=")
            if key in (b"path", b"linkpath", b"size"):
                records[key.decode()] = _text(value)
            start += int(length)
        return records

    def _entry(self, header: bytes, kind: bytes, pax: dict[str, str]) -> Entry:
        if "size" in pax:
            if not (pax["size"].isascii() and pax["size"].isdigit() and len(pax["size"]) < 20):
                self._refuse("broken pax records in the tar")
            size = int(pax["size"])
            self._left, self._size = size + -size % _BLOCK, size
        name = pax.get("path") or _ustar_name(header)
        if kind in _LINKS:
            return Entry(self._checked(name), _LINKS[kind], self._size, pax.get("linkpath") or _text(header[157:257]))
        if kind == b"5" or (kind in _FILES and name.endswith("/")):
            return Entry(self._checked(name), "directory", self._size)
        return Entry(self._checked(name), "file" if kind in _FILES else "other", self._size)

    def _checked(self, name: str) -> str:
        if name.startswith("/"):
            self._refuse(f"an absolute name in the tar, {name[:80]!r}")
        parts = [part for part in name.split("/") if part not in ("", ".")]
        if ".." in parts:
            self._refuse(f"a name in the tar that leads out of it, {name[:80]!r}")
        return "/".join(parts)

    def _checked_size(self, header: bytes) -> int:
        if len(header) < _BLOCK:
            self._refuse("not a tar archive, or truncated")
        # The sum of the header's bytes, its own field counted as spaces, guards the header.
        total = sum(header) - sum(header[148:156]) + 8 * ord(" ")
        size = _number(header[124:136])
        if size is None or _number(header[148:156]) != total:
            self._refuse("not a tar archive, or a damaged one")
        return size

    def _refuse(self, reason: str) -> NoReturn:
        message = f"{self._where}: {reason}"
        raise InputError(message)


def _number(field: bytes) -> int | None:
    if field[0] & 0x80:  # GNU: a binary number where octal digits do not suffice
        return int.from_bytes(field, "big") & ((1 << 80) - 1) if len(field) == 12 and field[0] == 0x80 else None
    digits = field.strip(b"\0 ")
    return int(digits or b"0", 8) if not digits.strip(b"01234567") else None


def _ustar_name(header: bytes) -> str:
    name, prefix = _text(header[:100]), _text(header[345:500])
    return f"{prefix}/{name}" if header[257:263] == b"ustar\0" and prefix else name


def _text(field: bytes) -> str:
    return field.partition(b"\0")[0].decode("utf-8", "surrogateescape")
