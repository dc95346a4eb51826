"""Every key of the main screen in one table, which the footer, the help and the command palette are made from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.binding import Binding

from apkgraph.tui.state import edit_actions, view_actions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from apkgraph.tui.state.record import State

KEYS: Final = (
    Binding("a", "search", "Add", id="add", tooltip="search every name and description, and add to the set"),
    Binding("d,delete", "drop", "Remove", id="drop", tooltip="remove the request or the base's entry under the cursor"),
    Binding("space", "switch", "On/off", id="switch", tooltip="what if the request under the cursor were not there"),
    Binding("u", "do('undo')", "Undo", id="undo", tooltip="the set as it was before"),
    Binding("ctrl+r", "do('redo')", "Redo", id="redo", tooltip="take an undo back"),
    Binding("B", "budget", "Budget", id="budget", tooltip="a limit for the whole set, and how to get under it"),
    Binding("g", "do('group')", "Group", id="group", tooltip="group by requested package, by origin, or not at all"),
    Binding("s", "next_sort", "Sort", id="sort", tooltip="sort the focused list by its next column"),
    Binding("S", "do('turn')", "Reverse order", show=False, id="turn", tooltip="the other way round"),
    Binding("i", "do('measure')", "Measure", id="measure", tooltip="sizes on disk or over the wire"),
    Binding("f", "filter", "Filter", id="filter", tooltip="keep what matches, and what leads to it"),
    Binding("slash", "find", "Find", id="find", tooltip="go to what matches in the focused list"),
    Binding("n", "find_next(1)", "Next match", show=False, id="find.next", tooltip="to the next match"),
    Binding("N", "find_next(-1)", "Previous match", show=False, id="find.previous", tooltip="to the match before"),
    Binding("b", "do('base')", "Base", show=False, id="base", tooltip="show or hide what the base holds"),
    Binding("t", "do('treemap')", "Treemap", id="treemap", tooltip="sizes as areas"),
    Binding("z", "zoom", "Zoom", id="zoom", tooltip="show only what the selected package's request brought"),
    Binding("p", "pin", "Pin", id="pin", tooltip="remember the present set, to compare with it; again forgets it"),
    Binding("c", "do('compare')", "Compare with", id="compare", tooltip="the present set beside the pinned one"),
    Binding("o", "do('unchanged')", "Unchanged", id="unchanged", tooltip="list what is the same in both, too"),
    Binding("r", "place", "Release", id="release", tooltip="the same set on another release or architecture"),
    Binding("v", "do('reverse')", "Who needs it", id="reverse", tooltip="what in the whole universe would need it"),
    Binding("backspace", "do('back')", "Back", id="back", tooltip="back to the package before"),
    Binding("e", "export", "Export", id="export", tooltip="to a file or the clipboard"),
    Binding("1", "pane('set')", "Set", show=False, id="pane.set", tooltip="go to the set"),
    Binding("2", "pane('middle')", "Solution", show=False, id="pane.solution", tooltip="go to the solution"),
    Binding("3", "pane('details')", "Details", show=False, id="pane.details", tooltip="go to the details"),
    Binding("tab", "next_pane(1)", "Next pane", show=False, id="pane.next", tooltip="to the next pane"),
    Binding("shift+tab", "next_pane(-1)", "Previous pane", show=False, id="pane.previous", tooltip="to the one before"),
    Binding("escape", "leave", "Close", show=False, id="leave", tooltip="clear the filter, zoom out, go back"),
    Binding("question_mark", "help", "Help", id="help", tooltip="what the figures mean, and all keys"),
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
    "unchanged": view_actions.toggle_unchanged,
    "clear": edit_actions.clear,
}

WORKS: Final[Mapping[str, Callable[[State], bool]]] = {
    "drop": lambda state: bool(state.requests) or state.pane == "set",
    "switch": lambda state: bool(state.requests),
    "undo": lambda state: bool(state.past),
    "redo": lambda state: bool(state.future),
    "compare": lambda state: state.pinned is not None,
    "unchanged": lambda state: state.view == "compare" and state.pinned is not None,
    "back": lambda state: len(state.trail) > 1,
    "reverse": lambda state: state.selected is not None,
    **dict.fromkeys(
        ("group", "sort", "measure", "filter", "find", "treemap", "zoom", "pin", "export"),
        lambda state: state.figures is not None,
    ),
}

_ENDS: Final = ("export", "release", "help", "quit")
SHOWN: Final[Mapping[str, tuple[str, ...]]] = {
    "set": ("add", "drop", "switch", "undo", "budget", "sort", "measure", "find", "filter", *_ENDS),
    "solution": (
        "add",
        "drop",
        "undo",
        "budget",
        "group",
        "sort",
        "measure",
        "find",
        "filter",
        "treemap",
        "pin",
        "compare",
        *_ENDS,
    ),
    "treemap": ("zoom", "treemap", "add", "measure", "find", "filter", "pin", *_ENDS),
    "compare": ("unchanged", "pin", "measure", "find", "filter", "add", *_ENDS),
    "details": ("back", "reverse", "add", "measure", "find", *_ENDS),
}


def pane_of(state: State) -> str:
    """The pane that has the keys, by the name that SHOWN has for it."""
    return state.view if state.pane == "middle" else state.pane
