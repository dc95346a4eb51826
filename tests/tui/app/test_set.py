"""Keys that change the set, and its universe, pressed in the real app over the small universe."""

from __future__ import annotations

import pytest

from apkgraph.tui.app import ApkgraphApp
from apkgraph.tui.screens.errors import ReasonsPanel
from apkgraph.tui.screens.picker import PickerScreen
from apkgraph.tui.screens.search import Results, SearchScreen
from apkgraph.tui.state.record import Request
from tests.tui.driving import running, said, screen_text, tokens, until, view
from tests.tui.small import HERE, LOST, NEXT, Mirror, press, settle

# The set


@pytest.mark.parametrize("key", ["a"])
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
        assert "not a valid" in screen_text(shown)
        assert shown.state.requests == ()


@pytest.mark.parametrize("key", ["d", "delete"])
async def test_dropping_takes_the_request_under_the_cursor(key: str) -> None:
    async with running("git", "curl") as (shown, pilot):
        await press(pilot, "1", "down", key)
        assert tokens(shown) == ("git",)


async def test_dropping_works_in_the_table_too() -> None:
    async with running("git", "curl") as (shown, pilot):
        assert shown.state.selected == "git"
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


# Compare


async def test_true_added_sizes_and_prices_come_though_textual_loses_a_timer(monkeypatch: pytest.MonkeyPatch) -> None:
    for owner in (ApkgraphApp, Results):
        monkeypatch.setattr(owner, "set_timer", lambda *_args, **_more: None)
    async with running("git", "curl") as (shown, pilot):
        assert shown.state.figures is not None
        assert all(one.resolved is not None for one in shown.state.figures.requests)
        await press(pilot, "a", *"odd")
        assert "odd" in shown.prices


async def test_pinning_compares_what_came() -> None:
    async with running("git") as (shown, pilot):
        await press(pilot, "p", "a", *"odd", "enter", "c")
        assert view(shown) == "compare"
        text = screen_text(shown)
        assert "pinned: git on v1 x86_64" in text
        assert "+1  +20.0 KiB" in text
        assert "against the pinned set +20.0 KiB" in text
        await press(pilot, "p")
        assert shown.state.pinned is None
        assert view(shown) == "solution"


async def test_both_sets_are_told_apart_where_their_names_do_not_fit() -> None:
    async with running("git", "docs", "odd", "ping", size=(60, 20)) as (shown, pilot):
        await press(pilot, "p", "a", *"curl", "enter", "c")
        assert "pinned: 4 requests   now: +curl" in screen_text(shown)


async def test_another_release_is_opened_while_the_screen_stays_usable() -> None:
    mirror = Mirror()
    async with running("git", mirror=mirror) as (shown, pilot):
        mirror.gate.clear()
        await press(pilot, "r")
        assert isinstance(shown.screen, PickerScreen)
        await pilot.press("down", "enter")
        await until(lambda: "fetching main 50%" in screen_text(shown))
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
        assert LOST not in shown.universes.backends


async def test_a_release_that_is_not_in_the_list_can_be_typed() -> None:
    mirror = Mirror()
    async with running("git", mirror=mirror) as (_, pilot):
        await press(pilot, "r", *"v9 z80", "enter")
        assert (mirror.asked[-1].release, mirror.asked[-1].arch) == ("v9", "z80")
