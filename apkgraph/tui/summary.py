"""The two lines at the top: where the set is asked of, and what it costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.style import Style
from rich.text import Text
from textual.widget import Widget

from apkgraph.report.text import clean
from apkgraph.report.units import count, format_change, format_size
from apkgraph.tui.theme import palette

if TYPE_CHECKING:
    from apkgraph.tui.door import About
    from apkgraph.tui.state import State
    from apkgraph.tui.theme import Palette


class Summary(Widget):
    """Name, universe and base above; the live difference that the set makes below."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._state: State | None = None
        self._about: About | None = None
        self._note = ""

    def show(self, state: State, about: About | None, note: str) -> None:
        """Show a state; `note` is what goes on in the background."""
        if (state, about, note) != (self._state, self._about, self._note):
            self._state, self._about, self._note = state, about, note
            self.refresh()

    def render(self) -> Text:
        """Both lines, cut where the terminal ends."""
        colors = palette(self.app.theme_variables, dark=self.app.current_theme.dark)
        width = self.size.width
        above, note = self._above(colors), Text(clean(self._note), colors.accent)
        room = width - note.cell_len - 1
        above.truncate(max(0, room if self._note else width), overflow="ellipsis", pad=True)
        if self._note:
            above.append_text(Text(" ")).append_text(note)
        below = self._below(colors)
        below.truncate(width, overflow="ellipsis")
        return Text("\n").join((above, below))

    def _above(self, colors: Palette) -> Text:
        line = Text(no_wrap=True)
        line.append("apkgraph", colors.link + Style(bold=True))
        state, about = self._state, self._about
        if state is None:
            return line
        place = state.wanted.place
        line.append(f"  {clean(place.release)} {clean(place.arch)}", colors.strong)
        if place.sample:
            line.append("  the sample, not Alpine's index", colors.accent)
        if about is None:
            return line
        line.append("  " + clean(" ".join(about.repositories)), colors.faint)
        line.append(f"  base {clean(about.base)}", colors.faint)
        if about.stale:
            line.append("  ! stale", colors.warning)
        return line

    def _below(self, colors: Palette) -> Text:
        line = Text(no_wrap=True)
        figures = self._state.figures if self._state is not None else None
        if self._state is None or figures is None:
            return Text("…", colors.faint)
        if not figures.requests and not figures.packages:
            line.append("the base alone", colors.strong)
            line.append(f"   = {format_size(figures.total.installed)}", colors.faint)
            line.append(f" in {count(figures.total_packages, 'package')}", colors.faint)
            return line
        size, download = figures.cost
        line.append(f"{format_change(size)} installed", colors.strong)
        line.append(f"   {format_change(download)} download", colors.strong)
        line.append(
            f"   {figures.packages:+,} {'package' if abs(figures.packages) == 1 else 'packages'}", colors.strong
        )
        if self._state.reasons:
            line.append("   (as last solved)", colors.warning)
        pinned = self._state.pinned
        if pinned is not None:
            difference = figures.total.installed - pinned.figures.total.installed
            line.append(f"   against A {format_change(difference)}", colors.accent)
        total = f"   = {format_size(figures.total.installed)}"
        more = f" in {count(figures.total_packages, 'package')}"
        line.append(total + more if line.cell_len + len(total + more) <= self.size.width else total, colors.faint)
        return line
