"""The names of the views, as tabs: over the middle pane, or over everything where panes fold.

Textual's Tabs take two lines and a name for themselves; this is one line, with how the table is looked at beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.style import Style
from rich.text import Text
from textual.message import Message
from textual.widget import Widget

from apkgraph.tui.theme import palette

if TYPE_CHECKING:
    from textual import events

    from apkgraph.tui.state.record import State

VIEWS: Final = (("solution", "2 Solution"), ("treemap", "Treemap"), ("compare", "Compare"))
ALL: Final = (("set", "1 Set"), *VIEWS, ("details", "3 Details"))


class Tabs(Widget):
    """A line of names, the current one underlined and highlighted."""

    class Picked(Message):
        """A tab was clicked."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(self, *, everything: bool, id: str) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._names = ALL if everything else VIEWS
        self._everything = everything
        self._here = "solution"
        self._note = ""

    def show(self, state: State) -> None:
        """Show the current view and the settings of the table."""
        here = state.pane if self._everything and state.pane != "middle" else state.view
        note = ""
        if not self._everything:
            grouping = {"flat": "", "request": "by request", "origin": "by origin", "line": "by line"}[state.grouping]
            words = (grouping, state.measure, "" if state.show_base else "without base")
            note = "  ".join(word for word in words if word)
        if (here, note) != (self._here, self._note):
            self._here, self._note = here, note
            self.refresh()

    def render(self) -> Text:
        """The names; at the right, the settings of the table."""
        colors = palette(self.app.theme_variables, dark=self.app.current_theme.dark)
        line = Text(no_wrap=True)
        for name, text in self._written():
            here = name == self._here
            line.append(text, colors.accent + Style(bold=True) if here else colors.faint)
        room = self.size.width - line.cell_len - 1
        if self._note and len(self._note) <= room:
            line.append(self._note.rjust(room), colors.faint)
        return line

    def _written(self) -> list[tuple[str, str]]:
        """Each name as it stands in the line; closer together where there is no room for gaps."""
        tight = sum(len(title) + 1 for _, title in self._names) + 2 > self.size.width
        names = [(name, title.lstrip("123 ")) for name, title in self._names] if tight else self._names
        roomy = sum(len(title) + 3 for _, title in self._names) <= self.size.width
        named = [(name, f"[{title}]" if name == self._here else title) for name, title in names]
        if not roomy:
            return [(name, f"{text} ") for name, text in named]
        return [(name, f"{text} " if name == self._here else f" {text}  ") for name, text in named]

    def on_click(self, event: events.Click) -> None:
        """Say which name was clicked."""
        at, offset = 0, event.get_content_offset(self)
        for name, text in self._written():
            at += len(text)
            if offset is not None and offset.x < at:
                self.post_message(self.Picked(name))
                return
