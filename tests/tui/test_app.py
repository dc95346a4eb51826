"""Every key of the main screen, pressed in the real app over the small universe."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from textual.theme import BUILTIN_THEMES
from textual.widgets import Input

from apkgraph.tui.export import ExportScreen
from apkgraph.tui.help import HelpScreen
from apkgraph.tui.keys import KEYS
from apkgraph.tui.picker import PickerScreen
from apkgraph.tui.search import SearchScreen
from apkgraph.tui.state import Request
from apkgraph.tui.trouble import ReasonsPanel, TroubleScreen
from tests.tui.small import HERE, LOST, NEXT, Mirror, app, press, settle

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from textual.pilot import Pilot

    from apkgraph.tui.app import ApkgraphApp

WIDE = (160, 48)


@asynccontextmanager
async def running(
    *tokens: str, size: tuple[int, int] = WIDE, mirror: Mirror | None = None, shown: ApkgraphApp | None = None
) -> AsyncIterator[tuple[ApkgraphApp, Pilot[None]]]:
    """The app, with its first answer painted."""
    shown = shown or app(*tokens, mirror=mirror)
    async with shown.run_test(size=size, notifications=True) as pilot:
        await settle(pilot)
        yield shown, pilot


def said(shown: ApkgraphApp) -> str:
    return "\n".join(notification.message for notification in shown._notifications)


def tokens(shown: ApkgraphApp) -> tuple[str, ...]:
    return shown.state.wanted.tokens


def view(shown: ApkgraphApp) -> str:
    return shown.state.view


def trail(shown: ApkgraphApp) -> tuple[str, ...]:
    return shown.state.trail


def screen_text(shown: ApkgraphApp) -> str:
    """All that is on the screen, as plain text."""
    return "\n".join("".join(segment.text for segment in strip) for strip in shown.screen._compositor.render_strips())


# The set


@pytest.mark.parametrize("key", ["a", "slash"])
async def test_adding_searches_and_solves(key: str) -> None:
    async with running("git") as (shown, pilot):
        before = shown.state.figures
        await press(pilot, key, *"curl", "enter")
        assert tokens(shown) == ("git", "curl")
        assert shown.state.figures is not None
        assert before is not None
        assert shown.state.figures.cost != before.cost
        assert "curl" in screen_text(shown)


async def test_hits_show_what_they_would_cost() -> None:
    async with running("git") as (shown, pilot):
        await press(pilot, "a", *"curl")
        assert isinstance(shown.screen, SearchScreen)
        assert shown.screen.results.names[0] == "curl"
        assert shown.screen.results.prices["curl"].packages == 1
        text = screen_text(shown)
        assert "+250.0 KiB" in text
        assert "Fetch from a URL" in text
        await press(pilot, "down", "escape")
        assert tokens(shown) == ("git",)


async def test_a_constraint_goes_with_the_hit_under_the_cursor() -> None:
    async with running() as (shown, pilot):
        await press(pilot, "a", *"cur", "greater_than_sign", "0", "enter")
        assert tokens(shown) == ("curl>0",)


async def test_a_name_that_nobody_has_can_be_added_and_gives_reasons() -> None:
    async with running("git") as (shown, pilot):
        await press(pilot, "a", *"zzzz", "enter")
        assert tokens(shown) == ("git", "zzzz")
        assert shown.state.reasons
        assert shown.screen.query_one(ReasonsPanel).display
        assert "zzzz (no such package)" in screen_text(shown)
        assert "5.9 MiB" in screen_text(shown)
        await press(pilot, "u")
        assert not shown.screen.query_one(ReasonsPanel).display


async def test_a_token_that_is_none_is_told() -> None:
    async with running() as (shown, pilot):
        await press(pilot, "a", *"curl", "greater_than_sign", "enter")
        assert "not a valid" in said(shown)
        assert shown.state.requests == ()


@pytest.mark.parametrize("key", ["d", "delete"])
async def test_dropping_takes_the_request_under_the_cursor(key: str) -> None:
    async with running("git", "curl") as (shown, pilot):
        await press(pilot, "1", "down", key)
        assert tokens(shown) == ("git",)


async def test_dropping_works_in_the_table_too() -> None:
    async with running("git", "curl") as (shown, pilot):
        assert shown.state.looking_at == "git"
        await press(pilot, "d")
        assert tokens(shown) == ("curl",)


async def test_dropping_without_a_request_says_so() -> None:
    async with running("git") as (shown, pilot):
        await press(pilot, "1", "down", "d")
        assert "put the cursor on a request" in said(shown)


async def test_switching_off_and_on() -> None:
    async with running("git", "curl") as (shown, pilot):
        await press(pilot, "1", "space")
        assert shown.state.requests == (Request("git", on=False), Request("curl"))
        assert "○ git" in screen_text(shown)
        await press(pilot, "space")
        assert tokens(shown) == ("git", "curl")


async def test_space_on_the_base_unfolds_it() -> None:
    async with running("git") as (shown, pilot):
        await press(pilot, "1", "down", "space")
        assert shown.state.base_unfolded
        await press(pilot, "enter")
        assert not shown.state.base_unfolded


async def test_undo_and_redo() -> None:
    async with running("git", "curl") as (shown, pilot):
        await press(pilot, "d", "u")
        assert tokens(shown) == ("git", "curl")
        await press(pilot, "ctrl+r")
        assert tokens(shown) == ("curl",)
        assert shown.state.figures_of == shown.state.wanted


async def test_true_added_sizes_fill_in() -> None:
    async with running("git", "curl") as (shown, _):
        assert shown.state.figures is not None
        assert all(one.resolved is not None for one in shown.state.figures.requests)


# Looking


async def test_measure_grouping_base_and_sort() -> None:
    async with running("git", "curl") as (shown, pilot):
        await press(pilot, "i")
        assert shown.state.measure == "download"
        await press(pilot, "g")
        assert shown.state.grouping == "origin"
        await press(pilot, "b")
        assert not shown.state.show_base
        await press(pilot, "s")
        assert shown.state.sort.column == "closure"
        before = shown.state.sort
        await press(pilot, "S")
        assert shown.state.sort.descending != before.descending


async def test_a_click_on_a_header_sorts_and_turns() -> None:
    async with running("git", "curl") as (shown, pilot):
        await pilot.click("#solution", offset=(5, 0))
        assert shown.state.sort.column == "name"
        assert not shown.state.sort.descending
        await pilot.click("#solution", offset=(5, 0))
        assert shown.state.sort.descending


async def test_a_filter_narrows_as_one_types_and_escape_clears_it() -> None:
    async with running("git", "curl") as (shown, pilot):
        await press(pilot, "f", *"ssl")
        assert shown.state.filter == "ssl"
        assert "libssl" in screen_text(shown)
        await press(pilot, "enter")
        assert shown.state.filter == "ssl"
        assert not isinstance(shown.focused, Input)
        await press(pilot, "escape")
        assert shown.state.filter == ""


async def test_enter_folds_a_group() -> None:
    async with running("git") as (shown, pilot):
        await press(pilot, "home", "enter")
        assert "group git" in shown.state.folded
        await press(pilot, "enter")
        assert "group git" not in shown.state.folded


async def test_the_treemap_is_walked_by_keys_and_mouse() -> None:
    async with running("git", "curl") as (shown, pilot):
        await press(pilot, "t")
        assert view(shown) == "treemap"
        start = shown.state.looking_at
        seen = {start}
        for key in ("down", "right", "up", "left", "l", "k", "h", "j"):
            await press(pilot, key)
            seen.add(shown.state.looking_at)
        assert len(seen) > 1
        await pilot.click("#treemap", offset=(3, 3))
        assert shown.state.looking_at == "git"
        await press(pilot, "enter")
        assert shown.state.pane == "details"
        await press(pilot, "t")
        assert view(shown) == "solution"


async def test_escape_leaves_the_treemap() -> None:
    async with running("git") as (shown, pilot):
        await press(pilot, "t", "escape")
        assert view(shown) == "solution"


# Walking


async def test_enter_walks_and_backspace_goes_back() -> None:
    async with running("git") as (shown, pilot):
        await press(pilot, "enter")
        assert shown.state.pane == "details"
        await press(pilot, "enter")
        assert trail(shown) == ("git", "libcurl")
        assert "git > libcurl" in screen_text(shown)
        await press(pilot, "backspace")
        assert trail(shown) == ("git",)


async def test_another_provider_can_be_tried_and_taken_back() -> None:
    async with running("git") as (shown, pilot):
        await press(pilot, "enter", "enter", "down", "down")
        details = shown.main.panes.details
        line = details.line(details.cursor)
        assert line is not None
        assert (line.target, line.name) == ("switch", "otherssl")
        assert "or otherssl" in screen_text(shown)
        await press(pilot, "enter")
        assert tokens(shown) == ("git", "otherssl")
        await press(pilot, "u")
        assert tokens(shown) == ("git",)


async def test_reverse_looks_at_the_whole_universe() -> None:
    async with running("git") as (shown, pilot):
        await press(pilot, "enter", "enter", "v")
        assert shown.state.reverse
        assert "2 packages would need it" in screen_text(shown)


async def test_moving_the_cursor_looks_at_what_is_under_it() -> None:
    async with running("git", "curl") as (shown, pilot):
        await press(pilot, "down")
        first = shown.state.looking_at
        await press(pilot, "end")
        assert shown.state.looking_at == "curl" != first
        await press(pilot, "1", "down")
        await press(pilot, "up")
        assert shown.state.looking_at == "git"


# Compare


async def test_pinning_compares_what_came() -> None:
    async with running("git") as (shown, pilot):
        await press(pilot, "p", "a", *"odd", "enter", "c")
        assert view(shown) == "compare"
        text = screen_text(shown)
        assert "A: git on v1 x86_64" in text
        assert "1 came" in text
        assert "against A +20.0 KiB" in text
        await press(pilot, "p")
        assert shown.state.pinned is None
        assert view(shown) == "solution"


async def test_another_release_is_opened_while_the_screen_stays_usable() -> None:
    mirror = Mirror()
    async with running("git", mirror=mirror) as (shown, pilot):
        mirror.gate.clear()
        await pilot.press("r")
        await pilot.pause(0.1)
        assert isinstance(shown.screen, PickerScreen)
        await pilot.press("down", "enter")
        await pilot.pause(0.1)
        assert "fetching main 50%" in screen_text(shown)
        await pilot.press("i")
        assert shown.state.measure == "download"
        mirror.gate.set()
        await settle(pilot)
        assert shown.state.figures_of is not None
        assert shown.state.figures_of.place == NEXT
        assert view(shown) == "compare"
        assert "▲ git" in screen_text(shown)
        await press(pilot, "u")
        assert shown.state.figures_of.place == HERE
        assert mirror.asked == [HERE, NEXT]


async def test_a_release_that_cannot_be_had_is_told_and_nothing_is_lost() -> None:
    async with running("git") as (shown, pilot):
        await press(pilot, "r")
        await press(pilot, *"v3", "enter")
        assert "v3: nobody answers" in said(shown)
        assert shown.state.wanted.place == HERE
        assert shown.state.figures is not None
        assert view(shown) == "solution"
        assert LOST not in shown.universes.doors


async def test_a_release_that_is_not_in_the_list_can_be_typed() -> None:
    mirror = Mirror()
    async with running("git", mirror=mirror) as (_, pilot):
        await press(pilot, "r", *"v9 z80", "enter")
        assert mirror.asked[-1][:2] == ("v9", "z80")


# Export


async def test_export_writes_a_file_and_a_fault_loses_nothing(tmp_path: Path) -> None:
    async with running("git", "curl") as (shown, pilot):
        await press(pilot, "e")
        assert isinstance(shown.screen, ExportScreen)
        path = shown.screen.query_one("#path", Input)
        path.value = str(tmp_path / "no" / "such" / "place.json")
        await press(pilot, "ctrl+s")
        assert "cannot be written" in said(shown)
        assert isinstance(shown.screen, ExportScreen)
        path.value = str(tmp_path / "set.json")
        path.focus()
        await press(pilot, "enter")
        assert json.loads((tmp_path / "set.json").read_text())["request"] == ["git", "curl"]
        assert not isinstance(shown.screen, ExportScreen)


async def test_every_format_is_previewed_and_copied() -> None:
    async with running("git") as (shown, pilot):
        for steps, expected in enumerate(('"schema"', "git\n", "apk add git", "RUN apk add", "digraph", "| package |")):
            await press(pilot, "e", *["down"] * steps)
            await press(pilot, "ctrl+y")
            assert expected in shown.clipboard


async def test_there_is_nothing_to_export_before_the_first_answer() -> None:
    mirror = Mirror()
    mirror.gate.clear()
    shown = app("git", mirror=mirror)
    async with shown.run_test(size=WIDE, notifications=True) as pilot:
        await pilot.pause()
        await pilot.press("e")
        await pilot.pause()
        assert "nothing to export" in said(shown)
        mirror.gate.set()
        await settle(pilot)


# Comfort


async def test_the_help_shows_every_live_binding() -> None:
    async with running("git") as (shown, pilot):
        await press(pilot, "question_mark")
        assert isinstance(shown.screen, HelpScreen)
        told = {entry.title for entry in shown.screen.told}
        assert {binding.description for binding in KEYS} <= told
        assert "In the solution" in {entry.where for entry in shown.screen.told}
        await press(pilot, "escape")
        assert not isinstance(shown.screen, HelpScreen)


async def test_the_palette_runs_commands() -> None:
    async with running("git", "curl") as (shown, pilot):
        await pilot.press("ctrl+p")
        await pilot.pause(0.2)
        await pilot.press(*"clear: take")
        await pilot.pause(0.5)
        await pilot.press("enter")
        await settle(pilot)
        assert shown.state.requests == ()


async def test_keys_can_be_changed() -> None:
    async with running(shown=app("git", keys={"treemap": "x"})) as (shown, pilot):
        await press(pilot, "t")
        assert view(shown) == "solution"
        await press(pilot, "x")
        assert view(shown) == "treemap"


TERMINALS_OWN = [name for name in BUILTIN_THEMES if "ansi" in name]  # Textual has changed what they are called
THEMES = ["apkgraph-dark", "apkgraph-light", "nord", "textual-light", *TERMINALS_OWN, "no-such"]


@pytest.mark.parametrize("theme", THEMES)
async def test_themes(theme: str) -> None:
    async with running(shown=app("git", theme=theme)) as (shown, pilot):
        expected = theme if theme in shown.available_themes else "apkgraph-dark"
        assert shown.theme == expected
        assert ("there is no theme" in said(shown)) == (theme == "no-such")
        await press(pilot, "t", "a", "escape")
        assert "git" in screen_text(shown)


async def test_notices_are_shown() -> None:
    async with running(shown=app("git", notices=["config.toml: [not markup]"])) as (shown, _):
        assert "config.toml: [not markup]" in said(shown)


async def test_panes_take_the_focus_in_turn() -> None:
    async with running("git") as (shown, pilot):
        seen = []
        for key in ("tab", "tab", "tab", "shift+tab", "1", "2", "3"):
            await press(pilot, key)
            seen.append(shown.state.pane)
        assert seen == ["details", "set", "middle", "set", "set", "middle", "details"]


async def test_in_a_small_terminal_one_pane_shows_at_a_time() -> None:
    async with running("git", size=(80, 24)) as (shown, pilot):
        panes = shown.main.panes
        for key, visible in (("1", panes.set), ("2", panes.table), ("3", panes.details)):
            await press(pilot, key)
            region = visible.region
            assert (region.width, region.height) == (80, 20)
        await press(pilot, "t")
        assert panes.treemap.region.width == 80
        await pilot.click("#all-tabs", offset=(3, 0))
        await settle(pilot)
        assert shown.state.pane == "set"


async def test_a_resize_at_any_moment() -> None:
    async with running("git", "curl") as (shown, pilot):
        for size in ((20, 5), (1, 1), (300, 100), (80, 24), (120, 40)):
            for key in ("t", "3", "2"):
                await pilot.resize_terminal(*size)
                await press(pilot, key)
        assert shown.size == (120, 40)
        assert "git" in screen_text(shown)


async def test_data_is_never_markup_nor_obeyed() -> None:
    async with running("odd") as (shown, pilot):
        await press(pilot, "enter", "a", *"odd")
        assert "\x1b" not in screen_text(shown)
        await press(pilot, "escape")
        assert "[bold]no markup[/]" in screen_text(shown)


async def test_tabs_are_clicked() -> None:
    async with running("git") as (shown, pilot):
        await pilot.click("#view-tabs", offset=(15, 0))
        await settle(pilot)
        assert view(shown) == "treemap"


async def test_the_footer_is_clicked() -> None:
    async with running("git") as (shown, pilot):
        await pilot.click("#keys", offset=(2, 0))
        await settle(pilot)
        assert isinstance(shown.screen, SearchScreen)


# Start and trouble


async def test_the_skeleton_is_painted_before_the_index_is_there() -> None:
    mirror = Mirror()
    mirror.gate.clear()
    shown = app("git", mirror=mirror)
    async with shown.run_test(size=WIDE) as pilot:
        await pilot.pause(0.1)
        text = screen_text(shown)
        assert "git" in text
        assert "v1 x86_64" in text
        assert "fetching main 50%" in text
        await pilot.press("a")
        await pilot.pause()
        assert "reading the names" in screen_text(shown)
        await pilot.press("escape", "t", "3", "g", "d", "u", "v")
        mirror.gate.set()
        await settle(pilot)
        assert shown.state.figures is not None


async def test_without_network_and_cache_the_sample_is_offered() -> None:
    mirror = Mirror()
    mirror.broken = True
    async with running("git", mirror=mirror) as (shown, pilot):
        assert isinstance(shown.screen, TroubleScreen)
        assert "nobody answers" in screen_text(shown)
        mirror.broken = False
        await press(pilot, "s")
        assert shown.state.wanted.place.sample
        assert shown.state.figures is not None


async def test_trouble_can_be_tried_again_or_left() -> None:
    mirror = Mirror()
    mirror.broken = True
    async with running("git", mirror=mirror) as (shown, pilot):
        await press(pilot, "r")
        assert isinstance(shown.screen, TroubleScreen)
        assert len(mirror.asked) == 2
        await pilot.press("q")
        await pilot.pause()
    assert shown.return_code == 4


async def test_quit_and_interrupt() -> None:
    for key, status in (("q", 0), ("ctrl+c", 130)):
        async with running("git") as (shown, pilot):
            await pilot.press(key)
            await pilot.pause()
        assert shown.return_code == status
