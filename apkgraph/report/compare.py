"""A comparison as text: a row a package, a column a set or place; with a sparkline where there are many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apkgraph.model.size import count, format_change, format_size
from apkgraph.report import blocks
from apkgraph.report.blocks import ROOMY, Lines, Span, Table, line
from apkgraph.report.changes.difference import lost
from apkgraph.report.words import SAMPLE_NOTE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apkgraph.impact.compare import Column, Comparison, Row
    from apkgraph.report.blocks import Block, Line

BARS = "▁▂▃▄▅▆▇█"
_STYLES = {"added": "green", "removed": "red", "larger": "yellow", "smaller": "cyan"}
_MOST_LOST = 10  # tokens
_MOST_COLUMNS = 4  # side by side; more of them go one below the other


def report(comparison: Comparison, *, everything: bool = False) -> list[Block]:
    """The sums, then what moved (or `everything`)."""
    head: list[Line] = [(Span(_headline(comparison), "bold"),)]
    if any(column.cost is not None and column.cost.universe.ref.sample for column in comparison.columns):
        head.append((Span(SAMPLE_NOTE, "yellow"),))
    parts: list[Block] = [Lines(head), _sums(comparison)]
    parts += [line(f"{column.label}: {why}", "yellow") for column in comparison.columns if (why := _why_not(column))]
    satisfied = [column for column in comparison.columns if column.satisfied]
    if len(satisfied) > 2:
        parts.append(_history(satisfied))
    rows = [row for row in comparison.rows if everything or row.moved]
    if rows and len(comparison.columns) <= _MOST_COLUMNS:
        parts.append(_packages(comparison.columns, rows))
    elif rows:
        parts.append(_moves(comparison.columns, rows))
    if len(satisfied) == 2:
        parts += lost(comparison.differences[0][2], None if everything else _MOST_LOST)
    same = len(comparison.rows) - len(rows)
    if same and len(satisfied) > 1:
        where = "" if len(satisfied) == len(comparison.columns) else " where it could be installed"
        parts.append(line(f"unchanged{where}: {count(same, 'package')} (--all shows them)", "dim"))
    return parts


def _why_not(column: Column) -> str:
    """Why a column has no figures; "" where it has."""
    if column.cost is None or column.satisfied:
        return column.error
    first, *rest = column.cost.reasons
    return first.text + (f" (and {count(len(rest), 'more reason')})" if rest else "")


def sparkline(numbers: Sequence[int]) -> str:
    """The numbers as bars from nothing up to the largest."""
    top = max([*numbers, 1])
    return "".join(BARS[max(0, min(len(BARS) - 1, number * len(BARS) // (top + 1)))] for number in numbers)


def _headline(comparison: Comparison) -> str:
    first, *rest = (column.label for column in comparison.columns)
    return " | ".join([first, *rest]) if len(rest) < _MOST_COLUMNS else f"{first} … {rest[-1]}"


def _sums(comparison: Comparison) -> Table:
    columns = (
        blocks.Column("", flexible=True),
        blocks.Column("PACKAGES", right=True),
        blocks.Column("COST", right=True),
        blocks.Column("DOWNLOAD", right=True),
        blocks.Column("CHANGE", right=True),
        blocks.Column("WITH THE BASE", right=True, room=ROOMY),
    )
    before: int | None = None
    rows = []
    for column in comparison.columns:
        rows.append(_sum(column, before))
        if column.satisfied and column.cost is not None:
            before = column.cost.installed_size
    return Table(columns, tuple(rows))


def _sum(column: Column, before: int | None) -> tuple[str | Line, ...]:
    cost = column.cost
    if cost is None or not cost.satisfied:
        word = "not available" if cost is None else "cannot be satisfied"
        return ((Span(column.label, "bold"), Span(f" {word}", "red")), "", "", "", "", "")
    change = "" if before is None else format_change(cost.installed_size - before)
    return (
        (Span(column.label, "bold"),),
        str(cost.packages),
        format_size(cost.installed_size),
        format_size(cost.download_size),
        change,
        format_size(cost.total.size.installed),
    )


def _history(columns: Sequence[Column]) -> Lines:
    sizes = [column.cost.installed_size for column in columns if column.cost is not None]
    return Lines(((Span("installed  "), Span(sparkline(sizes), "cyan"), Span(f"  {format_size(max(sizes))} at most")),))


def _packages(columns: Sequence[Column], rows: Sequence[Row]) -> Table:
    titles = [blocks.Column("PACKAGE")]
    for column in columns:
        titles += [blocks.Column(column.label, right=True), blocks.Column("")]
    del titles[2]  # the first column has nothing to have moved from
    return Table(tuple(titles), tuple(_cells(row) for row in rows))


def _cells(row: Row) -> tuple[str | Line, ...]:
    cells: list[str | Line] = [row.name]
    for package, movement in zip(row.packages, row.movements, strict=True):
        style = _STYLES.get(movement, "")
        cells.append("-" if package is None else (Span(format_size(package.installed_size), style),))
        cells.append((Span(movement if style else "", style),))
    del cells[2]
    return tuple(cells)


def _moves(columns: Sequence[Column], rows: Sequence[Row]) -> Table:
    """Where there are too many columns: a row for each movement."""
    moves = tuple(
        (column.label, (Span(row.movements[place], _STYLES[row.movements[place]]),), row.name, _size(row, place))
        for place, column in enumerate(columns)
        for row in rows
        if row.movements[place] in _STYLES
    )
    return Table(
        (blocks.Column("IN"), blocks.Column(""), blocks.Column("PACKAGE"), blocks.Column("INSTALLED", right=True)),
        moves,
    )


def _size(row: Row, place: int) -> str:
    package = row.packages[place]
    return "" if package is None else format_size(package.installed_size)
