"""From the bytes of APKINDEX.tar.gz to its signatures and what they sign, and from that to the index's text.

An archive is gzip members end to end (spec A1). The first holds only signatures, `.SIGN.RSA.KEY`, and signs every byte
that follows it; the others, together one tar, hold DESCRIPTION and APKINDEX. Nothing but these names is taken, and
nothing but the small first member is unpacked before a signature is verified.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from apkgraph.errors import ArchiveError
from apkgraph.mirror import tar

GZIP_MAGIC = b"\x1f\x8b"
LARGEST_ARCHIVE = 64 << 20  # bytes; the largest real index has 3 MiB
LARGEST_TEXT = 256 << 20  # bytes unpacked; 200,000 packages need 90 MiB
_LARGEST_SIGNATURES = 64 << 10
_LARGEST_DESCRIPTION = 4 << 10
_MOST_MEMBERS = 16
_MOST_SIGNATURES = 16
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
    if len(data) > LARGEST_ARCHIVE:
        message = f"{where}: larger than an index can be ({LARGEST_ARCHIVE} bytes)"
        raise ArchiveError(message)
    if not data.startswith(GZIP_MAGIC):
        message = f"{where}: not a gzip archive; is this the address of an Alpine repository?"
        raise ArchiveError(message)
    if not _begins_with_signature(data):
        return Signed((), data)
    member = bytearray()
    rest = _unpack_member(data, member, _LARGEST_SIGNATURES, where)
    signatures = tuple(_signature(name, value, where) for name, value in tar.entries(member, where))
    if len(signatures) > _MOST_SIGNATURES:
        message = f"{where}: more than {_MOST_SIGNATURES} signatures"
        raise ArchiveError(message)
    return Signed(signatures, rest)


def read_index(content: bytes, where: str) -> IndexText:
    """What the signed part of an archive holds; ArchiveError where it is cut, flipped, too large or something else."""
    found: dict[str, bytes] = {}
    for name, value in tar.entries(_unpack(content, where), where):
        if name not in ("DESCRIPTION", "APKINDEX") or name in found:
            reason = "twice" if name in found else "which does not belong there"
            message = f"{where}: the archive holds {name!r}, {reason}"
            raise ArchiveError(message)
        found[name] = value
    if "APKINDEX" not in found:
        message = f"{where}: the archive holds no APKINDEX"
        raise ArchiveError(message)
    description = found.get("DESCRIPTION", b"")
    if len(description) > _LARGEST_DESCRIPTION:
        message = f"{where}: a description longer than {_LARGEST_DESCRIPTION} bytes"
        raise ArchiveError(message)
    return IndexText(description.decode("utf-8", "replace").strip(), found["APKINDEX"])


def _begins_with_signature(data: bytes) -> bool:
    # A damaged member counts as none here; what reads it next says so.
    try:
        return zlib.decompressobj(31).decompress(data[:_CHUNK], len(_SIGN)) == _SIGN.encode()
    except zlib.error:
        return False


def _signature(name: str, value: bytes, where: str) -> Signature:
    scheme, _, key = name.removeprefix(_SIGN).partition(".")
    if not name.startswith(_SIGN) or not scheme or not key or "/" in key:
        message = f"{where}: {name!r} among the signatures, where it does not belong"
        raise ArchiveError(message)
    return Signature(scheme, key, value)


def _unpack(data: bytes, where: str) -> bytearray:
    unpacked = bytearray()
    for _ in range(_MOST_MEMBERS):
        data = _unpack_member(data, unpacked, LARGEST_TEXT, where)
        if not data:
            return unpacked
    message = f"{where}: more than {_MOST_MEMBERS} gzip members"
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
