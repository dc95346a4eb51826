"""An index, a mirror and files that mean harm: nothing of theirs reaches the screen but as plain, visible text."""

from __future__ import annotations

import dataclasses
import unicodedata
from typing import TYPE_CHECKING

import pytest
from textual.widgets import Input

from apkgraph.errors import MirrorError
from apkgraph.model.universe_ref import UniverseRef
from apkgraph.report.text import clean
from apkgraph.tui.app import ApkgraphApp
from apkgraph.tui.backend import ExplorerBackend
from apkgraph.tui.messages import Progressed
from apkgraph.tui.screens.picker import PickerScreen
from apkgraph.tui.start import Start
from apkgraph.tui.state import edit_actions, view_actions
from apkgraph.tui.state.detail_lines import Known, detail_lines
from apkgraph.tui.state.exports import FORMATS, Format
from tests.impact.worlds import record
from tests.tui.small import HERE, INDEX, KIB, explorer, press, settle

if TYPE_CHECKING:
    from apkgraph.tui.backend import Backend, UniverseSummary
    from apkgraph.tui.start import Progress

# An escape that colours, one that names the window (7-bit and 8-bit), an override that turns text round, a zero width,
# a bell, and markup of both kinds that Textual knows.
EVIL = "\x1b[31m\x1b]0;owned\x1b\\\x9b31m\u202e\u200b\x07[bold]x[/]"
OBEYED = ("Cc", "Cf", "Cs", "Zl", "Zp")
WIDE, SMALL = (190, 50), (80, 24)

HOSTILE = INDEX + "".join(
    (
        record(
            f"evil{EVIL}", 700 * KIB, f"other{EVIL} so:{EVIL}.so",
            provides=f"cmd:evil{EVIL}=1", description=f"it says {EVIL}", origin=f"from{EVIL}",
        ),
        record(f"other{EVIL}", 90 * KIB, f"evil{EVIL}", description=EVIL),
        record(f"lib{EVIL}", 80 * KIB, provides=f"so:{EVIL}.so", priority=10),
        record(f"lib2{EVIL}", 70 * KIB, provides=f"so:{EVIL}.so"),
        record(f"evil-doc{EVIL}", 60 * KIB, install_if=f"evil{EVIL} docs"),
        record(f"never{EVIL}", 10 * KIB, f"!evil{EVIL} nowhere{EVIL}"),
    )
).replace("L:MIT", f"L:MIT{EVIL}")  # fmt: skip


class HostileDoor(ExplorerBackend):
    """A backend whose words about the universe are as bad as the universe."""

    def about(self) -> UniverseSummary:
        about = super().about()
        return about._replace(
            repositories=tuple(name + EVIL for name in about.repositories), base=about.base + EVIL, warnings=(EVIL,)
        )


def open_at(place: UniverseRef, progress: Progress) -> Backend:
    progress(f"fetching {EVIL}", 1, 2)
    if place != HERE:
        message = f"{place}: {EVIL}"
        raise MirrorError(message)
    return HostileDoor(explorer(HOSTILE, place))


def start(*tokens: str) -> Start:
    return Start(
        HERE,
        open_at,
        tokens,
        places=lambda: ((HERE, EVIL), (UniverseRef(f"v9{EVIL}", f"x{EVIL}"), EVIL)),
        notices=(f"config.toml: {EVIL}",),
        theme=EVIL,
        keys={"add": f"a,{EVIL}", "drop": EVIL},
    )


def harmless(shown: ApkgraphApp) -> str:
    """All that is on the screen; no character of it does anything to a terminal but stand there."""
    text = "\n".join("".join(segment.text for segment in strip) for strip in shown.screen._compositor.render_strips())
    bad = [letter for letter in text.replace("\n", "") if unicodedata.category(letter) in OBEYED]
    assert not bad, (bad, text)
    return text


@pytest.mark.parametrize("size", [WIDE, SMALL], ids=str)
async def test_nothing_of_a_hostile_index_is_obeyed(size: tuple[int, int]) -> None:
    shown = ApkgraphApp(start(f"evil{EVIL}", "docs", f"lib{EVIL}"))
    walks = (
        (), ("1",), ("1", "down", "down", "down", "enter"), ("3",), ("3", "v"), ("v", "2", "g"), ("g",), ("g", "t"),
        ("t", "p", "1", "d", "c"), ("u", "2", "f", *"evil"), ("escape", "escape"), ("question_mark",), ("escape", "i"),
        ("a", *"evil"), ("down", "down", "escape"), ("r",), ("escape", "e"), *((("down",),) * (len(FORMATS) - 1)),
        ("escape",),
    )  # fmt: skip
    seen = ""
    async with shown.run_test(size=size, notifications=True) as pilot:
        await settle(pilot)
        assert shown.state.figures is not None
        for keys in walks:
            await press(pilot, *keys)
            seen += harmless(shown)
    assert "evil\ufffd" in seen, "it was there to be seen"
    assert "[bold]x[/]" in seen
    assert shown.title == "apkgraph"


async def test_nor_are_reasons_and_another_provider() -> None:
    shown = ApkgraphApp(start(f"evil{EVIL}"))
    async with shown.run_test(size=WIDE, notifications=True) as pilot:
        await settle(pilot)
        await press(pilot, "3")
        details = shown.main.panes.details
        while (line := details.line(details.cursor)) is None or line.target != "switch":
            await press(pilot, "down")
        harmless(shown)
        await press(pilot, "enter")
        assert shown.state.wanted.tokens[1:] == (f"lib2{EVIL}",)
        assert "added;" in harmless(shown)
        await press(pilot, "a", *"never", "enter")
        assert shown.state.reasons
        assert "nowhere\ufffd" in harmless(shown)


@pytest.mark.parametrize("choice", ["s", "r"])
async def test_nor_is_what_a_mirror_says(choice: str) -> None:
    shown = ApkgraphApp(dataclasses.replace(start("git"), place=UniverseRef("v9", f"x86{EVIL}")))
    async with shown.run_test(size=SMALL, notifications=True) as pilot:
        await settle(pilot)
        assert "[bold]x[/]" in harmless(shown)
        await press(pilot, choice)
        harmless(shown)


async def test_nor_is_the_word_about_what_goes_on() -> None:
    shown = ApkgraphApp(start("git"))
    async with shown.run_test(size=SMALL) as pilot:
        await settle(pilot)
        shown.post_message(Progressed(HERE, f"fetching {EVIL}", 1, 2))
        await settle(pilot)
        assert "50%" in harmless(shown)


async def test_nor_is_a_notice_markup() -> None:
    shown = ApkgraphApp(start("git"))
    async with shown.run_test(size=WIDE, notifications=True) as pilot:
        await settle(pilot)
        shown.main.notify("[bold]as[/] it [stands")
        shown.notify("[bold]so[/] is [this", title="[a\x1b title")
        await settle(pilot)
        text = harmless(shown)
        assert "[bold]as[/] it [stands" in text
        assert "[bold]so[/] is [this" in text


def test_nor_is_any_line_of_the_details() -> None:
    backend = HostileDoor(explorer(HOSTILE))
    state = edit_actions.begin(HERE, (f"evil{EVIL}", "docs"))
    state = edit_actions.answered(state, backend.answer(state.wanted))
    assert state.figures is not None
    rows = tuple(dataclasses.replace(row, version=EVIL) for row in state.figures.rows)
    state = dataclasses.replace(state, figures=dataclasses.replace(state.figures, rows=rows, by_name={}))
    names = [row.name for row in rows]
    for name in (*names, f"never{EVIL}"):
        details = backend.details(state.wanted, name)
        assert details is not None
        details = dataclasses.replace(
            details, version=EVIL, arch=EVIL, license=EVIL, origin=EVIL, repository=EVIL, url=EVIL, maintainer=EVIL,
            commit=EVIL,
        )  # fmt: skip
        known = Known(details, backend.dependants(name))
        here = dataclasses.replace(state, trail=(names[0], name))
        for shown in (here, view_actions.toggle_reverse(here)):
            for line in detail_lines(shown, known, 60):
                text = "".join(part.text for part in line.parts)
                assert not [letter for letter in text if unicodedata.category(letter) in OBEYED], text


async def test_nor_is_a_place_that_was_typed() -> None:
    shown = ApkgraphApp(start("git"))
    async with shown.run_test(size=WIDE) as pilot:
        await settle(pilot)
        await press(pilot, "r")
        shown.screen.query_one("#place", Input).value = "[bold]v7[/] x[86"
        await settle(pilot)
        assert "Enter goes to [bold]v7[/] x[86" in harmless(shown)
        assert isinstance(shown.screen, PickerScreen)
        assert shown.screen._status(UniverseRef(EVIL, "")) == f"Enter goes to {clean(EVIL)}    Esc closes"


@pytest.mark.parametrize("form", [form for form in FORMATS if form.key in ("add", "dockerfile", "dot", "markdown")])
def test_nor_is_a_text_that_is_taken_away(form: Format) -> None:
    backend = HostileDoor(explorer(HOSTILE))
    state = edit_actions.begin(UniverseRef(f"v1{EVIL}", "x86_64"), (f"evil{EVIL}", "docs"))
    state = edit_actions.answered(state, backend.answer(state.wanted))
    assert state.figures is not None
    rows = tuple(dataclasses.replace(row, version=EVIL) for row in state.figures.rows)
    state = dataclasses.replace(state, figures=dataclasses.replace(state.figures, rows=rows, by_name={}))
    text = form.make(state) if form.make is not None else backend.documents(state.wanted)[form.key]
    assert "evil" in text
    assert not [letter for letter in text.replace("\n", "") if unicodedata.category(letter) in OBEYED]
