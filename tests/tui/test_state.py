"""The state, without a screen: every function from state to state."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apkgraph.tui import state as states
from apkgraph.tui.door import ExplorerDoor
from apkgraph.tui.figures import Bytes
from apkgraph.tui.state import COLUMNS, HISTORY, Answer, Place, Request, Sort, State
from tests.tui.small import HERE, NEXT, explorer, wanted

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture(scope="module")
def door() -> ExplorerDoor:
    return ExplorerDoor(explorer())


def tokens(state: State) -> tuple[str, ...]:
    return state.wanted.tokens


def solved(door: ExplorerDoor, *names: str) -> State:
    state = states.begin(HERE, names)
    return states.answered(state, door.answer(state.wanted))


# The set


def test_a_state_does_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        states.begin(HERE).filter = "git"  # type: ignore[misc]


def test_begin_takes_each_token_once_and_has_nothing_to_undo() -> None:
    state = states.begin(HERE, ["git", "curl", "git"])
    assert tokens(state) == ("git", "curl")
    assert states.undo(state) is state
    assert states.redo(state) is state


def test_add_appends_and_switches_on_what_is_off() -> None:
    state = states.add(states.begin(HERE, ["git", "curl"]), "odd")
    assert tokens(state) == ("git", "curl", "odd")
    off = states.switch(state, "git")
    assert tokens(off) == ("curl", "odd")
    assert states.add(off, "git").requests == state.requests


def test_adding_what_is_there_is_no_change() -> None:
    state = states.begin(HERE, ["git"])
    assert states.add(state, "git") is state


def test_drop_takes_out_whatever_it_is() -> None:
    state = states.begin(HERE, ["git", "curl"])
    assert tokens(states.drop(state, "git")) == ("curl",)
    assert states.drop(state, "nothing") is state


def test_switch_keeps_the_place_in_the_list() -> None:
    state = states.switch(states.begin(HERE, ["git", "curl"]), "git")
    assert state.requests == (Request("git", on=False), Request("curl"))
    assert states.switch(state, "git").requests == (Request("git"), Request("curl"))


def test_clear_is_a_step_that_undo_takes_back() -> None:
    state = states.begin(HERE, ["git", "curl"])
    assert tokens(states.clear(state)) == ()
    assert states.undo(states.clear(state)).wanted == state.wanted


def test_undo_and_redo_walk_and_a_new_change_ends_the_future() -> None:
    one = states.begin(HERE, ["git"])
    three = states.add(states.add(one, "curl"), "odd")
    back = states.undo(states.undo(three))
    assert back.wanted == one.wanted
    assert states.redo(states.redo(back)).wanted == three.wanted
    assert states.add(back, "docs").future == ()


def test_history_is_bounded() -> None:
    state = states.begin(HERE)
    for number in range(HISTORY + 50):
        state = states.add(state, f"package-{number}")
    assert len(state.past) == HISTORY


CHANGES: list[Callable[[State], State]] = [
    lambda state: states.add(state, "git"),
    lambda state: states.add(state, "curl", "odd"),
    lambda state: states.drop(state, "git"),
    lambda state: states.switch(state, "curl"),
    lambda state: states.move_to(state, NEXT),
    states.clear,
]


@given(st.lists(st.sampled_from(CHANGES), max_size=20))
def test_undoing_all_leads_to_the_start_and_redoing_all_to_the_end(changes: list[Callable[[State], State]]) -> None:
    start = end = states.begin(HERE, ["git"])
    for change in changes:
        end = change(end)
    back = end
    while back.past:
        back = states.undo(back)
    assert back.wanted == start.wanted
    while back.future:
        back = states.redo(back)
    assert back.wanted == end.wanted
    assert back.past == end.past


# Answers


def test_an_answer_brings_figures_and_something_to_look_at(door: ExplorerDoor) -> None:
    state = solved(door, "git")
    assert state.figures is not None
    assert not state.solving
    assert state.looking_at == "git"


def test_a_stale_answer_is_dropped(door: ExplorerDoor) -> None:
    asked = states.begin(HERE, ["git"])
    moved_on = states.add(asked, "curl")
    assert states.answered(moved_on, door.answer(asked.wanted)) is moved_on
    assert moved_on.solving


def test_reasons_leave_the_last_good_figures(door: ExplorerDoor) -> None:
    good = solved(door, "git")
    state = states.add(good, "nogit")
    state = states.answered(state, door.answer(state.wanted))
    assert state.reasons
    assert state.figures is good.figures
    assert not state.solving
    again = states.undo(state)
    assert again.reasons == ()
    assert not again.solving


def test_an_answer_without_reasons_still_says_something() -> None:
    state = states.begin(HERE, ["git"])
    assert states.answered(state, Answer(state.wanted, None)).reasons


def test_the_trail_loses_what_left_the_set(door: ExplorerDoor) -> None:
    state = states.walk_to(solved(door, "git", "odd"), "odd")
    dropped = states.drop(state, "odd")
    dropped = states.answered(dropped, door.answer(dropped.wanted))
    assert dropped.trail == ("git",)


def test_true_added_sizes_fill_in_and_stale_ones_do_not(door: ExplorerDoor) -> None:
    state = solved(door, "git", "curl")
    filled = states.resolved(state, state.wanted, "git", Bytes(1, 2))
    assert filled.figures is not None
    assert [one.resolved for one in filled.figures.requests] == [Bytes(1, 2), None]
    assert filled.figures.requests[0].weight == Bytes(1, 2)
    assert filled.figures.row("git") == state.figures.row("git") if state.figures else False
    assert states.resolved(state, wanted("git"), "git", Bytes(1, 2)) is state
    assert states.resolved(state, state.wanted, "git", None) is state


# Looking


def test_sorting_by_a_column_turns_it_round_the_second_time() -> None:
    state = states.sort_by(states.begin(HERE), "own")
    assert state.sort == Sort("own", descending=True)
    assert states.sort_by(state, "own").sort == Sort("own", descending=False)
    assert states.turn_sort(state).sort == Sort("own", descending=False)
    assert states.sort_by(state, "name").sort == Sort("name", descending=False)


def test_next_sort_goes_round_the_columns_that_are_shown() -> None:
    state = states.begin(HERE)
    seen = []
    for _ in COLUMNS:
        state = states.next_sort(state)
        seen.append(state.sort.column)
    assert sorted(seen) == sorted(COLUMNS)
    by_name = replace(state, sort=Sort("name", descending=False))
    assert states.next_sort(by_name, ("name", "own")).sort.column == "own"
    hidden = replace(state, sort=Sort("version", descending=True))
    assert states.next_sort(hidden, ("name", "own")).sort.column == "name"


def test_measure_base_and_reverse_toggle() -> None:
    state = states.begin(HERE)
    for change in (states.toggle_measure, states.toggle_base, states.toggle_reverse, states.unfold_base):
        assert change(state) != state
        assert change(change(state)) == state


def test_groupings_go_round() -> None:
    state = states.begin(HERE)
    seen = [state.grouping]
    for _ in range(3):
        state = states.next_grouping(state)
        seen.append(state.grouping)
    assert seen == ["request", "origin", "flat", "request"]


def test_folding_twice_unfolds() -> None:
    state = states.begin(HERE)
    folded = states.fold(state, "group git")
    assert "group git" in folded.folded
    assert states.fold(folded, "group git") == state


def test_a_view_asked_for_again_gives_way_to_the_solution() -> None:
    state = states.show_view(states.begin(HERE), "treemap")
    assert state.view == "treemap"
    assert states.show_view(state, "compare").view == "compare"
    assert states.show_view(state, "treemap").view == "solution"


def test_panes_and_filter_are_just_set() -> None:
    state = states.set_filter(states.show_pane(states.begin(HERE), "set"), "ssl")
    assert (state.pane, state.filter) == ("set", "ssl")


# Walking


def test_a_walk_leaves_breadcrumbs_and_goes_back() -> None:
    state = states.look_at(states.begin(HERE), "git")
    state = states.walk_to(states.walk_to(state, "libcurl"), "libssl")
    assert state.trail == ("git", "libcurl", "libssl")
    assert states.walk_back(state).trail == ("git", "libcurl")


def test_walking_in_a_circle_cuts_the_trail() -> None:
    state = states.look_at(states.begin(HERE), "ping")
    state = states.walk_to(states.walk_to(state, "pong"), "ping")
    assert state.trail == ("ping",)
    assert states.walk_to(state, "ping") is state


def test_the_first_step_stays() -> None:
    state = states.look_at(states.begin(HERE), "git")
    assert states.walk_back(state) is state
    assert states.look_at(state, "git") is state


# Compare


def test_pin_and_let_go(door: ExplorerDoor) -> None:
    state = states.pin(solved(door, "git"))
    assert state.pinned is not None
    assert state.pinned.wanted == state.wanted
    let_go = states.pin(states.show_view(state, "compare"))
    assert let_go.pinned is None
    assert let_go.view == "solution"


def test_there_is_nothing_to_pin_before_the_first_answer() -> None:
    assert states.pin(states.begin(HERE)).pinned is None


def test_moving_pins_the_set_before(door: ExplorerDoor) -> None:
    state = states.move_to(solved(door, "git"), NEXT)
    assert state.wanted.place == NEXT
    assert state.pinned is not None
    assert state.pinned.wanted.place == HERE
    assert state.view == "compare"


def test_moving_keeps_an_a_that_was_pinned(door: ExplorerDoor) -> None:
    pinned = states.add(states.pin(solved(door, "git")), "curl")
    moved = states.move_to(pinned, NEXT)
    assert moved.pinned == pinned.pinned
    assert moved.view == pinned.view


def test_a_move_that_fails_leaves_everything_as_it_was(door: ExplorerDoor) -> None:
    state = solved(door, "git")
    back = states.give_up_move(states.move_to(state, NEXT))
    assert (back.wanted, back.pinned, back.view) == (state.wanted, None, "solution")
    pinned = states.add(states.pin(state), "curl")
    assert states.give_up_move(states.move_to(pinned, NEXT)).pinned == pinned.pinned


def test_moving_to_where_one_is_changes_nothing(door: ExplorerDoor) -> None:
    state = solved(door, "git")
    assert states.move_to(state, HERE) is state


def test_a_place_says_where_it_is() -> None:
    assert str(HERE) == "v1 x86_64"
    assert str(Place("v1", "x86_64", sample=True)) == "v1 x86_64 sample"


def test_colours_go_by_the_place_in_the_set(door: ExplorerDoor) -> None:
    state = states.switch(states.begin(HERE, ["curl", "git", "odd"]), "curl")
    state = states.answered(state, door.answer(state.wanted))
    assert states.slots(state) == (1, 2)
