"""One selection: whatever is pressed, all panes speak of the same package, and the figures are those of `cost`."""

from __future__ import annotations

import asyncio
import os
from functools import cache
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apkgraph.model.size import Size
from apkgraph.report.documents import document
from apkgraph.tui.screens.search import SearchScreen
from apkgraph.tui.state.lines import requested_by
from tests.tui.driving import running, screen_text
from tests.tui.small import explorer, press, settle

if TYPE_CHECKING:
    from apkgraph.tui.app import ApkgraphApp

KEYS = [*"dugsSitbpczoov123hjkl", "space", "up", "down", "left", "right", "enter", "escape", "home", "end", "backspace"]
ADDED = (("a", *"curl", "enter"), ("a", *"docs", "enter"), ("a", *"odd", "enter"), ("f", *"cu", "enter"))


def assert_one_selection(shown: ApkgraphApp) -> None:
    state, panes = shown.state, shown.main.panes
    name, figures = state.selected, state.figures
    if figures is None:
        return
    assert panes.table.package in (name, None)
    assert panes.treemap.package in (name, None)
    assert panes.corner.package in (name, None)
    if state.view == "compare":
        assert panes.compare.package in (name, None)
    entry = panes.set.entry_at_cursor() if panes.set.pointing else None
    if entry is not None and name is not None and figures.row(name) is not None and panes.set.package != name:
        if entry.request is not None:
            assert entry.request.token == requested_by(figures, name)
        else:
            assert requested_by(figures, name) is None


def sequences() -> st.SearchStrategy[list[tuple[str, ...]]]:
    """Keys in handfuls, each of which takes effect before the next."""
    handful = st.one_of(st.lists(st.sampled_from(KEYS), min_size=1, max_size=4).map(tuple), st.sampled_from(ADDED))
    return st.lists(handful, min_size=1, max_size=5)


# 50 sequences in the default run, 500 with HYPOTHESIS_PROFILE=long; the same ones each time
@settings(
    max_examples=500 if os.environ.get("HYPOTHESIS_PROFILE") == "long" else 50,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(sequence=sequences(), size=st.sampled_from([(160, 48), (112, 30), (80, 24), (40, 20)]))
def test_all_panes_agree_after_any_keys(sequence: list[tuple[str, ...]], size: tuple[int, int]) -> None:
    asyncio.run(play(sequence, size))


async def play(sequence: list[tuple[str, ...]], size: tuple[int, int]) -> None:
    async with running("git", "curl", "docs", size=size) as (shown, pilot):
        for keys in sequence:
            for key in keys:
                await pilot.press(key)
            await settle(pilot)
            assert_one_selection(shown)
            wanted, figures = shown.state.wanted, shown.state.figures
            if figures is not None and not shown.state.reasons and not wanted.removed:
                cost = cost_of(wanted.tokens)
                assert figures.cost == Size(cost["installed_size"], cost["download_size"])
                assert figures.packages == cost["packages"]


@cache
def cost_of(tokens: tuple[str, ...]) -> dict[str, int]:
    cost = document(explorer().cost(tokens))["cost"]
    assert isinstance(cost, dict)
    return cost


async def test_an_added_package_is_selected_in_all_panes() -> None:
    async with running() as (shown, pilot):
        await press(pilot, "a", *"git", "enter")
        assert shown.state.selected == "git"
        assert (
            shown.main.panes.table.package == shown.main.panes.corner.package == shown.main.panes.set.package == "git"
        )


async def test_a_filter_takes_the_selection_along() -> None:
    async with running("git", "curl") as (shown, pilot):
        await press(pilot, "f", *"libss", "enter")
        assert shown.state.selected == shown.main.panes.table.package == "libssl"
        assert "libssl 1-r0" in screen_text(shown)


async def test_a_filter_keeps_the_requests_that_lead_to_a_match() -> None:
    async with running("git", "odd") as (shown, pilot):
        await press(pilot, "f", *"curl", "enter")
        requests = [entry.request.token for entry in shown.main.panes.set._entries if entry.request is not None]
        assert requests == ["git"]
        assert shown.main.panes.set.pointing


async def test_the_cursor_comes_back_from_what_a_filter_leaves_out() -> None:
    async with running("git", "curl") as (shown, pilot):
        await press(pilot, "1", "f", *"curl", "enter", "end")
        assert_one_selection(shown)


async def test_compare_and_the_treemap_walk_among_what_a_filter_keeps() -> None:
    async with running("curl", "odd") as (shown, pilot):
        await press(pilot, "p", "a", *"git", "enter", "c", "f", *"git", "enter")
        assert [one.name for one in shown.main.panes.compare._lines] == ["git"]
        await press(pilot, "escape", "f", *"lib", "enter", "t", *["right", "down", "left", "up"] * 3)
        assert_one_selection(shown)
        assert "lib" in (shown.state.selected or "")


async def test_a_filter_in_compare_keeps_a_removed_package_selected_and_the_sums_whole() -> None:
    async with running("ping", "odd") as (shown, pilot):
        await press(pilot, "p", "1", "home", "d", "c", "home")
        compare = shown.main.panes.compare
        sums = compare.sums()
        assert (shown.state.selected, sums[0]) == ("pong", "2 removed")
        await press(pilot, "f", "o", "enter")
        assert [one.name for one in compare._lines] == ["pong"]
        assert shown.state.selected == compare.package == "pong"
        assert compare.sums() == sums


async def test_adding_what_is_there_selects_it() -> None:
    async with running("git", "odd") as (shown, pilot):
        await press(pilot, "a", *"odd", "enter")
        assert shown.state.selected == "odd"
        assert shown.state.wanted.tokens == ("git", "odd")


async def test_a_package_too_small_for_a_tile_is_named_and_sums_are_exact() -> None:
    async with running("git", "odd", size=(80, 24)) as (shown, pilot):
        await press(pilot, "t")
        assert "■ git 6.9 MiB  ■ odd 20.0 KiB  ■ base 1.5 MiB" in screen_text(shown)
        await press(pilot, "slash", *"odd", "enter")
        assert "▶ odd 20.0 KiB, too small to draw" in screen_text(shown)


async def test_sorting_keeps_the_selection_in_sight() -> None:
    async with running("git", "curl", "docs") as (shown, pilot):
        await press(pilot, "end")
        here = shown.state.selected
        for _ in range(6):
            await press(pilot, "s")
            assert shown.state.selected == shown.main.panes.table.package == here
            table = shown.main.panes.table
            assert table.scroll_y <= table.cursor < table.scroll_y + table.lines_high


async def test_a_treemap_is_drawn_after_the_terminal_grows() -> None:
    async with running("git", "curl", size=(160, 24)) as (shown, pilot):
        assert not shown.main.panes.corner.display
        await pilot.resize_terminal(160, 48)
        await settle(pilot)
        assert shown.main.panes.corner.package == shown.state.selected


async def test_what_follows_f_in_one_read_is_text() -> None:
    async with running("git", "curl") as (shown, pilot):
        await pilot.press("f", *"libq", "backspace", *"ssl")
        await settle(pilot)
        assert shown.state.filter == "libssl"
        assert shown.state.view == "solution"


async def test_find_goes_to_the_next_match_and_round() -> None:
    async with running("git", "curl") as (shown, pilot):
        await press(pilot, "slash", *"lib", "enter")
        first = shown.state.selected
        await press(pilot, "n")
        assert shown.state.selected != first
        await press(pilot, "N")
        assert shown.state.selected == first
        assert shown.state.filter == ""


async def test_left_folds_and_right_unfolds() -> None:
    async with running("git", "odd") as (shown, pilot):
        await press(pilot, "left", "left")
        assert "group git" in shown.state.folded
        await press(pilot, "right")
        assert "group git" not in shown.state.folded


# The budget


async def test_over_budget_the_requests_that_bring_it_under_are_named_cheapest_loss_first() -> None:
    async with running("git", "odd", "docs") as (shown, pilot):
        await press(pilot, "B", *"5MiB", "enter")
        assert shown.state.over_budget > 0
        assert shown.state.ways_down is not None
        assert [way.tokens for way in shown.state.ways_down] == [("git",)]
        assert "over 5.0 MiB" in screen_text(shown)
        assert "remove git" in screen_text(shown)
        await press(pilot, "d")
        assert "under 5.0 MiB" in screen_text(shown)


async def test_a_budget_that_means_nothing_is_kept_and_said() -> None:
    async with running("git") as (shown, pilot):
        await press(pilot, "B", *"xyz", "enter")
        assert shown.state.budget is None
        assert "xyz" in screen_text(shown)


# Adding


async def test_typing_errors_find_what_was_meant() -> None:
    async with running() as (shown, pilot):
        await press(pilot, "a", *"gti", "enter")
        assert shown.state.wanted.tokens == ("git",)


async def test_descriptions_are_searched_too() -> None:
    async with running() as (shown, pilot):
        await press(pilot, "a", *"fetch", "enter")
        assert shown.state.wanted.tokens == ("curl",)


async def test_several_names_are_added_at_once() -> None:
    async with running() as (shown, pilot):
        await press(pilot, "a", *"git", "space", *"odd", "enter")
        assert shown.state.wanted.tokens == ("git", "odd")


async def test_a_constraint_is_priced_as_one() -> None:
    async with running() as (shown, pilot):
        await press(pilot, "a", *"git", "greater_than_sign", *"99")
        assert "cannot be" in screen_text(shown)


async def test_a_price_that_comes_right_after_a_repaint_is_shown() -> None:
    async with running() as (shown, pilot):
        await press(pilot, "a", *"git")
        assert isinstance(shown.screen, SearchScreen)
        results = shown.screen.results
        results.repaint()  # draws all lines; those that are as before are not painted
        results.prices["git"] = results.prices["git"]._replace(problem="gone")
        results.renew("git")
        await settle(pilot)
        assert "cannot be" in screen_text(shown)


# The set


async def test_an_entry_of_the_base_can_be_left_out_to_see_what_that_frees() -> None:
    async with running("odd") as (shown, pilot):
        await press(pilot, "1", "end", "right", "down", "d")
        assert shown.state.wanted.removed == ("busybox",)
        assert shown.state.figures is not None
        assert [row.name for row in shown.state.figures.removed]
        await press(pilot, "u")
        assert not shown.state.wanted.removed


async def test_the_culprits_are_marked_with_why() -> None:
    async with running("git") as (shown, pilot):
        await press(pilot, "a", *"zzzz", "enter")
        assert dict(shown.state.culprits) == {"zzzz": "no such package"}
        assert "✗ zzzz  no such package" in screen_text(shown)
