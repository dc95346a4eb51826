"""One selection for all panes: after every change it is a package that the table shows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from apkgraph.tui.state.lines import fold_keys, is_shown, lines

if TYPE_CHECKING:
    from apkgraph.tui.state.record import State


def follow(before: State, state: State) -> State:
    """The state after a change, with its selection where all panes can show it.

    What a filter or a hidden base leaves out gives way to the first match, and a selection inside a folded group
    unfolds it, unless folding was the change. A package outside of the set (found by a walk) stays selected.
    """
    if state is before or state.figures is None:
        return state
    state = _in_the_table(before, state)
    name = state.selected
    if name is None or state.folded is not before.folded:
        return state
    keys = fold_keys(state, name)
    if keys.isdisjoint(state.folded):
        return state
    return replace(state, folded=tuple(key for key in state.folded if key not in keys))


def _in_the_table(before: State, state: State) -> State:
    if state.view == "compare":  # it lists packages that the table does not have
        return state
    name = state.selected
    filtered = state.filter != before.filter and bool(state.filter)
    if name is not None and not filtered:
        outside = state.figures is None or state.figures.row(name) is None
        if outside or is_shown(state, name):
            return state
    shown = [line for line in lines(replace(state, folded=())) if line.row is not None and not line.ancestor]
    if not shown or any(line.package == name for line in shown):
        return state
    return replace(state, trail=(shown[0].package,))
