"""The set: what was asked for, what each request frees and its fair share; the base as one row that unfolds.

A list of our own, not Textual's OptionList: its rows have columns, styles by request, and heads that sort.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from textual.binding import Binding
from textual.message import Message

from apkgraph.model.size import format_size
from apkgraph.report.text import width as columns
from apkgraph.tui.state.lines import leading, line_name, requested_by
from apkgraph.tui.state.record import SET_SORTS, bare_name
from apkgraph.tui.widgets.line_view import LineView, Piece, fit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from apkgraph.tui.state.figures import RequestFigures, Row
    from apkgraph.tui.state.record import Request, SetSort, State

NUMBER: Final = 11
MARK: Final = 2
_SAME: Final = ("wanted", "figures", "measure", "base_unfolded", "reasons", "culprits", "filter", "set_sort")


class Entry(NamedTuple):
    """A line: a `request`, the `base`, one of the base's packages (`package`), or words: a `hint`, a `line`'s head."""

    kind: str
    request: Request | None = None
    place: int = 0
    row: Row | None = None
    entry: str = ""  # the base's own token for it, where its world names it
    words: str = ""


class SetPane(LineView):
    """One line a request; `●` is on, `○` is off, `✗` makes the set fail."""

    HEADER: ClassVar = 1
    BINDINGS: ClassVar = [
        Binding("right,l", "unfold", "Unfold", show=False, id="set.unfold", tooltip="unfold, or go to the details"),
        Binding("left,h", "fold", "Fold", show=False, id="set.fold", tooltip="fold, or go to the head"),
    ]

    class Clicked(Message):
        """A click on a mark: what Space (or Enter on the base) does."""

    class SortClicked(Message):
        """A click on a head."""

        def __init__(self, sort: SetSort) -> None:
            super().__init__()
            self.sort = sort

    def __init__(self) -> None:
        super().__init__(id="set")
        self.border_title = "1 Set"
        self._state: State | None = None
        self._entries: tuple[Entry, ...] = ()
        self._figures: dict[str, RequestFigures] = {}
        self._longest = 0

    def show(self, state: State) -> None:
        """Show a state's set; the cursor is on what brought the selected package."""
        before, self._state = self._state, state
        same = before is not None and all(getattr(before, field) is getattr(state, field) for field in _SAME)
        if before is not None and same:
            self.point_at(self._line_of(state.selected))
            return
        self._figures = {one.token: one for one in (state.figures.requests if state.figures else ())}
        self._entries = tuple(_entries(state, self._figures))
        self._longest = max((columns(entry.request.token) for entry in self._entries if entry.request), default=0)
        here = self._line_of(state.selected)
        self.set_count(len(self._entries), here, pointing=here is not None or state.figures is None)
        if before is None or before.measure != state.measure:  # Textual repaints the whole list for a title
            self.border_subtitle = state.measure

    def _line_of_token(self, token: str) -> int | None:
        found = (
            at for at, entry in enumerate(self._entries) if entry.request is not None and entry.request.token == token
        )
        return next(found, None)

    def _line_of(self, name: str | None) -> int | None:
        """The line about a package: its own, or that of the request (or the base) that it came with."""
        state = self._state
        if state is None or name is None:
            return None
        about = [at for at in range(len(self._entries)) if self._about(at) == name]
        row = state.figures.row(name) if state.figures is not None else None
        if self.cursor in about or (self.on_base and row is not None and row.base):
            return self.cursor
        if about:
            return about[0]
        if row is None or state.figures is None:
            return None
        token = requested_by(state.figures, name)
        if token is not None:
            return self._line_of_token(token)
        return next((at for at, entry in enumerate(self._entries) if entry.kind == "base"), None) if row.base else None

    def _about(self, index: int) -> str | None:
        """The package that a line is about."""
        entry = self._entries[index]
        if entry.row is not None:
            return entry.row.name
        if entry.request is None:
            return None
        figures = self._figures.get(entry.request.token)
        return figures.package if figures is not None else bare_name(entry.request.token)

    @property
    def package(self) -> str | None:
        """The package that the line under the cursor is about; the base is about its largest."""
        return self.package_at(self.cursor) if self.pointing and self.cursor < len(self._entries) else None

    def package_at(self, index: int) -> str | None:
        """The package that a line is about."""
        if self._entries[index].kind == "base" and self._state is not None and self._state.figures is not None:
            rows = [row for row in self._state.figures.rows if row.base]
            return max(rows, key=lambda row: row.own.installed).name if rows else None
        return self._about(index)

    @property
    def on_base(self) -> bool:
        """Whether the cursor is on the base's row."""
        entry = self.entry_at_cursor()
        return entry is not None and entry.kind == "base"

    def request_at_cursor(self) -> Request | None:
        """The request under the cursor, if it is one."""
        return self._entries[self.cursor].request if self.cursor < len(self._entries) else None

    def entry(self, index: int) -> Entry:
        """The item of a line."""
        return self._entries[index]

    def entry_at_cursor(self) -> Entry | None:
        """The item of the line under the cursor."""
        return self._entries[self.cursor] if self.cursor < len(self._entries) else None

    def text_of(self, index: int) -> str:
        """What `/` looks in."""
        entry = self._entries[index]
        return entry.request.token if entry.request is not None else entry.row.name if entry.row else entry.kind

    def selectable(self, index: int) -> bool:
        """All but words."""
        return index < len(self._entries) and self._entries[index].kind not in ("hint", "line")

    # Keys and mouse

    def action_unfold(self) -> None:
        """Unfold the base; from anything else, on to the details."""
        entry = self.entry_at_cursor()
        if entry is not None and entry.kind == "base" and self._state is not None and self._state.base_unfolded:
            self.action_move(1)
        else:
            self.action_choose()

    def action_fold(self) -> None:
        """Fold the base; from one of its packages, to its row."""
        entry = self.entry_at_cursor()
        if entry is None:
            return
        if entry.kind == "package":
            self.go(next(at for at, other in enumerate(self._entries) if other.kind == "base"))
        elif entry.kind == "base" and self._state is not None and self._state.base_unfolded:
            self.action_choose()

    def clicked_at(self, index: int, x: int) -> bool:
        """A single click on `●`, `○` or `▾` switches or folds."""
        if x > MARK or self._entries[index].kind not in ("request", "base"):
            return False
        self.post_message(self.Clicked())
        return True

    def on_line_view_header_clicked(self, message: LineView.HeaderClicked) -> None:
        """Sort by the head that was clicked."""
        message.stop()
        width = self.scrollable_content_region.width
        shares = self._shares(width - 1)
        if shares and message.x >= width - NUMBER:
            self.post_message(self.SortClicked("share"))
        elif message.x >= width - NUMBER * (1 + shares):
            self.post_message(self.SortClicked("frees"))
        else:
            self.post_message(self.SortClicked("asked" if self._state and self._state.set_sort == "name" else "name"))

    # Drawing

    def _shares(self, width: int) -> bool:
        return width >= MARK + self._longest + 1 + 2 * NUMBER and width >= 34

    def draw_header(self, width: int) -> Sequence[Piece]:
        """Names of the columns; an arrow says which one sorts."""
        shares = self._shares(width - 1)
        sort = self._state.set_sort if self._state is not None else "asked"
        colors = self.palette
        first = "   request↑" if sort == "name" else "   request"
        pieces = [Piece(fit(first, width - NUMBER * (1 + shares)), colors.sorted if sort == "name" else colors.header)]
        for name in SET_SORTS[2:] if shares else SET_SORTS[2:3]:
            here = sort == name
            title = f"{name}↓" if here else name
            pieces.append(Piece(fit(title, NUMBER, right=True), colors.sorted if here else colors.header))
        return pieces

    def draw(self, index: int, width: int) -> Sequence[Piece]:
        """A request, or the base."""
        entry, state = self._entries[index], self._state
        if state is None:
            return ()
        if entry.kind == "hint":
            known = state.figures is not None or state.reasons
            words = "nothing here matches" if state.requests else "press a to add a package" if known else ""
            return (Piece(fit(f"  {words}", width), self.palette.faint),)
        if entry.kind == "line":
            return (Piece(fit(entry.words, width), self.palette.header),)
        if entry.kind == "base":
            return self._draw_base(state, width)
        if entry.row is not None:
            return self._draw_package(entry, entry.row, state, width)
        return self._draw_request(entry, state, width, whole=index == self.cursor)

    def _draw_package(self, entry: Entry, row: Row, state: State, width: int) -> Sequence[Piece]:
        mark = "• " if entry.entry else "  "
        return (
            Piece(fit(f"  {mark}{row.name}", width - NUMBER), self.palette.text if entry.entry else self.palette.faint),
            Piece(fit(format_size(row.own.by(state.measure)), NUMBER, right=True), self.palette.faint),
        )

    def _draw_request(self, entry: Entry, state: State, width: int, *, whole: bool) -> Sequence[Piece]:
        request = entry.request
        if request is None:
            return ()
        colors = self.palette
        why = state.culprits.get(request.token) if request.on else None
        if why is not None:
            name = fit(request.token, min(columns(request.token), width - MARK))
            rest = max(0, width - MARK - columns(name) - 2)
            return (
                Piece("✗ ", colors.warning),
                Piece(name, colors.warning),
                Piece("  " + fit(why, rest), colors.faint),
            )
        style = colors.text if request.on and _is_named(request, state.filter.lower().split()) else colors.faint
        frees, share = self._numbers(request, state)
        shares = self._shares(width)
        numbers = [Piece(fit(frees, NUMBER, right=True), style)]
        if shares:
            numbers.append(Piece(fit(share, NUMBER, right=True), colors.faint))
        room = width - MARK - NUMBER * len(numbers)
        if whole and columns(request.token) > room:
            numbers, room = [], width - MARK
        mark = Piece("● " if request.on else "○ ", colors.owner(entry.place) if request.on else colors.faint)
        return (mark, Piece(fit(request.token, room), style), *numbers)

    def _numbers(self, request: Request, state: State) -> tuple[str, str]:
        figures = self._figures.get(request.token)
        if not request.on:
            return "left out", ""
        if figures is None:
            return "?" if state.reasons else "…", ""
        waits = figures.resolved is None and len(self._figures) > 1
        share = format_size(figures.share.by(state.measure))
        return ("~" if waits else "") + format_size(figures.weight.by(state.measure)), share

    def _draw_base(self, state: State, width: int) -> Sequence[Piece]:
        if state.figures is None:
            return (Piece(fit("▸ base", width), self.palette.faint),)
        mark = "▾" if state.base_unfolded else "▸"
        room = width - NUMBER * (1 + self._shares(width))
        less = f", {len(state.wanted.removed)} removed" if state.wanted.removed else ""
        text = f"{mark} base ({state.figures.base_packages}{less})"
        size = format_size(state.figures.base.by(state.measure))
        return Piece(fit(text, room), self.palette.text), Piece(fit(size, NUMBER, right=True), self.palette.text)


def _entries(state: State, figures: dict[str, RequestFigures]) -> Iterator[Entry]:
    """The requests that match the filter or lead to a package that does, sorted; then the base."""
    words = state.filter.lower().split()
    kept = leading(state.figures, state.filter) if words and state.figures is not None else frozenset()
    led = {token for token, one in figures.items() if one.package in kept}
    found = [
        Entry("request", request, place)
        for place, request in enumerate(state.requests)
        if request.token in led or _is_named(request, words)
    ]

    def weight(entry: Entry) -> int:
        one = figures.get(entry.request.token) if entry.request is not None else None
        if one is None:
            return 0
        return -(one.weight if state.set_sort == "frees" else one.share).by(state.measure)

    if state.set_sort == "name":
        found.sort(key=lambda entry: entry.request.token if entry.request is not None else "")
    elif state.set_sort != "asked":
        found.sort(key=weight)
    if state.set_sort == "asked" and state.lines:
        yield from _by_line(found)
    else:
        yield from found
    if not found:
        yield Entry("hint")
    yield Entry("base")
    if state.base_unfolded and state.figures is not None:
        rows = [row for row in state.figures.rows if row.base and all(word in row.name for word in words)]
        named = [Entry("package", row=row, entry=state.figures.base_world.get(row.name, "")) for row in rows]
        yield from sorted(named, key=lambda entry: not entry.entry)


def _is_named(request: Request, words: Sequence[str]) -> bool:
    return all(word in request.token.lower() for word in words)


def _by_line(found: list[Entry]) -> Iterator[Entry]:
    """The requests of a Dockerfile under the lines that ask for them; those of no line, added since, last."""

    def line_of(entry: Entry) -> int:
        return entry.request.line if entry.request is not None else 0

    for line, entries in groupby(sorted(found, key=lambda entry: (not line_of(entry), line_of(entry))), key=line_of):
        yield Entry("line", words=line_name(line) if line else "added here")
        yield from entries
