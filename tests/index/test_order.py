"""The order of names: MurmurHash3 by its published vectors, buckets, and who comes first within one."""

from __future__ import annotations

import pytest

from apkgraph.index.order import BUCKETS, early_order, murmur3, order_key


@pytest.mark.parametrize(
    ("data", "seed", "expected"),
    [
        (b"", 0, 0),
        (b"", 1, 0x514E28B7),
        (b"", 0xFFFFFFFF, 0x81F16F39),
        (b"\xff\xff\xff\xff", 0, 0x76293B50),
        (b"!Ce\x87", 0, 0xF55B516B),
        (b"!Ce", 0, 0x7E4A8634),
        (b"!C", 0, 0xA0F7B07A),
        (b"!", 0, 0x72661CF4),
        (b"\0\0\0\0", 0, 0x2362F9DE),
        (b"Hello, world!", 0x9747B28C, 0x24884CBA),
        (b"The quick brown fox jumps over the lazy dog", 0x9747B28C, 0x2FA826CD),
    ],
)
def test_murmur3_by_its_vectors(data: bytes, seed: int, expected: int) -> None:
    assert murmur3(data, seed) == expected


def test_names_go_by_bucket_then_the_latest_first() -> None:
    bucket: dict[int, str] = {}
    for number in range(BUCKETS):
        name = f"name-{number}"
        twin = bucket.setdefault(murmur3(name.encode()) % BUCKETS, name)
        if twin != name:
            break
    assert order_key(twin, 2) < order_key(twin, 1)
    assert order_key(name, 2) < order_key(twin, 1)
    assert order_key(twin, 2) < order_key(name, 1)


def test_early_names_come_after_all_others_of_their_bucket() -> None:
    assert early_order("a", 1) > order_key("a", 0)
    assert early_order("a", 1) < early_order("a", 0)
    low, high = sorted(("a", "b"), key=lambda name: murmur3(name.encode()) % BUCKETS)
    assert early_order(low, 0) < order_key(high, 10_000)


def test_bytes_that_are_no_utf8_have_their_place_as_well() -> None:
    assert order_key("\udcff", 0) // (2 << 32) == murmur3(b"\xff") % BUCKETS
