"""The app as a whole, over the small universe: help, palette, themes, panes and sizes; its start and its end."""

from __future__ import annotations

import pytest
from textual.command import CommandPalette
from textual.theme import BUILTIN_THEMES
from textual.widgets import OptionList

from apkgraph.tui.keys import KEYS
from apkgraph.tui.screens.errors import ErrorScreen
from apkgraph.tui.screens.help import HelpScreen
from apkgraph.tui.screens.search import SearchScreen
from tests.tui.driving import WIDE, running, said, screen_text, until, view
from tests.tui.small import Mirror, app, press, settle

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
        await until(lambda: isinstance(shown.screen, CommandPalette))
        await pilot.press(*"clear: take")
        await until(lambda: shown.screen.query_one(OptionList).option_count == 1)
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


# Start and errors


async def test_the_skeleton_is_painted_before_the_index_is_there() -> None:
    mirror = Mirror()
    mirror.gate.clear()
    shown = app("git", mirror=mirror)
    async with shown.run_test(size=WIDE) as pilot:
        await until(lambda: "fetching main 50%" in screen_text(shown))
        text = screen_text(shown)
        assert "git" in text
        assert "v1 x86_64" in text
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
        assert isinstance(shown.screen, ErrorScreen)
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
        assert isinstance(shown.screen, ErrorScreen)
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
