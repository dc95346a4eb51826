"""The main screen: the panes, and what each key does to the state."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, Protocol, cast

from textual.screen import Screen
from textual.widgets import Input

from apkgraph.tui.commands import Commands
from apkgraph.tui.keys import DO, KEYS, SHOWN, WORKS, pane_of
from apkgraph.tui.messages import BudgetAsked, ExportAsked, PlaceAsked, SampleAsked
from apkgraph.tui.screens.errors import ReasonsPanel
from apkgraph.tui.screens.help import HelpScreen, entries
from apkgraph.tui.screens.jump import JumpScreen, Spot
from apkgraph.tui.state import edit_actions, view_actions
from apkgraph.tui.state.record import bare_name
from apkgraph.tui.widgets.budget import BudgetPanel
from apkgraph.tui.widgets.compare import ComparePane
from apkgraph.tui.widgets.details import DetailsPane
from apkgraph.tui.widgets.footer import Footer
from apkgraph.tui.widgets.line_view import LineView
from apkgraph.tui.widgets.panes import Panes
from apkgraph.tui.widgets.prompt import Prompt
from apkgraph.tui.widgets.set_pane import SetPane
from apkgraph.tui.widgets.solution_table import SolutionTable, SortAsked
from apkgraph.tui.widgets.summary import Summary
from apkgraph.tui.widgets.tabs import Tabs
from apkgraph.tui.widgets.treemap import Treemap

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual import events
    from textual.app import ComposeResult
    from textual.binding import Binding
    from textual.widget import Widget

    from apkgraph.tui.backend import UniverseSummary
    from apkgraph.tui.state.detail_lines import Known
    from apkgraph.tui.state.record import Column, Pane, State, View

PANES: Final[tuple[Pane, ...]] = ("set", "middle", "details")


class StateHolder(Protocol):
    """What holds the state: the app."""

    state: State

    def apply(self, state: State) -> None:
        """Adopt a new state and show it."""
        ...

    def refresh_screen(self) -> None:
        """Show the state."""
        ...

    def search(self) -> None:
        """Open the search, at once: keys that follow are meant for it."""
        ...


class ExploreScreen(Screen[None]):
    """Three panes; what they show is the app's state, and keys are functions from state to state."""

    BINDINGS: ClassVar = list(KEYS)
    COMMANDS: ClassVar = {Commands}
    AUTO_FOCUS = "#solution"

    def __init__(self, holder: StateHolder) -> None:
        super().__init__(classes="-pane-middle")  # where panes fold, the one to be focused must be there
        self.holder = holder
        self.summary = Summary(id="summary")
        self.tabs = Tabs(everything=True, id="all-tabs")
        self.prompt = Prompt()
        self.panes = Panes()
        self.budget = BudgetPanel()
        self.reasons = ReasonsPanel()
        self.footer = Footer()

    def compose(self) -> ComposeResult:
        """A skeleton, which can be painted before anything is known."""
        yield self.summary
        yield self.tabs
        yield self.prompt
        yield self.panes
        yield self.budget
        yield self.reasons
        yield self.footer

    @property
    def state(self) -> State:
        """What is shown."""
        return self.holder.state

    def apply(self, change: Callable[[State], State]) -> None:
        """Change the state."""
        self.holder.apply(change(self.state))

    # Showing a state

    def show(self, state: State, about: UniverseSummary | None, known: Known, note: str) -> None:
        """Show a state in every pane; each pane detects whether anything changed for it."""
        for pane in PANES:
            self.set_class(state.pane == pane, f"-pane-{pane}")
        self.set_class(state.view == "treemap", "-viewing-treemap")
        self.summary.show(state, about, note)
        self.tabs.show(state)
        self.panes.show(state, known)
        self.budget.show(state)
        self.reasons.show(state)
        self.footer.show(state)

    def on_mount(self) -> None:
        """Show what there is: nothing yet."""
        self.holder.refresh_screen()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The pane follows the focus."""
        pane = _pane_of(event.widget)
        if pane is not None and pane != self.state.pane:
            self.apply(lambda state: view_actions.show_pane(state, pane))

    # The set

    def _request_here(self) -> str | None:
        """The request under the cursor: in the set, or the one whose package or group the table is at."""
        if self.state.pane == "set":
            request = self.panes.set.request_at_cursor()
            return request.token if request is not None and self.panes.set.pointing else None
        figures, name = self.state.figures, self.state.selected
        return next((one.token for one in (figures.requests if figures else ()) if one.package == name), None)

    def _base_entry_here(self) -> str:
        """The entry of the base's world under the cursor, or the one that was left out there."""
        name, figures = self.state.selected, self.state.figures
        if figures is None or name is None or self.state.pane != "set" or self.panes.set.on_base:
            return ""
        left_out = next((token for token in self.state.wanted.removed if bare_name(token) == name), "")
        return left_out or figures.base_world.get(name, "")

    def action_drop(self) -> None:
        """Take a request out, or see what an entry of the base frees."""
        token, entry = self._request_here(), self._base_entry_here()
        if token is None and entry:
            self.apply(lambda state: edit_actions.remove_from_base(state, entry))
        elif token is None:
            self.notify("put the cursor on a request, or on an entry of the base, to remove it")
        else:
            self.apply(lambda state: edit_actions.drop(state, token))

    def action_switch(self) -> None:
        """Switch a request off and on; on the base's row, fold it."""
        token = self._request_here()
        if token is not None:
            self.apply(lambda state: edit_actions.switch(state, token))
        elif self.state.pane == "set":
            self.apply(view_actions.unfold_base)

    def action_search(self) -> None:
        """Search for more."""
        self.holder.search()

    def action_budget(self) -> None:
        """Set a limit."""
        self.post_message(BudgetAsked())

    def action_place(self) -> None:
        """Pick a release or an architecture."""
        self.post_message(PlaceAsked())

    def action_sample(self) -> None:
        """Go to the sample."""
        self.post_message(SampleAsked())

    def action_export(self) -> None:
        """Open the export dialog."""
        self.post_message(ExportAsked())

    def action_help(self) -> None:
        """Show the keys that work now."""
        pane = pane_of(self.state)
        active: dict[str, Binding] = {}
        for one in self.active_bindings.values():
            active.setdefault(one.binding.id or "", one.binding)
        shown = [active[name] for name in SHOWN[pane] if name in active and WORKS.get(name, bool)(self.state)]
        caps = [(self.app.get_key_display(binding), binding.description) for binding in shown]
        self.app.push_screen(HelpScreen(entries(self.app, self.active_bindings.values()), pane, caps))

    # Looking

    def action_do(self, name: str) -> None:
        """A key that is nothing but a function from state to state."""
        self.apply(DO[name])

    def action_next_sort(self) -> None:
        """Sort by the next column that is shown."""
        if self.state.pane == "set":
            self.apply(view_actions.next_set_sort)
            return
        columns = self.panes.table.sorting_columns()
        self.apply(lambda state: view_actions.next_sort(state, columns))

    def action_sort(self, column: Column) -> None:
        """Sort by a column."""
        self.apply(lambda state: view_actions.sort_by(state, column))

    def on_sort_asked(self, message: SortAsked) -> None:
        """A header was clicked."""
        self.action_sort(message.column)

    def action_pin(self) -> None:
        """Pin the present set, or let A go."""
        before = self.state.pinned
        self.apply(edit_actions.pin)
        if self.state.pinned is not None:
            self.notify("pinned; change the set, and c compares with it")
        else:
            self.notify("nothing is pinned any more" if before is not None else "there is no solution to pin yet")

    def action_zoom(self) -> None:
        """Into what a request brought (the treemap shows it), or out again."""
        self.apply(view_actions.toggle_zoom)

    def action_filter(self) -> None:
        """Type a filter."""
        self.prompt.ask("filter", self.state.filter)

    def action_find(self) -> None:
        """Type what to go to."""
        self.prompt.ask("find", "")

    def action_find_next(self, step: int) -> None:
        """To the next match."""
        if not self.state.find:
            self.action_find()
        elif not self.panes.find(self.state, step):
            self.notify(f"nothing matches {self.state.find}")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter, or go to the first match, with every keystroke."""
        if self.prompt.purpose == "filter":
            self.apply(lambda state: view_actions.set_filter(state, event.value))
        elif event.value:
            self.apply(lambda state: view_actions.set_find(state, event.value))
            self.panes.find(self.state, 0)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Keep the filter, and go on in the list."""
        if self.prompt.purpose == "find" or not event.value:
            self.prompt.close()
        self.panes.focus_pane(self.state)

    def action_leave(self) -> None:
        """Close what is typed; else clear the filter, zoom out, go back to the solution: one of them at a time."""
        typing = self.prompt.field.has_focus
        if typing and self.prompt.purpose == "find":
            self.prompt.close()
        elif typing or self.state.filter:
            self.prompt.close()
            self.apply(lambda state: view_actions.set_filter(state, ""))
        elif self.state.zoom is not None:
            self.apply(view_actions.toggle_zoom)
        elif self.state.pane != "middle":
            self.apply(lambda state: view_actions.show_pane(state, "middle"))
        elif self.state.view != "solution":
            self.apply(lambda state: view_actions.show_view(state, "solution"))
        self.panes.focus_pane(self.state)

    # Walking

    def on_line_view_moved(self, message: LineView.Moved) -> None:
        """The cursor moves: look at what it is on."""
        view = message.view
        name = view.package if isinstance(view, SolutionTable | SetPane | ComparePane) else None
        if name is not None:
            self.apply(lambda state: view_actions.look_at(state, name))

    def on_line_view_chosen(self, message: LineView.Chosen) -> None:
        """Enter: fold a group, walk to a package, try another provider."""
        view = message.view
        name = view.package if isinstance(view, SolutionTable | SetPane | ComparePane) else None
        if isinstance(view, SolutionTable) and view.group_at_cursor is not None:
            key = view.group_at_cursor
            self.apply(lambda state: view_actions.fold(state, key))
        elif isinstance(view, SetPane) and view.on_base:
            self.apply(view_actions.unfold_base)
        elif isinstance(view, DetailsPane):
            self._follow(view, message.index)
        elif name is not None:
            self.apply(lambda state: view_actions.show_pane(view_actions.look_at(state, name), "details"))
            self.panes.details.focus()

    def on_set_pane_clicked(self, _message: SetPane.Clicked) -> None:
        """A click on the mark of a request, or of the base."""
        self.action_switch()

    def on_set_pane_sort_clicked(self, message: SetPane.SortClicked) -> None:
        """A click on a head of the set."""
        self.apply(lambda state: view_actions.sort_set(state, message.sort))

    def _follow(self, view: DetailsPane, index: int) -> None:
        line = view.line(index)
        if line is None or not line.target:
            return
        if line.target == "switch":
            self.apply(lambda state: edit_actions.add(state, line.name))
            self.notify(f"{line.name} added; u undoes")
        else:
            self.apply(lambda state: view_actions.walk_to(state, line.name))

    def on_treemap_moved(self, message: Treemap.Moved) -> None:
        """Look at a tile."""
        self.apply(lambda state: view_actions.look_at(state, message.name))

    def on_treemap_chosen(self, message: Treemap.Chosen) -> None:
        """Open a tile's details."""
        self.apply(lambda state: view_actions.show_pane(view_actions.look_at(state, message.name), "details"))
        self.panes.details.focus()

    # Panes

    def action_pane(self, pane: Pane) -> None:
        """Go to a pane."""
        self.apply(lambda state: view_actions.show_pane(state, pane))
        self.panes.focus_pane(self.state)

    def action_next_pane(self, step: int) -> None:
        """To the pane beside; the reasons are one, while there are any."""
        panes = (*PANES, "reasons") if self.reasons.display else PANES
        here = "reasons" if self.reasons.has_focus else self.state.pane
        there = panes[(panes.index(here) + step) % len(panes)]
        if there == "reasons":
            self.reasons.focus()
        else:
            self.action_pane(cast("Pane", there))

    def action_jump(self) -> None:
        """Show a letter on every jump target."""
        self.app.push_screen(JumpScreen(self._spots()), self._jumped)

    def _spots(self) -> list[Spot]:
        panes = self.panes
        found = [
            Spot(widget.region.x + 1, widget.region.y, f"pane {pane}")
            for pane, widget in (("set", panes.set), ("middle", panes.middle), ("details", panes.details))
            if widget.region
        ]
        here = self.focused
        if isinstance(here, LineView):
            top, content = round(here.scroll_y), here.content_region
            found += [
                Spot(content.x, content.y + here.HEADER + index - top, f"line {index}")
                for index in range(top, min(here.count, top + here.lines_high))
                if here.selectable(index)
            ]
        return found

    def _jumped(self, goal: str | None) -> None:
        kind, _, where = (goal or "").partition(" ")
        if kind == "pane":
            self.action_pane(cast("Pane", where))
        elif kind == "line" and isinstance(self.focused, LineView):
            self.focused.go(int(where))

    def on_tabs_picked(self, message: Tabs.Picked) -> None:
        """A tab was clicked."""
        if message.name in ("set", "details"):
            self.action_pane(cast("Pane", message.name))
        elif message.name != self.state.view:
            self.apply(lambda state: view_actions.show_view(state, cast("View", message.name)))
            self.action_pane("middle")
        else:
            self.action_pane("middle")


def _pane_of(widget: Widget) -> Pane | None:
    for node in widget.ancestors_with_self:
        if node.id in PANES:
            return node.id
    return None
