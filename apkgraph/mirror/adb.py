"""apk's binary format (ADB): what it is packed in, its blocks and signatures, and the values of its first block.

A file is `ADB.` and a schema, then blocks: one of values, then signatures. `ADBd` (raw deflate) and `ADBc` (with an
algorithm: none, deflate, zstd) hold such a file packed. A value is a word: four bits of type, 28 of number or offset.
An array or an object is words, of which the first counts them all; a blob is its length and bytes.

Values are data of others: each offset, length and count is checked, and no byte is read as text, and no word as part
of an array, more than once, so that a small file cannot stand for a large one. IndexFormatError says what does not fit.
"""

from __future__ import annotations

import sys
import zlib
from array import array
from dataclasses import dataclass

from apkgraph import limits
from apkgraph.errors import ArchiveError, IndexFormatError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import NoReturn, Protocol

    class Decompressor(Protocol):
        """What zlib and zstd have in common."""

        @property
        def eof(self) -> bool:
            """Whether the end was reached."""

        @property
        def unused_data(self) -> bytes:
            """What follows the end."""

        def decompress(self, data: bytes, max_length: int, /) -> bytes:
            """At most that many bytes."""


MAGIC = b"ADB"
INDEX_SCHEMA = b"indx"
SIGNED_HEADER = 18  # bytes of a signature that it covers itself: version, digest, key id
_PLAIN, _DEFLATED, _COMPRESSED = b"ADB.", b"ADBd", b"ADBc"
_NONE, _DEFLATE, _ZSTD = b"\0", b"\1", b"\2"
_VALUES, _SIGNATURE, _EXTENDED = 0, 1, 3  # types of blocks
_INTEGER, _INTEGER_32, _INTEGER_64, _BLOB_8, _BLOB_16, _BLOB_32, _ARRAY, _OBJECT, _ERROR = 1, 2, 3, 8, 9, 10, 13, 14, 15
_WIDTHS = {_INTEGER_32: 4, _INTEGER_64: 8, _BLOB_8: 1, _BLOB_16: 2, _BLOB_32: 4}  # bytes at the offset
_OFFSET = (1 << 28) - 1
_BUILD_TIME = 11  # the field of a package


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature: the 18 bytes that it covers beside the block, and what was signed with the key of that id."""

    header: bytes
    value: bytes

    @property
    def version(self) -> int:
        """The version of the signature's form."""
        return self.header[0]

    @property
    def digest(self) -> int:
        """The number of the digest."""
        return self.header[1]

    @property
    def key_id(self) -> bytes:
        """The front of the digest of the key that made it."""
        return self.header[2:]


@dataclass(frozen=True, slots=True)
class SignedValues:
    """The block of values, not yet trusted, and what signs it: no signatures at all where it is unsigned."""

    schema: bytes
    values: bytes
    signatures: tuple[Signature, ...]


def is_adb(data: bytes) -> bool:
    """Whether these are the bytes of an ADB."""
    return data[:4] in (_PLAIN, _DEFLATED, _COMPRESSED)


def take_apart(data: bytes, where: str) -> SignedValues:
    """The file's values and signatures, its values not looked at; ArchiveError where it is no index or not whole."""
    plain = _unpack(data, where)
    if plain[:4] != _PLAIN or len(plain) < 8:
        _refuse(where, "no ADB inside its compression")
    schema = plain[4:8]
    if schema != INDEX_SCHEMA:
        _refuse(where, f"an ADB of the kind {schema.decode('latin-1')!a}, not an index")
    (kind, values), *others = list(_blocks(plain, where)) or [(-1, b"")]
    if kind != _VALUES or any(kind != _SIGNATURE for kind, _ in others):
        _refuse(where, "an index is one block of values and its signatures, and here are other blocks")
    if len(others) > limits.SIGNATURES:
        _refuse(where, f"more than {limits.SIGNATURES} signatures")
    signatures = [Signature(block[:SIGNED_HEADER], block[SIGNED_HEADER:]) for _, block in others]
    if any(not 0 < len(each.value) <= limits.ADB_SIGNATURE_BYTES for each in signatures):
        _refuse(where, "a signature that is too short or too long")
    return SignedValues(schema, values, tuple(signatures))


def _unpack(data: bytes, where: str) -> bytes:
    magic, body = data[:4], data
    if magic == _DEFLATED:
        body = _decompressed(zlib.decompressobj(-15), data[4:], zlib.error, where)
    elif magic == _COMPRESSED:
        algorithm, body = data[4:5], data[6:]  # data[5] is the level, which nobody needs
        if algorithm == _DEFLATE:
            body = _decompressed(zlib.decompressobj(-15), body, zlib.error, where)
        elif algorithm == _ZSTD:
            from apkgraph.zstd import ZstdDecompressor, ZstdError

            body = _decompressed(ZstdDecompressor(), body, ZstdError, where)
        elif algorithm != _NONE:
            _refuse(where, "compressed by an algorithm that is not known")
    if len(body) > limits.ADB_BYTES:
        _refuse(where, f"unpacks to more than {limits.ADB_BYTES} bytes; no index is that large")
    return body


def _decompressed(decompressor: Decompressor, body: bytes, damaged: type[Exception], where: str) -> bytes:
    """The whole of one stream, or a little more than what is too large."""
    try:
        unpacked = decompressor.decompress(body, limits.ADB_BYTES + 1)
    except damaged:
        _refuse(where, "its compression is damaged")
    if len(unpacked) <= limits.ADB_BYTES and not decompressor.eof:
        _refuse(where, "cut off")
    if decompressor.unused_data:
        _refuse(where, "something follows its end")
    return unpacked


def _blocks(plain: bytes, where: str) -> Iterator[tuple[int, bytes]]:
    """Type and payload of each block; a block is padded with zeros to eight bytes."""
    position = 8
    while position < len(plain):
        word = _number(plain, position, 4)
        kind, size, front = word >> 30, word & (1 << 30) - 1, 4
        if kind == _EXTENDED:
            kind, size, front = size, _number(plain, position + 8, 8), 16
            if _number(plain, position + 4, 4):
                _refuse(where, "a block's reserved bytes are set")
        end = position + size
        padding = -size % 8
        if size < front or plain[end : end + padding] != bytes(padding) or end + padding > len(plain):
            _refuse(where, "cut off, or a block is damaged")
        yield kind, plain[position + front : end]
        position = end + padding


def _number(data: bytes, position: int, width: int) -> int:
    return int.from_bytes(data[position : position + width], "little")


def _refuse(where: str, reason: str) -> NoReturn:
    message = f"{where}: {reason}"
    raise ArchiveError(message)


class Values:
    """Reads the values of a block."""

    __slots__ = ("_data", "_text_left", "_texts", "_words", "_words_left", "root")

    def __init__(self, data: bytes) -> None:
        if len(data) < 8 or data[0] != 0:
            _misfit("an ADB of a version that is not known")
        self._data = data
        self._words = array("I", data + bytes(-len(data) % 4))
        if sys.byteorder == "big":
            self._words.byteswap()
        self._texts: dict[int, str] = {}
        self._text_left = len(data)
        self._words_left = len(self._words)
        self.root = self._words[1]

    def integer(self, value: int) -> int:
        """The number that a value is; 0 where there is none."""
        kind = value >> 28
        if kind == _INTEGER:
            return value & _OFFSET
        if _is_none(value):
            return 0
        if kind not in (_INTEGER_32, _INTEGER_64):
            _misfit("a number was expected")
        offset, width = value & _OFFSET, _WIDTHS[kind]
        if offset + width > len(self._data):
            _misfit("a number lies outside")
        return _number(self._data, offset, width)

    def blob(self, value: int, longest: int) -> bytes:
        """The bytes that a value is, at most `longest`; none where there are none."""
        start, length = self._extent(value)
        if length > longest:
            _misfit(f"{length} bytes where at most {longest} belong")
        return self._data[start : start + length]

    def text(self, value: int) -> str:
        """The text that a value is; "" where there is none."""
        text = self._texts.get(value)
        if text is None:
            start, length = self._extent(value)
            self._text_left -= length
            if self._text_left < 0:
                _misfit("texts overlap")
            text = self._texts[value] = self._data[start : start + length].decode("utf-8", "surrogateescape")
        return text

    def _extent(self, value: int) -> tuple[int, int]:
        if _is_none(value):
            return 0, 0
        kind, offset = value >> 28, value & _OFFSET
        if kind not in (_BLOB_8, _BLOB_16, _BLOB_32):
            _misfit("a text was expected")
        start = offset + _WIDTHS[kind]
        length = _number(self._data, offset, _WIDTHS[kind])
        if start + length > len(self._data):
            _misfit("a text lies outside")
        return start, length

    def slots(self, value: int) -> array[int]:
        """The values that an array or an object holds, its count left out. Each may be asked for once."""
        if _is_none(value):
            return array("I")
        kind, offset = value >> 28, value & _OFFSET
        if kind not in (_ARRAY, _OBJECT):
            _misfit("an array or an object was expected")
        if offset % 4 or offset + 4 > len(self._data):
            _misfit("an array lies outside")
        begin = offset // 4
        count = self._words[begin]
        self._words_left -= count
        if count == 0 or offset + 4 * count > len(self._data):
            _misfit("an array lies outside")
        if self._words_left < 0:
            _misfit("arrays overlap")
        return self._words[begin + 1 : begin + count]


def is_error(value: int) -> bool:
    """Whether the value stands for something that whoever wrote the ADB could not write."""
    return value >> 28 == _ERROR


def _is_none(value: int) -> bool:
    return value == 0 or is_error(value)


def description_of(values: Values) -> str:
    """What an index says of itself."""
    root = values.slots(values.root)
    return values.text(root[0]).strip() if root else ""


def newest_build(values: Values) -> int:
    """When the newest package of an index was built, in seconds since 1970; 0 where nothing says."""
    root = values.slots(values.root)
    packages = dict.fromkeys(values.slots(root[1])) if len(root) > 1 else ()
    slots = map(values.slots, packages)
    return max((values.integer(found[_BUILD_TIME - 1]) for found in slots if len(found) >= _BUILD_TIME), default=0)


def _misfit(reason: str) -> NoReturn:
    message = f"the index's values do not fit together: {reason}"
    raise IndexFormatError(message)
