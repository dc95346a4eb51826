"""Keys that look at the solution, walk and take it away, pressed in the real app over the small universe."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from textual.widgets import Input

from apkgraph.tui.screens.export import ExportScreen
from tests.tui.driving import WIDE, running, said, screen_text, tokens, trail, view
from tests.tui.small import Mirror, app, press, settle

if TYPE_CHECKING:
    from pathlib import Path


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
        start = shown.state.selected
        seen = {start}
        for key in ("down", "right", "up", "left", "l", "k", "h", "j"):
            await press(pilot, key)
            seen.add(shown.state.selected)
        assert len(seen) > 1
        await pilot.click("#treemap", offset=(3, 3))
        assert shown.state.selected == "git"
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
        first = shown.state.selected
        await press(pilot, "end")
        assert shown.state.selected == "curl" != first
        await press(pilot, "1", "home")
        assert shown.state.selected == "git"


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
