"""Two panels for when things do not go: a set that cannot be, and a universe that cannot be had."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import Binding
from textual.screen import ModalScreen
from textual.widgets import Static

from apkgraph.report.text import clean

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from apkgraph.tui.state import State

MOST = 6


class ReasonsPanel(Static):
    """Why the wanted set cannot be; the solution above stays the last good one."""

    def __init__(self) -> None:
        super().__init__(id="reasons", markup=False)
        self.border_title = "This set cannot be"
        self.border_subtitle = "u undoes"
        self._reasons: tuple[str, ...] = ()

    def show(self, state: State) -> None:
        """Show a state's reasons, if it has any."""
        if state.reasons != self._reasons:
            self._reasons = state.reasons
            said = [clean(line) for reason in state.reasons for line in reason.splitlines() if line.strip()]
            more = [f"and {len(said) - MOST} lines more"] if len(said) > MOST else []
            self.update(Text("\n".join([*said[:MOST], *more])))
            self.display = bool(state.reasons)


class TroubleScreen(ModalScreen[str]):
    """No universe: what went wrong, and what can be done. The answer: `sample`, `retry` or `quit`."""

    BINDINGS: ClassVar = [
        Binding("s", "dismiss('sample')", "Sample", id="trouble.sample"),
        Binding("r", "dismiss('retry')", "Retry", id="trouble.retry"),
        Binding("q,escape", "dismiss('quit')", "Quit", id="trouble.quit"),
    ]

    def __init__(self, problem: str) -> None:
        super().__init__()
        self._problem = problem

    def compose(self) -> ComposeResult:
        """The box."""
        text = Text()
        text.append(clean(self._problem) + "\n\n")
        for key, what in (("s", "browse the sample that ships with apkgraph"), ("r", "try again"), ("q", "quit")):
            text.append(f"  {key}  ", "bold")
            text.append(what + "\n")
        text.rstrip()
        box = Static(text, id="trouble-box", markup=False)
        box.border_title = "There is no index to ask"
        yield box
