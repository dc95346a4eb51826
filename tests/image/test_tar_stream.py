"""Tars and what they are packed with, read as streams: what is cut, damaged or hostile is refused in one way only."""

from __future__ import annotations

import io
import tarfile

import pytest

from apkgraph.errors import InputError
from apkgraph.image.streams import ZSTD, Meter, Unpacked
from apkgraph.image.tar_stream import Tar

BLOCK = 512


def a_tar(*entries: tuple[str, bytes], form: int = tarfile.USTAR_FORMAT) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form) as tar:
        for name, content in entries:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def opened(data: bytes) -> Tar:
    return Tar(unpacked(data), "here")


def unpacked(data: bytes) -> Unpacked:
    return Unpacked(io.BytesIO(data).read, Meter("here"), "here")


def names(data: bytes) -> list[str]:
    return [entry.name for entry in opened(data).entries()]


TWO = a_tar(("one", b"1" * 700), ("two", b"22"))


def test_names_and_contents_one_after_the_other() -> None:
    tar = opened(TWO)
    found = [(entry.name, entry.size, tar.content(1000)) for entry in tar.entries()]
    assert found == [("one", 700, b"1" * 700), ("two", 2, b"22")]
    assert names(TWO) == ["one", "two"]


def test_an_entry_is_a_stream_of_its_own_and_ends_where_it_ends() -> None:
    tar = opened(TWO)
    entries = tar.entries()
    next(entries)
    assert (tar.read(600), tar.read(600), tar.read(600)) == (b"1" * 600, b"1" * 100, b"")
    assert next(entries).name == "two"


@pytest.mark.parametrize("left", [BLOCK + 100, 2 * BLOCK + 300], ids=["in the content", "in the padding"])
def test_a_tar_that_is_cut_inside_an_entry_is_not_passed_over(left: int) -> None:
    entries = opened(TWO[:left]).entries()
    assert next(entries).name == "one"
    with pytest.raises(InputError, match="here: the tar is cut off inside an entry"):
        next(entries)


def test_a_tar_that_is_cut_inside_an_entry_is_not_read_on() -> None:
    tar = opened(TWO[: BLOCK + 100])
    next(tar.entries())
    assert tar.read(100) == b"1" * 100
    with pytest.raises(InputError, match="cut off inside an entry"):
        tar.read(100)


def test_a_tar_without_its_end_is_cut_off() -> None:
    with pytest.raises(InputError, match="the tar is cut off"):
        names(TWO[: 5 * BLOCK])


@pytest.mark.parametrize("place", [0, 124, 148, 300])
def test_a_header_that_does_not_sum_up_is_damaged(place: int) -> None:
    damaged = bytearray(TWO)
    damaged[place] ^= 1
    with pytest.raises(InputError, match="damaged"):
        names(bytes(damaged))


@pytest.mark.parametrize("data", [b"", bytes(2 * BLOCK), b"no tar at all", b"x" * BLOCK])
def test_what_is_no_tar_is_called_none(data: bytes) -> None:
    with pytest.raises(InputError, match="not a tar archive"):
        names(data)


@pytest.mark.parametrize("name", ["/etc/passwd", "a/../../b", ".."])
def test_a_name_never_leads_out(name: str) -> None:
    with pytest.raises(InputError, match=r"absolute name|leads out"):
        names(a_tar((name, b"")))


def test_more_than_makes_sense_is_not_read() -> None:
    tar = opened(TWO)
    next(tar.entries())
    with pytest.raises(InputError, match="an entry of 700 bytes, where at most 699 make sense"):
        tar.content(699)
    with pytest.raises(InputError, match="more entries"):
        list(Tar(unpacked(TWO), "here", most_entries=1).entries())


def test_long_names_of_both_kinds() -> None:
    name = "/".join(["a" * 90] * 4)
    for form in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        assert names(a_tar((name, b"x"), ("b", b""), form=form)) == [name, "b"]


def test_a_window_larger_than_zstd_s_own_limit_is_refused_before_it_is_made() -> None:
    descriptor = (28 - 10) << 3  # RFC 8878, 3.1.1.1.2: a window of 256 MiB
    frame = ZSTD + bytes([0x00, descriptor]) + bytes([0x01, 0x00, 0x00])
    with pytest.raises(InputError, match="here: damaged"):
        unpacked(frame).read(1)
    within = ZSTD + bytes([0x00, (27 - 10) << 3]) + bytes([0x01, 0x00, 0x00])
    assert unpacked(within).read(1) == b""


@pytest.mark.parametrize("data", [ZSTD + b"\xff" * 20, b"\x1f\x8b" + b"\xff" * 20])
def test_what_cannot_be_unpacked_is_damaged(data: bytes) -> None:
    with pytest.raises(InputError, match="here: damaged"):
        unpacked(data).read(1)
