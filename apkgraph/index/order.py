"""The order in which apk walks its names: by hash bucket, the latest created first within one.

Source: observed of apk 3.0.6, whose name table is hashed with MurmurHash3 (x86, 32 bits, seed 5381) into 20,000
buckets. The order decides the order of reverse dependencies, and so of some results.
"""

from __future__ import annotations

from struct import unpack_from

BUCKETS = 20_000
_SEED = 5381
_MASK = 0xFFFFFFFF
_CREATIONS = 1 << 32


def murmur3(data: bytes, seed: int = _SEED) -> int:
    """MurmurHash3, x86 variant, 32 bits (public domain, Austin Appleby)."""
    value = seed
    whole = len(data) & ~3
    for word in unpack_from(f"<{whole >> 2}I", data):
        block = word * 0xCC9E2D51 & _MASK
        block = (block << 15 | block >> 17) * 0x1B873593 & _MASK
        value ^= block
        value = ((value << 13 | value >> 19) & _MASK) * 5 + 0xE6546B64 & _MASK
    if len(data) > whole:
        block = int.from_bytes(data[whole:], "little") * 0xCC9E2D51 & _MASK
        value ^= (block << 15 | block >> 17) * 0x1B873593 & _MASK
    value ^= len(data)
    value = (value ^ value >> 16) * 0x85EBCA6B & _MASK
    value = (value ^ value >> 13) * 0xC2B2AE35 & _MASK
    return value ^ value >> 16


def order_key(name: str, creation: int) -> int:
    """A key that sorts names as apk enumerates them; `creation` counts names in the order of first mention."""
    bucket = murmur3(name.encode("utf-8", "surrogateescape")) % BUCKETS
    return bucket * 2 * _CREATIONS + _CREATIONS - creation


def early_order(name: str, creation: int) -> int:
    """The key of a name that was mentioned before all that `order_key` counted."""
    return order_key(name, creation - _CREATIONS + 1)
