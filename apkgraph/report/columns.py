"""Rows of text in aligned columns, for pipes and files."""

from __future__ import annotations

from apkgraph.report.text import pad, width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def align(rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> list[str]:
    """A line a row, columns two spaces apart; the columns numbered in `right` end together instead of beginning so."""
    columns = max(map(len, rows), default=0)
    widths = [max((width(row[column]) for row in rows if column < len(row)), default=0) for column in range(columns)]
    return [
        "  ".join(pad(cell, widths[column], right=column in right) for column, cell in enumerate(row)).rstrip()
        for row in rows
    ]
