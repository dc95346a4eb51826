"""Versions: apk's order by example, against its own data, and as an order."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from apkgraph.model.version import (
    EQUAL,
    FUZZY,
    GREATER,
    LESS,
    SUFFIXES,
    compare,
    compare_tokens,
    is_valid,
    matches,
    tokens,
)

if TYPE_CHECKING:
    from pathlib import Path

ASCENDING = """
    0.1_alpha 0.1_alpha1 0.1_beta 0.1_pre 0.1_rc 0.1-r0 0.1 0.1_cvs 0.1_svn 0.1_git 0.1_hg 0.1_p 0.1_p1
    0.1_p1_p2 0.1a_pre 0.1a 0.1b 0.1.1 0.2 0.10 1 1.0 1.0.0 1.01 1.02 1.1 2 10 18446744073709551615
"""
VALID = "1 1.0 0.1a 1_alpha 1_p12 1.2_pre3_git 1~ab12 1.2b_p3~0f-r4 1-r0 00.00"
INVALID = "a .1 1. 1..2 1ab 1a1 1_ 1_foo 1_p- 1-r 1-r1.1 1-r1a 1~ 1~xyz 1-2 1_alpha~g 1-r1~ab 1\u0661 -r1 1a.2 1A"
OPERATORS = {"<": LESS, ">": GREATER, "=": EQUAL, "~": FUZZY | EQUAL, "<~": LESS | FUZZY | EQUAL}
OPERATORS[">~"] = GREATER | FUZZY | EQUAL

digits = st.text("0123456789", min_size=1, max_size=3)
suffixes = st.builds("_{}{}".format, st.sampled_from(SUFFIXES), st.just("") | digits)
valid_versions = st.builds(
    "{}{}{}{}{}".format,
    st.lists(digits, min_size=1, max_size=3).map(".".join),
    st.sampled_from(["", "", "a", "b"]),
    st.lists(suffixes, max_size=2).map("".join),
    st.sampled_from(["", "", "~0a", "~0b"]),
    st.just("") | digits.map("-r{}".format),
)
any_text = st.text("01289.ab_plh~-r?\u00e9", max_size=12)
versions = valid_versions | any_text


def test_an_ascending_row() -> None:
    row = ASCENDING.split()
    row.remove("0.1-r0")  # see the next test
    for place, low in enumerate(row):
        for high in row[place + 1 :]:
            assert compare(low, high) == -1, (low, high)


@pytest.mark.parametrize(
    ("low", "high"),
    [
        ("1.0", "1.0-r0"),
        ("1.0-r1", "1.0_p"),
        ("1.0?junk", "1.0"),
        ("1.0-r9", "1.0p2"),
        ("1.0_rc", "1.0?junk"),
        ("1.010", "1.02"),
        ("1.0~0a", "1.0~0b"),
        ("1.0-r0", "1.0~0a"),
        ("", "0"),
        ("18446744073709551616", "1"),  # 64 bits wrap
    ],
)
def test_what_surprises(low: str, high: str) -> None:
    assert compare(low, high) == -1
    assert compare(high, low) == 1


@pytest.mark.parametrize("version", VALID.split())
def test_valid(version: str) -> None:
    assert is_valid(version)


@pytest.mark.parametrize("version", ["", *INVALID.split()])
def test_invalid(version: str) -> None:
    assert not is_valid(version)


def test_very_long_numbers_wrap_too() -> None:
    digits = "123456789" * 1000
    assert tokens(digits)[0][1] == _wrapped(digits)


def _wrapped(digits: str) -> int:
    value = 0
    for digit in digits:
        value = (value * 10 + int(digit)) % 2**64
    return value


def test_invalid_at_the_same_point_is_equal() -> None:
    assert compare("1.0?a", "1.0?b") == 0
    assert compare("", "?") == 0


@pytest.mark.parametrize(
    ("version", "constraint", "expected"),
    [
        ("3.6.1", "3.6.1", True),
        ("3.6.1-r3", "3.6.1", True),
        ("3.6.1_p2", "3.6", True),
        ("3.6.10", "3.6.1", False),
        ("3.6", "3.6.1", False),
        ("3.6.1a", "3.6.1", True),
        ("3.6.1", "3.6.1-r0", False),
    ],
)
def test_prefixes_are_of_whole_tokens(version: str, constraint: str, *, expected: bool) -> None:
    assert matches(version, FUZZY | EQUAL, constraint) is expected


def test_an_operator_is_the_union_of_its_signs() -> None:
    assert matches("1", LESS | EQUAL, "1")
    assert matches("2", LESS | GREATER, "1")
    assert not matches("1", LESS | GREATER, "1")
    assert matches("anything", LESS | GREATER | EQUAL, "else")


def test_apk_s_own_data(shared: Path) -> None:
    cases = 0
    for line in (shared / "conformance" / "version.data").read_text().splitlines():
        words = line.partition("#")[0].split()
        if len(words) == 1:
            assert is_valid(words[0].lstrip("!")) is not words[0].startswith("!"), line
        elif words:
            left, operator, right = words
            expected = not operator.startswith("!")
            assert matches(left, OPERATORS[operator.lstrip("!")], right) is expected, line
        cases += bool(words)
    assert cases > 500


@given(versions, versions)
def test_the_order_is_total_and_antisymmetric(left: str, right: str) -> None:
    assert compare(left, right) == -compare(right, left)
    assert compare(left, left) == 0


@given(valid_versions, valid_versions, valid_versions)
@example("1.10", "1.010", "1.9")
def test_the_order_of_valid_versions_is_transitive(first: str, second: str, third: str) -> None:
    assume(not any(re.search(r"\.0", version) for version in (first, second, third)))  # see the next test
    low, middle, high = sorted((first, second, third), key=_Ordered)
    assert compare(low, middle) <= 0
    assert compare(middle, high) <= 0
    assert compare(low, high) <= 0


def test_leading_zeros_make_even_apk_s_order_go_round() -> None:
    assert compare("1.10", "1.9") == 1
    assert compare("1.9", "1.010") == 1
    assert compare("1.010", "1.10") == -1


@given(versions, versions)
def test_a_version_matches_a_prefix_iff_the_tokens_begin_with_it(version: str, constraint: str) -> None:
    own, wanted = tokens(version), tokens(constraint)
    expected = own == wanted or (is_valid(constraint) and own[: len(wanted) - 1] == wanted[:-1])
    if expected:
        assert compare_tokens(own, wanted, prefix=True) == 0


@given(versions)
def test_what_is_valid_is_its_grammar(version: str) -> None:
    grammar = r"[0-9]+(\.[0-9]+)*[a-z]?(_(alpha|beta|pre|rc|cvs|svn|git|hg|p)[0-9]*)*(~[0-9a-f]+)?(-r[0-9]+)?"
    assert is_valid(version) is bool(re.fullmatch(grammar, version))


class _Ordered:
    """A key for `sorted`."""

    def __init__(self, version: str) -> None:
        self.version = version

    def __lt__(self, other: _Ordered) -> bool:
        return compare(self.version, other.version) < 0
