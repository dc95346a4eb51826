"""A cost as a table on a terminal, with rich: aligned, bars of share, what was asked for standing out."""

from __future__ import annotations

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from apkgraph.report.rows import amount_rows, change_rows, headline, request_rows
from apkgraph.report.words import SAMPLE_NOTE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rich.console import RenderableType

    from apkgraph.impact.cost import Cost
    from apkgraph.report.rows import ChangeRow

_EIGHTHS = " ▏▎▍▌▋▊▉█"
_ROOMY = 100  # columns from which the download size has room
_WIDEST = 140
_SIGN_STYLES = {"+": "green", "-": "red", "↑": "cyan", "↓": "cyan"}


def cost(value: Cost, width: int) -> str:
    """A satisfied cost, `width` columns wide at most."""
    parts: list[RenderableType] = [Text(headline(value), style="bold")]
    if value.place.sample:
        parts.append(Text(SAMPLE_NOTE, style="yellow"))
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
    roomy = width >= _ROOMY
    header, *rows = change_rows(value)
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim", expand=False, width=None)
    table.add_column(f"  {header.name}", no_wrap=True, overflow="ellipsis")
    table.add_column(header.version, no_wrap=True, overflow="ellipsis")
    table.add_column(header.installed, justify="right", no_wrap=True)
    if roomy:
        table.add_column(header.download, justify="right", no_wrap=True)
    table.add_column(header.share, no_wrap=True, min_width=_bar_columns(width) + 5)
    table.add_column(header.why, no_wrap=True, overflow="ellipsis", ratio=1)
    for row in rows:
        download = [Text(row.download, style="dim")] if roomy else []
        table.add_row(
            _name(row),
            Text(row.version, style="dim"),
            Text(row.installed),
            *download,
            _share(row, _bar_columns(width)),
            Text(row.why, style="default" if row.requested else "dim"),
        )
    return table


def _name(row: ChangeRow) -> Text:
    style = "bold" if row.requested else ""
    return Text.assemble((row.sign, _SIGN_STYLES.get(row.sign, "yellow")), " ", (row.name, style))


def _share(row: ChangeRow, columns: int) -> Text:
    return Text.assemble((f"{row.share:>4} ", ""), (bar(row.fraction, columns), "cyan" if row.requested else "blue"))


def _bar_columns(width: int) -> int:
    return 16 if width >= _ROOMY else 8


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
