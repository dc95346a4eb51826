"""From the bytes of APKINDEX.tar.gz to its signatures and what they sign, and from that to the index's text.

An archive is gzip members end to end, together one tar (spec A1). The first holds only signatures, `.SIGN.RSA.KEY`,
and signs every byte that follows it; that is one member more, with DESCRIPTION and APKINDEX. Entries of other names are
passed over, and nothing but the small first member is unpacked before a signature is verified.

The tar is read here, not by `tarfile`, which reads many kinds of tar and fails in many ways: an index needs plain
files, and a reader that a hostile archive cannot lead astray. As apk does, it takes a name from a pax `path` record or
a GNU long name, and passes over every other metadata header and every entry that is not a plain file.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from apkgraph import limits
from apkgraph.errors import ArchiveError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

GZIP_MAGIC = b"\x1f\x8b"
_CHUNK = 1 << 20
_SIGN = ".SIGN."
_BLOCK = 512
_PLAIN = (b"0", b"\0", b"7")
_PAX, _LONG_NAME = b"x", b"L"
_OTHER_METADATA = (b"g", b"K")


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature: `scheme` is RSA, RSA256 or RSA512, `key` the name of the key that made it."""

    scheme: str
    key: str
    value: bytes


@dataclass(frozen=True, slots=True)
class Signed:
    """An archive taken apart, not yet trusted: no signatures at all where it is unsigned."""

    signatures: tuple[Signature, ...]
    content: bytes


@dataclass(frozen=True, slots=True)
class IndexText:
    """What an index archive holds."""

    description: str
    text: bytes


def take_apart(data: bytes, where: str) -> Signed:
    """The archive's signatures and the bytes that they sign; ArchiveError where it is not an archive or too large."""
    if len(data) > limits.ARCHIVE_BYTES:
        message = f"{where}: larger than an index can be ({limits.ARCHIVE_BYTES} bytes)"
        raise ArchiveError(message)
    if not data.startswith(GZIP_MAGIC):
        message = f"{where}: not a gzip archive; is this the address of an Alpine repository?"
        raise ArchiveError(message)
    if not _begins_with_signature(data):
        return Signed((), data)
    member = bytearray()
    rest = _unpack_member(data, member, limits.SIGNATURES_BYTES, where)
    entries = tar_entries(member, where, ends_here=False)
    signatures = tuple(_signature(name, value, where) for name, value in entries)
    if len(signatures) > limits.SIGNATURES:
        message = f"{where}: more than {limits.SIGNATURES} signatures"
        raise ArchiveError(message)
    return Signed(signatures, rest)


def read_index(content: bytes, where: str, *, verified: bool = False) -> IndexText:
    """What an archive holds without its signatures; ArchiveError where it is truncated, corrupted or too large.

    Content that is `verified` by a signature must be one gzip member, since apk verifies that one member alone. Of
    several descriptions the last counts, and several texts are read one after the other, as apk does.
    """
    description, texts = b"", []
    most = (1, limits.INDEX_TEXT_BYTES) if verified else (limits.ARCHIVE_MEMBERS, limits.UNSIGNED_TEXT_BYTES)
    for name, value in tar_entries(_unpack(content, where, *most), where):
        if name == "APKINDEX":
            texts.append(value)
        elif name == "DESCRIPTION":
            description = value
    if not texts:
        message = f"{where}: the archive holds no APKINDEX"
        raise ArchiveError(message)
    if len(description) > limits.DESCRIPTION_BYTES:
        message = f"{where}: a description longer than {limits.DESCRIPTION_BYTES} bytes"
        raise ArchiveError(message)
    return IndexText(description.decode("utf-8", "replace").strip(), _joined(texts))


def _joined(texts: list[bytes]) -> bytes:
    """Join texts so that each reads as it would alone: its last record counts only if a newline ends it (spec A2)."""
    *others, last = texts
    whole = (text if text.endswith(b"\n") else text[: text.rfind(b"\n\n") + 2] for text in others)
    return b"\n".join((*whole, last))


def _begins_with_signature(data: bytes) -> bool:
    # A damaged member counts as none here; what reads it next says so.
    try:
        start = zlib.decompressobj(31).decompress(data[:_CHUNK], limits.SIGNATURES_BYTES)
        return _first_name(bytearray(start)).startswith(_SIGN)
    except (zlib.error, ArchiveError):
        return False


def _signature(name: str, value: bytes, where: str) -> Signature:
    scheme, _, key = name.removeprefix(_SIGN).partition(".")
    if not name.startswith(_SIGN) or not scheme or not key or "/" in key:
        message = f"{where}: {name[:200]!r} among the signatures, where it does not belong"
        raise ArchiveError(message)
    return Signature(scheme, key, value)


def _unpack(data: bytes, where: str, most_members: int, most: int) -> bytearray:
    unpacked = bytearray()
    for _ in range(most_members):
        data = _unpack_member(data, unpacked, most, where)
        if not data:
            return unpacked
    message = f"{where}: more than {most_members} gzip member{'s'[most_members == 1 :]} of content"
    raise ArchiveError(message)


def _unpack_member(data: bytes, unpacked: bytearray, limit: int, where: str) -> bytes:
    """Append one gzip member to `unpacked`, its checksum and length verified, and return what follows it."""
    unpacker = zlib.decompressobj(31)
    position = 0
    while not unpacker.eof:
        waiting = unpacker.unconsumed_tail or data[position : position + _CHUNK]
        position += 0 if unpacker.unconsumed_tail else len(waiting)
        try:
            piece = unpacker.decompress(waiting, _CHUNK)
        except zlib.error:
            message = f"{where}: the archive is damaged (not gzip, or its checksum is wrong)"
            raise ArchiveError(message) from None
        unpacked += piece
        if len(unpacked) > limit:
            message = f"{where}: unpacks to more than {limit} bytes; no index is that large"
            raise ArchiveError(message)
        if not piece and not waiting:
            message = f"{where}: the archive is cut off"
            raise ArchiveError(message)
    return unpacker.unused_data + data[position:]


def tar_entries(data: bytearray, where: str, *, ends_here: bool = True) -> Iterator[tuple[str, bytes]]:
    """Name and content of each plain file, in order; ArchiveError where this is not a whole tar.

    With `ends_here` false, `data` is the first part of a tar that goes on, and an end marker in it is an error.
    """
    for name, start, size in _plain_files(data, where, ends_here=ends_here):
        yield name, _content(data, start, size, where)


def _first_name(data: bytearray) -> str:
    """Return the name of the first plain file of a tar that may be cut off after it, "" where there is none."""
    return next((name for name, _, _ in _plain_files(data, "", ends_here=True)), "")


def _plain_files(data: bytearray, where: str, *, ends_here: bool) -> Iterator[tuple[str, int, int]]:
    """Name, start and size of each plain file, the start and the size not yet checked against the data."""
    position = 0
    given_name = b""  # by the metadata in front of the next entry
    for _ in range(limits.ARCHIVE_HEADERS):
        header = bytes(data[position : position + _BLOCK])
        if not header.strip(b"\0"):  # the end, marked by zeros or by nothing
            if data[position:].strip(b"\0") or (header and not ends_here):
                message = f"{where}: the archive has something after its end"
                raise ArchiveError(message)
            return
        start, size = position + _BLOCK, _checked_size(header, where)
        position = start + -(-size // _BLOCK) * _BLOCK
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
    if len(header) < _BLOCK or size is None or _octal(header[148:156]) != total:
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
