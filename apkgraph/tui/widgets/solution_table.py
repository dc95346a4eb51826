"""The solution: every package with its sizes, a bar of its share, and who brought it; sorted, grouped and filtered."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from textual.binding import Binding
from textual.message import Message

from apkgraph.model.size import Size, format_size
from apkgraph.tui.state.lines import Line, lines
from apkgraph.tui.state.record import COLUMNS, Column, State, slots
from apkgraph.tui.widgets.line_view import LineView, Piece, fit

if TYPE_CHECKING:
    from collections.abc import Sequence


class Spec(NamedTuple):
    """A column: its title, its cells wide (0: what is left), and whether figures stand at its right edge."""

    column: Column
    title: str
    width: int
    right: bool = False


SPECS: Final = (
    Spec("name", "package", 0),
    Spec("own", "own", 10, right=True),
    Spec("added", "frees", 10, right=True),
    Spec("bar", "", 12),
    Spec("closure", "needs", 10, right=True),
    Spec("download", "download", 10, right=True),
    Spec("version", "version", 16),
    Spec("repository", "repository", 12),
    Spec("because", "because", 24),
)
ORDER_OF_NEED: Final[tuple[Column, ...]] = (
    "own", "added", "bar", "closure", "because", "download", "version", "repository",
)  # fmt: skip
NAME_AT_LEAST: Final = 24
WIDTHS: Final = {spec.column: spec.width for spec in SPECS}
EIGHTHS: Final = " ▏▎▍▌▋▊▉█"
_SAME: Final = ("figures", "reasons", "measure", "sort", "grouping", "filter", "folded", "show_base")


class SolutionTable(LineView):
    """The table of packages."""

    HEADER: ClassVar = 1
    BINDINGS: ClassVar = [
        Binding("right,l", "unfold", "Unfold", show=False, id="solution.unfold", tooltip="unfold, or go on to details"),
        Binding("left,h", "fold", "Fold", show=False, id="solution.fold", tooltip="fold, or go to the group's head"),
    ]

    def __init__(self) -> None:
        super().__init__(id="solution")
        self._state: State | None = None
        self._lines: tuple[Line, ...] = ()
        self._slots: tuple[int, ...] = ()
        self._largest = 1

    def show(self, state: State) -> None:
        """Show a state's solution; the cursor stays on its package."""
        before, self._state = self._state, state
        if before is None or any(getattr(before, field) is not getattr(state, field) for field in _SAME):
            here = self.key_at_cursor if self.pointing else None
            self._lines = lines(state)
            self._slots = slots(state)
            self._largest = max((self._weight(line, state) for line in self._lines if line.row), default=1) or 1
            at = self._line_of(state.selected, here)
            self.set_count(len(self._lines), at, pointing=at is not None)
        elif before.selected != state.selected:
            self.point_at(self._line_of(state.selected, self.key_at_cursor))

    def _line_of(self, name: str | None, here: str | None) -> int | None:
        """The line about a package: the one where the cursor is, or else the package's own, or else a group's."""
        about = [index for index, line in enumerate(self._lines) if line.package == name]
        ranked = sorted(about, key=lambda at: (self._lines[at].key != here, self._lines[at].row is None))
        return ranked[0] if ranked else None

    @property
    def package(self) -> str | None:
        """The package that the line under the cursor is about."""
        return self._lines[self.cursor].package if self.pointing and self.cursor < len(self._lines) else None

    @property
    def key_at_cursor(self) -> str | None:
        """The package or group under the cursor."""
        return self._lines[self.cursor].key if self.cursor < len(self._lines) else None

    @property
    def group_at_cursor(self) -> str | None:
        """The key of the group or cycle under the cursor."""
        line = self._lines[self.cursor] if self.cursor < len(self._lines) else None
        return line.key if line is not None and line.row is None else None

    def text_of(self, index: int) -> str:
        """What `/` looks in."""
        return self._lines[index].label

    def action_unfold(self) -> None:
        """Unfold a group, or go to its first line; from a package, on to the details."""
        line = self._lines[self.cursor] if self.cursor < len(self._lines) else None
        if line is not None and line.row is None and not line.folded:
            self.action_move(1)
        else:
            self.action_choose()

    def action_fold(self) -> None:
        """Fold a group; from what is in it, to its head."""
        line = self._lines[self.cursor] if self.cursor < len(self._lines) else None
        if line is None:
            return
        if line.row is None and not line.folded:
            self.action_choose()
        else:
            heads = (at for at in range(self.cursor, -1, -1) if self._lines[at].depth < line.depth)
            self.go(next(heads, self.cursor), -1)

    def clicked_at(self, index: int, x: int) -> bool:
        """A single click on `▾` or `▸` folds or unfolds."""
        line = self._lines[index]
        if line.row is not None or x > 2 * line.depth + 2:
            return False
        self.action_choose()
        return True

    def line(self, index: int) -> Line:
        """What a line shows."""
        return self._lines[index]

    def instead(self) -> str:
        """Why there is no line."""
        state = self._state
        if state is None or (state.figures is None and not state.reasons):
            return ""
        if state.figures is None:
            return "No solution yet; see below what is in its way."
        if state.filter:
            return f"No package matches {state.filter!r}; Esc clears the filter."
        return "Nothing but the base, which is hidden; b shows it, a adds a package."

    # Columns

    def columns(self, width: int) -> list[tuple[Spec, int]]:
        """Which columns there is room for, in their order, each with its width; the one that sorts comes first."""
        room = width - NAME_AT_LEAST
        chosen: list[Column] = ["name"]
        sorts = self._state.sort.column if self._state is not None else "name"
        for column in dict.fromkeys((sorts, *ORDER_OF_NEED)):
            needed = WIDTHS[column] + 1
            if column != "name" and needed <= room:
                chosen.append(column)
                room -= needed
        left = max(0, NAME_AT_LEAST + room)
        wide = min(left, 30 if "because" in chosen else 40)
        found = [(spec, spec.width or wide) for spec in SPECS if spec.column in chosen]
        spare = left - wide
        return [(spec, size + spare) if spec.column == chosen_last(chosen) else (spec, size) for spec, size in found]

    def sorting_columns(self) -> list[Column]:
        """The columns that are on the screen, or would be if the table were sorted by them."""
        room = self.scrollable_content_region.width - 1 - NAME_AT_LEAST
        return [spec.column for spec in SPECS if spec.column in COLUMNS and (not spec.width or spec.width < room)]

    def column_at(self, x: int) -> Column | None:
        """The column at this cell of the header."""
        at = 1
        for spec, size in self.columns(self.scrollable_content_region.width - 1):
            if at <= x <= at + size:
                return spec.column if spec.column in COLUMNS else None
            at += size + 1
        return None

    # Drawing

    def draw_header(self, width: int) -> Sequence[Piece]:
        """The columns' names; an arrow says which one sorts, and which way."""
        state = self._state
        if state is None:
            return ()
        pieces = [Piece(" ")]
        for spec, size in self.columns(width - 1):
            title = spec.title
            if spec.column == "download" and state.measure == "download":
                title = "installed"
            here = spec.column == state.sort.column
            if here:
                title += "↓" if state.sort.descending else "↑"
            style = self.palette.sorted if here else self.palette.header
            pieces += [Piece(fit(title, size, right=spec.right), style), Piece(" ")]
        return pieces

    def draw(self, index: int, width: int) -> Sequence[Piece]:
        """A package, a cycle or a group."""
        state = self._state
        if state is None:
            return ()
        line = self._lines[index]
        pieces: list[Piece] = []
        for spec, size in self.columns(width):
            pieces += [*self._cell(line, spec, size, state), Piece(" ")]
        return pieces

    def _cell(self, line: Line, spec: Spec, size: int, state: State) -> Sequence[Piece]:
        quiet = line.ancestor or (line.row is not None and line.row.base)
        style = self.palette.faint if quiet else self.palette.text
        match spec.column:
            case "name":
                return self._name_cells(line, size)
            case "bar":
                return (self._bar(line, size, state),)
            case "own" | "added" | "closure" | "download":
                return (Piece(fit(_size(line, spec.column, state), size, right=True), style),)
            case "version":
                text = line.row.version if line.row else ""
            case "repository":
                text = line.row.repository if line.row else ""
            case "because":
                text = _because(line)
        return (Piece(fit(text, size), self.palette.faint),)

    def _name_cells(self, line: Line, size: int) -> Sequence[Piece]:
        dot = self.palette.owner(line.owner if line.owner < 0 else self._slots[line.owner])
        indent = "  " * line.depth
        if line.row is None:
            mark = "▸ " if line.folded else "▾ "
            name = self.palette.strong if line.kind == "group" else self.palette.text
            label = f"{line.label} ({line.members})" if line.kind == "group" else line.label
            return (Piece(indent + mark, dot), Piece(fit(label, size - len(indent) - 2), name))
        mark = "- " if line.row.change == "remove" else "◦ " if line.row.because.kind == "install_if" else "• "
        if line.row.base or line.ancestor:
            name = self.palette.faint
        else:
            name = self.palette.strong if line.row.because.kind == "requested" else self.palette.text
        return (Piece(indent + mark, dot), Piece(fit(line.label, size - len(indent) - 2), name))

    def _bar(self, line: Line, size: int, state: State) -> Piece:
        owner = line.owner if line.owner < 0 else self._slots[line.owner]
        if line.row is None:
            return Piece(" " * size)
        return Piece(bar(self._weight(line, state) / self._largest, size), self.palette.owner(owner))

    def _weight(self, line: Line, state: State) -> int:
        size: Size | None = {"added": line.added, "closure": line.closure}.get(state.sort.column, line.own)
        return (size or line.own).by(state.measure)

    # Mouse

    def on_line_view_header_clicked(self, message: LineView.HeaderClicked) -> None:
        """Sort by the column that was clicked."""
        message.stop()
        column = self.column_at(message.x)
        if column is not None:
            self.post_message(SortAsked(column))


class SortAsked(Message):
    """A click on a header."""

    def __init__(self, column: Column) -> None:
        super().__init__()
        self.column = column


def chosen_last(chosen: Sequence[Column]) -> Column:
    """The column that takes what room is left: who brought it, or else the name."""
    return "because" if "because" in chosen else "name"


def bar(share: float, size: int) -> str:
    """A bar as long as the share, to an eighth of a cell; what is there at all shows."""
    eighths = round(max(0.0, min(1.0, share)) * size * 8) or (1 if share > 0 else 0)
    whole, rest = divmod(eighths, 8)
    return ("█" * whole + (EIGHTHS[rest] if rest else "")).ljust(size)


def _size(line: Line, column: Column, state: State) -> str:
    if column == "download":
        return format_size(line.own.by("download" if state.measure == "installed" else "installed"))
    size = {"own": line.own, "added": line.added, "closure": line.closure}[column]
    return format_size(size.by(state.measure)) if size is not None else ""


def _because(line: Line) -> str:
    if line.row is None:
        return ""
    row = line.row
    if row.old_version is not None:
        return f"{row.change} from {row.old_version}; {row.because}"
    return str(row.because)
