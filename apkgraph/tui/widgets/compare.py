"""Compare: what came, went, grew and shrank against the pinned set A."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, Literal, NamedTuple

from apkgraph.model.size import Size
from apkgraph.report.units import format_change, format_size
from apkgraph.tui.widgets.line_view import LineView, Piece, fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apkgraph.model.size import Measure
    from apkgraph.tui.figures import Figures, Row
    from apkgraph.tui.state.record import State

Kind = Literal["came", "went", "grew", "shrank", "changed"]
MARKS: Final[dict[Kind, str]] = {"came": "+", "went": "-", "grew": "▲", "shrank": "▼", "changed": "~"}
NUMBER: Final = 11


class Difference(NamedTuple):
    """One package that is not the same in A and now."""

    kind: Kind
    name: str
    before: Row | None
    after: Row | None
    change: Size


def differences(a: Figures, now: Figures, measure: Measure) -> list[Difference]:
    """What differs, the largest change first."""
    found: list[Difference] = []
    for name in dict.fromkeys([*(row.name for row in a.rows), *(row.name for row in now.rows)]):
        before, after = a.row(name), now.row(name)
        old, new = before.own if before else Size(0, 0), after.own if after else Size(0, 0)
        change = new - old
        if before is None:
            kind: Kind = "came"
        elif after is None:
            kind = "went"
        elif change.by(measure):
            kind = "grew" if change.by(measure) > 0 else "shrank"
        elif before.version != after.version:
            kind = "changed"
        else:
            continue
        found.append(Difference(kind, name, before, after, change))
    found.sort(key=lambda one: -abs(one.change.by(measure)))
    return found


class ComparePane(LineView):
    """One line a difference; the header sums them up."""

    HEADER: ClassVar = True

    def __init__(self) -> None:
        super().__init__(id="compare")
        self._state: State | None = None
        self._lines: list[Difference] = []

    def show(self, state: State) -> None:
        """Show a state against its A."""
        before, self._state = self._state, state
        if before is not None and all(
            getattr(before, field) is getattr(state, field) for field in ("figures", "pinned", "measure")
        ):
            return
        self._lines = []
        if state.pinned is not None and state.figures is not None:
            self._lines = differences(state.pinned.figures, state.figures, state.measure)
        self.set_count(len(self._lines))

    def difference(self, index: int) -> Difference | None:
        """What a line shows."""
        return self._lines[index] if index < len(self._lines) else None

    def instead(self) -> str:
        """Why there is no line."""
        if self._state is None or self._state.pinned is None:
            return "press p to pin the present set as A"
        return "A and the present set are the same"

    def draw_header(self, width: int) -> Sequence[Piece]:
        """How many of each kind, and by how much in all."""
        if self._state is None or self._state.pinned is None:
            return ()
        a = self._state.pinned.wanted
        what = f" A: {' '.join(a.tokens) or 'the base'} on {a.place.release} {a.place.arch}"
        total = format_change(sum(one.change.by(self._state.measure) for one in self._lines))
        kinds = [one.kind for one in self._lines]
        words = ", ".join(f"{kinds.count(kind)} {kind}" for kind in MARKS if kind in kinds) or "no difference"
        signs = " ".join(f"{MARKS[kind]}{kinds.count(kind)}" for kind in MARKS if kind in kinds)
        told = f"{words if len(what) + len(words) + len(total) + 5 <= width else signs}  {total}"
        return (
            Piece(fit(what, max(0, width - len(told) - 2)), self.palette.accent),
            Piece(" " + told + " ", self.palette.strong),
        )

    def draw(self, index: int, width: int) -> Sequence[Piece]:
        """A package, its versions and sizes in A and now, and the difference."""
        if self._state is None:
            return ()
        one = self._lines[index]
        colors, measure = self.palette, self._state.measure
        style = {"came": colors.more, "grew": colors.more, "went": colors.less, "shrank": colors.less}.get(
            one.kind, colors.faint
        )
        sizes = NUMBER * (3 if width >= 74 else 1)
        versions = 0 if width < 80 else 26 if width < 100 else 34
        pieces = [
            Piece(f"{MARKS[one.kind]} ", style),
            Piece(fit(one.name, width - 3 - sizes - versions), colors.text),
        ]
        if versions:
            pieces.append(Piece(fit(_versions(one), versions), colors.faint))
        if sizes > NUMBER:
            pieces += [
                Piece(fit(_size(one.before, measure), NUMBER, right=True), colors.faint),
                Piece(fit(_size(one.after, measure), NUMBER, right=True), colors.text),
            ]
        pieces.append(Piece(fit(format_change(one.change.by(measure)), NUMBER, right=True), style))
        return pieces


def _versions(one: Difference) -> str:
    old, new = one.before.version if one.before else "", one.after.version if one.after else ""
    return f"{old} → {new}" if old and new and old != new else old or new


def _size(row: Row | None, measure: Measure) -> str:
    return format_size(row.own.by(measure)) if row is not None else ""
