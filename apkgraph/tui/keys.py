"""Every key of the main screen in one table, which the footer, the help and the command palette are made from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.binding import Binding

from apkgraph.tui.state import edit_actions, view_actions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from apkgraph.tui.state.record import State

KEYS: Final = (
    Binding("a,slash", "search", "Add", id="add", tooltip="search every name and add it to the set"),
    Binding("d,delete", "drop", "Drop", id="drop", tooltip="take the request under the cursor out of the set"),
    Binding("space", "switch", "On/off", id="switch", tooltip="what if the request under the cursor were not there"),
    Binding("u", "do('undo')", "Undo", id="undo", tooltip="the set as it was before"),
    Binding("ctrl+r", "do('redo')", "Redo", show=False, id="redo", tooltip="take an undo back"),
    Binding("g", "do('group')", "Group", id="group", tooltip="group by requested package, by origin, or not at all"),
    Binding("s", "next_sort", "Sort", id="sort", tooltip="sort by the next column"),
    Binding("S", "do('turn')", "Turn", show=False, id="turn", tooltip="turn the order round"),
    Binding("i", "do('measure')", "Inst/down", id="measure", tooltip="sizes on disk or over the wire"),
    Binding("f", "filter", "Filter", id="filter", tooltip="keep what matches, and what leads to it"),
    Binding("b", "do('base')", "Base", show=False, id="base", tooltip="show or hide what the base holds"),
    Binding("t", "do('treemap')", "Treemap", id="treemap", tooltip="sizes as areas"),
    Binding("p", "pin", "Pin A", id="pin", tooltip="pin the present set as A, or let it go"),
    Binding("c", "do('compare')", "Compare", id="compare", tooltip="the present set against A"),
    Binding("r", "place", "Release", id="release", tooltip="the same set on another release or architecture"),
    Binding(
        "v", "do('reverse')", "Reverse", show=False, id="reverse", tooltip="what in the whole universe would need it"
    ),
    Binding("backspace", "do('back')", "Back", show=False, id="back", tooltip="back to where one came from"),
    Binding("e", "export", "Export", id="export", tooltip="to a file or the clipboard"),
    Binding("1", "pane('set')", "Set", show=False, id="pane.set", tooltip="go to the set"),
    Binding("2", "pane('middle')", "Solution", show=False, id="pane.solution", tooltip="go to the solution"),
    Binding("3", "pane('details')", "Details", show=False, id="pane.details", tooltip="go to the details"),
    Binding("tab", "next_pane(1)", "Next pane", show=False, id="pane.next", tooltip="to the next pane"),
    Binding("shift+tab", "next_pane(-1)", "Previous pane", show=False, id="pane.previous", tooltip="to the one before"),
    Binding("escape", "leave", "Away", show=False, id="leave", tooltip="clear the filter, or go back to the solution"),
    Binding("question_mark", "help", "Help", id="help", tooltip="all keys"),
    Binding("q", "app.quit", "Quit", id="quit", tooltip="leave"),
)

DO: Final[Mapping[str, Callable[[State], State]]] = {
    "undo": edit_actions.undo,
    "redo": edit_actions.redo,
    "group": view_actions.next_grouping,
    "turn": view_actions.turn_sort,
    "measure": view_actions.toggle_measure,
    "base": view_actions.toggle_base,
    "reverse": view_actions.toggle_reverse,
    "back": view_actions.walk_back,
    "treemap": lambda state: view_actions.show_view(state, "treemap"),
    "compare": lambda state: view_actions.show_view(state, "compare"),
    "clear": edit_actions.clear,
}

WORKS: Final[Mapping[str, Callable[[State], bool]]] = {
    "drop": lambda state: bool(state.requests),
    "switch": lambda state: bool(state.requests),
    "undo": lambda state: bool(state.past),
    "compare": lambda state: state.pinned is not None,
    **dict.fromkeys(
        ("group", "sort", "measure", "filter", "treemap", "pin", "export"), lambda state: state.figures is not None
    ),
}
