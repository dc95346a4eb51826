"""One line above the panes that is typed in: a filter, or what to find."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from textual.containers import Horizontal
from textual.widgets import Input, Label

if TYPE_CHECKING:
    from textual.app import ComposeResult

Purpose = Literal["filter", "find"]


class Prompt(Horizontal):
    """A label and a field. It takes the keys at once: what is pasted behind `f` or `/` is text already."""

    def __init__(self) -> None:
        super().__init__(id="filter-box")
        self.field = Input(id="filter", placeholder="name, origin or repository", select_on_focus=False)
        self.label = Label("filter", id="filter-label")
        self.purpose: Purpose = "filter"

    def compose(self) -> ComposeResult:
        """The label and the field."""
        yield self.label
        yield self.field

    def ask(self, purpose: Purpose, text: str) -> None:
        """Let it be typed."""
        self.purpose = purpose
        self.label.update(purpose)
        with self.prevent(Input.Changed):
            self.field.value = text
        self.field.cursor_position = len(text)
        self.display = True
        self.screen.set_focus(self.field, scroll_visible=False)

    def close(self) -> None:
        """Put it away."""
        with self.prevent(Input.Changed):
            self.field.value = ""
        self.display = False
