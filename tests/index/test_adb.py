"""v3 indexes: the same packages as from the text, and a typed error for whatever does not fit."""

from __future__ import annotations

import gzip
import os
import random
import struct
from pathlib import Path

import pytest

from apkgraph import limits
from apkgraph.errors import IndexFormatError, TrustError
from apkgraph.index.adb import parse_adb
from apkgraph.index.build import build_universe
from apkgraph.index.formats import parse
from apkgraph.index.parse import Limits, ParsedIndex, parse_index
from apkgraph.index.universe import RepositoryInfo
from apkgraph.mirror import adb
from apkgraph.mirror.repositories import from_lines
from apkgraph.mirror.source import obtain
from apkgraph.model.package import Package
from apkgraph.settings import resolve
from tests.mirror.adbs import BUSYBOX, CONFLICT, ERROR, FUZZY, GREATER, LESS, Raw, Writer, values_of

MUTANTS = 10_000 if os.environ.get("APKGRAPH_LONG") else 400
TEXT = b"""\
C:Q1AAECAwQFBgcICQoLDA0ODxAREhM=
P:git
V:2.40.1-r0
A:x86_64
S:268435456
I:4294967296
T:Distributed version control\xff
U:https://www.git-scm.com/
L:GPL-2.0-or-later
o:git
m:A Maintainer <maintainer@example.org>
t:1690000000
c:000102030405060708090a0b0c0d0e0f10111213
k:65537
D:a b=1 c<2 d>=3-r1 e~4 !f !g<5 h
p:cmd:git=2.40.1-r0 so:libgit.so
i:docs a=1 !nodocs

"""
PACKAGE = {
    "name": "git", "version": "2.40.1-r0", "hashes": bytes(range(20)) + bytes(12), "arch": "x86_64",
    "file_size": 1 << 28, "installed_size": 1 << 32, "description": "Distributed version control\udcff",
    "url": "https://www.git-scm.com/", "license": "GPL-2.0-or-later", "origin": "git", "priority": 65537,
    "maintainer": "A Maintainer <maintainer@example.org>", "build_time": 1690000000, "commit": bytes(range(20)),
    "depends": [("a",), ("b", "1"), ("c", "2", LESS), ("d", "3-r1", GREATER | 1), ("e", "4", FUZZY | 1),
                ("f", "", CONFLICT | 7), ("g", "5", CONFLICT | LESS), ("h",)],
    "provides": [("cmd:git", "2.40.1-r0"), ("so:libgit.so",)],
    "install_if": [("docs",), ("a", "1"), ("nodocs", "", CONFLICT | 7)],
    "replaces": [("old-git",)], "tags": "ignored",
}  # fmt: skip


def facts(package: Package) -> dict[str, object]:
    """All that a package says."""
    details = package.details
    assert details is not None
    return {
        **{slot: getattr(package, slot) for slot in Package.__slots__ if slot != "details"},
        **{slot: getattr(details, slot) for slot in details.__slots__},
    }


def test_the_same_package_as_from_the_text() -> None:
    (from_text,) = parse_index(TEXT, ("x86_64",), 2).packages
    (from_adb,) = parse_adb(values_of([PACKAGE]), ("x86_64",), 2).packages
    assert facts(from_adb) == facts(from_text)


def test_an_index_of_nothing() -> None:
    writer = Writer()
    for values in (values_of([]), Writer().finish(0), writer.finish(writer.words([writer.text("nothing")]))):
        parsed = parse_adb(values)
        assert (parsed.packages, parsed.error) == ((), None)


@pytest.mark.parametrize(
    ("fields", "uninstallable"),
    [
        ({}, False),
        ({"arch": "noarch"}, False),
        ({"arch": ""}, False),
        ({"arch": "aarch64"}, True),
        ({"layer": 1}, True),
        ({"depends": Raw(ERROR)}, True),
        ({"provides": Raw(ERROR)}, False),
        ({"install_if": Raw(ERROR)}, False),
        ({"version": Raw(ERROR)}, False),
    ],
)
def test_which_packages_are_uninstallable(fields: dict[str, object], uninstallable: bool) -> None:
    parsed = parse_adb(values_of([{**PACKAGE, **fields}]), ("x86_64",))
    assert [package.uninstallable for package in parsed.packages] == [uninstallable]
    broken = any(name in fields for name in ("depends", "provides", "install_if"))
    assert bool(parsed.warnings.texts()) is broken


def test_a_version_that_could_not_be_written_is_the_lowest() -> None:
    (package,) = parse_adb(values_of([{**PACKAGE, "version": Raw(ERROR)}])).packages
    assert str(package) == "git-"


def test_fields_of_tomorrow_are_passed_over() -> None:
    writer = Writer()
    slots = [0] * 23
    slots[:3] = writer.text("a"), writer.text("1"), writer.blob(bytes(20))
    slots[22] = writer.text("new")
    parsed = parse_adb(writer.finish(writer.words([0, writer.words([writer.words(slots)]), 0, writer.text("new")])))
    assert [str(package) for package in parsed.packages] == ["a-1"]


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"name": ""}, "no name"),
        ({"name": Raw(ERROR)}, "no name"),
        ({"hashes": bytes(19)}, "no checksum"),
        ({"hashes": b""}, "no checksum"),
        ({"hashes": bytes(65)}, "65 bytes where at most 64"),
        ({"commit": bytes(65)}, "65 bytes where at most 64"),
        ({"depends": "text"}, "array or an object"),
        ({"depends": [("a", "1", 2), ("b", Raw(1 << 28 | 1))]}, "text was expected"),
        ({"file_size": "text"}, "number was expected"),
        ({"description": 7}, "text was expected"),
    ],
)
def test_what_does_not_fit_is_an_error(fields: dict[str, object], complaint: str) -> None:
    writer = Writer()
    written: dict[str, object] = dict(fields)
    if isinstance(fields.get("depends"), list):
        entries = [writer.text("b"), 1 << 28 | 1]
        written["depends"] = Raw(writer.words([writer.words(entries)]))
    parsed = parse_adb(writer.index([{**PACKAGE, **written}]))
    assert isinstance(parsed.error, IndexFormatError)
    assert complaint in str(parsed.error)


def test_counts_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    many = [{**BUSYBOX, "hashes": bytes([n]) * 20, "depends": [(f"a{m}",) for m in range(5)]} for n in range(4)]
    assert parse_adb(values_of(many)).error is None
    for name, most, complaint in (
        ("ADB_PACKAGES", 3, "more than 3 packages"),
        ("FIELD_DEPENDENCIES", 4, "more than 4 dependencies"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(limits, name, most)
            assert complaint in str(parse_adb(values_of(many)).error)
    bounds = Limits(4, dependencies=20)
    assert parse_adb(values_of(many), bounds=bounds).error is None
    bounds.dependencies = 19
    assert "more than 19 dependencies" in str(parse_adb(values_of(many), bounds=bounds).error)


def test_a_package_that_is_listed_a_million_times_is_read_once() -> None:
    writer = Writer()
    package = writer.package(PACKAGE)
    parsed = parse_adb(writer.finish(writer.words([0, writer.words([package] * 1_000_000)])))
    assert (len(parsed.packages), parsed.error) == (1, None)


def test_the_registry_order_is_that_of_the_text() -> None:
    """Names of one bucket (A11: `n2165` and `n6374` are two) come in the order of mention; recommends come last."""
    text = b"".join(
        b"C:Q1%s\nP:%s\nV:1\nD:%s\np:%s\ni:%s\n\n" % (code, *fields)
        for code, fields in (
            (b"AAAAAAAAAAAAAAAAAAAAAAAAAAA=", (b"a", b"n1 n2 n3", b"n4 n5", b"n6 n7")),
            (b"AQAAAAAAAAAAAAAAAAAAAAAAAAA=", (b"b", b"n5 n1", b"n8 n9", b"n2")),
        )
    )
    packages = [
        {"name": "a", "version": "1", "hashes": bytes(20), "depends": names("n1 n2 n3"), "provides": names("n4 n5"),
         "install_if": names("n6 n7")},
        {"name": "b", "version": "1", "hashes": b"\1" + bytes(19), "depends": names("n5 n1"),
         "provides": names("n8 n9"), "install_if": names("n2")},
    ]  # fmt: skip
    assert orders(parse_adb(values_of(packages))) == orders(parse_index(text))
    packages[0]["recommends"] = names("n9 m1")
    parsed = parse_adb(values_of(packages))
    assert parsed.mentions == {0: ("a", "n1", "n2", "n3", "n4", "n5", "n6", "n7", "n9", "m1")}
    assert "m1" in orders(parsed)


def names(text: str) -> list[tuple[str]]:
    return [(name,) for name in text.split()]


def orders(parsed: ParsedIndex) -> dict[str, int]:
    universe = build_universe([(RepositoryInfo("main"), parsed)])
    return {name: universe.row(name).order for name in universe.names()}


def test_mutants_end_in_typed_errors() -> None:
    values = values_of([PACKAGE, {**BUSYBOX, "depends": [("git",)]}], "a description")
    choose = random.Random(3)
    for _ in range(MUTANTS):
        mutant = bytearray(values)
        for _ in range(choose.choice([1, 1, 2, 5])):
            place = choose.randrange(len(mutant) // 4) * 4
            word = choose.choice([0, 0xFFFFFFFF, choose.randrange(1 << 32), choose.randrange(15) << 28 | place])
            mutant[place : place + 4] = struct.pack("<I", word)
        if choose.random() < 0.2:
            del mutant[choose.randrange(len(mutant)) :]
        parsed = parse_adb(bytes(mutant))
        assert parsed.error is None or isinstance(parsed.error, TrustError)
        try:
            adb.description_of(adb.Values(bytes(mutant)))
        except TrustError:
            continue


def real(path: Path, keys: Path | None = None) -> ParsedIndex:
    """A real index, verified where there is a key."""
    settings = resolve({"keys_dir": keys and str(keys), "allow_untrusted": keys is None, "arch": "x86_64"}, {}, "/none")
    (index,) = obtain(settings, repositories=tuple(from_lines([str(path)], settings)))
    assert index.signed_by or keys is None
    parsed = parse(index, ("x86_64",))
    assert parsed.error is None
    return parsed


LOST = [
    ("arpwatch", "version"),
    ("arpwatch-ethercodes", "version"),
    ("aspell-ru", "version"),
    ("opensmtpd", "version"),
    ("opensmtpd-dbg", "version"),
    ("opensmtpd-doc", "version"),
    ("rtmpdump-dev", "provides"),
]


@pytest.mark.parametrize("form", ["deflate", "zstd"])
def test_a_real_index_in_both_formats_holds_the_same(form: str, shared: Path) -> None:
    """It sorts lists and drops doubles; what apk's schema does not take (`2.1a15-r16`) is lost, as LOST says."""
    converted = {each.name: each for each in real(shared / f"adb/converted/v3.12-main-x86_64.{form}.adb").packages}
    text = real(shared / "indexes/alpine/v3.12/main/x86_64/APKINDEX.tar.gz").packages
    assert len(converted) == len(text) == 4835
    lost = []
    for package in text:
        ours, theirs = _sorted(facts(converted[package.name])), _sorted(facts(package))
        lost += [(package.name, name) for name in ours if ours[name] != theirs[name]]
    assert sorted(lost) == LOST


def _sorted(found: dict[str, object]) -> dict[str, object]:
    return {name: sorted(set(map(str, value))) if isinstance(value, tuple) else value for name, value in found.items()}


@pytest.mark.parametrize(
    ("place", "keys"),
    [
        ("mossdef/packages.adb", "mossdef"),
        ("passwall2/x86_64/packages.adb", "passwall2"),
        ("openwrt/targets/x86/64/packages/packages.adb", None),
        *[(f"openwrt/packages/x86_64/{name}/packages.adb", None) for name in ("base", "luci", "packages", "routing")],
    ],
)
def test_real_indexes_hold_what_apk_reads_in_them(place: str, keys: str | None, shared: Path) -> None:
    parsed = real(shared / "adb" / place, keys and shared / "adb" / keys)  # type: ignore[arg-type]
    dumped = gzip.decompress((shared / "adb" / f"{place}.dump.gz").read_bytes()).decode()
    assert [_dump(package) for package in parsed.packages] == [_read(record) for record in _records(dumped)]


def _records(dumped: str) -> list[str]:
    return dumped.split("\n  - name: ")[1:]


SCALARS = {"version", "arch", "license", "origin", "maintainer", "url", "installed-size", "file-size",
           "provider-priority", "hashes"}  # fmt: skip


def _read(record: str) -> dict[str, object]:
    """What apk's dump says of a package."""
    name, *lines = record.split("\n")
    found: dict[str, object] = {"name": name}
    into: list[str] = []
    for line in lines:
        if line.startswith("      - "):
            into.append(line[8:])
        elif line.startswith("    ") and not line.startswith("     "):
            key, _, value = line.strip().partition(":")
            if key in SCALARS:
                found[key] = value.strip()[: 40 if key == "hashes" else None]  # the identity
            into = []
            if key in ("depends", "provides"):
                found[key] = into
    return found


def _dump(package: Package) -> dict[str, object]:
    details = package.details
    assert details is not None
    said = {
        "name": package.name,
        "version": package.version,
        "hashes": package.identity.hex(),
        "arch": package.arch,
        "license": package.license,
        "origin": package.origin,
        "maintainer": details.maintainer,
        "url": details.url,
        "installed-size": str(package.installed_size) if package.installed_size else "",
        "file-size": str(package.download_size) if package.download_size else "",
        "provider-priority": str(package.priority) if package.priority else "",
        "depends": [str(each) for each in package.depends],
        "provides": [str(each) for each in package.provides],
    }
    return {key: value for key, value in said.items() if value}
