"""What is asked for, without a screen: the set, its history, answers, and A."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apkgraph.tui import asking, looking
from apkgraph.tui.asking import HISTORY
from apkgraph.tui.door import ExplorerDoor
from apkgraph.tui.figures import Bytes
from apkgraph.tui.state import Answer, Place, Request, State, slots
from tests.tui.small import HERE, NEXT, explorer, wanted

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture(scope="module")
def door() -> ExplorerDoor:
    return ExplorerDoor(explorer())


def tokens(state: State) -> tuple[str, ...]:
    return state.wanted.tokens


def solved(door: ExplorerDoor, *names: str) -> State:
    state = asking.begin(HERE, names)
    return asking.answered(state, door.answer(state.wanted))


# The set


def test_a_state_does_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        asking.begin(HERE).filter = "git"  # type: ignore[misc]


def test_begin_takes_each_token_once_and_has_nothing_to_undo() -> None:
    state = asking.begin(HERE, ["git", "curl", "git"])
    assert tokens(state) == ("git", "curl")
    assert asking.undo(state) is state
    assert asking.redo(state) is state


def test_add_appends_and_switches_on_what_is_off() -> None:
    state = asking.add(asking.begin(HERE, ["git", "curl"]), "odd")
    assert tokens(state) == ("git", "curl", "odd")
    off = asking.switch(state, "git")
    assert tokens(off) == ("curl", "odd")
    assert asking.add(off, "git").requests == state.requests


def test_adding_what_is_there_is_no_change() -> None:
    state = asking.begin(HERE, ["git"])
    assert asking.add(state, "git") is state


def test_drop_takes_out_whatever_it_is() -> None:
    state = asking.begin(HERE, ["git", "curl"])
    assert tokens(asking.drop(state, "git")) == ("curl",)
    assert asking.drop(state, "nothing") is state


def test_switch_keeps_the_place_in_the_list() -> None:
    state = asking.switch(asking.begin(HERE, ["git", "curl"]), "git")
    assert state.requests == (Request("git", on=False), Request("curl"))
    assert asking.switch(state, "git").requests == (Request("git"), Request("curl"))


def test_clear_is_a_step_that_undo_takes_back() -> None:
    state = asking.begin(HERE, ["git", "curl"])
    assert tokens(asking.clear(state)) == ()
    assert asking.undo(asking.clear(state)).wanted == state.wanted


def test_undo_and_redo_walk_and_a_new_change_ends_the_future() -> None:
    one = asking.begin(HERE, ["git"])
    three = asking.add(asking.add(one, "curl"), "odd")
    back = asking.undo(asking.undo(three))
    assert back.wanted == one.wanted
    assert asking.redo(asking.redo(back)).wanted == three.wanted
    assert asking.add(back, "docs").future == ()


def test_history_is_bounded() -> None:
    state = asking.begin(HERE)
    for number in range(HISTORY + 50):
        state = asking.add(state, f"package-{number}")
    assert len(state.past) == HISTORY


CHANGES: list[Callable[[State], State]] = [
    lambda state: asking.add(state, "git"),
    lambda state: asking.add(state, "curl", "odd"),
    lambda state: asking.drop(state, "git"),
    lambda state: asking.switch(state, "curl"),
    lambda state: asking.move_to(state, NEXT),
    asking.clear,
]


@given(st.lists(st.sampled_from(CHANGES), max_size=20))
def test_undoing_all_leads_to_the_start_and_redoing_all_to_the_end(changes: list[Callable[[State], State]]) -> None:
    start = end = asking.begin(HERE, ["git"])
    for change in changes:
        end = change(end)
    back = end
    while back.past:
        back = asking.undo(back)
    assert back.wanted == start.wanted
    while back.future:
        back = asking.redo(back)
    assert back.wanted == end.wanted
    assert back.past == end.past


# Answers


def test_an_answer_brings_figures_and_something_to_look_at(door: ExplorerDoor) -> None:
    state = solved(door, "git")
    assert state.figures is not None
    assert not state.solving
    assert state.looking_at == "git"


def test_a_stale_answer_is_dropped(door: ExplorerDoor) -> None:
    asked = asking.begin(HERE, ["git"])
    moved_on = asking.add(asked, "curl")
    assert asking.answered(moved_on, door.answer(asked.wanted)) is moved_on
    assert moved_on.solving


def test_reasons_leave_the_last_good_figures(door: ExplorerDoor) -> None:
    good = solved(door, "git")
    state = asking.add(good, "nogit")
    state = asking.answered(state, door.answer(state.wanted))
    assert state.reasons
    assert state.figures is good.figures
    assert not state.solving
    again = asking.undo(state)
    assert again.reasons == ()
    assert not again.solving


def test_an_answer_without_reasons_still_says_something() -> None:
    state = asking.begin(HERE, ["git"])
    assert asking.answered(state, Answer(state.wanted, None)).reasons


def test_the_trail_loses_what_left_the_set(door: ExplorerDoor) -> None:
    state = looking.walk_to(solved(door, "git", "odd"), "odd")
    dropped = asking.drop(state, "odd")
    dropped = asking.answered(dropped, door.answer(dropped.wanted))
    assert dropped.trail == ("git",)


def test_true_added_sizes_fill_in_and_stale_ones_do_not(door: ExplorerDoor) -> None:
    state = solved(door, "git", "curl")
    filled = asking.resolved(state, state.wanted, "git", Bytes(1, 2))
    assert filled.figures is not None
    assert [one.resolved for one in filled.figures.requests] == [Bytes(1, 2), None]
    assert filled.figures.requests[0].weight == Bytes(1, 2)
    assert filled.figures.row("git") == state.figures.row("git") if state.figures else False
    assert asking.resolved(state, wanted("git"), "git", Bytes(1, 2)) is state
    assert asking.resolved(state, state.wanted, "git", None) is state


# Compare


def test_pin_and_let_go(door: ExplorerDoor) -> None:
    state = asking.pin(solved(door, "git"))
    assert state.pinned is not None
    assert state.pinned.wanted == state.wanted
    let_go = asking.pin(looking.show_view(state, "compare"))
    assert let_go.pinned is None
    assert let_go.view == "solution"


def test_there_is_nothing_to_pin_before_the_first_answer() -> None:
    assert asking.pin(asking.begin(HERE)).pinned is None


def test_moving_pins_the_set_before(door: ExplorerDoor) -> None:
    state = asking.move_to(solved(door, "git"), NEXT)
    assert state.wanted.place == NEXT
    assert state.pinned is not None
    assert state.pinned.wanted.place == HERE
    assert state.view == "compare"


def test_moving_keeps_an_a_that_was_pinned(door: ExplorerDoor) -> None:
    pinned = asking.add(asking.pin(solved(door, "git")), "curl")
    moved = asking.move_to(pinned, NEXT)
    assert moved.pinned == pinned.pinned
    assert moved.view == pinned.view


def test_a_move_that_fails_leaves_everything_as_it_was(door: ExplorerDoor) -> None:
    state = solved(door, "git")
    back = asking.give_up_move(asking.move_to(state, NEXT))
    assert (back.wanted, back.pinned, back.view) == (state.wanted, None, "solution")
    pinned = asking.add(asking.pin(state), "curl")
    assert asking.give_up_move(asking.move_to(pinned, NEXT)).pinned == pinned.pinned


def test_moving_to_where_one_is_changes_nothing(door: ExplorerDoor) -> None:
    state = solved(door, "git")
    assert asking.move_to(state, HERE) is state


def test_a_place_says_where_it_is() -> None:
    assert str(HERE) == "v1 x86_64"
    assert str(Place("v1", "x86_64", sample=True)) == "v1 x86_64 sample"


def test_colours_go_by_the_place_in_the_set(door: ExplorerDoor) -> None:
    state = asking.switch(asking.begin(HERE, ["curl", "git", "odd"]), "curl")
    state = asking.answered(state, door.answer(state.wanted))
    assert slots(state) == (1, 2)
