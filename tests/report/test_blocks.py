"""The text engine: one layout for pipes and terminals; what is cut, wrapped or left out, and what never is."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apkgraph.report.blocks import Column, Lines, Span, Table, cut, line, render, wrap
from apkgraph.report.text import width as width_of

NAMES = Table(
    (Column("NAME", flexible=True), Column("SIZE", right=True), Column("NOTE", wrapped=True), Column("MORE", room=100)),
    [
        ("a-long-name-of-a-package", "1.0 MiB", "kept by one thing and by another", "x"),
        ((Span("日本", "bold"), Span("!", "red")), "100.0 KiB", "", "y"),
    ],
)


def text_of(spans: tuple[Span, ...]) -> str:
    return "".join(span.text for span in spans)


def test_a_pipe_gets_all_of_it_aligned() -> None:
    assert render([line("head", "bold"), NAMES]).splitlines() == [
        "head",
        "",
        "NAME                           SIZE  NOTE                              MORE",
        "a-long-name-of-a-package    1.0 MiB  kept by one thing and by another  x",
        "日本!                     100.0 KiB                                    y",
    ]


def test_a_narrow_terminal_cuts_and_wraps_and_leaves_out() -> None:
    assert render([NAMES], 40).splitlines() == [
        "NAME                SIZE  NOTE",
        "a-long-name-…    1.0 MiB  kept by one",
        "                          thing and by",
        "                          another",
        "日本!          100.0 KiB",
    ]


def test_figures_are_never_cut() -> None:
    text = render([NAMES], 1)
    assert "1.0 MiB" in text
    assert "100.0 KiB" in text


def test_a_bound_holds_on_terminals_only() -> None:
    table = Table((Column("NAME", flexible=True, most=6),), [("abcdefgh",)])
    assert render([table], 80).splitlines() == ["NAME", "abcde…"]
    assert render([table]).splitlines() == ["NAME", "abcdefgh"]


def test_colours_are_of_our_own_making_and_only_where_wanted() -> None:
    lines = Lines([(Span("a", "bold red"), Span("\x1b[1mb"))])
    assert render([lines], 80, color=True) == "\x1b[1;31ma\x1b[0m\ufffd[1mb\n"
    assert render([lines], 80) == "a\ufffd[1mb\n"


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("one two three", 7, ["one two", "three"]),
        ("one two three", 6, ["one", "two", "three"]),
        ("  indented longword", 8, ["  indent", "ed", "longword"]),
        ("a  b", 2, ["a ", "b"]),
        ("日本語", 4, ["日本", "語"]),
        ("fits", 4, ["fits"]),
    ],
)
def test_wrap(text: str, width: int, expected: list[str]) -> None:
    assert [text_of(row) for row in wrap((Span(text),), width)] == expected


SPANS = st.lists(st.tuples(st.text(alphabet="ab é日-", max_size=12), st.sampled_from(["", "bold"])), max_size=6)


@given(SPANS, st.integers(2, 20))
def test_wrapping_loses_nothing_but_spaces_and_keeps_styles(pieces: list[tuple[str, str]], width: int) -> None:
    spans = tuple(Span(text, style) for text, style in pieces)
    rows = wrap(spans, width)
    assert all(width_of(text_of(row)) <= width for row in rows)

    def styled(line: tuple[Span, ...]) -> list[tuple[str, str]]:
        return [(character, span.style) for span in line for character in span.text if character != " "]

    assert [each for row in rows for each in styled(row)] == styled(spans)


@given(SPANS, st.integers(1, 20))
def test_cutting_keeps_the_beginning(pieces: list[tuple[str, str]], width: int) -> None:
    spans = tuple(Span(text, style) for text, style in pieces)
    short = text_of(cut(spans, width))
    assert width_of(short) <= width
    assert short == text_of(spans) or text_of(spans).startswith(short.removesuffix("…"))


CELLS = st.text(alphabet="ab é日", max_size=30)


@given(st.lists(st.tuples(CELLS, CELLS, st.integers(0, 10**9).map(str)), max_size=4), st.integers(24, 90))
def test_a_table_fits_and_colours_move_nothing(rows: list[tuple[str, str, str]], width: int) -> None:
    table = Table((Column("A", flexible=True), Column("B", wrapped=True), Column("N", right=True)), rows)
    screen = render([table], width)
    assert all(width_of(row) <= width for row in screen.splitlines())
    assert [row.rstrip() for row in re.sub(r"\x1b\[[0-9;]*m", "", render([table], width, color=True)).splitlines()] == [
        row.rstrip() for row in screen.splitlines()
    ]
    assert all(number in screen for *_, number in rows)
