"""What is asked for, without a screen: the set, its history, answers, and A."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apkgraph.model.size import Size
from apkgraph.model.universe_ref import UniverseRef
from apkgraph.tui.backend import ExplorerBackend
from apkgraph.tui.state import edit_actions, view_actions
from apkgraph.tui.state.edit_actions import HISTORY
from apkgraph.tui.state.record import Answer, Request, State, slots
from tests.tui.small import HERE, NEXT, explorer, wanted

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture(scope="module")
def backend() -> ExplorerBackend:
    return ExplorerBackend(explorer())


def tokens(state: State) -> tuple[str, ...]:
    return state.wanted.tokens


def solved(backend: ExplorerBackend, *names: str) -> State:
    state = edit_actions.begin(HERE, names)
    return edit_actions.answered(state, backend.answer(state.wanted))


# The set


def test_a_state_does_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        edit_actions.begin(HERE).filter = "git"  # type: ignore[misc]


def test_begin_takes_each_token_once_and_has_nothing_to_undo() -> None:
    state = edit_actions.begin(HERE, ["git", "curl", "git"])
    assert tokens(state) == ("git", "curl")
    assert edit_actions.undo(state) is state
    assert edit_actions.redo(state) is state


def test_add_appends_and_switches_on_what_is_off() -> None:
    state = edit_actions.add(edit_actions.begin(HERE, ["git", "curl"]), "odd")
    assert tokens(state) == ("git", "curl", "odd")
    off = edit_actions.switch(state, "git")
    assert tokens(off) == ("curl", "odd")
    assert edit_actions.add(off, "git").requests == state.requests


def test_adding_what_is_there_is_no_change() -> None:
    state = edit_actions.begin(HERE, ["git"])
    assert edit_actions.add(state, "git") is state


def test_drop_takes_out_whatever_it_is() -> None:
    state = edit_actions.begin(HERE, ["git", "curl"])
    assert tokens(edit_actions.drop(state, "git")) == ("curl",)
    assert edit_actions.drop(state, "nothing") is state


def test_switch_keeps_the_place_in_the_list() -> None:
    state = edit_actions.switch(edit_actions.begin(HERE, ["git", "curl"]), "git")
    assert state.requests == (Request("git", on=False), Request("curl"))
    assert edit_actions.switch(state, "git").requests == (Request("git"), Request("curl"))


def test_clear_is_a_step_that_undo_takes_back() -> None:
    state = edit_actions.begin(HERE, ["git", "curl"])
    assert tokens(edit_actions.clear(state)) == ()
    assert edit_actions.undo(edit_actions.clear(state)).wanted == state.wanted


def test_undo_and_redo_walk_and_a_new_change_ends_the_future() -> None:
    one = edit_actions.begin(HERE, ["git"])
    three = edit_actions.add(edit_actions.add(one, "curl"), "odd")
    back = edit_actions.undo(edit_actions.undo(three))
    assert back.wanted == one.wanted
    assert edit_actions.redo(edit_actions.redo(back)).wanted == three.wanted
    assert edit_actions.add(back, "docs").future == ()


def test_history_is_bounded() -> None:
    state = edit_actions.begin(HERE)
    for number in range(HISTORY + 50):
        state = edit_actions.add(state, f"package-{number}")
    assert len(state.past) == HISTORY


CHANGES: list[Callable[[State], State]] = [
    lambda state: edit_actions.add(state, "git"),
    lambda state: edit_actions.add(state, "curl", "odd"),
    lambda state: edit_actions.drop(state, "git"),
    lambda state: edit_actions.switch(state, "curl"),
    lambda state: edit_actions.move_to(state, NEXT),
    edit_actions.clear,
]


@given(st.lists(st.sampled_from(CHANGES), max_size=20))
def test_undoing_all_leads_to_the_start_and_redoing_all_to_the_end(changes: list[Callable[[State], State]]) -> None:
    start = end = edit_actions.begin(HERE, ["git"])
    for change in changes:
        end = change(end)
    back = end
    while back.past:
        back = edit_actions.undo(back)
    assert back.wanted == start.wanted
    while back.future:
        back = edit_actions.redo(back)
    assert back.wanted == end.wanted
    assert back.past == end.past


# Answers


def test_an_answer_brings_figures_and_something_to_look_at(backend: ExplorerBackend) -> None:
    state = solved(backend, "git")
    assert state.figures is not None
    assert not state.solving
    assert state.selected == "git"


def test_a_stale_answer_is_dropped(backend: ExplorerBackend) -> None:
    asked = edit_actions.begin(HERE, ["git"])
    moved_on = edit_actions.add(asked, "curl")
    assert edit_actions.answered(moved_on, backend.answer(asked.wanted)) is moved_on
    assert moved_on.solving


def test_reasons_leave_the_last_good_figures(backend: ExplorerBackend) -> None:
    good = solved(backend, "git")
    state = edit_actions.add(good, "nogit")
    state = edit_actions.answered(state, backend.answer(state.wanted))
    assert state.reasons
    assert state.figures is good.figures
    assert not state.solving
    again = edit_actions.undo(state)
    assert again.reasons == ()
    assert not again.solving


def test_an_answer_without_reasons_still_says_something() -> None:
    state = edit_actions.begin(HERE, ["git"])
    assert edit_actions.answered(state, Answer(state.wanted, None)).reasons


def test_the_trail_loses_what_left_the_set(backend: ExplorerBackend) -> None:
    state = view_actions.walk_to(solved(backend, "git", "odd"), "odd")
    dropped = edit_actions.drop(state, "odd")
    dropped = edit_actions.answered(dropped, backend.answer(dropped.wanted))
    assert dropped.trail == ("git",)


def test_true_added_sizes_fill_in_and_stale_ones_do_not(backend: ExplorerBackend) -> None:
    state = solved(backend, "git", "curl")
    filled = edit_actions.resolved(state, state.wanted, "git", Size(1, 2))
    assert filled.figures is not None
    assert [one.resolved for one in filled.figures.requests] == [Size(1, 2), None]
    assert filled.figures.requests[0].weight == Size(1, 2)
    assert filled.figures.row("git") == state.figures.row("git") if state.figures else False
    assert edit_actions.resolved(state, wanted("git"), "git", Size(1, 2)) is state
    assert edit_actions.resolved(state, state.wanted, "git", None) is state


# Compare


def test_pin_and_let_go(backend: ExplorerBackend) -> None:
    state = edit_actions.pin(solved(backend, "git"))
    assert state.pinned is not None
    assert state.pinned.wanted == state.wanted
    let_go = edit_actions.pin(view_actions.show_view(state, "compare"))
    assert let_go.pinned is None
    assert let_go.view == "solution"


def test_there_is_nothing_to_pin_before_the_first_answer() -> None:
    assert edit_actions.pin(edit_actions.begin(HERE)).pinned is None


def test_moving_pins_the_set_before(backend: ExplorerBackend) -> None:
    state = edit_actions.move_to(solved(backend, "git"), NEXT)
    assert state.wanted.place == NEXT
    assert state.pinned is not None
    assert state.pinned.wanted.place == HERE
    assert state.view == "compare"


def test_moving_keeps_an_a_that_was_pinned(backend: ExplorerBackend) -> None:
    pinned = edit_actions.add(edit_actions.pin(solved(backend, "git")), "curl")
    moved = edit_actions.move_to(pinned, NEXT)
    assert moved.pinned == pinned.pinned
    assert moved.view == pinned.view


def test_a_move_that_fails_leaves_everything_as_it_was(backend: ExplorerBackend) -> None:
    state = solved(backend, "git")
    back = edit_actions.give_up_move(edit_actions.move_to(state, NEXT))
    assert (back.wanted, back.pinned, back.view) == (state.wanted, None, "solution")
    pinned = edit_actions.add(edit_actions.pin(state), "curl")
    assert edit_actions.give_up_move(edit_actions.move_to(pinned, NEXT)).pinned == pinned.pinned


def test_moving_to_where_one_is_changes_nothing(backend: ExplorerBackend) -> None:
    state = solved(backend, "git")
    assert edit_actions.move_to(state, HERE) is state


def test_a_place_says_where_it_is() -> None:
    assert str(HERE) == "v1 x86_64"
    assert str(UniverseRef("v1", "x86_64", sample=True)) == "v1 x86_64 sample"


def test_colours_go_by_the_place_in_the_set(backend: ExplorerBackend) -> None:
    state = edit_actions.switch(edit_actions.begin(HERE, ["curl", "git", "odd"]), "curl")
    state = edit_actions.answered(state, backend.answer(state.wanted))
    assert slots(state) == (1, 2)
