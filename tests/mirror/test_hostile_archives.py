"""Hostile archives: mutants end in typed errors, in bounded memory, and none says anything but what was signed.

A few hundred mutants; APKGRAPH_LONG=1 makes it 10,000 of each kind.
"""

from __future__ import annotations

import os
import random
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apkgraph import host
from apkgraph.errors import ArchiveError, SignatureError, TrustError
from apkgraph.mirror import archive, trust
from tests.mirror.archives import INDEX, Key, index_part, pack, signed, tar_of

LONG = bool(os.environ.get("APKGRAPH_LONG"))
MUTANTS = 10_000 if LONG else 300

Mutation = Callable[[bytearray, random.Random], None]


def flip(data: bytearray, choose: random.Random) -> None:
    data[choose.randrange(len(data))] ^= 1 << choose.randrange(8)


def overwrite(data: bytearray, choose: random.Random) -> None:
    start = choose.randrange(len(data))
    data[start : start + choose.randrange(1, 40)] = choose.randbytes(choose.randrange(1, 40))


def cut(data: bytearray, choose: random.Random) -> None:
    del data[choose.randrange(len(data)) :]


def remove(data: bytearray, choose: random.Random) -> None:
    start = choose.randrange(len(data))
    del data[start : start + choose.randrange(1, 600)]


def double(data: bytearray, choose: random.Random) -> None:
    start = choose.randrange(len(data))
    data[start:start] = data[start : start + choose.randrange(1, 600)]


def append(data: bytearray, choose: random.Random) -> None:
    data += choose.choice([b"\0" * 512, choose.randbytes(30), bytes(data[: choose.randrange(len(data)) + 1])])


def swap(data: bytearray, choose: random.Random) -> None:
    middle = choose.randrange(len(data))
    data[:] = data[middle:] + data[:middle]


MUTATIONS: list[Mutation] = [flip, overwrite, cut, remove, double, append, swap]


def mutant(data: bytes, choose: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(choose.choice([1, 1, 1, 2, 5])):
        choose.choice(MUTATIONS)(changed, choose)
        changed = changed or bytearray(b"\0")
    return bytes(changed)


def text_of(data: bytes, keys: str) -> archive.IndexText:
    """What the pipeline takes from an archive, with trust required."""
    found = archive.take_apart(data, "here")
    trust.verify(found, [keys], "here")
    return archive.read_index(found.content, "here")


def survives(data: bytes, good: archive.IndexText, keys: str) -> bool:
    """Whether a mutant is taken; it must then say exactly what was signed (a header of gzip has bytes for nothing)."""
    try:
        found = text_of(data, keys)
    except TrustError:
        return False
    assert found == good
    return True


def test_mutants_of_an_archive_are_refused(key: Key, tmp_path: Path) -> None:
    keys, data = str(key.trust_in(tmp_path / "keys")), signed(key)
    good, choose = text_of(data, keys), random.Random(1)
    taken = sum(survives(mutant(data, choose), good, keys) for _ in range(MUTANTS))
    assert taken < MUTANTS // 20


def test_every_flipped_bit_of_the_first_bytes_is_refused_or_means_nothing(key: Key, tmp_path: Path) -> None:
    keys, data = str(key.trust_in(tmp_path / "keys")), signed(key)
    good = text_of(data, keys)
    for position in range(8 * min(len(data), 64 if not LONG else len(data))):
        changed = bytearray(data)
        changed[position // 8] ^= 1 << position % 8
        survives(bytes(changed), good, keys)


@pytest.mark.parametrize("path", ["mirror/alpine/v3.18/main/x86_64", "indexes/alpine/v3.22/main/aarch64"])
def test_mutants_of_real_archives_are_refused(shared: Path, path: str) -> None:
    keys = host.keys_directory("alpine")
    data = (shared / path / "APKINDEX.tar.gz").read_bytes()
    good, choose = text_of(data, keys), random.Random(2)
    taken = sum(survives(mutant(data, choose), good, keys) for _ in range(MUTANTS))
    assert taken < MUTANTS // 20


def test_mutants_of_what_is_inside_are_typed_errors() -> None:
    """Past the checksums, as a signer could make them: the tar itself is mutated, then packed."""
    inner, choose = tar_of([("DESCRIPTION", b"d"), ("APKINDEX", INDEX)]), random.Random(3)
    refused = 0
    for _ in range(MUTANTS):
        try:
            archive.read_index(pack(mutant(inner, choose)), "here")
        except ArchiveError:
            refused += 1
    assert refused > MUTANTS // 2


def test_mutants_without_trust_are_typed_errors(key: Key) -> None:
    data, choose = signed(key), random.Random(4)
    refused = 0
    for _ in range(MUTANTS):
        try:
            archive.read_index(archive.take_apart(mutant(data, choose), "here").content, "here")
        except ArchiveError:
            refused += 1
    assert refused > MUTANTS // 2


@given(st.binary(max_size=2000))
@settings(max_examples=MUTANTS)
def test_any_bytes_are_an_archive_error(data: bytes) -> None:
    with pytest.raises(ArchiveError):
        archive.read_index(archive.take_apart(data, "here").content, "here")


@given(st.binary(max_size=4000))
@settings(max_examples=MUTANTS)
def test_any_bytes_behind_the_checksums_are_an_archive_error(data: bytes) -> None:
    with pytest.raises(ArchiveError):
        archive.read_index(pack(data), "here")


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["APKINDEX", "DESCRIPTION", ".SIGN.RSA.k", "x/y", "\u202e", "A" * 90]),
            st.binary(max_size=1500),
        ),
        max_size=5,
    )
)
def test_entries_come_back_as_they_were_put(entries: list[tuple[str, bytes]]) -> None:
    assert list(archive.tar_entries(bytearray(tar_of(entries)), "here")) == entries


@given(st.binary(min_size=512, max_size=512), st.integers(0, 511), st.binary(min_size=1, max_size=8))
def test_a_header_is_read_or_refused(block: bytes, place: int, change: bytes) -> None:
    good = tar_of([("APKINDEX", b"x" * 512)])
    for header in (block, good[:place] + change + good[place + len(change) : 512]):
        total = sum(header[:148]) + sum(header[156:]) + 8 * 32
        summed = header[:148] + b"%06o\0 " % total + header[156:]
        try:
            found = list(archive.tar_entries(bytearray(summed[:512] + good[512:]), "here"))
        except ArchiveError:
            continue
        assert sum(len(content) for _, content in found) <= len(good)


@given(st.binary(max_size=300), st.integers(0, 3000))
@settings(max_examples=MUTANTS)
def test_a_metadata_header_is_read_or_refused(records: bytes, size: int) -> None:
    for kind in (b"x", b"L"):
        head = bytearray(tar_of([("x", records)], end=False, kind=kind))
        head[124:136] = b"%011o\0" % size
        head[148:156] = b"%06o\0 " % (sum(head[:148]) + sum(head[156:512]) + 8 * 32)
        try:
            read = archive.read_index(pack(bytes(head) + tar_of([("APKINDEX", INDEX)])), "here")
        except ArchiveError:
            continue
        assert read.text == INDEX


@given(st.integers(1, 64), st.integers(1, 400), st.binary(min_size=1, max_size=64))
@settings(max_examples=30 if not LONG else 1000)
def test_memory_is_bounded_by_the_caps(megabytes: int, members: int, piece: bytes) -> None:
    packer = zlib.compressobj(9, wbits=31)
    block = (piece * (1 << 20))[: 1 << 20]
    bomb = b"".join(packer.compress(block) for _ in range(megabytes)) + packer.flush()
    tracemalloc.start()
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("apkgraph.limits.UNSIGNED_TEXT_BYTES", 4 << 20)
            with pytest.raises(ArchiveError):
                archive.read_index(bomb * (1 if megabytes > 4 else members % 20 + 1), "here")
        assert tracemalloc.get_traced_memory()[1] < 24 << 20
    finally:
        tracemalloc.stop()


def test_a_signature_of_any_length_is_refused_not_a_crash(key: Key, tmp_path: Path) -> None:
    keys = str(key.trust_in(tmp_path / "keys"))
    for length in (0, 1, 255, 256, 257, 4096):
        made = archive.Signed((archive.Signature("RSA", key.name, b"\x01" * length),), index_part())
        with pytest.raises(SignatureError):
            trust.verify(made, [keys], "here")
