"""The treemap: installed or download size as area, coloured by requested package, walked by keys and mouse.

Textual has nothing of the kind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding
from textual.filter import ANSIToTruecolor
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from apkgraph.impact.analysis import BASE, SHARED
from apkgraph.model.size import format_size
from apkgraph.report.text import clean
from apkgraph.report.text import width as columns
from apkgraph.tui.state.lines import matches, owner_name
from apkgraph.tui.state.record import slots
from apkgraph.tui.state.squarify import Box, squarify
from apkgraph.tui.theme import Palette, palette
from apkgraph.tui.widgets.line_view import fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.filter import LineFilter

    from apkgraph.tui.state.figures import Row
    from apkgraph.tui.state.record import State

_SAME = ("measure", "show_base", "zoom")


class Tile(NamedTuple):
    """A package and where it lies."""

    row: Row
    box: Box


def _rows(state: State) -> object:
    return state.figures.rows if state.figures is not None else None


def groups_of(state: State) -> dict[int, list[Row]]:
    """The packages of the table that have a size, by the request that alone needs them; shared and base last."""
    groups: dict[int, list[Row]] = {}
    if state.figures is None:
        return groups
    for row in state.figures.rows:
        zoomed = state.zoom is None or owner_name(state.figures, row.owner) == state.zoom
        if zoomed and row.own.by(state.measure) > 0 and (state.show_base or not row.base):
            groups.setdefault(row.owner, []).append(row)
    return {owner: groups[owner] for owner in sorted(groups, key=lambda one: (one == BASE, one == SHARED, one))}


def tiles(state: State, width: int, height: int) -> list[Tile]:
    """The packages of the table as boxes, those of one requested package side by side."""
    if width <= 0 or height <= 0:
        return []
    groups = groups_of(state)
    owners = list(groups)
    sums = [sum(row.own.by(state.measure) for row in groups[owner]) for owner in owners]
    found: list[Tile] = []
    for owner, area in zip(owners, squarify(sums, width, height), strict=True):
        members = groups[owner]
        inner = squarify([row.own.by(state.measure) for row in members], area.width, area.height)
        found += [
            Tile(row, Box(box.x + area.x, box.y + area.y, box.width, box.height))
            for row, box in zip(members, inner, strict=True)
            if box.area
        ]
    return found


class Treemap(Widget, can_focus=True):
    """One tile a package."""

    BINDINGS: ClassVar = [
        Binding("left,h", "step(-1, 0)", "Left", show=False, id="treemap.left"),
        Binding("right,l", "step(1, 0)", "Right", show=False, id="treemap.right"),
        Binding("up,k", "step(0, -1)", "Up", show=False, id="treemap.up"),
        Binding("down,j", "step(0, 1)", "Down", show=False, id="treemap.down"),
        Binding("enter", "choose", "Open", show=False, id="treemap.open"),
    ]

    class Moved(Message):
        """Another package is looked at."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    class Chosen(Moved):
        """Enter, or a second click."""

    def __init__(self, *, id: str) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.border_title = "Treemap" if id == "corner" else None
        self._state: State | None = None
        self._laid_out: list[Tile] | None = None  # None: to be laid out when it is painted or asked
        self._palette: Palette | None = None
        self._ground = Style()
        self._styled: dict[tuple[int, float], tuple[Style, Style]] = {}
        self._slots: tuple[int, ...] = ()
        self._lines: list[list[Tile]] = []

    def show(self, state: State) -> None:
        """Show a state's solution."""
        before, self._state = self._state, state
        if (
            before is None
            or _rows(before) is not _rows(state)
            or any(getattr(before, field) is not getattr(state, field) for field in _SAME)
        ):
            self._laid_out = None
            self.refresh()
        elif before.selected != state.selected or before.filter != state.filter:
            self.refresh()

    @property
    def package(self) -> str | None:
        """The package whose tile is lit."""
        here = self._here()
        return here.row.name if here is not None else None

    @property
    def _tiles(self) -> list[Tile]:
        if self._laid_out is None and self._state is not None:
            self._slots = slots(self._state)
            width, height = self.size.width, self.size.height - 1
            self._laid_out = tiles(self._state, width, height)
            self._lines = [[] for _ in range(max(0, height))]
            for tile in sorted(self._laid_out, key=lambda tile: tile.box.x):
                for y in range(tile.box.y, tile.box.y + tile.box.height):
                    self._lines[y].append(tile)
        return self._laid_out or []

    def on_resize(self, _event: events.Resize) -> None:
        """Lay out again."""
        self._laid_out = None
        self.refresh()

    def notify_style_update(self) -> None:
        """Another theme."""
        super().notify_style_update()
        self._palette = None
        self._styled.clear()

    # Drawing

    def get_line_filters(self) -> Sequence[LineFilter]:
        """All colours here are a palette's, and so none is the terminal's: nothing is to be replaced."""
        return [one for one in super().get_line_filters() if not isinstance(one, ANSIToTruecolor)]

    def render_line(self, y: int) -> Strip:
        """A row of tiles; the last one is the legend."""
        state, width = self._state, self.size.width
        if self._palette is None:
            self._palette = palette(self.app.theme_variables, dark=self.app.current_theme.dark)
            self._ground = self.rich_style
        if state is None or state.figures is None or not self._tiles:
            return Strip.blank(width, self._ground)
        if y >= len(self._lines):
            return self._legend(state, self._palette).adjust_cell_length(width, self._ground)
        segments = [self._slice(tile, y, state, self._palette) for tile in self._lines[y]]
        return Strip([one for some in segments for one in some]).adjust_cell_length(width, self._ground)

    def _slice(self, tile: Tile, y: int, state: State, colors: Palette) -> list[Segment]:
        """One row of cells of a tile: a label where it fits, a thin edge at its right and bottom."""
        box, row = tile.box, tile.row
        owner = row.owner if row.owner < 0 else self._slots[row.owner]
        share = 1.0 if row.name == state.selected else 0.22 if row.base else 0.42
        if state.filter and not matches(row, state.filter):
            share = 0.12
        style, edge = self._tile_styles(owner, share, colors)
        line = y - box.y
        text = self._label(tile, line, state)
        last = line == box.height - 1 and box.height > 1
        inner = box.width - 1
        if inner <= 0:
            return [Segment("▕", edge)]
        if last and not text.strip():
            return [Segment("▁" * inner, edge), Segment("▕", edge)]
        return [Segment(fit(text, inner), style), Segment("▕", edge)]

    def _tile_styles(self, owner: int, share: float, colors: Palette) -> tuple[Style, Style]:
        """Styles of the text and the edge of a tile with this share of its owner's colour (1: it is selected)."""
        if (owner, share) not in self._styled:
            chosen = share == 1
            ground = colors.surface.blend(colors.owner_color(owner), share, alpha=1.0).rich_color
            ink = colors.surface if chosen else colors.foreground
            self._styled[owner, share] = (
                Style(color=ink.rich_color, bgcolor=ground, bold=chosen or None),
                Style(color=colors.surface.rich_color, bgcolor=ground),
            )
        return self._styled[owner, share]

    def _label(self, tile: Tile, line: int, state: State) -> str:
        box, row = tile.box, tile.row
        mark = "▶" if row.name == state.selected else " "
        if line == 0:
            return mark + clean(row.name) if box.width >= 4 else mark
        size = f" {format_size(row.own.by(state.measure))}"
        if line == 1 and box.height >= 3:
            return size if len(size) < box.width else ""
        if (
            line == 2
            and box.height >= 4
            and len(size) < box.width
            and row.because.kind != "requested"
            and state.figures is not None
        ):
            return f" {clean(owner_name(state.figures, row.owner))}"
        return ""

    def _legend(self, state: State, colors: Palette) -> Strip:
        """What each colour is, the largest first, shared and base always; a selected package without a tile."""
        figures, room = state.figures, self.size.width
        if figures is None:
            return Strip([])
        if state.zoom is not None:
            zoomed = f"zoomed: {clean(state.zoom)}   Esc zooms out"
            return Strip([Segment(fit(zoomed, room), self._ground + colors.accent)])
        groups = groups_of(state)
        sizes = {owner: sum(row.own.by(state.measure) for row in rows) for owner, rows in groups.items()}
        owners = sorted(groups, key=lambda owner: (owner == BASE, owner == SHARED, -sizes[owner]))
        names = {owner: clean(owner_name(figures, owner)) for owner in owners}
        texts = {owner: f"■ {names[owner]} {format_size(sizes[owner])}  " for owner in owners}
        unseen = self._unseen(state)
        room -= columns(unseen)
        if sum(map(columns, texts.values())) > room:
            texts = {owner: f"■ {'shared' if owner == SHARED else names[owner]}  " for owner in owners}
        kept, rest = [one for one in owners if one >= 0], [one for one in owners if one < 0]
        room -= sum(columns(texts[owner]) for owner in rest)
        cut = ""
        while kept and sum(columns(texts[owner]) for owner in kept) + len(cut) > room:
            cut = "… "
            kept.pop()
        entries = [self._entry(texts[owner], owner, colors) for owner in (*kept, *rest)]
        entries.insert(len(kept), (Segment(cut, self._ground + colors.faint),))
        return Strip([Segment(unseen, self._ground + colors.accent), *(one for some in entries for one in some)])

    def _entry(self, text: str, owner: int, colors: Palette) -> tuple[Segment, ...]:
        style = colors.owner(owner if owner < 0 else self._slots[owner])
        return Segment(text[:1], self._ground + style), Segment(text[1:], self._ground + colors.faint)

    def _unseen(self, state: State) -> str:
        """The selected package, where it is too small for a tile."""
        row = state.figures.row(state.selected or "") if state.figures is not None else None
        if row is None or self._here() is not None or (row.base and not state.show_base):
            return ""
        return f"▶ {clean(row.name)} {format_size(row.own.by(state.measure))}, too small to draw  "

    # Walking

    def find(self, text: str, step: int) -> bool:
        """To the next package whose name holds a text, with or without a tile; False: none does."""
        rows = groups_of(self._state).values() if self._state is not None else ()
        names = [row.name for some in rows for row in some]
        selected = self._state.selected if self._state is not None else None
        here = names.index(selected) if selected in names else 0
        order = [(here + step + (turn if step >= 0 else -turn)) % len(names) for turn in range(len(names))]
        found = next((names[at] for at in order if text.lower() in names[at].lower()), None)
        if found is not None:
            self.post_message(self.Moved(found))
        return found is not None

    def tile_at(self, x: int, y: int) -> Tile | None:
        """The tile that holds this cell."""
        return next((tile for tile in self._tiles if tile.box.holds(x, y)), None)

    def _here(self) -> Tile | None:
        name = self._state.selected if self._state is not None else None
        return next((tile for tile in self._tiles if tile.row.name == name), None)

    def action_step(self, right: int, down: int) -> None:
        """To the tile that lies next in this direction."""
        here, text = self._here(), self._state.filter if self._state is not None else ""
        found = [tile for tile in self._tiles if matches(tile.row, text)]
        target = _beside(found, here, right, down) if here is not None else next(iter(found), None)
        if target is not None:
            self.post_message(self.Moved(target.row.name))

    def action_choose(self) -> None:
        """Open its details."""
        here = self._here()
        if here is not None:
            self.post_message(self.Chosen(here.row.name))

    def on_click(self, event: events.Click) -> None:
        """Look at the tile under the mouse; once more opens it."""
        offset = event.get_content_offset(self)
        tile = self.tile_at(offset.x, offset.y) if offset is not None else None
        if tile is not None:
            again = tile == self._here() and event.chain > 1
            self.post_message(self.Chosen(tile.row.name) if again else self.Moved(tile.row.name))


def _beside(found: list[Tile], here: Tile, right: int, down: int) -> Tile | None:
    """The nearest tile whose near edge lies beyond this one's far edge, and that overlaps it across."""

    def distance(tile: Tile) -> tuple[int, int, int] | None:
        one, other = here.box, tile.box
        if right:
            along = other.x - (one.x + one.width) if right > 0 else one.x - (other.x + other.width)
            across = max(one.y, other.y) - min(one.y + one.height, other.y + other.height)
            aside = abs(one.y - other.y)
        else:
            along = other.y - (one.y + one.height) if down > 0 else one.y - (other.y + other.height)
            across = max(one.x, other.x) - min(one.x + one.width, other.x + other.width)
            aside = abs(one.x - other.x)
        return (max(0, across + 1), along, aside) if along >= 0 else None

    reachable = [(score, tile) for tile in found if tile is not here and (score := distance(tile)) is not None]
    return min(reachable, key=lambda pair: pair[0])[1] if reachable else None
