"""Text reports as blocks, lines and tables, laid out by one path: as they are for a pipe, fitted for a terminal.

Every text passes `clean` on its way in, so that nothing in an index is obeyed by a terminal.
"""

from __future__ import annotations

from apkgraph.report.text import clean, truncate
from apkgraph.report.text import width as width_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_CODES = {  # of ISO 6429, "Select graphic rendition"
    "bold": "1",
    "dim": "2",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "blue": "34",
    "magenta": "35",
    "cyan": "36",
}
ROOMY = 100  # columns of a terminal from which less important columns are shown
_GAP = 2
_LEAST = 8  # columns that a flexible or wrapped column keeps
_TIGHTEST = 4  # columns that any other text keeps; figures are never cut


class Span:
    """A piece of a line in one style: words of `bold`, `dim` and the colours."""

    __slots__ = ("style", "text")

    def __init__(self, text: str, style: str = "") -> None:
        self.text = clean(text)
        self.style = style


Line = tuple[Span, ...]
Cell = str | Line


class Lines:
    """Lines one below the other."""

    __slots__ = ("lines",)

    def __init__(self, lines: Iterable[Line]) -> None:
        self.lines = tuple(lines)


class Column:
    """A column of a table.

    On a narrow terminal a `flexible` one is cut and a `wrapped` one continues on the next line; one that needs `room`
    is shown only on terminals with as many columns. `most` bounds its own columns on a terminal (0: no bound).
    """

    __slots__ = ("flexible", "most", "right", "room", "title", "wrapped")

    def __init__(
        self,
        title: str,
        *,
        right: bool = False,
        flexible: bool = False,
        wrapped: bool = False,
        room: int = 0,
        most: int = 0,
    ) -> None:
        self.title = clean(title)
        self.right = right
        self.flexible = flexible
        self.wrapped = wrapped
        self.room = room
        self.most = most


class Table:
    """Rows of cells under titles. A cell is a text or the spans of one."""

    __slots__ = ("columns", "header", "rows")

    def __init__(self, columns: Sequence[Column], rows: Iterable[Sequence[Cell]], *, header: bool = True) -> None:
        self.columns = columns
        self.rows = tuple(rows)
        self.header = header


Block = Lines | Table


def line(text: str, style: str = "") -> Lines:
    """A block of one line."""
    return Lines(((Span(text, style),),))


def render(blocks: Iterable[Block], width: int | None = None, *, color: bool = False) -> str:
    """The blocks as text, an empty line between them.

    `width`: the columns of the terminal to fit them into; None where nothing is cut and no column is left out.
    """
    texts = []
    for block in blocks:
        lines = _table_lines(block, width) if isinstance(block, Table) else _fitted(block.lines, width)
        texts.append("\n".join(_drawn(spans, color=color).rstrip() for spans in lines))
    return "\n\n".join(texts) + "\n"


def _drawn(spans: Line, *, color: bool) -> str:
    return "".join(
        f"\x1b[{';'.join(_CODES[word] for word in span.style.split())}m{span.text}\x1b[0m"
        if color and span.style
        else span.text
        for span in spans
    )


def _fitted(lines: Iterable[Line], width: int | None) -> Iterator[Line]:
    for spans in lines:
        yield from [spans] if width is None else wrap(spans, width)


def _table_lines(table: Table, width: int | None) -> Iterator[Line]:
    shown = [place for place, column in enumerate(table.columns) if width is None or width >= column.room]
    columns = [table.columns[place] for place in shown]
    rows = [[_spans(row[place]) for place in shown] for row in table.rows]
    if table.header:
        rows.insert(0, [(Span(column.title, "dim"),) for column in columns])
    widths = [max((_width(row[place]) for row in rows), default=0) for place in range(len(columns))]
    if width is not None:
        _narrow(widths, columns, width)
    for row in rows:
        cells = [_cell_lines(*each) for each in zip(row, columns, widths, strict=True)]
        for number in range(max(map(len, cells), default=0)):
            yield _row(((cell[number] if number < len(cell) else ()) for cell in cells), columns, widths)


def _narrow(widths: list[int], columns: Sequence[Column], width: int) -> None:
    """Fit the widths: the widest text that may be cut or wrapped gives way first, then other text, figures never."""
    text = [place for place, column in enumerate(columns) if not column.right]
    for place in text:
        widths[place] = min(widths[place], columns[place].most or width, width)
    excess = sum(widths) + _GAP * (len(widths) - 1) - width
    soft = [place for place, column in enumerate(columns) if column.flexible or column.wrapped]
    for places, least in ((soft, _LEAST), (text, _TIGHTEST)):
        while excess > 0 and places:
            widest = max(places, key=widths.__getitem__)
            if widths[widest] <= least:
                break
            widths[widest] -= 1
            excess -= 1


def _row(cells: Iterable[Line], columns: Sequence[Column], widths: Sequence[int]) -> Line:
    """One line of a row, spaces only where something follows them."""
    spans: list[Span] = []
    start = end = 0
    for cell, column, width in zip(cells, columns, widths, strict=True):
        taken = _width(cell)
        if taken:
            left = start + (width - taken if column.right else 0)
            spans += [Span(" " * (left - end)), *cell]
            end = left + taken
        start += width + _GAP
    return tuple(spans)


def _cell_lines(cell: Line, column: Column, width: int) -> Sequence[Line]:
    if _width(cell) <= width:
        return (cell,)
    return wrap(cell, width) if column.wrapped else (cut(cell, width),)


def _spans(cell: Cell) -> Line:
    return (Span(cell),) if isinstance(cell, str) else cell


def _width(spans: Line) -> int:
    return sum(width_of(span.text) for span in spans)


def cut(spans: Line, width: int) -> Line:
    """The beginning of a line, with an ellipsis where something was cut."""
    text = "".join(span.text for span in spans)
    kept = truncate(text, width)
    if kept == text:
        return spans
    *beginning, last = _piece(spans, 0, len(kept) - 1) or (Span(""),)
    return (*beginning, Span(last.text + kept[-1:], last.style))


def wrap(spans: Line, width: int) -> list[Line]:
    """A line broken between words, and inside a word that is too long by itself."""
    text = "".join(span.text for span in spans)
    if width_of(text) <= width:
        return [spans]
    return [_piece(spans, start, end) for start, end in _breaks(text, max(1, width))]


def _breaks(text: str, width: int) -> Iterator[tuple[int, int]]:
    """Where each line begins and ends."""
    start = used = space = 0
    for place, character in enumerate(text):
        space = place if character == " " else space
        used += width_of(character)
        if used <= width:
            continue
        end = space if text[start:space].strip() else place
        yield start, end
        start = end + (text[end] == " ")
        used = width_of(text[start : place + 1])
    yield start, len(text)


def _piece(spans: Line, start: int, end: int) -> Line:
    pieces = []
    place = 0
    for span in spans:
        piece = span.text[max(0, start - place) : max(0, end - place)]
        if piece:
            pieces.append(Span(piece, span.style))
        place += len(span.text)
    return tuple(pieces)
