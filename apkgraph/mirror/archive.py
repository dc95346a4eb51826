"""From the bytes of APKINDEX.tar.gz to its signatures and what they sign, and from that to the index's text.

An archive is gzip members end to end, together one tar (spec A1). The first holds only signatures, `.SIGN.RSA.KEY`,
and signs every byte that follows it; that is one member more, with DESCRIPTION and APKINDEX. Entries of other names are
passed over, and nothing but the small first member is unpacked before a signature is verified.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from apkgraph import limits
from apkgraph.errors import ArchiveError
from apkgraph.mirror import tar

GZIP_MAGIC = b"\x1f\x8b"
_CHUNK = 1 << 20
_SIGN = ".SIGN."


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
    """The archive's signatures and the bytes that they sign; ArchiveError where it is no archive or too large."""
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
    entries = tar.entries(member, where, ends_here=False)
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
    for name, value in tar.entries(_unpack(content, where, *most), where):
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
        return tar.first_name(bytearray(start)).startswith(_SIGN)
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
