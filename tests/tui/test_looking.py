"""How it is looked at, without a screen: order, groups, views, walks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from apkgraph.tui import asking, looking
from apkgraph.tui.door import ExplorerDoor
from apkgraph.tui.state import COLUMNS, Sort, State
from tests.tui.small import HERE, explorer


@pytest.fixture(scope="module")
def door() -> ExplorerDoor:
    return ExplorerDoor(explorer())


def solved(door: ExplorerDoor, *names: str) -> State:
    state = asking.begin(HERE, names)
    return asking.answered(state, door.answer(state.wanted))


# Looking


def test_sorting_by_a_column_turns_it_round_the_second_time() -> None:
    state = looking.sort_by(asking.begin(HERE), "own")
    assert state.sort == Sort("own", descending=True)
    assert looking.sort_by(state, "own").sort == Sort("own", descending=False)
    assert looking.turn_sort(state).sort == Sort("own", descending=False)
    assert looking.sort_by(state, "name").sort == Sort("name", descending=False)


def test_next_sort_goes_round_the_columns_that_are_shown() -> None:
    state = asking.begin(HERE)
    seen = []
    for _ in COLUMNS:
        state = looking.next_sort(state)
        seen.append(state.sort.column)
    assert sorted(seen) == sorted(COLUMNS)
    by_name = replace(state, sort=Sort("name", descending=False))
    assert looking.next_sort(by_name, ("name", "own")).sort.column == "own"
    hidden = replace(state, sort=Sort("version", descending=True))
    assert looking.next_sort(hidden, ("name", "own")).sort.column == "name"


def test_measure_base_and_reverse_toggle() -> None:
    state = asking.begin(HERE)
    for change in (looking.toggle_measure, looking.toggle_base, looking.toggle_reverse, looking.unfold_base):
        assert change(state) != state
        assert change(change(state)) == state


def test_groupings_go_round() -> None:
    state = asking.begin(HERE)
    seen = [state.grouping]
    for _ in range(3):
        state = looking.next_grouping(state)
        seen.append(state.grouping)
    assert seen == ["request", "origin", "flat", "request"]


def test_folding_twice_unfolds() -> None:
    state = asking.begin(HERE)
    folded = looking.fold(state, "group git")
    assert "group git" in folded.folded
    assert looking.fold(folded, "group git") == state


def test_a_view_asked_for_again_gives_way_to_the_solution() -> None:
    state = looking.show_view(asking.begin(HERE), "treemap")
    assert state.view == "treemap"
    assert looking.show_view(state, "compare").view == "compare"
    assert looking.show_view(state, "treemap").view == "solution"


def test_panes_and_filter_are_just_set() -> None:
    state = looking.set_filter(looking.show_pane(asking.begin(HERE), "set"), "ssl")
    assert (state.pane, state.filter) == ("set", "ssl")


# Walking


def test_a_walk_leaves_breadcrumbs_and_goes_back() -> None:
    state = looking.look_at(asking.begin(HERE), "git")
    state = looking.walk_to(looking.walk_to(state, "libcurl"), "libssl")
    assert state.trail == ("git", "libcurl", "libssl")
    assert looking.walk_back(state).trail == ("git", "libcurl")


def test_walking_in_a_circle_cuts_the_trail() -> None:
    state = looking.look_at(asking.begin(HERE), "ping")
    state = looking.walk_to(looking.walk_to(state, "pong"), "ping")
    assert state.trail == ("ping",)
    assert looking.walk_to(state, "ping") is state


def test_the_first_step_stays() -> None:
    state = looking.look_at(asking.begin(HERE), "git")
    assert looking.walk_back(state) is state
    assert looking.look_at(state, "git") is state
