"""A list of any length that draws only the lines on the screen: the base of every list in the app.

Textual's OptionList and DataTable hold a renderable for every row; here a row is drawn when it is seen.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding
from textual.filter import ANSIToTruecolor
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from apkgraph.report.text import clean, pad, truncate
from apkgraph.tui.theme import palette

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.filter import LineFilter

    from apkgraph.tui.theme import Palette


class Piece(NamedTuple):
    """Some text of one style; plain text, never markup."""

    text: str
    style: Style | None = None


Row = tuple[tuple[Piece, ...], "Style | None"]  # a line, and the style of the cursor over it


def fit(text: str, columns: int, *, right: bool = False) -> str:
    """Untrusted text made safe and exactly so wide."""
    return pad(truncate(clean(text), columns), columns, right=right) if columns > 0 else ""


class LineView(ScrollView, can_focus=True):
    """Lines 0…count-1, one of them under the cursor. A widget of this kind says how a line is drawn."""

    BINDINGS: ClassVar = [
        Binding("up,k", "move(-1)", "Up", show=False, id="list.up"),
        Binding("down,j", "move(1)", "Down", show=False, id="list.down"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="list.page-up"),
        Binding("pagedown", "page(1)", "Page down", show=False, id="list.page-down"),
        Binding("home", "jump(0)", "First", show=False, id="list.first"),
        Binding("end", "jump(-1)", "Last", show=False, id="list.last"),
        Binding("enter", "choose", "Open", show=False, id="list.open"),
    ]
    HEADER: ClassVar[int] = 0  # lines above all others
    LIT: ClassVar[bool] = False  # looks focused though keys come from elsewhere

    class Moved(Message):
        """The cursor has come to another line."""

        def __init__(self, view: LineView, index: int) -> None:
            super().__init__()
            self.view = view
            self.index = index

        @property
        def control(self) -> LineView:
            """What `on` selects by."""
            return self.view

    class Chosen(Moved):
        """Enter, or a click on the line under the cursor."""

    class HeaderClicked(Message):
        """A click in the header, at this column of cells."""

        def __init__(self, view: LineView, x: int) -> None:
            super().__init__()
            self.view = view
            self.x = x

        @property
        def control(self) -> LineView:
            """What `on` selects by."""
            return self.view

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.count = 0
        self.cursor = 0
        self.pointing = True  # the cursor shows; not where what is selected has no line
        self._palette: Palette | None = None
        self._wide, self._ground = 0, Style()
        self._painted: dict[int, Row] = {}  # by line of the widget, as last given to Textual
        self._fresh: tuple[object, dict[int, Row]] = (None, {})  # drawn by `repaint`, and what the drawing depends on

    # What a list of its own kind says

    @abstractmethod  # for mypy: Textual's metaclass leaves no room for that of abc
    def draw(self, index: int, width: int) -> Sequence[Piece]:
        """One line, as wide as it likes: it is cut and filled."""

    def draw_header(self, _width: int) -> Sequence[Piece]:
        """The line above all others, if HEADER is set."""
        return ()

    def draw_head(self, _width: int) -> Sequence[Piece]:
        """The line above the header, if HEADER is 2."""
        return ()

    def instead(self) -> str:
        """What stands where there are no lines."""
        return ""

    def selectable(self, _index: int) -> bool:
        """Whether the cursor may stand there."""
        return True

    # Lines and cursor

    @property
    def palette(self) -> Palette:
        """The styles of the theme that is on."""
        if self._palette is None:
            self._palette = palette(self.app.theme_variables, dark=self.app.current_theme.dark)
        return self._palette

    def set_count(self, count: int, cursor: int | None = None, *, pointing: bool = True) -> None:
        """There are other lines now; the cursor goes to the given line, or stays as near as it can."""
        self.count = count
        self.pointing = pointing
        self.cursor = self._nearest(self.cursor if cursor is None else cursor, 1)
        size = Size(0, count + self.HEADER)
        if self.virtual_size != size:
            self.set_reactive(LineView.virtual_size, size)  # assignment would lay out the whole screen
            self._scroll_update(size)
        self.repaint()
        if cursor is not None:
            self._show_cursor()

    def go(self, index: int, step: int = 1) -> None:
        """Put the cursor on a line, or on the next selectable one in the direction of `step`."""
        index = self._nearest(index, step)
        if index == self.cursor and self.pointing:
            return
        self.pointing = True
        self.refresh_line(self.cursor + self.HEADER)
        self.cursor = index
        self.refresh_line(self.cursor + self.HEADER)
        self._show_cursor()
        self.post_message(self.Moved(self, index))

    def point_at(self, index: int | None) -> None:
        """Put the cursor on a line without posting a message; None: show no cursor."""
        if index is None and self.pointing:
            self.pointing = False
            self.refresh_line(self.cursor + self.HEADER)
        if index is None:
            return
        with self.prevent(self.Moved):
            self.go(index)

    def _nearest(self, index: int, step: int) -> int:
        index = max(0, min(index, self.count - 1))
        for candidates in (
            (range(index, self.count), range(index, -1, -1))
            if step > 0
            else (
                range(index, -1, -1),
                range(index, self.count),
            )
        ):
            for candidate in candidates:
                if self.selectable(candidate):
                    return candidate
        return index

    def _show_cursor(self) -> None:
        top = round(self.scroll_y)
        height = self.lines_high
        if self.cursor < top or (self.cursor <= 2 and top <= 2):
            self.scroll_to(y=self.cursor if self.cursor > 2 else 0, animate=False)
        elif height > 0 and self.cursor >= top + height:
            self.scroll_to(y=self.cursor - height + 1, animate=False)

    @property
    def lines_high(self) -> int:
        """How many lines there is room for."""
        return self.scrollable_content_region.height - self.HEADER

    def text_of(self, _index: int) -> str:
        """What `/` looks in."""
        return ""

    def find(self, text: str, step: int) -> bool:
        """Go to the next line that holds a text (`step` 0: this one counts, too), round the end; False: none does."""
        order = range(self.count) if step >= 0 else range(self.count - 1, -1, -1)
        start = self.cursor if step == 0 else self.cursor + step
        turned = sorted(order, key=lambda at: (at < start) if step >= 0 else (at > start))
        for index in turned:
            if self.selectable(index) and text.lower() in self.text_of(index).lower():
                self.go(index)
                return True
        return False

    def clicked_at(self, _index: int, _x: int) -> bool:
        """Whether a single click there does more than select."""
        return False

    # Drawing

    def repaint(self) -> None:
        """Paint the lines that are not as they were, and no others: Textual's part of painting is the larger one."""
        width, height = self.scrollable_content_region.size
        rows = {y: self._row(y, width) for y in range(height)}
        for y, row in rows.items():
            if self._painted.get(y) != row:
                self.refresh(Region(0, y, width, 1))
        self._fresh = (self._looks(), rows)

    def refresh_line(self, y: int) -> None:
        """Repaint a line whose content may have changed since `repaint` drew it."""
        self._fresh = (None, {})
        super().refresh_line(y)

    def _looks(self) -> object:
        return round(self.scroll_y), self.scrollable_content_region, self.cursor, self.pointing, self.has_focus

    def get_line_filters(self) -> Sequence[LineFilter]:
        """All colours here are a palette's, and so none is the terminal's: nothing is to be replaced."""
        return [one for one in super().get_line_filters() if not isinstance(one, ANSIToTruecolor)]

    def render_lines(self, crop: Region) -> list[Strip]:
        """Some lines of the screen."""
        if self._fresh[0] != self._looks():
            self._fresh = (None, {})
        self._wide, self._ground = self.scrollable_content_region.width, self.rich_style
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """A line of the screen."""
        row = self._fresh[1].pop(y, None)
        row = self._painted[y] = self._row(y, self._wide) if row is None else row
        return self._strip(*row, self._wide, self._ground)

    def _row(self, y: int, width: int) -> Row:
        if y < self.HEADER:
            return tuple(self.draw_header(width) if y == self.HEADER - 1 else self.draw_head(width)), None
        index = y - self.HEADER + round(self.scroll_y)
        if index >= self.count:
            words = self.instead() if index == 0 else ""
            return (Piece("  "), Piece(fit(words, width - 2), self.palette.faint)), None
        if index != self.cursor or not self.pointing or not self.selectable(index):
            return (Piece(" "), *self.draw(index, width - 1)), None
        lit = self.has_focus or self.LIT
        mark = Piece("▌" if lit else "▏", self.palette.link)
        over = self.palette.cursor if lit else self.palette.cursor_away
        pieces = (Piece(text, style and self.palette.lit(style)) for text, style in self.draw(index, width - 1))
        return (mark, *pieces), over

    @staticmethod
    def _strip(pieces: Sequence[Piece], over: Style | None, width: int, base: Style) -> Strip:
        ground = base + over if over else base
        segments = [
            Segment(text, ground if style is None else base + style + over if over else base + style)
            for text, style in pieces
            if text
        ]
        return Strip(segments).adjust_cell_length(width, ground)

    def on_resize(self, _event: events.Resize) -> None:
        """Keep the cursor in sight."""
        self._show_cursor()

    def notify_style_update(self) -> None:
        """Another theme."""
        super().notify_style_update()
        self._palette = None
        self._fresh[1].clear()

    def on_focus(self) -> None:
        """The cursor shows more."""
        self.refresh()

    def on_blur(self) -> None:
        """The cursor shows less."""
        self.refresh()

    # Keys and mouse

    def action_move(self, step: int) -> None:
        """A line up or down."""
        self.go(self.cursor + step, step)

    def action_page(self, step: int) -> None:
        """A page up or down."""
        self.go(self.cursor + step * max(1, self.lines_high - 1), step)

    def action_jump(self, index: int) -> None:
        """To the first or the last line."""
        self.go(self.count - 1 if index < 0 else index, -1 if index < 0 else 1)

    def action_choose(self) -> None:
        """Open what is under the cursor."""
        if self.count and self.pointing and self.selectable(self.cursor):
            self.post_message(self.Chosen(self, self.cursor))

    def on_click(self, event: events.Click) -> None:
        """Put the cursor here, and do what the mark there looks like; a second click opens."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        if offset.y < self.HEADER:
            self.post_message(self.HeaderClicked(self, offset.x))
            return
        index = offset.y - self.HEADER + round(self.scroll_y)
        if not 0 <= index < self.count or not self.selectable(index):
            return
        if index != self.cursor or not self.pointing:
            self.go(index)
            self.clicked_at(index, offset.x)
        elif self.clicked_at(index, offset.x):
            return
        elif event.chain > 1:
            self.action_choose()
