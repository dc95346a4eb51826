"""A cost as a table on a terminal, with rich: aligned, bars of share, what was asked for standing out."""

from __future__ import annotations

from dataclasses import dataclass

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from apkgraph.report.rows import amount_rows, change_rows, headline, notes, request_rows
from apkgraph.report.text import truncate
from apkgraph.report.text import width as text_width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from apkgraph.impact.cost import Cost
    from apkgraph.report.rows import ChangeRow

_EIGHTHS = " ▏▎▍▌▋▊▉█"
_ROOMY = 100  # columns from which shares, with per cents, have room beside download sizes
_DOWNLOADS = 76  # columns from which download sizes have room; up to _ROOMY in place of the bars
_SPACIOUS = 120  # columns from which bars are long
_TIGHT = 70  # columns below which versions are left out
_WIDEST = 140
_GAP = 2
_SIZE = 10  # `1023.9 KiB`
_BAR, _NARROW_BAR = 16, 6
_SIGN_STYLES = {"+": "green", "-": "red", "↑": "cyan", "↓": "cyan"}


@dataclass(frozen=True, slots=True)
class Columns:
    """How wide each column of the changes is (0: left out); `roomy`: with shares in per cent."""

    name: int
    version: int
    share: int
    why: int
    download: int
    roomy: bool


def cost(value: Cost, width: int) -> str:
    """A satisfied cost, `width` columns wide at most."""
    parts: list[RenderableType] = [Text(headline(value), style="bold")]
    parts += [Text(note, style="yellow") for note in notes(value)]
    if value.changes:
        parts += [Text(""), _changes(value, min(width, _WIDEST))]
    if len(value.request) > 1:
        parts += [Text(""), _figures(request_rows(value), header=True, right=(1, 2))]
    parts += [Text(""), _figures(amount_rows(value), header=False, right=(1, 2, 3))]
    return render(Group(*parts), width)


def render(renderable: RenderableType, width: int) -> str:
    """What a terminal of `width` columns would show of it, as text with escapes of our own making only."""
    console = Console(width=width, force_terminal=True, highlight=False, legacy_windows=False)
    with console.capture() as capture:
        console.print(renderable)
    return "\n".join(line.rstrip() for line in capture.get().split("\n"))


def bar(fraction: float, columns: int) -> str:
    """A bar that fills `fraction` of `columns`, to an eighth of a column."""
    eighths = round(max(0.0, min(1.0, fraction)) * columns * 8)
    full, rest = divmod(eighths, 8)
    return ("█" * full + _EIGHTHS[rest]).rstrip() if rest else "█" * full


def _changes(value: Cost, width: int) -> Table:
    header, *rows = change_rows(value)
    columns = fit(rows, width)
    table = Table(box=None, padding=(0, _GAP, 0, 0), pad_edge=False, header_style="dim")
    table.add_column(f"  {header.name}", width=columns.name, no_wrap=True)
    if columns.version:
        table.add_column(header.version, width=columns.version)
    table.add_column(header.installed, width=_SIZE, justify="right")
    if columns.download:
        table.add_column(header.download, width=columns.download, justify="right")
    if columns.share:
        table.add_column(header.share, width=columns.share)
    table.add_column(header.why, width=columns.why, no_wrap=True)
    for row in rows:
        name = Text.assemble(
            (row.sign, _SIGN_STYLES.get(row.sign, "yellow")),
            " ",
            (truncate(row.name, columns.name - 2), "bold" if row.requested else ""),
        )
        table.add_row(
            name,
            *([Text(truncate(row.version, columns.version), style="dim")] if columns.version else []),
            Text(row.installed),
            *([Text(row.download, style="dim")] if columns.download else []),
            *([_share(row, columns)] if columns.share else []),
            Text(truncate(row.why, columns.why), style="" if row.requested else "dim"),
        )
    return table


def fit(rows: Sequence[ChangeRow], width: int) -> Columns:
    """Columns for these rows that fit into `width`: figures keep all digits, reasons give way first, then the rest."""
    roomy = width >= _ROOMY
    name = min(2 + max(text_width(row.name) for row in rows), 34 if roomy else 20)
    version = min(max(7, *(text_width(row.version) for row in rows)), 26 if roomy else 11) if width >= _TIGHT else 0
    download = _SIZE if width >= _DOWNLOADS else 0
    share = 0 if download else _NARROW_BAR
    if roomy:
        share = (_BAR if width >= _SPACIOUS else _BAR // 2) + 5
    gaps = _GAP * (2 + (download > 0) + (share > 0) + (version > 0))
    taken = name + version + share + _SIZE + download + gaps
    why = max(8, min(width - taken, max(text_width(row.why) for row in rows)))
    return Columns(max(9, name), version, share, why, download, roomy)


def _share(row: ChangeRow, columns: Columns) -> Text:
    style = "cyan" if row.requested else "blue"
    if not columns.roomy:
        return Text(bar(row.fraction, columns.share), style=style)
    return Text.assemble(f"{row.share:>4} ", (bar(row.fraction, columns.share - 5), style))


def _figures(rows: list[tuple[str, str, str, str]], *, header: bool, right: tuple[int, ...]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_header=header, header_style="dim")
    titles = rows[0] if header else ("", "", "", "")
    for column, title in enumerate(titles):
        table.add_column(title, justify="right" if column in right else "left", no_wrap=column != len(titles) - 1)
    body = rows[1:] if header else rows
    for row in body:
        style = "bold" if row[0] in ("cost", "together") else ""
        table.add_row(*(Text(cell, style=style) for cell in row))
    return table
