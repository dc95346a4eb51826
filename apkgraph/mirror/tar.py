"""The entries of a tar held in memory: a bounded reader that fails in one way only.

`tarfile` reads many kinds of tar and fails in many ways; an index needs plain files, and a reader that a hostile
archive cannot lead astray. As apk does, it takes a name from a pax `path` record or a GNU long name, and passes over
every other metadata header and every entry that is not a plain file (spec A1).
"""

from __future__ import annotations

from apkgraph import limits
from apkgraph.errors import ArchiveError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

BLOCK = 512
_PLAIN = (b"0", b"\0", b"7")
_PAX, _LONG_NAME = b"x", b"L"
_OTHER_METADATA = (b"g", b"K")


def entries(data: bytearray, where: str, *, ends_here: bool = True) -> Iterator[tuple[str, bytes]]:
    """Name and content of each plain file, in order; ArchiveError where this is not a whole tar.

    With `ends_here` false, `data` is the first part of a tar that goes on, and an end marker in it is an error.
    """
    for name, start, size in _plain_files(data, where, ends_here=ends_here):
        yield name, _content(data, start, size, where)


def first_name(data: bytearray) -> str:
    """Return the name of the first plain file of a tar that may be cut off after it, "" where there is none."""
    return next((name for name, _, _ in _plain_files(data, "", ends_here=True)), "")


def _plain_files(data: bytearray, where: str, *, ends_here: bool) -> Iterator[tuple[str, int, int]]:
    """Name, start and size of each plain file, the start and the size not yet checked against the data."""
    position = 0
    given_name = b""  # by the metadata in front of the next entry
    for _ in range(limits.ARCHIVE_HEADERS):
        header = bytes(data[position : position + BLOCK])
        if not header.strip(b"\0"):  # the end, marked by zeros or by nothing
            if data[position:].strip(b"\0") or (header and not ends_here):
                message = f"{where}: the archive has something after its end"
                raise ArchiveError(message)
            return
        start, size = position + BLOCK, _checked_size(header, where)
        position = start + -(-size // BLOCK) * BLOCK
        kind = header[156:157]
        if kind == _PAX:
            given_name = _pax_path(_content(data, start, size, where), where) or given_name
        elif kind == _LONG_NAME:
            given_name = _content(data, start, size, where).partition(b"\0")[0]
        elif kind not in _OTHER_METADATA:
            if kind in _PLAIN:
                yield (given_name or _name(header)).decode("utf-8", "backslashreplace"), start, size
            given_name = b""
        if start + size > len(data):
            message = f"{where}: the archive is cut off inside an entry"
            raise ArchiveError(message)
    message = f"{where}: more than {limits.ARCHIVE_HEADERS} entries in the archive"
    raise ArchiveError(message)


def _content(data: bytearray, start: int, size: int, where: str) -> bytes:
    content = bytes(memoryview(data)[start : start + size])
    if len(content) < size:
        message = f"{where}: the archive is cut off inside an entry"
        raise ArchiveError(message)
    return content


def _checked_size(header: bytes, where: str) -> int:
    # The sum of the header's bytes, its own field counted as spaces, guards the header.
    total = sum(header) - sum(header[148:156]) + 8 * ord(" ")
    size = _octal(header[124:136])
    if len(header) < BLOCK or size is None or _octal(header[148:156]) != total:
        message = f"{where}: not a tar archive, or a damaged one"
        raise ArchiveError(message)
    return size


def _octal(field: bytes) -> int | None:
    digits = field.strip(b"\0 ")
    return int(digits, 8) if digits and not digits.strip(b"01234567") else None


def _name(header: bytes) -> bytes:
    name = header[:100].partition(b"\0")[0]
    prefix = header[345:500].partition(b"\0")[0] if header[257:263] == b"ustar\0" else b""
    return prefix + b"/" + name if prefix else name


def _pax_path(records: bytes, where: str) -> bytes:
    """Return the last `path` of the records `LENGTH KEY=VALUE`, b"" where there is none.

    Each record ends in a newline, and LENGTH counts the whole of it (pax(1), "pax Extended Header").
    """
    path = b""
    position = 0
    while position < len(records):
        digits = records[position : position + limits.ARCHIVE_NUMBER_DIGITS].partition(b" ")[0]
        length = int(digits) if digits.isdigit() else 0
        record = records[position : position + length]
        key, equals, value = record[len(digits) + 1 :].partition(b"=")
        if len(record) < length or not equals or not value.endswith(b"\n"):
            message = f"{where}: a damaged pax header in the archive"
            raise ArchiveError(message)
        if key == b"path":
            path = value[:-1].partition(b"\0")[0]
        position += length
    return path
