"""How it is looked at: functions from state to state that leave the set as it is; order, groups, views, walks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from apkgraph.tui.state.lines import owner_name
from apkgraph.tui.state.record import ASCENDING_FIRST, COLUMNS, GROUPINGS, SET_SORTS, Sort

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apkgraph.tui.state.record import Budget, Column, Grouping, Pane, SetSort, State, View


def sort_by(state: State, column: Column) -> State:
    """Sort by a column, in its natural direction first; once more turns it round."""
    if state.sort.column == column:
        return replace(state, sort=Sort(column, not state.sort.descending))
    return replace(state, sort=Sort(column, column not in ASCENDING_FIRST))


def next_sort(state: State, columns: Sequence[Column] = COLUMNS) -> State:
    """Sort by the next of these columns (those that are shown)."""
    here = columns.index(state.sort.column) if state.sort.column in columns else -1
    return sort_by(state, columns[(here + 1) % len(columns)])


def turn_sort(state: State) -> State:
    """The other way round."""
    return sort_by(state, state.sort.column)


def next_set_sort(state: State) -> State:
    """The set as it was asked for, by name, by what each request frees, by share."""
    return sort_set(state, SET_SORTS[(SET_SORTS.index(state.set_sort) + 1) % len(SET_SORTS)])


def sort_set(state: State, sort: SetSort) -> State:
    """Sort the set."""
    return replace(state, set_sort=sort)


def toggle_unchanged(state: State) -> State:
    """List what is the same in both sets, or not."""
    return replace(state, unchanged=not state.unchanged)


def toggle_zoom(state: State) -> State:
    """The treemap of one request's packages alone (of the one that owns the selected package), or of all."""
    if state.zoom is not None or state.figures is None or state.selected is None:
        return replace(state, zoom=None)
    row = state.figures.row(state.selected)
    return state if row is None else replace(state, zoom=owner_name(state.figures, row.owner), view="treemap")


def set_find(state: State, text: str) -> State:
    """What `n` goes to next."""
    return replace(state, find=text)


def set_budget(state: State, budget: Budget | None) -> State:
    """Hold the set against a limit; None: no more."""
    return replace(state, budget=budget)


def toggle_measure(state: State) -> State:
    """Size on disk, or over the wire."""
    return replace(state, measure="download" if state.measure == "installed" else "installed")


def next_grouping(state: State) -> State:
    """By request, by origin, by a Dockerfile's lines, flat, and round again."""
    groupings: tuple[Grouping, ...] = (*GROUPINGS, "line") if state.lines else GROUPINGS
    position = (groupings.index(state.grouping) + 1) % len(groupings) if state.grouping in groupings else 0
    return replace(state, grouping=groupings[position])


def fold(state: State, group: str) -> State:
    """Fold a group, or unfold it."""
    if group in state.folded:
        return replace(state, folded=tuple(other for other in state.folded if other != group))
    return replace(state, folded=(*state.folded, group))


def set_filter(state: State, text: str) -> State:
    """Keep what matches."""
    return replace(state, filter=text)


def toggle_base(state: State) -> State:
    """Show the packages of the base, or not."""
    return replace(state, show_base=not state.show_base)


def unfold_base(state: State) -> State:
    """List the base's packages in the set pane, or not."""
    return replace(state, base_unfolded=not state.base_unfolded)


def show_view(state: State, view: View) -> State:
    """Show a view in the middle; asked for again, it gives way to the solution."""
    return replace(state, view="solution" if state.view == view else view, pane="middle")


def show_pane(state: State, pane: Pane) -> State:
    """A pane has the focus."""
    return replace(state, pane=pane)


# Walking


def look_at(state: State, name: str) -> State:
    """A new walk begins at this package."""
    return state if state.trail == (name,) else replace(state, trail=(name,))


def walk_to(state: State, name: str) -> State:
    """One step further; to where one came from is a step back."""
    if name == state.selected:
        return state
    if name in state.trail:
        return replace(state, trail=state.trail[: state.trail.index(name) + 1])
    return replace(state, trail=(*state.trail, name))


def walk_back(state: State) -> State:
    """To where one came from."""
    return replace(state, trail=state.trail[:-1]) if len(state.trail) > 1 else state


def toggle_reverse(state: State) -> State:
    """The package, or what in the whole universe would need it."""
    return replace(state, reverse=not state.reverse)
