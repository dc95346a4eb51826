"""Compare: what was added, removed, larger and smaller against the pinned set.

A list of our own, not Textual's DataTable: its rows are drawn when they are seen, and untrusted text is never markup.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, Literal, NamedTuple

from apkgraph.model.size import Size, count, format_change, format_size
from apkgraph.tui.state.lines import matches
from apkgraph.tui.widgets.line_view import LineView, Piece, fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apkgraph.model.size import Measure
    from apkgraph.tui.state.figures import Figures, Row
    from apkgraph.tui.state.record import State, Wanted

Kind = Literal["added", "removed", "larger", "smaller", "changed", "same"]
MARKS: Final[dict[Kind, str]] = {
    "added": "+", "removed": "-", "larger": "▲", "smaller": "▼", "changed": "~", "same": " ",
}  # fmt: skip
NUMBER: Final = 11
_SAME: Final = ("figures", "pinned", "measure", "unchanged", "filter")


class Difference(NamedTuple):
    """One package that is not the same in A and now."""

    kind: Kind
    name: str
    before: Row | None
    after: Row | None
    change: Size


def differences(a: Figures, now: Figures, measure: Measure, *, unchanged: bool = False) -> list[Difference]:
    """What differs, the largest change first."""
    found: list[Difference] = []
    for name in dict.fromkeys([*(row.name for row in a.rows), *(row.name for row in now.rows)]):
        before, after = a.row(name), now.row(name)
        old, new = before.own if before else Size(0, 0), after.own if after else Size(0, 0)
        change = new - old
        if before is None:
            kind: Kind = "added"
        elif after is None:
            kind = "removed"
        elif change.by(measure):
            kind = "larger" if change.by(measure) > 0 else "smaller"
        elif before.version != after.version:
            kind = "changed"
        elif unchanged:
            kind = "same"
        else:
            continue
        found.append(Difference(kind, name, before, after, change))
    found.sort(key=lambda one: -abs(one.change.by(measure)))
    return found


class ComparePane(LineView):
    """One line a difference; the header sums them up."""

    HEADER: ClassVar = 2

    def __init__(self) -> None:
        super().__init__(id="compare")
        self._state: State | None = None
        self._lines: list[Difference] = []
        self._all: list[Difference] = []  # whatever the filter

    def show(self, state: State) -> None:
        """Show a state against its A."""
        before, self._state = self._state, state
        if before is not None and all(getattr(before, field) is getattr(state, field) for field in _SAME):
            self.point_at(self._line_of(state.selected))
            return
        self._lines = self._all = []
        if state.pinned is not None and state.figures is not None:
            found = differences(state.pinned.figures, state.figures, state.measure, unchanged=state.unchanged)
            self._all = found
            self._lines = [
                one for one in found if any(matches(row, state.filter) for row in (one.before, one.after) if row)
            ]
        at = self._line_of(state.selected)
        self.set_count(len(self._lines), at, pointing=at is not None)

    def _line_of(self, name: str | None) -> int | None:
        return next((index for index, one in enumerate(self._lines) if one.name == name), None)

    @property
    def package(self) -> str | None:
        """The package that the line under the cursor is about."""
        one = self.difference(self.cursor) if self.pointing else None
        return one.name if one is not None else None

    def difference(self, index: int) -> Difference | None:
        """What a line shows."""
        return self._lines[index] if index < len(self._lines) else None

    def text_of(self, index: int) -> str:
        """What `/` looks in."""
        return self._lines[index].name

    def instead(self) -> str:
        """Why there is no line."""
        if self._state is None or self._state.pinned is None:
            return "p pins the present set; change it then, and c compares the two"
        if self._state.filter:
            return f"nothing that differs matches {self._state.filter!r}; Esc clears the filter"
        return "the two sets are the same; o lists their packages"

    def sums(self) -> tuple[str, str, str]:
        """How many of each kind, in words and in signs, and by how much in all."""
        if self._state is None:
            return "", "", ""
        kinds = [one.kind for one in self._all if one.kind != "same"]
        words = ", ".join(f"{kinds.count(kind)} {kind}" for kind in MARKS if kind in kinds) or "no difference"
        signs = " ".join(f"{MARKS[kind]}{kinds.count(kind)}" for kind in MARKS if kind in kinds)
        return words, signs, format_change(sum(one.change.by(self._state.measure) for one in self._all)) or "0 B"

    def draw_head(self, width: int) -> Sequence[Piece]:
        """Both sets by name, and what differs in sum."""
        state = self._state
        if state is None or state.pinned is None:
            return ()
        words, signs, total = self.sums()
        what = _both(state.pinned.wanted, state.wanted)
        sums = f"  {words if len(what) + len(words) + len(total) + 6 <= width else signs}  {total} "
        if len(what) + len(sums) > width:
            what = _changed(state.pinned.wanted, state.wanted)
        return (Piece(fit(what, max(0, width - len(sums))), self.palette.accent), Piece(sums, self.palette.strong))

    def draw_header(self, width: int) -> Sequence[Piece]:
        """The heads of the columns."""
        if self._state is None or self._state.pinned is None:
            return ()
        width -= 1
        versions, numbers = _columns(width)
        pieces = [fit("   package", width + 1 - versions * 2 - NUMBER * numbers)]
        pieces += [fit("pinned", versions), fit("now", versions)] if versions else []
        heads = ("pinned", "now", "change")[3 - numbers :]
        pieces += [fit(head, NUMBER, right=True) for head in heads]
        return (Piece("".join(pieces), self.palette.header),)

    def draw(self, index: int, width: int) -> Sequence[Piece]:
        """A package, its versions and sizes in A and now, and the difference."""
        if self._state is None:
            return ()
        one = self._lines[index]
        colors, measure = self.palette, self._state.measure
        styles = {"added": colors.more, "larger": colors.more, "removed": colors.less, "smaller": colors.less}
        style = styles.get(one.kind, colors.faint)
        versions, numbers = _columns(width)
        pieces = [
            Piece(f"{MARKS[one.kind]} ", style),
            Piece(fit(one.name, width - 2 - NUMBER * numbers - 2 * versions), colors.text),
        ]
        if versions:
            old, new = one.before.version if one.before else "", one.after.version if one.after else ""
            pieces += [
                Piece(fit(old, versions - 1) + " ", colors.faint),
                Piece(fit(new, versions - 1) + " ", colors.faint),
            ]
        if numbers > 1:
            pieces += [
                Piece(fit(_size(one.before, measure), NUMBER, right=True), colors.faint),
                Piece(fit(_size(one.after, measure), NUMBER, right=True), colors.text),
            ]
        pieces.append(Piece(fit(format_change(one.change.by(measure)), NUMBER, right=True), style))
        return pieces


def _both(pinned: Wanted, now: Wanted) -> str:
    """Both sets in full."""
    words = (f"{' '.join(one.tokens) or 'the base'} on {one.place}" for one in (pinned, now))
    return " pinned: {}   now: {}".format(*words)


def _changed(pinned: Wanted, now: Wanted) -> str:
    """What tells the sets apart, where there is no room for both: requests, place, or both of them."""
    more = [f"+{token}" for token in now.tokens if token not in pinned.tokens]
    less = [f"-{token}" for token in pinned.tokens if token not in now.tokens]
    before, after = ([count(len(pinned.tokens), "request")], [*more, *less]) if more or less else ([], [])
    if pinned.place != now.place:
        before, after = [*before, str(pinned.place)], [*after, str(now.place)]
    return f" pinned: {' on '.join(before) or 'the same'}   now: {' '.join(after) or 'the same'}"


def _columns(width: int) -> tuple[int, int]:
    """How wide a column of versions is (0: there is no room), and how many columns of sizes there are."""
    numbers = 3 if width >= 58 else 1
    versions = min(20, (width - 26 - NUMBER * numbers) // 2)
    return (versions if versions >= 11 else 0), numbers


def _size(row: Row | None, measure: Measure) -> str:
    return format_size(row.own.by(measure)) if row is not None else ""
