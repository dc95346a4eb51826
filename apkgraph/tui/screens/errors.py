"""The panels for errors: a set that cannot be satisfied, and a universe that is not available."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from apkgraph.errors import MirrorError, TrustError
from apkgraph.report.text import clean

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from apkgraph.tui.state.record import State


class ReasonsPanel(VerticalScroll, can_focus=True):
    """Why the wanted set cannot be satisfied; the last solution stays above."""

    def __init__(self) -> None:
        super().__init__(id="reasons")
        self.border_title = "This set cannot be satisfied"
        self._text = Static(markup=False)
        self._reasons: tuple[str, ...] = ()

    def compose(self) -> ComposeResult:
        """What scrolls."""
        yield self._text

    def show(self, state: State) -> None:
        """Show a state's reasons, if it has any."""
        if state.reasons != self._reasons:
            self._reasons = state.reasons
            lines = (clean(line) for reason in state.reasons for line in reason.splitlines() if line.strip())
            self._text.update(Text("\n".join(lines)))
            self.border_subtitle = "u undoes" if state.past else "in the set (1): d drops, space leaves out"
            self.display = bool(state.reasons)
            self.scroll_home(animate=False)


class ErrorScreen(ModalScreen[str]):
    """No universe: what went wrong, and what can be done. The answer: `sample`, `retry` or `quit`."""

    BINDINGS: ClassVar = [
        Binding("s", "sample", "Sample", id="error.sample"),
        Binding("r", "dismiss('retry')", "Retry", id="error.retry"),
        Binding("q,escape", "dismiss('quit')", "Quit", id="error.quit"),
    ]

    def __init__(self, problem: str, status: int) -> None:
        """Where a file is at fault (or apkgraph is), the sample would be of no help."""
        super().__init__()
        self._problem = problem
        self._sample_helps = status in (MirrorError.exit_status, TrustError.exit_status)

    def compose(self) -> ComposeResult:
        """The box."""
        text = Text()
        text.append(clean(self._problem) + "\n\n")
        sample = (("s", "browse the sample that ships with apkgraph"),) if self._sample_helps else ()
        for key, what in (*sample, ("r", "try again"), ("q", "quit")):
            text.append(f"  {key}  ", "bold")
            text.append(what + "\n")
        text.rstrip()
        box = Static(text, id="error-box", markup=False)
        box.border_title = "No index is available" if self._sample_helps else "This cannot be opened"
        yield box

    def action_sample(self) -> None:
        """Go on with the sample."""
        if self._sample_helps:
            self.dismiss("sample")
