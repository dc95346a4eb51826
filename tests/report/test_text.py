"""Text from an index can do nothing to a terminal, and its width is what a terminal shows."""

from __future__ import annotations

import unicodedata
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apkgraph.redaction import redact
from apkgraph.report.text import clean, pad, truncate, width


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("git", "git"),
        ("Überbau 日本", "Überbau 日本"),
        ("a\x1b[31mred\x1b[0m", "a\ufffd[31mred\ufffd[0m"),
        ("title\x1b]0;owned\x07", "title\ufffd]0;owned\ufffd"),
        ("c1\x9b31m", "c1\ufffd31m"),
        ("bell\x07 null\x00 del\x7f", "bell\ufffd null\ufffd del\ufffd"),
        ("two\nlines\tand\rmore", "two lines and more"),
        ("bidi\u202etxet\u2066x\u2069", "bidi\ufffdtxet\ufffdx\ufffd"),
        ("zero\u200bwidth\ufeff", "zero\ufffdwidth\ufffd"),
        ("line\u2028paragraph\u2029", "line\ufffdparagraph\ufffd"),
        ("lone\udcffsurrogate", "lone\ufffdsurrogate"),
        ("[bold]markup[/bold]", "[bold]markup[/bold]"),
    ],
)
def test_clean(text: str, expected: str) -> None:
    assert clean(text) == expected


@given(st.text())
def test_nothing_clean_is_a_control_or_format_character(text: str) -> None:
    categories = {unicodedata.category(character) for character in clean(text)}
    assert not categories & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("unknown command 'http://me:secret@host/x' (see …)", "unknown command 'http://***@host/x' (see …)"),
        ("http://me:se/c@ret@host/x: no such tag @host/x", "http://***@host/x: no such tag @host/x"),
        ("http:/me:secret@host", "http:/***@host"),
        ("http://a/ https://me:secret@b/?token=secret, or", "http://a/ https://***@b/?***"),
        ("git@edge at http://host/alpine?***", "git@edge at http://host/alpine?***"),
        ("is it http://host/alpine ?", "is it http://host/alpine ?"),
    ],
)
def test_redact(text: str, expected: str) -> None:
    assert redact(text).removesuffix(" or") == expected


@given(st.text(alphabet="ab:/@? http"))
def test_nothing_but_passwords_is_left_out(text: str) -> None:
    assert redact(redact(text)) == redact(text)
    if "***" not in redact(text):  # an empty user goes without a trace, and nothing but it
        assert set(Counter(text) - Counter(redact(text))) <= {"@"}


@pytest.mark.parametrize(("text", "columns"), [("abc", 3), ("日本", 4), ("e\u0301", 1), ("", 0), ("\uff57", 2)])
def test_width(text: str, columns: int) -> None:
    assert width(text) == columns


@given(st.text(alphabet="ab日é\u0301"), st.integers(1, 12))
def test_a_truncated_text_fits(text: str, columns: int) -> None:
    short = truncate(text, columns)
    assert width(short) <= columns
    assert short == text or short.endswith("…")


def test_pad_counts_columns() -> None:
    assert pad("日本", 6) == "日本  "
    assert pad("日本", 6, right=True) == "  日本"
