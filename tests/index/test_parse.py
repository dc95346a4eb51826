"""Index and installed-db text: what is read, what is tolerated, what makes the rest be given up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apkgraph import limits
from apkgraph.errors import IndexFormatError
from apkgraph.index.parse import (
    Limits,
    ParsedIndex,
    _Reader,
    is_arch_allowed,
    number_of,
    parse_index,
    parse_installed,
)
from apkgraph.index.universe import Warnings

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from apkgraph.model.package import Package

SUM = b"C:Q1EyN5AdpAOBJWKMR89pp/C66o+OE=\n"
RECORD = SUM + (
    b"P:a\nV:1-r0\nA:x86_64\nS:7\nI:9\nT:words\nU:https://x\nL:MIT\no:origin\nm:who\nt:12\nc:beef\nk:3\n"
    b"D:b>1 !c\np:v w=2\ni:d e\n\n"
)
INSTALLED = RECORD[:-1] + (b"r:old\nq:5\ns:edge\nf:fs\nF:\nR:root\nF:proc/self\nM:0:0:755\nR:exe\na:0:0:644\nZ:Q1x\n\n")


def test_every_field() -> None:
    (package,) = parse_index(RECORD, repositories=4).packages
    details = package.details
    assert details is not None
    assert (package.name, package.version, package.arch, package.download_size, package.installed_size) == (
        "a",
        "1-r0",
        "x86_64",
        7,
        9,
    )
    assert (package.origin, package.license, package.priority, package.repositories) == ("origin", "MIT", 3, 4)
    assert (details.description, details.url, details.maintainer, details.build_time, details.commit) == (
        "words",
        "https://x",
        "who",
        12,
        "beef",
    )
    assert [str(each) for each in package.depends] == ["b>1", "!c"]
    assert [str(each) for each in package.provides] == ["v", "w=2"]
    assert [str(each) for each in package.install_if] == ["d", "e"]
    assert package.installed is None
    assert not package.uninstallable


def test_an_installed_db_s_own_fields() -> None:
    (package,) = parse_installed(INSTALLED).packages
    state = package.installed
    assert state is not None
    assert (state.tag, state.broken, state.directories, state.files) == ("edge", "fs", ("", "proc/self"), 2)
    assert state.executable
    assert [str(each) for each in state.replaces] == ["old"]


def test_an_index_ignores_them() -> None:
    parsed = parse_index(INSTALLED)
    assert parsed.packages[0].installed is None
    assert parsed.warnings.texts() == ()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (RECORD + b"P:b\nno field\n", 20),
        (RECORD + b"P:b\nV:1\n\n", 21),
        (SUM + b"P:b\n\n", 3),
        (b"C:Q1short\nP:b\nV:1\n\n", 4),
        (RECORD + "é:x\n".encode(), 19),
    ],
)
def test_what_makes_the_rest_be_given_up(text: bytes, line: int) -> None:
    parsed = parse_index(text + RECORD)
    assert isinstance(parsed.error, IndexFormatError)
    assert f"line {line}" in str(parsed.error)
    assert [package.name for package in parsed.packages] == ["a"] * text.startswith(RECORD)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (b"", []),
        (b"\n\n", []),
        (RECORD[:-1], ["a"]),
        (RECORD[:-2], []),
        (RECORD[:-2] + b"\nx", ["a"]),
        (RECORD[:-1] + b"\xff\n", ["a"]),
        (RECORD + RECORD, ["a", "a"]),
        (b"V:0\n\n" + RECORD, ["a"]),
    ],
)
def test_where_records_end(text: bytes, names: list[str]) -> None:
    parsed = parse_index(text)
    assert [package.name for package in parsed.packages] == names
    assert parsed.error is None


def test_repeated_lines_append_and_others_overwrite() -> None:
    (package,) = parse_index(SUM + b"P:a\nV:1\nV:2\nD:b\nD:c d\np:x\np:y\ni:e\ni:f\n\n").packages
    assert package.version == "2"
    assert [each.name for each in (*package.depends, *package.provides, *package.install_if)] == list("bcdxyef")


def test_unusual_order_is_remembered() -> None:
    parsed = parse_index(SUM + b"p:x y\nD:b\nP:a\nV:1\nD:c\n\n" + RECORD)
    assert parsed.mentions == {0: ("x", "y", "b", "a", "c")}


@pytest.mark.parametrize(
    ("text", "number"), [("", 0), ("-5", 0), ("7up", 7), ("65537", 65537), ("9" * 30, int("9" * 20))]
)
def test_numbers_are_the_leading_digits(text: str, number: int) -> None:
    assert number_of(text) == number


def test_warnings_are_of_all_texts_together() -> None:
    old, broken = parse_index(RECORD[:-1] + b"X:new\n\n"), parse_index(RECORD[:-1] + b"p:x= y\n\n")
    assert old.packages[0].uninstallable
    assert not broken.packages[0].uninstallable
    assert broken.warnings.texts() == ("The indexes contain broken packages which might not function properly.",)
    assert Warnings().merged([old.warnings, broken.warnings]).texts() == (
        "This apk-tools is OLD! Some packages are not installable.",
        "The indexes contain broken packages which are not installable.",
    )


def test_arches() -> None:
    assert all(is_arch_allowed(arch, ("x86_64",)) for arch in ("", "noarch", "x86_64"))
    assert not is_arch_allowed("s390x", ("x86_64",))
    assert is_arch_allowed("s390x", ())


@pytest.mark.parametrize(
    ("bound", "fits", "line"),
    [
        ("LINE_CHARACTERS", 32, 1),
        ("LINES", 36, 35),
        ("FIELD_DEPENDENCIES", 2, 18),
        ("DEPENDENCIES", 12, 36),
        ("PACKAGES", 2, 36),
    ],
)
def test_what_is_beyond_all_bounds_is_given_up(
    bound: str, fits: int, line: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, bound, fits)
    assert parse_index(RECORD + RECORD).error is None
    monkeypatch.setattr(limits, bound, fits - 1)
    error = parse_index(RECORD + RECORD).error
    assert error is not None
    assert (error.line, f"than {fits - 1} " in str(error)) == (line, True)


@given(st.randoms(use_true_random=False), st.sampled_from([parse_index, parse_installed]))
def test_mutants_end_in_a_value(random: Random, parse: Callable[[bytes], ParsedIndex]) -> None:
    text = bytearray(INSTALLED * 3)
    for _ in range(random.randint(1, 8)):
        place = random.randrange(len(text))
        match random.randrange(4):
            case 0:
                text[place] = random.randrange(256)
            case 1:
                del text[place : place + random.randint(1, 30)]
            case 2:
                text[place:place] = bytes([random.choice(b"\n:@!<>=~ \x00\xffPVCDi")])
            case _:
                text[place:place] = text[random.randrange(len(text)) :][:20]
    parsed = parse(bytes(text))
    assert parsed.error is None or isinstance(parsed.error, IndexFormatError)
    assert len(parsed.packages) <= text.count(b"\n") + 1


class _ByLines(_Reader):
    """The naive twin: no record is usual."""

    def _usual_record(self, lines: list[str]) -> None:
        return None


LINES = [
    *("C:Q1EyN5AdpAOBJWKMR89pp/C66o+OE=", "P:a", "P:b", "V:1-r0", "V:2", "A:x86_64", "S:7", "I:x", "T:words", "t:12"),
    *("D:b>1 !c", "D:c", "p:v w=2", "i:d", "D:=1 <", "", "", "", "x", "é", "q:1", "Q:1", "no field", "é:1", "P:"),
]
WHOLE = "C:Q1EyN5AdpAOBJWKMR89pp/C66o+OE=\nP:a\nV:1-r0\nT:words\nD:b>1 !c\np:v w=2\n\n"


@given(st.lists(st.sampled_from([*LINES, WHOLE, WHOLE]), max_size=16), st.sampled_from(["", "\n", "\n\n"]))
def test_usual_records_are_read_as_line_by_line(lines: list[str], end: str) -> None:
    text = ("\n".join(lines) + end).encode()
    fast, slow = (reader((), 0, None, Limits(), installed=False).read(text) for reader in (_Reader, _ByLines))
    assert list(map(_facts, fast.packages)) == list(map(_facts, slow.packages))
    assert (str(fast.error), fast.mentions) == (str(slow.error), slow.mentions)
    assert fast.warnings.texts() == slow.warnings.texts()


def _facts(package: Package) -> list[object]:
    details = package.details
    assert details is not None
    facts = [getattr(package, slot) for slot in package.__slots__ if slot != "details"]
    return facts + [getattr(details, slot) for slot in details.__slots__]
