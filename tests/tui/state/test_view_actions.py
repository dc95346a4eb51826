"""How it is looked at, without a screen: order, groups, views, walks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from apkgraph.tui.backend import ExplorerBackend
from apkgraph.tui.state import edit_actions, view_actions
from apkgraph.tui.state.record import COLUMNS, Sort, State
from tests.tui.small import HERE, explorer


@pytest.fixture(scope="module")
def backend() -> ExplorerBackend:
    return ExplorerBackend(explorer())


def solved(backend: ExplorerBackend, *names: str) -> State:
    state = edit_actions.begin(HERE, names)
    return edit_actions.answered(state, backend.answer(state.wanted))


# Looking


def test_sorting_by_a_column_turns_it_round_the_second_time() -> None:
    state = view_actions.sort_by(edit_actions.begin(HERE), "own")
    assert state.sort == Sort("own", descending=True)
    assert view_actions.sort_by(state, "own").sort == Sort("own", descending=False)
    assert view_actions.turn_sort(state).sort == Sort("own", descending=False)
    assert view_actions.sort_by(state, "name").sort == Sort("name", descending=False)


def test_next_sort_goes_round_the_columns_that_are_shown() -> None:
    state = edit_actions.begin(HERE)
    seen = []
    for _ in COLUMNS:
        state = view_actions.next_sort(state)
        seen.append(state.sort.column)
    assert sorted(seen) == sorted(COLUMNS)
    by_name = replace(state, sort=Sort("name", descending=False))
    assert view_actions.next_sort(by_name, ("name", "own")).sort.column == "own"
    hidden = replace(state, sort=Sort("version", descending=True))
    assert view_actions.next_sort(hidden, ("name", "own")).sort.column == "name"


def test_measure_base_and_reverse_toggle() -> None:
    state = edit_actions.begin(HERE)
    for change in (
        view_actions.toggle_measure,
        view_actions.toggle_base,
        view_actions.toggle_reverse,
        view_actions.unfold_base,
    ):
        assert change(state) != state
        assert change(change(state)) == state


def test_groupings_go_round() -> None:
    state = edit_actions.begin(HERE)
    seen = [state.grouping]
    for _ in range(3):
        state = view_actions.next_grouping(state)
        seen.append(state.grouping)
    assert seen == ["request", "origin", "flat", "request"]


def test_folding_twice_unfolds() -> None:
    state = edit_actions.begin(HERE)
    folded = view_actions.fold(state, "group git")
    assert "group git" in folded.folded
    assert view_actions.fold(folded, "group git") == state


def test_a_view_asked_for_again_gives_way_to_the_solution() -> None:
    state = view_actions.show_view(edit_actions.begin(HERE), "treemap")
    assert state.view == "treemap"
    assert view_actions.show_view(state, "compare").view == "compare"
    assert view_actions.show_view(state, "treemap").view == "solution"


def test_panes_and_filter_are_just_set() -> None:
    state = view_actions.set_filter(view_actions.show_pane(edit_actions.begin(HERE), "set"), "ssl")
    assert (state.pane, state.filter) == ("set", "ssl")


# Walking


def test_a_walk_leaves_breadcrumbs_and_goes_back() -> None:
    state = view_actions.look_at(edit_actions.begin(HERE), "git")
    state = view_actions.walk_to(view_actions.walk_to(state, "libcurl"), "libssl")
    assert state.trail == ("git", "libcurl", "libssl")
    assert view_actions.walk_back(state).trail == ("git", "libcurl")


def test_walking_in_a_circle_cuts_the_trail() -> None:
    state = view_actions.look_at(edit_actions.begin(HERE), "ping")
    state = view_actions.walk_to(view_actions.walk_to(state, "pong"), "ping")
    assert state.trail == ("ping",)
    assert view_actions.walk_to(state, "ping") is state


def test_the_first_step_stays() -> None:
    state = view_actions.look_at(edit_actions.begin(HERE), "git")
    assert view_actions.walk_back(state) is state
    assert view_actions.look_at(state, "git") is state
