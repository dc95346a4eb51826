"""What somebody new would stumble over: typing errors, empty screens, keys that do nothing, what does not fit."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from textual.widgets import Static

from apkgraph.tui.commands import Commands
from apkgraph.tui.messages import Progressed
from apkgraph.tui.screens.jump import JumpScreen
from apkgraph.tui.screens.picker import PickerScreen
from apkgraph.tui.universes import Universes
from apkgraph.tui.widgets.tabs import ALL
from tests.tui.driving import running, said, screen_text, until
from tests.tui.small import HERE, NEXT, Mirror, app, press, settle

if TYPE_CHECKING:
    from textual.message import Message

    from apkgraph.model.universe_ref import UniverseRef

SMALL, TINY = (80, 24), (40, 10)
MANY = tuple(f"nobody{number}" for number in range(30))


def footer(text: str) -> str:
    return text.splitlines()[-1]


# Typing errors and sets that cannot be


async def test_a_typing_error_on_the_command_line_is_told_with_what_was_meant() -> None:
    async with running("git", "crul", size=SMALL) as (shown, pilot):
        text = screen_text(shown)
        assert "crul: did you mean curl?" in text
        assert not any(word in footer(text) for word in ("Group", "Sort", "Inst/down")), "there is nothing to look at"
        assert "no solution" in text
        assert "d drops" in text, "there is nothing to undo"
        await press(pilot, "1", "down", "d")
        assert shown.state.wanted.tokens == ("git",)
        assert "did you mean" not in screen_text(shown)


async def test_after_a_change_undo_is_what_helps() -> None:
    async with running("git", size=SMALL) as (shown, pilot):
        await press(pilot, "a", *"zzzz", "enter")
        assert "u undoes" in screen_text(shown)


async def test_all_reasons_can_be_read_by_keys() -> None:
    async with running(*MANY, size=SMALL) as (shown, pilot):
        last = shown.state.reasons[-1].partition(":")[0]
        assert last not in screen_text(shown)
        await press(pilot, "tab", "tab")
        assert shown.main.reasons.has_focus
        await press(pilot, "end")
        assert last in screen_text(shown)
        await press(pilot, "tab")
        assert shown.state.pane == "set"
        await press(pilot, "shift+tab")
        assert shown.main.reasons.has_focus


# Keys that would do nothing


async def test_the_footer_offers_what_does_something() -> None:
    async with running(size=(160, 48)) as (shown, pilot):
        line = footer(screen_text(shown))
        assert "Add" in line
        assert not any(word in line for word in ("Remove", "Undo", "Compare"))
        await press(pilot, "a", *"git", "enter")
        line = footer(screen_text(shown))
        assert all(word in line for word in ("Remove", "Undo"))
        assert "Compare" not in line
        await press(pilot, "p")
        assert "Compare" in footer(screen_text(shown))


async def test_help_and_quit_stay_whatever_is_called_otherwise() -> None:
    shown = app("git", keys={"add": "insert", "sort": "o"})
    async with running(shown=shown, size=TINY) as (shown, pilot):
        line = footer(screen_text(shown))
        assert line.split() == ["insert", "Add", "d", "Remove", "?", "Help", "q", "Quit"]
        await pilot.resize_terminal(160, 48)
        await settle(pilot)
        assert "o Sort" in footer(screen_text(shown))


async def test_there_is_nothing_to_pin_before_a_solution() -> None:
    async with running("nobody") as (shown, pilot):
        await press(pilot, "p")
        assert "there is no solution to pin yet" in said(shown)


async def test_the_palette_says_each_thing_once() -> None:
    async with running("git") as (shown, _):
        ours = [title for title, _, _ in Commands(shown.screen)._all()]
        textuals = [command.title for command in shown.get_system_commands(shown.screen)]
        assert textuals == ["Theme"]
        assert len(set(ours)) == len(ours)


# What does not fit


@pytest.mark.parametrize("width", [38, 60, 111, 112, 143, 144, 200])
async def test_the_column_that_sorts_can_be_seen(width: int) -> None:
    async with running("git", "curl", size=(width, 30)) as (shown, pilot):
        columns = shown.main.panes.table.sorting_columns()
        for _ in columns:
            await press(pilot, "s")
            assert any(arrow in screen_text(shown) for arrow in "↓↑")
        assert {"name", "own", "added", "closure"} <= set(columns)


@pytest.mark.parametrize("view", ALL, ids=[name for name, _ in ALL])
async def test_all_tabs_fit_and_are_clicked_where_they_stand(view: tuple[str, str]) -> None:
    name, title = view[0], view[1].lstrip("123 ")
    async with running("git", size=TINY) as (shown, pilot):
        line = next(line for line in screen_text(shown).splitlines() if "[Solution]" in line)
        assert all(other.lstrip("123 ") in line for _, other in ALL)
        for x in (line.index(title), line.index(title) + len(title) - 1):
            await pilot.click(offset=(x, 2))
            await settle(pilot)
            assert name in (shown.state.pane, shown.state.view)


async def test_sizes_come_before_the_rest_of_the_summary() -> None:
    async with running("git", size=TINY) as (shown, _):
        above, below, *_ = (line.strip() for line in screen_text(shown).splitlines())
        assert above == "apkgraph  v1 x86_64  base pkg:busybox"
        assert below == "+6.9 MiB installed   +3.5 MiB download"


async def test_a_narrow_summary_says_the_budget_whole() -> None:
    async with running("git", size=(40, 20)) as (shown, pilot):
        await press(pilot, "B", *"2MiB", "enter")
        assert "▲ 6.4 MiB over" in screen_text(shown)
        assert "…" not in screen_text(shown).splitlines()[1]


async def test_a_page_of_details_can_be_read_by_keys() -> None:
    async with running("git", size=TINY) as (shown, pilot):
        await press(pilot, "3")
        details = shown.main.panes.details
        assert details.scroll_y == 0
        assert "git" in screen_text(shown)
        seen = ""
        for _ in range(60):
            await press(pilot, "down")
            seen += screen_text(shown)
        assert "cmd:git=1" in seen, "what stands below the last link"
        assert details.scroll_y == details.max_scroll_y
        await press(pilot, "home")
        assert details.scroll_y == 0
        await press(pilot, "end")
        assert "cmd:git=1" in screen_text(shown)
        await press(pilot, "pageup", "pageup", "pageup", "pageup", "pageup", "pageup")
        assert details.scroll_y == 0


async def test_what_has_been_scrolled_stays_when_more_is_known() -> None:
    async with running("git", size=TINY) as (shown, pilot):
        await press(pilot, "3", "down", "down", "down")
        before = shown.main.panes.details.scroll_y
        assert before
        await pilot.resize_terminal(44, 10)
        await settle(pilot)
        assert shown.main.panes.details.scroll_y == before


# Delays


async def test_what_has_been_fetched_is_being_opened() -> None:
    mirror = Mirror()
    mirror.gate.clear()
    shown = app("git", mirror=mirror)
    async with shown.run_test(size=SMALL) as pilot:
        await until(lambda: "fetching main 50%" in screen_text(shown))
        shown.post_message(Progressed(HERE, "fetching main", 2, 2))
        await until(lambda: "opening v1 x86_64" in screen_text(shown))
        assert "100%" not in screen_text(shown)
        mirror.gate.set()
        await settle(pilot)


def status(shown: object) -> str:
    assert isinstance(shown, PickerScreen)
    return str(shown.query_one("#picker-status", Static).content)


async def test_the_picker_says_what_it_waits_for_and_what_enter_does() -> None:
    gate = threading.Event()

    def places() -> tuple[tuple[UniverseRef, str], ...]:
        assert gate.wait(10)
        return ((HERE, ""), (NEXT, ""))

    async with running(shown=app("git", places=places)) as (shown, pilot):
        await press(pilot, "r")
        assert "reading which releases" in status(shown.screen)
        gate.set()
        await until(lambda: status(shown.screen).startswith("Enter goes; this set becomes A"))
        await press(pilot, *"v9 armv7")
        assert status(shown.screen).startswith("Enter goes to v9 armv7")


@pytest.mark.parametrize("fault", [False, True])
async def test_without_a_list_of_releases_the_picker_says_so(*, fault: bool) -> None:
    def places() -> tuple[tuple[UniverseRef, str], ...]:
        if fault:
            raise RuntimeError
        return ()

    async with running(shown=app("git", places=places)) as (shown, pilot):
        await press(pilot, "r")
        await until(lambda: "no list of releases; type one" in status(shown.screen))
        assert ("please report it" in said(shown)) is fault


def test_the_list_is_asked_for_once_at_a_time() -> None:
    gate, asked, heard = threading.Event(), [], list["Message"]()

    def places() -> tuple[()]:
        asked.append(1)
        assert gate.wait(10)
        return ()

    universes = Universes(app(places=places).start, heard.append)
    universes.find_places()
    universes.find_places()
    gate.set()
    while not heard:
        gate.wait(0.01)
    assert len(asked) == 1


async def test_jump_by_the_palette_goes_to_lines_and_panes() -> None:
    async with running("git", "curl", "docs") as (shown, pilot):
        await press(pilot, "1")
        await shown.run_action("screen.jump")
        await settle(pilot)
        screen = shown.screen
        assert isinstance(screen, JumpScreen)
        letters = {spot.goal: letter for letter, spot in screen._spots.items()}
        assert {"pane set", "pane middle", "pane details", "line 0", "line 2"} <= letters.keys()
        await press(pilot, letters["line 2"])
        assert shown.main.panes.set.cursor == 2
        assert shown.state.selected == "docs"
        for pane in ("details", "middle"):
            await shown.run_action("screen.jump")
            await press(pilot, letters[f"pane {pane}"])
            assert shown.state.pane == pane
        await shown.run_action("screen.jump")
        await press(pilot, "escape")
        assert shown.screen is shown.main


async def test_help_begins_with_figures_and_a_picture_of_the_focused_panes_keys() -> None:
    async with running("git", "curl") as (shown, pilot):
        for pane, own in (("1", "On/off"), ("3", "Who needs it")):
            await press(pilot, pane, "question_mark")
            lines = screen_text(shown).splitlines()
            head = next(at for at, line in enumerate(lines) if "Keys in the" in line)
            assert any("what the package itself takes" in line for line in lines[:head])
            assert any(own in line for line in lines[head : head + 6])
            await press(pilot, "escape")
