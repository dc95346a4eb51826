"""A stream of bytes unpacked on the fly, within bounds: plain, gzip or zstd, recognised by its first bytes."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Protocol

from apkgraph import limits
from apkgraph.errors import InputError
from apkgraph.zstd import ZstdDecompressor, ZstdError

GZIP = b"\x1f\x8b"
ZSTD = b"\x28\xb5\x2f\xfd"
CHUNK = 1 << 18
_GZIP_WINDOW = 31

Read = Callable[[int], bytes]


class _Decompressor(Protocol):
    """What zlib and zstd have in common here."""

    def unpack(self, data: bytes) -> bytes: ...
    @property
    def done(self) -> bool: ...
    @property
    def hungry(self) -> bool: ...
    def left_over(self) -> bytes: ...


class _Gzip:
    def __init__(self) -> None:
        self._inner = zlib.decompressobj(_GZIP_WINDOW)

    def unpack(self, data: bytes) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, CHUNK)

    @property
    def done(self) -> bool:
        return self._inner.eof

    @property
    def hungry(self) -> bool:
        return not self._inner.unconsumed_tail

    def left_over(self) -> bytes:
        return self._inner.unused_data


class _Zstd:
    def __init__(self) -> None:
        self._inner = ZstdDecompressor()  # refuses windows above 128 MiB by itself

    def unpack(self, data: bytes) -> bytes:
        return self._inner.decompress(data, CHUNK)

    @property
    def done(self) -> bool:
        return self._inner.eof

    @property
    def hungry(self) -> bool:
        return self._inner.needs_input

    def left_over(self) -> bytes:
        return self._inner.unused_data


class Meter:
    """Counts what goes in and comes out of all streams of one image; InputError for a bomb."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._unpacked = 0
        self._kept = 0

    def keep(self, size: int) -> None:
        """So many bytes of one layer stay in memory."""
        self._kept += size
        if self._kept > limits.IMAGE_KEPT_BYTES:
            message = f"{self.path}: its layers hold more of apk's files than an image should"
            raise InputError(message)

    def count(self, packed: int, unpacked: int, more: int) -> None:
        """`unpacked` bytes have come out of `packed` bytes of one stream, `more` of them just now."""
        self._unpacked += more
        if unpacked > max(limits.BOMB_FLOOR_BYTES, packed * limits.BOMB_RATIO) or self._unpacked > limits.IMAGE_BYTES:
            message = f"{self.path}: unpacks to far more than an image should hold: a compression bomb?"
            raise InputError(message)


class Unpacked:
    """The unpacked bytes of a stream, read from front to back."""

    def __init__(self, read: Read, meter: Meter, where: str) -> None:
        self._read = read
        self._meter = meter
        self._where = where
        self._packed = 0
        self._unpacked = 0
        self._buffer = bytearray()
        self._ended = False
        first = self._next()
        self._decompressor = _decompressor(first)
        self._compressed = self._decompressor is not None
        self._waiting = first
        if not self._compressed:
            self._buffer += first
            self._waiting = b""
            self._unpacked = len(first)
            meter.count(self._packed, self._unpacked, len(first))

    def read(self, size: int) -> bytes:
        """The next `size` bytes; fewer where the stream ends."""
        while len(self._buffer) < size and not self._ended:
            self._fill()
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken

    def skip(self, size: int) -> bool:
        """Pass over `size` bytes; whether there were so many."""
        while size > 0:
            passed = min(size, CHUNK)
            if len(self.read(passed)) < passed:
                return False
            size -= passed
        return True

    def _next(self) -> bytes:
        data = self._read(CHUNK)
        self._packed += len(data)
        return data

    def _fill(self) -> None:
        if not self._compressed:
            data = self._next()
            self._ended = not data
        else:
            data = self._unpack()
        self._unpacked += len(data)
        self._meter.count(self._packed, self._unpacked, len(data))
        self._buffer += data

    def _unpack(self) -> bytes:
        if self._decompressor is None:
            if len(self._waiting) < len(ZSTD):
                self._waiting += self._next()
            self._decompressor = _decompressor(self._waiting)
            if self._decompressor is None:  # the end, or padding behind the last member
                self._ended = True
                return b""
        if self._decompressor.hungry and not self._waiting:
            self._waiting = self._next()
        at_the_end = self._decompressor.hungry and not self._waiting
        given, self._waiting = self._waiting, b""
        try:
            data = self._decompressor.unpack(given)
        except (zlib.error, ZstdError) as error:
            message = f"{self._where}: damaged ({error})"
            raise InputError(message) from None
        if at_the_end and not data and not self._decompressor.done:
            message = f"{self._where}: cut off"
            raise InputError(message)
        if self._decompressor.done:
            self._waiting = self._decompressor.left_over()
            self._decompressor = None
        return data


def _decompressor(data: bytes) -> _Decompressor | None:
    if data.startswith(GZIP):
        return _Gzip()
    return _Zstd() if data.startswith(ZSTD) else None
