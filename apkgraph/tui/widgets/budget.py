"""The budget: which requests, removed, bring the set back under its limit. Shown only while it is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import VerticalScroll
from textual.widgets import Static

from apkgraph.model.size import format_size
from apkgraph.report.text import clean

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from apkgraph.tui.state.record import State, WayDown


class BudgetPanel(VerticalScroll, can_focus=False):
    """A line for each way down, the cheapest loss first."""

    def __init__(self) -> None:
        super().__init__(id="budget")
        self._text = Static(markup=False)
        self._shown: tuple[object, ...] = ()

    def compose(self) -> ComposeResult:
        """What scrolls."""
        yield self._text

    def show(self, state: State) -> None:
        """Show how to get under the limit."""
        shown = (state.budget, state.over_budget, state.ways_down, state.reasons)
        if shown == self._shown:
            return
        self._shown = shown
        self.display = state.budget is not None and state.over_budget > 0 and not state.reasons
        if state.budget is None or not self.display:
            return
        limit = format_size(state.budget.limit)
        self.border_title = f"{format_size(state.over_budget)} over {limit} {state.budget.measure}"
        self._text.update(clean_lines(state))


def clean_lines(state: State) -> str:
    """What the panel says."""
    if state.ways_down is None:
        return "solving without each request…"
    if not state.ways_down:
        return "no request can be removed to get under the budget"
    return "\n".join(_line(state, way) for way in state.ways_down)


def _line(state: State, way: WayDown) -> str:
    measure = state.budget.measure if state.budget is not None else state.measure
    total = state.figures.total.by(measure) if state.figures is not None else 0
    names = " + ".join(clean(token) for token in way.tokens)
    left = way.total.by(measure)
    return f"remove {names}: frees {format_size(total - left)}, leaves {format_size(left)}"
