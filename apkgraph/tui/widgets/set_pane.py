"""The set: what was asked for, each request with its true added size and fair share; the base as one row."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from apkgraph.report.units import format_size
from apkgraph.tui.widgets.line_view import LineView, Piece, fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apkgraph.tui.figures import RequestFigures, Row
    from apkgraph.tui.state.record import Request, State

NUMBER: Final = 11
ROOM_FOR_SHARES: Final = 34


class Entry(NamedTuple):
    """A line: a request, the base, one of the base's packages, or a word where there is nothing."""

    kind: str
    request: Request | None = None
    place: int = 0
    row: Row | None = None


class SetPane(LineView):
    """One line a request; `●` is on, `○` is off."""

    HEADER: ClassVar = True

    def __init__(self) -> None:
        super().__init__(id="set")
        self.border_title = "Set"
        self._state: State | None = None
        self._entries: tuple[Entry, ...] = ()
        self._figures: dict[str, RequestFigures] = {}

    def show(self, state: State) -> None:
        """Show a state's set."""
        before, self._state = self._state, state
        if before is not None and all(
            getattr(before, field) is getattr(state, field)
            for field in ("wanted", "figures", "measure", "base_unfolded", "reasons")
        ):
            return
        self._figures = {one.token: one for one in (state.figures.requests if state.figures else ())}
        self._entries = tuple(_entries(state))
        added = [
            one
            for one in state.requests
            if before is not None and one.token not in {other.token for other in before.requests}
        ]
        cursor = state.requests.index(added[-1]) if added else None
        self.set_count(len(self._entries), cursor)
        self.border_subtitle = "download" if state.measure == "download" else ""

    def request_at_cursor(self) -> Request | None:
        """The request under the cursor, if it is one."""
        return self._entries[self.cursor].request if self.cursor < len(self._entries) else None

    def entry(self, index: int) -> Entry:
        """What a line stands for."""
        return self._entries[index]

    def selectable(self, index: int) -> bool:
        """All but the words that stand in for an empty set."""
        return index < len(self._entries) and self._entries[index].kind != "hint"

    def draw_header(self, width: int) -> Sequence[Piece]:
        """Names of the columns."""
        shares = width >= ROOM_FOR_SHARES
        text = fit("   request", width - NUMBER * (1 + shares)) + fit("added", NUMBER, right=True)
        return (Piece(text + (fit("share", NUMBER, right=True) if shares else ""), self.palette.header),)

    def draw(self, index: int, width: int) -> Sequence[Piece]:
        """A request, or the base."""
        entry, state = self._entries[index], self._state
        if state is None:
            return ()
        if entry.kind == "hint":
            return (Piece(fit("  press a to add a package", width), self.palette.faint),)
        if entry.kind == "base":
            return self._draw_base(state, width)
        if entry.row is not None:
            size = format_size(entry.row.own.by(state.measure))
            return (
                Piece(fit(f"    {entry.row.name}", width - NUMBER), self.palette.faint),
                Piece(fit(size, NUMBER, right=True), self.palette.faint),
            )
        return self._draw_request(entry, state, width)

    def _draw_request(self, entry: Entry, state: State, width: int) -> Sequence[Piece]:
        request = entry.request
        if request is None:
            return ()
        shares = width >= ROOM_FOR_SHARES
        figures = self._figures.get(request.token)
        name = self.palette.text if request.on else self.palette.faint
        added = share = ""
        if request.on and figures is not None:
            waits = figures.resolved is None and len(self._figures) > 1
            added = ("~" if waits else "") + format_size(figures.weight.by(state.measure))
            share = format_size(figures.share.by(state.measure))
        elif request.on:
            added = "?" if state.reasons else "…"
        else:
            added = "off"
        pieces = [
            Piece("● " if request.on else "○ ", self.palette.owner(entry.place) if request.on else self.palette.faint),
            Piece(fit(request.token, width - 2 - NUMBER * (1 + shares)), name),
            Piece(fit(added, NUMBER, right=True), name if request.on else self.palette.faint),
        ]
        return (*pieces, Piece(fit(share, NUMBER, right=True), self.palette.faint)) if shares else pieces

    def _draw_base(self, state: State, width: int) -> Sequence[Piece]:
        if state.figures is None:
            return (Piece(fit("▸ base", width), self.palette.faint),)
        mark = "▾" if state.base_unfolded else "▸"
        shares = width >= ROOM_FOR_SHARES
        size = format_size(state.figures.base.by(state.measure))
        return (
            Piece(
                fit(f"{mark} base ({state.figures.base_packages})", width - NUMBER * (1 + shares)), self.palette.text
            ),
            Piece(fit(size, NUMBER, right=True), self.palette.text),
        )


def _entries(state: State) -> list[Entry]:
    entries = [Entry("request", request, place) for place, request in enumerate(state.requests)]
    if not entries:
        entries.append(Entry("hint"))
    entries.append(Entry("base"))
    if state.base_unfolded and state.figures is not None:
        entries += [Entry("package", row=row) for row in state.figures.rows if row.base]
    return entries
