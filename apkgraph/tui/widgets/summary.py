"""The two lines at the top: the universe of the set, and what it costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.style import Style
from rich.text import Text
from textual.widget import Widget

from apkgraph.model.size import count, format_change, format_size
from apkgraph.report.text import clean
from apkgraph.report.text import width as columns
from apkgraph.tui.theme import palette

if TYPE_CHECKING:
    from apkgraph.tui.backend import UniverseSummary
    from apkgraph.tui.state.record import State
    from apkgraph.tui.theme import Palette


class Part(NamedTuple):
    """Some text of a line; the lower the need is, the longer it stays when room gets scarce (0: always)."""

    text: str
    style: Style
    need: int = 0
    short: str = ""  # what stands for it where there is no room


class Summary(Widget):
    """Name, universe and base above; the live difference that the set makes below."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._state: State | None = None
        self._about: UniverseSummary | None = None
        self._note = ""

    def show(self, state: State, about: UniverseSummary | None, note: str) -> None:
        """Show a state; `note` is what goes on in the background."""
        if (state, about, note) != (self._state, self._about, self._note):
            self._state, self._about, self._note = state, about, note
            self.refresh()

    def render(self) -> Text:
        """Both lines, cut where the terminal ends."""
        colors = palette(self.app.theme_variables, dark=self.app.current_theme.dark)
        width = self.size.width
        figures = self._state.figures if self._state is not None else None
        note = Text(clean(self._note if figures is not None else ""), colors.accent)
        above = _fitted(self._above(colors), width - note.cell_len - bool(note))
        above.pad_right(max(0, width - note.cell_len - above.cell_len))
        return Text("\n").join((above.append_text(note), _fitted(self._below(colors), width)))

    def _above(self, colors: Palette) -> list[Part]:
        parts = [Part("apkgraph", colors.link + Style(bold=True))]
        state, about = self._state, self._about
        if state is None:
            return parts
        place = state.wanted.place
        parts.append(Part(f"  {place.release} {place.arch}", colors.strong))
        if place.sample:
            parts.append(Part("  the sample, not Alpine's index", colors.accent))
        if about is not None:
            parts.append(Part("  " + " ".join(about.repositories), colors.faint, need=3))
            parts.append(Part(f"  base {about.base}", colors.faint, need=2))
            if about.stale:
                parts.append(Part("  ! stale", colors.warning))
        return parts

    def _below(self, colors: Palette) -> list[Part]:
        state = self._state
        if state is None or state.figures is None:
            if state is not None and state.reasons:
                return [Part("no solution", colors.warning)]
            return [Part(f"{self._note}…" if self._note else "no index to ask", colors.accent)]
        figures = state.figures
        total = Part(f"   = {format_size(figures.total.installed)}", colors.faint, need=3)
        packages = Part(f" in {count(figures.total_packages, 'package')}", colors.faint, need=4)
        told = [Part("   (as last solved)", colors.warning)] if state.reasons else []
        if not figures.requests and not figures.packages:
            hint = [] if state.requests else [Part("   a adds a package", colors.accent, need=2)]
            return [Part("the base alone", colors.strong), *told, *_budget(state, colors), total, packages, *hint]
        budget = _budget(state, colors)
        size, download = figures.cost.installed, figures.cost.download
        word = "package" if abs(figures.packages) == 1 else "packages"
        if state.pinned is not None:
            difference = figures.total.by(state.measure) - state.pinned.figures.total.by(state.measure)
            change = format_change(difference)
            told.append(Part(f"   against the pinned set {change}", colors.accent, short=f"   against pinned {change}"))
        return [
            Part(f"{format_change(size)} installed", colors.strong, short=format_change(size)),
            Part(f"   {format_change(download)} download", colors.strong, need=1),
            Part(f"   {figures.packages:+,} {word}", colors.strong, need=2),
            *told,
            *budget,
            total,
            packages,
        ]


def _budget(state: State, colors: Palette) -> list[Part]:
    """How far under or over the budget the set is."""
    if state.budget is None:
        return []
    over = state.over_budget
    limit = f"{format_size(state.budget.limit)}{' download' if state.budget.measure == 'download' else ''}"
    if over > 0:
        short = f"   ▲ {format_size(over)} over"
        return [Part(f"{short} {limit}", colors.warning, short=short)]
    short = f"   ✓ {format_size(-over)} under"
    return [Part(f"{short} {limit}", colors.less, short=short)]


def _fitted(parts: list[Part], width: int) -> Text:
    """The parts that there is room for, those of most need first, in the order that they are given in.

    Where there is no room for all that are needed, they are given in short.
    """
    if sum(columns(clean(part.text)) for part in parts if not part.need) > width:
        parts = [part._replace(text=part.short or part.text) for part in parts]
    kept: list[int] = []
    room = width
    for place in sorted(range(len(parts)), key=lambda place: parts[place].need):
        wide = columns(clean(parts[place].text))
        if wide <= room or not parts[place].need:
            kept.append(place)
            room -= wide
    line = Text(no_wrap=True)
    for place in sorted(kept):
        line.append(clean(parts[place].text), parts[place].style)
    line.truncate(max(0, width), overflow="ellipsis")
    return line
