"""The details pane: everything about one package, where Enter walks on to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apkgraph.report.text import clean
from apkgraph.report.text import width as columns
from apkgraph.tui.state.detail_lines import DetailLine, Known, detail_lines
from apkgraph.tui.widgets.line_view import LineView, Piece, fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events

    from apkgraph.tui.state.record import State


class DetailsPane(LineView):
    """Lines about the package that is looked at; only those that lead somewhere take the cursor."""

    def __init__(self) -> None:
        super().__init__(id="details")
        self.border_title = "3 Details"
        self._state: State | None = None
        self._known = Known()
        self._lines: list[DetailLine] = []

    def show(self, state: State, known: Known) -> None:
        """Show what is known; the cursor stays while the package stays."""
        before, self._state = self._state, state
        if (
            before is not None
            and known == self._known
            and all(getattr(before, field) is getattr(state, field) for field in ("trail", "figures", "reverse"))
        ):
            return
        self._known = known
        self._fill(moved=before is None or before.trail != state.trail or before.reverse != state.reverse)
        if before is not None and before.reverse != state.reverse:
            self.border_title = "3 Who needs it" if state.reverse else "3 Details"

    def line(self, index: int) -> DetailLine | None:
        """What a line leads to."""
        return self._lines[index] if index < len(self._lines) else None

    def text_of(self, index: int) -> str:
        """What `/` looks in."""
        return "".join(part.text for part in self._lines[index].parts)

    def on_resize(self, event: events.Resize) -> None:
        """Wrap again."""
        event.prevent_default()
        self._fill(moved=False)

    def _fill(self, *, moved: bool) -> None:
        """Other lines; what is in sight stays where it is, unless another package is looked at."""
        if self._state is None:
            return
        here, top = self.line(self.cursor), round(self.scroll_y)
        self._lines = detail_lines(self._state, self._known, max(10, self.scrollable_content_region.width - 2))
        if moved or here is None:
            self.set_count(len(self._lines), 0)
            self.scroll_to(y=0, animate=False)
            return
        same = [index for index, line in enumerate(self._lines) if line[1:] == here[1:] and line.target]
        self.set_count(len(self._lines), min(same, key=lambda index: abs(index - self.cursor), default=None))
        self.scroll_to(y=top, animate=False)

    def selectable(self, index: int) -> bool:
        """Only lines that lead somewhere."""
        return index < len(self._lines) and bool(self._lines[index].target)

    def action_move(self, step: int) -> None:
        """To the next line that leads somewhere, where it is in sight; else a line further."""
        top, bottom = self._in_sight
        start = max(self.cursor, top - 1) + 1 if step > 0 else min(self.cursor, bottom) - 1
        ahead = range(start, bottom) if step > 0 else range(start, top - 1, -1)
        if not self._go_to_first(ahead):
            self.scroll_relative(y=step, animate=False)

    def action_page(self, step: int) -> None:
        """A page up or down; the cursor comes along."""
        self.scroll_relative(y=step * max(1, self.lines_high - 1), animate=False, immediate=True)
        self._take_cursor_along(step)

    def action_jump(self, index: int) -> None:
        """To the first or the last line, whether it leads anywhere or not."""
        if index < 0:
            self.scroll_end(animate=False, immediate=True, force=True)
        else:
            self.scroll_home(animate=False, immediate=True, force=True)
        self._take_cursor_along(-1 if index < 0 else 1)

    @property
    def _in_sight(self) -> tuple[int, int]:
        top = round(self.scroll_y)
        return top, min(self.count, top + self.lines_high)

    def _take_cursor_along(self, step: int) -> None:
        top, bottom = self._in_sight
        self._go_to_first(range(top, bottom) if step > 0 else range(bottom - 1, top - 1, -1))

    def _go_to_first(self, lines: range) -> bool:
        """To the first of these lines that leads somewhere, if any does."""
        target = next(filter(self.selectable, lines), None)
        if target is not None:
            self.go(target)
        return target is not None

    def draw(self, index: int, width: int) -> Sequence[Piece]:
        """A line, its last part cut where the pane ends."""
        styles = {
            "text": self.palette.text,
            "strong": self.palette.strong,
            "faint": self.palette.faint,
            "link": self.palette.link,
            "title": self.palette.accent,
            "warning": self.palette.warning,
        }
        pieces: list[Piece] = []
        room = width
        for part in self._lines[index].parts:
            text = clean(part.text)
            wide = columns(text)
            pieces.append(Piece(fit(text, min(room, wide)), styles[part.role]))
            room -= wide
            if room <= 0:
                break
        return pieces
