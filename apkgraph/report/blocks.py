"""Text reports as blocks, lines and grids, drawn plain for pipes or with rich for terminals.

What a report says is put together once. Every text passes `clean` on its way in, so that nothing in an index is obeyed
by a terminal, and becomes rich's plain Text, never markup.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from apkgraph.report.columns import align
from apkgraph.report.text import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType
    from rich.table import Table
    from rich.text import Text


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a line in one of rich's styles."""

    text: str
    style: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", clean(self.text))


Line = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a grid. On a narrow terminal a `flexible` one is cut, a `wrapped` one goes on in the next line, and
    a `roomy` one is left out.
    """

    title: str
    right: bool = False
    flexible: bool = False
    wrapped: bool = False
    roomy: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", clean(self.title))


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows of cells under titles. A cell is a text or the spans of one."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str | Line, ...], ...]
    header: bool = True


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines one below the other."""

    lines: tuple[Line, ...] = field(default=())


Block = Grid | Lines
ROOMY = 100  # columns from which roomy columns are shown


def line(text: str, style: str = "") -> Lines:
    """A block of one line."""
    return Lines(((Span(text, style),),))


def plain(blocks: Sequence[Block]) -> str:
    """Blocks as plain text, an empty line between them."""
    return "\n\n".join("\n".join(_plain_lines(block)) for block in blocks) + "\n"


def drawn(blocks: Sequence[Block], width: int) -> str:
    """Blocks as a terminal of `width` columns shows them."""
    from rich.console import Group
    from rich.text import Text

    from apkgraph.report.table import render

    parts: list[RenderableType] = []
    for block in blocks:
        if parts:
            parts.append(Text(""))
        if isinstance(block, Grid):
            parts.append(_table(block, width))
        else:
            parts += [_text(spans) for spans in block.lines]
    return render(Group(*parts), width)


def _plain_lines(block: Block) -> list[str]:
    if isinstance(block, Lines):
        return ["".join(span.text for span in spans).rstrip() for spans in block.lines]
    rows = [tuple(column.title for column in block.columns)] if block.header else []
    rows += [tuple(_plain_cell(cell) for cell in row) for row in block.rows]
    return align(rows, right=[number for number, column in enumerate(block.columns) if column.right])


def _plain_cell(cell: str | Line) -> str:
    return clean(cell) if isinstance(cell, str) else "".join(span.text for span in cell)


def _table(grid: Grid, width: int) -> Table:
    from rich.table import Table
    from rich.text import Text

    shown = [number for number, column in enumerate(grid.columns) if width >= ROOMY or not column.roomy]
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_header=grid.header, header_style="dim")
    for number in shown:
        column = grid.columns[number]
        table.add_column(
            Text(column.title),
            justify="right" if column.right else "left",
            no_wrap=not (column.flexible or column.wrapped),
        )
    for row in grid.rows:
        table.add_row(*(_cell(row[number], wrapped=grid.columns[number].wrapped) for number in shown))
    return table


def _cell(cell: str | Line, *, wrapped: bool) -> Text:
    return _text((Span(cell),) if isinstance(cell, str) else cell, wrapped=wrapped)


def _text(spans: Line, *, wrapped: bool = True) -> Text:
    from rich.text import Text

    text = Text(no_wrap=not wrapped, overflow="fold" if wrapped else "ellipsis")
    for span in spans:
        text.append(span.text, span.style)
    return text
