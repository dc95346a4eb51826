"""The budget's dialog: a size, by one measure."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from apkgraph.errors import UsageError
from apkgraph.model.size import format_size, parse_size
from apkgraph.report.text import clean
from apkgraph.tui.base_app import TypingScreen
from apkgraph.tui.state.record import Budget

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from apkgraph.model.size import Measure

HELP: Final = "Enter sets it   Esc closes   empty: no budget   “download” behind it: over the wire"


class BudgetScreen(ModalScreen[tuple[Budget | None] | None], TypingScreen):
    """`100 MiB`, `100 MiB download`, or nothing. The answer is the budget in a tuple of one, or None: as it was."""

    BINDINGS: ClassVar = [Binding("escape", "dismiss(None)", "Close", id="budget.close")]

    def __init__(self, budget: Budget | None, measure: Measure) -> None:
        super().__init__()
        self._budget, self._measure = budget, measure

    def compose(self) -> ComposeResult:
        """The box."""
        with Vertical(id="budget-box") as box:
            box.border_title = "Budget for the whole set, base included"
            written = f"{format_size(self._budget.limit)} {self._budget.measure}" if self._budget is not None else ""
            yield Input(self.typed_ahead or written, placeholder="100 MiB, or 40 MiB download", id="limit")
            yield Static(HELP, id="budget-status", markup=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Accept the budget; invalid text stays in the field, with the reason."""
        event.stop()
        try:
            self.dismiss((read_budget(event.value, self._measure),))
        except UsageError as error:
            self.query_one("#budget-status", Static).update(clean(str(error)))


def read_budget(text: str, measure: Measure) -> Budget | None:
    """`100 MiB download` as a budget; nothing is none. UsageError for an invalid size."""
    words = text.split()
    for word in words:
        if word in ("installed", "download"):
            measure = "download" if word == "download" else "installed"
    size = "".join(word for word in words if word not in ("installed", "download"))
    return Budget(parse_size(size), measure) if size else None
