"""ADBs taken apart, and their signatures: what is trusted, and how all else is refused."""

from __future__ import annotations

import os
import random
import resource
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from apkgraph.errors import ArchiveError, IndexFormatError, SignatureError, TrustError
from apkgraph.mirror import adb, adb_signature
from apkgraph.mirror.adb import Values
from apkgraph.mirror.source import obtain
from tests.mirror.adbs import (
    BUSYBOX,
    DATA,
    FORMS,
    SIGNATURE,
    VALUES,
    AdbKey,
    Writer,
    block,
    deflate,
    ec_key,
    packed,
    plain,
    rsa_key,
    values_of,
)
from tests.mirror.conftest import SettingsFor

INDEX = values_of([BUSYBOX], "a description")
OTHER = values_of([{**BUSYBOX, "version": "9-r9"}])
MUTANTS = 10_000 if os.environ.get("APKGRAPH_LONG") else 300


@pytest.fixture(scope="module", params=[rsa_key, ec_key], ids=["RSA", "EC"])
def key(request: pytest.FixtureRequest) -> AdbKey:
    made: AdbKey = request.param()
    return made


@pytest.fixture
def keys(key: AdbKey, tmp_path: Path) -> str:
    return str(key.trust_in(tmp_path / "adb-keys"))


def verified(data: bytes, keys: str) -> bytes:
    """The values that a key in that directory has signed."""
    signed = adb.take_apart(data, "here")
    adb_signature.verify(signed, (keys,), "here")
    return signed.values


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_read_and_verified(form: str, key: AdbKey, keys: str) -> None:
    data = packed(plain(INDEX, [key.sign(INDEX)]), form)
    assert adb.is_adb(data)
    assert verified(data, keys) == INDEX
    assert adb.description_of(Values(INDEX)) == "a description"


def test_the_file_of_the_key_is_named(key: AdbKey, keys: str) -> None:
    signed = adb.take_apart(plain(INDEX, [key.sign(INDEX)]), "here")
    assert adb_signature.verify(signed, ("/nonexistent", keys), "here") == os.path.join(keys, key.file)


def test_one_good_signature_suffices(key: AdbKey, keys: str) -> None:
    good, foreign = key.sign(INDEX), ec_key().sign(INDEX)
    wrong = good[:-1] + bytes([good[-1] ^ 1])
    assert verified(plain(INDEX, [foreign, wrong, good]), keys) == INDEX


def test_extended_blocks_are_read(key: AdbKey, keys: str) -> None:
    data = b"ADB.indx" + block(VALUES, INDEX, extended=True) + block(SIGNATURE, key.sign(INDEX), extended=True)
    assert verified(data, keys) == INDEX


def test_unsigned_foreign_forged_and_of_another_index_are_refused(key: AdbKey, keys: str) -> None:
    good = key.sign(INDEX)
    stranger = rsa_key()
    stolen = key.sign(INDEX)[:18] + stranger.sign(INDEX)[18:]  # another's signature under the name of the key
    for signatures, complaint in (
        ([], "unsigned; --allow-untrusted"),
        ([stranger.sign(INDEX)], f"the id {stranger.identity().hex()}, which is not trusted"),
        ([stolen], f"{key.file} does not match"),
        ([key.sign(OTHER)], "does not match"),
        ([key.sign(INDEX, version=1)], "in a way that is not known"),
        ([key.sign(INDEX, digest=3)], "in a way that is not known"),
        ([key.sign(INDEX, schema=b"pckg")], "does not match"),
        ([b"\0\4" + bytes(16) + good[18:]], "which is not trusted"),
    ):
        with pytest.raises(SignatureError, match="here: .*" + complaint):
            verified(plain(INDEX, signatures), keys)


def test_every_flipped_byte_is_refused(key: AdbKey, keys: str) -> None:
    data = plain(INDEX, [key.sign(INDEX)])
    for place in range(len(data)):
        with pytest.raises(TrustError):
            verified(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :], keys)


@pytest.mark.parametrize("form", FORMS)
def test_every_truncated_file_is_refused(form: str, key: AdbKey, keys: str) -> None:
    data = packed(plain(INDEX, [key.sign(INDEX)]), form)
    for length in range(4, len(data)):
        with pytest.raises(TrustError):
            verified(data[:length], keys)


def test_files_that_hold_no_key_are_passed_over(key: AdbKey, keys: str) -> None:
    (Path(keys) / "a.pem").write_text("no key")
    (Path(keys) / "b.pem").mkdir()
    os.mkfifo(Path(keys) / "c.pub")
    assert verified(plain(INDEX, [key.sign(INDEX)]), keys) == INDEX
    (Path(keys) / key.file).rename(Path(keys) / "key.txt")
    with pytest.raises(SignatureError, match="not trusted"):
        verified(plain(INDEX, [key.sign(INDEX)]), keys)


SHAPES = {
    "another schema": (plain(INDEX, schema=b"pckg"), "kind 'pckg'"),
    "no ADB inside": (b"ADBd" + deflate(b"no such thing"), "no ADB inside"),
    "nothing inside": (b"ADB.indx", "other blocks"),
    "an unknown algorithm": (b"ADBc\3\0" + plain(INDEX), "algorithm"),
    "damaged deflate": (b"ADBd\xff\xff\xff", "damaged"),
    "damaged zstd": (b"ADBc\2\0" + bytes(20), "damaged"),
    "something behind it": (packed(plain(INDEX), "d") + b"x", "follows"),
    "something behind zstd": (packed(plain(INDEX), "zstd") + b"x", "follows"),
    "a block shorter than its header": (b"ADB.indx" + struct.pack("<I", 3) + bytes(4), "cut off"),
    "a block longer than the file": (b"ADB.indx" + struct.pack("<I", 1 << 29) + bytes(4), "cut off"),
    "padding that is not zero": (plain(INDEX + bytes(-len(INDEX) % 8))[:-1] + b"\1", "cut off"),
    "reserved bytes": (b"ADB.indx" + struct.pack("<IIQ", 3 << 30, 7, 16), "reserved"),
    "a signature first": (b"ADB.indx" + block(SIGNATURE, bytes(40)), "other blocks"),
    "two blocks of values": (plain(INDEX) + block(VALUES, INDEX), "other blocks"),
    "data": (plain(INDEX) + block(DATA, b"data"), "other blocks"),
    "seventeen signatures": (plain(INDEX, [bytes(40)] * 17), "more than 16"),
    "a signature without one": (plain(INDEX, [bytes(18)]), "too short"),
    "a signature of a megabyte": (plain(INDEX, [bytes(1 << 20)]), "too long"),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_what_is_no_index_is_refused(shape: str) -> None:
    data, complaint = SHAPES[shape]
    with pytest.raises(ArchiveError, match=f"^here: .*{complaint}"):
        adb.take_apart(data, "here")


@pytest.mark.parametrize("form", FORMS[1:])
def test_a_bomb_is_refused_within_bounds(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apkgraph.limits.ADB_BYTES", 1 << 20)
    with pytest.raises(ArchiveError, match="unpacks to more than 1048576 bytes"):
        adb.take_apart(packed(plain(bytes(4 << 20)), form), "here")


def test_the_largest_bomb_stays_within_bounds() -> None:
    data = packed(plain(bytes(512 << 20)), "zstd")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(ArchiveError):
        adb.take_apart(data, "here")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300 << 10  # KiB


def test_values_of_all_kinds_are_read_back() -> None:
    writer = Writer()
    numbers = [0, 1, (1 << 28) - 1, 1 << 28, (1 << 32) - 1, 1 << 32, (1 << 64) - 1]
    texts = ["", "a", "x" * 255, "y" * 256, "z" * 70_000, "\udcff"]
    found = Values(writer.finish(writer.words([*map(writer.integer, numbers), *map(writer.text, texts)])))
    slots = found.slots(found.root)
    assert [found.integer(slot) for slot in slots[: len(numbers)]] == numbers
    assert [found.text(slot) for slot in slots[len(numbers) :]] == texts
    assert (found.integer(0), found.text(0), found.blob(0, 0), list(found.slots(0))) == (0, "", b"", [])


def _misfits() -> Iterator[tuple[str, str, int, bytes]]:
    """Which question, why it is refused, the value, and what it points into (from byte 8 on)."""
    yield "integer", "number was expected", 8 << 28 | 8, b"\1x"
    yield "integer", "outside", 2 << 28 | 9, bytes(4)
    yield "integer", "outside", 3 << 28 | 8, bytes(4)
    yield "text", "text was expected", 1 << 28 | 8, b"\1x"
    yield "text", "outside", 8 << 28 | 8, b"\2x"
    yield "text", "outside", 10 << 28 | 8, b"\xff\xff\xff\xff"
    yield "text", "outside", 8 << 28 | 4000, b""
    yield "slots", "expected", 8 << 28 | 8, struct.pack("<I", 1)
    yield "slots", "outside", 14 << 28 | 9, struct.pack("<II", 1, 1)
    yield "slots", "outside", 14 << 28 | 8, struct.pack("<I", 0)
    yield "slots", "outside", 14 << 28 | 8, struct.pack("<I", 2)
    yield "slots", "outside", 13 << 28 | 8, struct.pack("<I", 0xFFFFFFFF)
    yield "slots", "outside", 14 << 28 | 400, b""


@pytest.mark.parametrize(("question", "complaint", "value", "content"), list(_misfits()))
def test_values_that_do_not_fit_are_refused(question: str, complaint: str, value: int, content: bytes) -> None:
    with pytest.raises(IndexFormatError, match=complaint):
        getattr(Values(bytes(8) + content), question)(value)


def test_values_of_another_version_are_refused() -> None:
    for data in (b"\1" + INDEX[1:], b"", INDEX[:7]):
        with pytest.raises(IndexFormatError, match="version"):
            Values(data)


def test_blobs_are_no_longer_than_asked_for() -> None:
    assert Values(bytes(8) + b"\2ab").blob(8 << 28 | 8, 2) == b"ab"
    with pytest.raises(IndexFormatError, match="2 bytes where at most 1"):
        Values(bytes(8) + b"\2ab").blob(8 << 28 | 8, 1)


def test_texts_and_arrays_that_overlap_are_refused() -> None:
    """Else a megabyte of offsets into one long text would stand for gigabytes."""
    found = Values(bytes(8) + b"\xff" * 600)
    assert [len(found.text(8 << 28 | offset)) for offset in (8, 9)] == [255, 255]
    with pytest.raises(IndexFormatError, match="texts overlap"):
        found.text(8 << 28 | 10)
    shared = Values(bytes(8) + struct.pack("<9I", 9, *[0] * 8))
    shared.slots(14 << 28 | 8)
    with pytest.raises(IndexFormatError, match="arrays overlap"):
        shared.slots(14 << 28 | 8)
    assert found.text(8 << 28 | 8) is found.text(8 << 28 | 8)  # the same text counts once


@pytest.mark.parametrize("form", FORMS)
def test_mutants_end_in_one_kind_of_error(form: str, key: AdbKey, keys: str) -> None:
    data = packed(plain(INDEX, [key.sign(INDEX)]), form)
    choose = random.Random(form)
    for _ in range(MUTANTS // 10):
        mutant = bytearray(data)
        for _ in range(choose.choice([1, 1, 2, 8])):
            mutant[choose.randrange(len(mutant))] = choose.randrange(256)
        if choose.random() < 0.3:
            at = choose.randrange(len(mutant))
            mutant[at : at + choose.randrange(40)] = choose.randbytes(choose.randrange(40))
        try:
            assert verified(bytes(mutant), keys) == INDEX  # its compression may say the same in other bits
        except TrustError:
            continue


@pytest.mark.parametrize("name", ["APKINDEX.tar.gz", "packages.adb"])
def test_an_adb_is_obtained_whatever_its_name(
    name: str, key: AdbKey, keys: str, tmp_path: Path, settings_for: SettingsFor
) -> None:
    place = tmp_path / "alpine" / "v3.18" / "main" / "x86_64" / name
    place.parent.mkdir(parents=True)
    place.write_bytes(packed(plain(INDEX, [key.sign(INDEX)]), "d"))
    (Path(keys) / key.file).rename(Path(str(settings_for().keys_dir)) / key.file)
    if name.endswith(".adb"):
        settings = settings_for(extra_repositories=(str(place),), repositories_file=os.devnull)
    else:
        settings = settings_for(mirror=str(tmp_path / "alpine"))
    (index,) = obtain(settings)
    assert (index.is_adb, index.content, index.description, index.signed_by) == (True, INDEX, "a description", key.file)
    place.write_bytes(packed(plain(OTHER, [key.sign(INDEX)]), "d"))
    with pytest.raises(SignatureError):
        obtain(settings)
    (index,) = obtain(settings.replace(allow_untrusted=True))
    assert (index.content, index.signed_by) == (OTHER, "")
