"""The entries of a tar held in memory: a bounded reader that fails in one way only.

`tarfile` reads many kinds of tar and fails in many ways; an index needs plain files, and a reader that a hostile
archive cannot lead astray. Headers of other kinds (pax, GNU long names) are stepped over, their effects ignored.
"""

from __future__ import annotations

from apkgraph.errors import ArchiveError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

BLOCK = 512
_MOST_HEADERS = 1024
_PLAIN = (b"0", b"\0", b"7")
_METADATA = (b"x", b"g", b"L", b"K")


def entries(data: bytearray, where: str) -> Iterator[tuple[str, bytes]]:
    """Name and content of each plain file, in order; ArchiveError where this is no whole tar or holds anything else."""
    position = 0
    for _ in range(_MOST_HEADERS):
        header = bytes(data[position : position + BLOCK])
        if not header.strip(b"\0"):  # the end, marked by zeros or by nothing
            if data[position:].strip(b"\0"):
                message = f"{where}: the archive has something after its end"
                raise ArchiveError(message)
            return
        size = _checked_size(header, where)
        content = bytes(memoryview(data)[position + BLOCK : position + BLOCK + size])
        if len(content) < size:
            message = f"{where}: the archive is cut off inside an entry"
            raise ArchiveError(message)
        position += BLOCK + -(-size // BLOCK) * BLOCK
        kind = header[156:157]
        if kind in _PLAIN:
            yield _name(header), content
        elif kind not in _METADATA:
            message = f"{where}: {_name(header)!r} in the archive is no plain file"
            raise ArchiveError(message)
    message = f"{where}: more than {_MOST_HEADERS} entries in the archive"
    raise ArchiveError(message)


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


def _name(header: bytes) -> str:
    name = header[:100].partition(b"\0")[0]
    prefix = header[345:500].partition(b"\0")[0] if header[257:263] == b"ustar\0" else b""
    return (prefix + b"/" + name if prefix else name).decode("utf-8", "backslashreplace")
