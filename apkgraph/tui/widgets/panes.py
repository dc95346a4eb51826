"""The panes side by side, as one widget: it shows a state by handing it to each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Horizontal, Vertical
from textual.widgets import ContentSwitcher

from apkgraph.tui.widgets.compare import ComparePane
from apkgraph.tui.widgets.details import DetailsPane
from apkgraph.tui.widgets.set_pane import SetPane
from apkgraph.tui.widgets.solution_table import SolutionTable
from apkgraph.tui.widgets.tabs import Tabs
from apkgraph.tui.widgets.treemap import Treemap

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from apkgraph.tui.state.detail_lines import Known
    from apkgraph.tui.state.record import State


class Panes(Horizontal):
    """The set with a small treemap under it, the views of the solution, and the details."""

    def __init__(self) -> None:
        super().__init__(id="panes")
        self.set = SetPane()
        self.corner = Treemap(id="corner")
        self.tabs = Tabs(everything=False, id="view-tabs")
        self.table = SolutionTable()
        self.treemap = Treemap(id="treemap")
        self.compare = ComparePane()
        self.details = DetailsPane()
        self.middle = Vertical(id="middle")
        self._switcher = ContentSwitcher(initial="solution", id="views")

    def compose(self) -> ComposeResult:
        """A skeleton, which can be painted before anything is known."""
        with Vertical(id="left"):
            yield self.set
            yield self.corner
        with self.middle:
            yield self.tabs
            with self._switcher:
                yield self.table
                yield self.treemap
                yield self.compare
        yield self.details

    def show(self, state: State, known: Known) -> None:
        """Show a state in every pane; each pane detects whether anything changed for it."""
        self.set.show(state)
        self.tabs.show(state)
        self.table.show(state)
        self._switch_to(state)
        self.corner.show(state)  # laid out when it is painted
        self.treemap.show(state)
        if state.view == "compare":
            self.compare.show(state)
        self.details.show(state, known)

    def _switch_to(self, state: State) -> None:
        if self._switcher.current == state.view:
            return
        self._switcher.current = state.view
        if state.pane == "middle":
            self.view(state).focus()

    def view(self, state: State) -> SolutionTable | Treemap | ComparePane:
        """The widget of the view that is shown."""
        if state.view == "solution":
            return self.table
        return self.treemap if state.view == "treemap" else self.compare

    def focus_pane(self, state: State) -> None:
        """Keys go to the pane that the state says."""
        if state.pane == "middle":
            self.view(state).focus()
        else:
            (self.set if state.pane == "set" else self.details).focus()

    def find(self, state: State, step: int) -> bool:
        """Put the cursor of the focused list on the next match (`step` 0: from where it is); False: there is none."""
        here = self.set if state.pane == "set" else self.details if state.pane == "details" else self.view(state)
        return here.find(state.find, step)
