"""The archive reader: what it takes, and that everything else ends in an ArchiveError."""

from __future__ import annotations

import tarfile
import tracemalloc
import zlib

import pytest

from apkgraph.errors import ArchiveError
from apkgraph.mirror import archive
from tests.mirror.archives import INDEX, Key, index_part, pack, pax, signature_part, signed, tar_of


def read(data: bytes) -> archive.IndexText:
    return archive.read_index(archive.take_apart(data, "here").content, "here")


def test_a_signed_archive_comes_apart(key: Key) -> None:
    content = index_part()
    found = archive.take_apart(signed(key, content), "here")
    assert [(each.scheme, each.key) for each in found.signatures] == [("RSA", key.name)]
    assert found.content == content
    assert archive.read_index(content, "here") == archive.IndexText("v3.18.5-1-gabc", INDEX)


def test_an_unsigned_archive_is_all_content() -> None:
    assert archive.take_apart(index_part(), "here") == archive.Signed((), index_part())


def test_several_signatures_are_all_seen() -> None:
    member = signature_part([(".SIGN.RSA.one", b"1"), (".SIGN.RSA256.two.rsa.pub", b"2")])
    found = archive.take_apart(member + index_part(), "here")
    assert found.signatures == (archive.Signature("RSA", "one", b"1"), archive.Signature("RSA256", "two.rsa.pub", b"2"))


def test_the_content_may_be_several_members() -> None:
    tar = tar_of([("DESCRIPTION", b"d"), ("APKINDEX", INDEX)])
    assert read(pack(tar[:700]) + pack(tar[700:])).text == INDEX


def test_a_description_may_be_missing_or_strange() -> None:
    assert read(pack(tar_of([("APKINDEX", INDEX)]))).description == ""
    assert read(index_part(description=b" \xff\x1b[0m\n")).description == "\ufffd\x1b[0m"


PAX = tar_of([pax(mtime="1763765190.54232996", ctime="0")], end=False, kind=tarfile.XHDTYPE)


def test_a_pax_header_may_stand_before_a_signature(key: Key) -> None:
    """As in every index of v3.22."""
    content = index_part()
    signature = tar_of([(f".SIGN.RSA.{key.name}", key.sign(content))], end=False)
    found = archive.take_apart(pack(PAX + signature) + content, "here")
    assert found == archive.Signed((archive.Signature("RSA", key.name, key.sign(content)),), content)
    several = archive.take_apart(pack(PAX + PAX + signature + PAX + signature) + content, "here")
    assert several.signatures == found.signatures * 2


def test_a_pax_header_before_content_is_no_signature() -> None:
    data = pack(PAX + tar_of([("APKINDEX", INDEX)]))
    assert archive.take_apart(data, "here") == archive.Signed((), data)


def test_names_of_metadata_headers_are_the_next_entry_s() -> None:
    index = tar_of([("x", INDEX)])
    path = tar_of([pax(path="APKINDEX")], end=False, kind=tarfile.XHDTYPE)
    long_name = tar_of([("././@LongLink", b"APKINDEX\0")], end=False, kind=tarfile.GNUTYPE_LONGNAME)
    other = tar_of([pax(path="other")], end=False, kind=tarfile.XHDTYPE)
    for names in (path, long_name, path + PAX, other + long_name):
        assert read(pack(names + index)).text == INDEX
    with pytest.raises(ArchiveError, match="no APKINDEX"):
        read(pack(path + tar_of([("x", INDEX)], kind=tarfile.SYMTYPE, end=False) + index))


def test_a_signature_s_name_may_be_in_its_pax_header() -> None:
    path = tar_of([pax(path=".SIGN.RSA.key")], end=False, kind=tarfile.XHDTYPE)
    found = archive.take_apart(pack(path + tar_of([("x", b"s")], end=False)) + index_part(), "here")
    assert found.signatures == (archive.Signature("RSA", "key", b"s"),)


def test_other_metadata_is_passed_over() -> None:
    for kind in (tarfile.XGLTYPE, tarfile.GNUTYPE_LONGLINK):
        member = tar_of([pax(path="other")], end=False, kind=kind)
        assert read(pack(member + tar_of([("APKINDEX", INDEX)]))).text == INDEX


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.DIRTYPE])
def test_entries_that_are_no_plain_files_are_passed_over(kind: bytes) -> None:
    entry = tar_of([("APKINDEX", b"")], kind=kind, end=False)
    assert read(pack(entry + TAR)).text == INDEX
    with pytest.raises(ArchiveError, match="no APKINDEX"):
        read(pack(entry + tar_of([])))


def test_entries_of_other_names_are_passed_over() -> None:
    others = [("evil.sh", b"rm"), ("../APKINDEX", b"X"), (".SIGN.RSA.x", b"s"), ("APKINDEX/x", b"y")]
    assert read(pack(tar_of([*others, ("APKINDEX", INDEX), *others]))).text == INDEX


def test_the_order_of_entries_does_not_matter() -> None:
    assert read(pack(tar_of([("APKINDEX", INDEX), ("DESCRIPTION", b"d")]))) == archive.IndexText("d", INDEX)


def test_several_indexes_are_read_one_after_the_other() -> None:
    other = INDEX.replace(b"busybox", b"dash")
    twice = read(pack(tar_of([("APKINDEX", INDEX), ("DESCRIPTION", b"a"), ("APKINDEX", other), ("DESCRIPTION", b"b")])))
    assert twice == archive.IndexText("b", INDEX + b"\n" + other)
    unfinished = read(pack(tar_of([("APKINDEX", INDEX + b"P:lost"), ("APKINDEX", other)]))).text
    assert unfinished == INDEX + b"\n" + other


def test_a_long_description_is_taken() -> None:
    assert read(index_part(description=b"d" * 70_000)).description == "d" * 70_000


def test_verified_content_is_one_member(key: Key) -> None:
    tar = tar_of([("DESCRIPTION", b"d"), ("APKINDEX", INDEX)])
    assert archive.read_index(pack(tar), "here", verified=True).text == INDEX
    with pytest.raises(ArchiveError, match="more than 1 gzip member of content"):
        archive.read_index(pack(tar[:700]) + pack(tar[700:]), "here", verified=True)


TAR = tar_of([("DESCRIPTION", b"d"), ("APKINDEX", INDEX)])
BROKEN = {
    "nothing": b"",
    "no gzip": b"P:busybox\n",
    "a web page": b"<html>",
    "only the magic": b"\x1f\x8b",
    "cut in the header": index_part()[:9],
    "cut in the body": index_part()[:-30],
    "cut in the checksum": index_part()[:-1],
    "something after the end": index_part() + b"\0\0\0\0",
    "a wrong checksum": index_part()[:-8] + b"\0\0\0\0" + index_part()[-4:],
    "a wrong length": index_part()[:-1] + b"\1",
    "no tar": pack(INDEX * 20),
    "an empty tar": pack(b""),
    "no index": pack(tar_of([("DESCRIPTION", b"d")])),
    "an entry cut off": pack(tar_of([("APKINDEX", INDEX)])[:600]),
    "a header cut off": pack(tar_of([("DESCRIPTION", b"d")], end=False) + TAR[512:700]),
    "the header of an empty entry cut off": pack(TAR[1024:-1024] + tar_of([("DESCRIPTION", b"")])[:300]),
    "a wrong header sum": pack(TAR[:148] + b"0000000\0" + TAR[156:]),
    "a size that is no octal number": pack(TAR[:124] + b"00000000008\0" + TAR[136:]),
    "an absurd size": pack(TAR[:124] + b"77777777777\0" + TAR[136:]),
    "a binary size": pack(TAR[:124] + b"\x80" + b"\xff" * 11 + TAR[136:]),
    "a tar after the tar": pack(TAR + TAR),
    "a description beyond the cap": index_part(description=bytes((1 << 20) + 1)),
    "a pax header without a length": pack(tar_of([("x", b"path=a\n")], kind=tarfile.XHDTYPE, end=False) + TAR),
    "a pax header of a wrong length": pack(tar_of([("x", b"9 path=a\n\n")], kind=tarfile.XHDTYPE, end=False) + TAR),
    "a pax header that is too short": pack(tar_of([("x", b"99 path=a\n")], kind=tarfile.XHDTYPE, end=False) + TAR),
    "a pax header without a value": pack(tar_of([("x", b"7 path\n")], kind=tarfile.XHDTYPE, end=False) + TAR),
    "an end marker among the signatures": pack(tar_of([(".SIGN.RSA.key", b"s")])) + index_part(),
    "signatures mixed with content": pack(tar_of([(".SIGN.RSA.key", b"s"), ("APKINDEX", INDEX)])),
    "content among the signatures": signature_part([(".SIGN.RSA.key", b"s"), ("APKINDEX", INDEX)]) + index_part(),
    "another name among the signatures": signature_part([(".SIGN.RSA.a", b"s"), ("x.RSA.b", b"s")]) + index_part(),
    "a signature without a key": signature_part([(".SIGN.RSA", b"s")]) + index_part(),
    "a key elsewhere": signature_part([(".SIGN.RSA.../../key", b"s")]) + index_part(),
    "only signatures": signature_part([(".SIGN.RSA.key", b"s")]),
    "too many signatures": signature_part([(f".SIGN.RSA.{n}", b"s") for n in range(17)]) + index_part(),
    "too many members": b"".join(pack(TAR[n : n + 128]) for n in range(0, len(TAR), 128)),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_archive_is_an_archive_error(name: str) -> None:
    with pytest.raises(ArchiveError, match=r"^here: "):
        read(BROKEN[name])


def test_the_parts_of_what_is_broken_are_good_otherwise() -> None:
    assert read(pack(TAR[1024:])).text == INDEX
    assert read(b"".join(pack(TAR[n : n + 512]) for n in range(0, len(TAR), 512))).text == INDEX


def test_what_is_no_archive_at_all_is_told_from_a_damaged_one() -> None:
    with pytest.raises(ArchiveError, match="is this the address of an Alpine repository"):
        read(b"P:busybox\n")


def bomb(size: int) -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    zeros = bytes(1 << 20)
    return b"".join(packer.compress(zeros) for _ in range(size >> 20)) + packer.flush()


def test_a_bomb_is_given_up_early(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apkgraph.limits.UNSIGNED_TEXT_BYTES", 8 << 20)
    data = bomb(256 << 20)
    tracemalloc.start()
    try:
        with pytest.raises(ArchiveError, match="unpacks to more than"):
            read(data)
        assert tracemalloc.get_traced_memory()[1] < 32 << 20
    finally:
        tracemalloc.stop()


def test_a_bomb_among_the_signatures_is_given_up_at_once() -> None:
    start = tar_of([(".SIGN.RSA.key", bytes(1 << 20))], end=False)
    with pytest.raises(ArchiveError, match="unpacks to more than 65536 bytes"):
        read(pack(start) + index_part())


def test_a_bomb_of_many_members_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apkgraph.limits.UNSIGNED_TEXT_BYTES", 3 << 20)
    with pytest.raises(ArchiveError, match="unpacks to more than"):
        read(bomb(2 << 20) * 3)


def test_an_archive_beyond_the_cap_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apkgraph.limits.ARCHIVE_BYTES", 100)
    with pytest.raises(ArchiveError, match="larger than an index can be"):
        read(index_part())


def test_many_headers_are_given_up() -> None:
    member = tar_of([("x", b"")] * 2000, kind=tarfile.XHDTYPE)
    with pytest.raises(ArchiveError, match="more than 1024 entries"):
        read(pack(member))
