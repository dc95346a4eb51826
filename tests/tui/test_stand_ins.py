"""Terminals that can do little: no screens at all, or letters of another encoding."""

from __future__ import annotations

import io

import pytest

from apkgraph.errors import UsageError
from apkgraph.report.text import width
from apkgraph.tui.terminal import STAND_INS, adapt, check


def written(text: str, encoding: str) -> str:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline="")
    adapt(stream)
    stream.write(text)
    stream.flush()
    stream.seek(0)
    return stream.read()


def test_a_dumb_terminal_is_refused() -> None:
    with pytest.raises(UsageError, match="apkgraph cost"):
        check({"TERM": "dumb"})
    check({"TERM": "vt100"})
    check({})


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "koi8-r"])
def test_what_cannot_be_encoded_is_drawn_with_other_letters_as_wide(encoding: str) -> None:
    text = "╭─ Set ─╮ ● git ○ 漢字 ██▌↓ caf\u00e9"
    shown = written(text, encoding)
    assert width(shown) == width(text)
    assert "?" not in shown.replace("????", "").replace("caf?", "")
    assert "\\u" not in shown


def test_utf_8_stays_as_it_is() -> None:
    text = "╭─ Set ─╮ ● git ○ 漢字 ██▌↓"
    assert written(text, "utf-8") == text
    adapt(None)


def test_every_stand_in_is_one_letter_wide() -> None:
    assert all(width(letter) == len(other) == 1 and other.isascii() for letter, other in STAND_INS.items())
