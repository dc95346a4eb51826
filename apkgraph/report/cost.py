"""A cost as text: what changes and why, what each request has in it, and the sums."""

from __future__ import annotations

from apkgraph.model.size import count, format_change, format_share, format_size
from apkgraph.report.blocks import ROOMY, Column, Span, Table
from apkgraph.report.words import ACTION_SIGNS, because_text, head, set_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from apkgraph.impact.cost import Cost, RequestCost
    from apkgraph.impact.install_reason import InstallReason
    from apkgraph.model.size import Amount
    from apkgraph.report.blocks import Block, Cell
    from apkgraph.solve.solution import Change

_EIGHTHS = " ▏▎▍▌▋▊▉█"
_DOWNLOADS = 76  # columns of a terminal from which download sizes have room; up to ROOMY in place of the bars
_SUMS = 60  # columns from which the sums say downloads, too
_VERSIONS = 70  # columns from which versions have room
_SPACIOUS = 120  # columns from which bars are long
_SIGN_STYLES = {"+": "green", "-": "red", "↑": "cyan", "↓": "cyan"}


def report(cost: Cost, width: int | None = None) -> list[Block]:
    """A satisfied cost; on a terminal of `width` columns with bars, where there is room for them."""
    there = [str(token) for token in cost.request if _is_in_base(cost, token.name)]
    notes = [f"already in the base: {', '.join(there)}"] if there else []
    blocks: list[Block] = [head(set_text(cost.analysis), cost.universe, notes=notes)]
    if cost.changes:
        blocks.append(_changes(cost, _bar_columns(width)))
    if len(cost.request) > 1:
        blocks.append(_requests(cost))
    return [*blocks, _sums(cost)]


def bar(fraction: float, columns: int) -> str:
    """A bar that fills `fraction` of `columns`, to an eighth of a column."""
    eighths = round(max(0.0, min(1.0, fraction)) * columns * 8)
    full, rest = divmod(eighths, 8)
    return ("█" * full + _EIGHTHS[rest]).rstrip() if rest else "█" * full


def _bar_columns(width: int | None) -> int:
    if width is None or _DOWNLOADS <= width < ROOMY:
        return 0
    return 6 if width < ROOMY else 8 if width < _SPACIOUS else 16


def _is_in_base(cost: Cost, name: str) -> bool:
    """Whether the base holds what serves a requested name, and nothing about it changes."""
    chosen = cost.solution.chosen(name)
    return (
        chosen is not None
        and chosen.package in cost.base.packages
        and not any(change.package is chosen.package for change in cost.changes)
    )


def _changes(cost: Cost, bar_columns: int) -> Table:
    """A row a change, in apk's order."""
    sizes = [change.installed_size for change in cost.changes]
    largest = max(*sizes, 1)
    whole = sum(size for size in sizes if size > 0)
    columns = [
        Column("  PACKAGE", flexible=True, most=34),
        Column("VERSION", flexible=True, room=_VERSIONS, most=26),
        Column("INSTALLED", right=True),
        Column("DOWNLOAD", right=True, room=_DOWNLOADS),
        Column("SHARE", right=True, room=ROOMY),
        *([Column("")] if bar_columns else []),
        Column("WHY", flexible=True),
    ]
    rows = []
    for change, because, size in zip(cost.changes, cost.because, sizes, strict=True):
        share = "-" if size < 0 else format_share(size, whole)
        style = "cyan" if because.kind == "requested" else "blue"
        bars = [(Span(bar(size / largest, bar_columns), style),)] if bar_columns else []
        why = (Span(because_text(because), "" if because.kind == "requested" else "dim"),)
        rows.append([*_change(change, because), share, *bars, why])
    return Table(columns, rows)


def _change(change: Change, because: InstallReason) -> list[Cell]:
    style = "bold" if because.kind == "requested" else ""
    sign = ACTION_SIGNS.get(change.action, change.action)
    old = "" if change.old_package is None else change.old_package.version
    version = change.package.version if old in ("", change.package.version) else f"{old} → {change.package.version}"
    download = "-" if change.action == "remove" else format_size(change.package.download_size)
    return [
        (Span(sign, _SIGN_STYLES.get(sign, "yellow")), Span(" "), Span(change.package.name, style)),
        (Span(version, "dim"),),
        format_size(change.installed_size),
        (Span(download, "dim"),),
    ]


def _requests(cost: Cost) -> Table:
    """A row a request: what would go without it, and its fair share of the whole."""
    rows = [
        (request.token, format_size(_true_added_size(request)), format_size(request.fair_share), _added_note(request))
        for request in cost.requests
    ]
    shared = cost.installed_size - sum(map(_true_added_size, cost.requests))
    whole = format_size(cost.installed_size)
    columns = (Column("REQUEST"), Column("ADDED", right=True), Column("FAIR SHARE", right=True))
    return Table(
        (*columns, Column("", wrapped=True)),
        [*rows, ("shared", format_size(shared), "", _shared_note(shared)), _bold("together", whole, whole, "")],
    )


def _true_added_size(request: RequestCost) -> int:
    resolved = request.resolved_added_size
    return request.added_size if resolved is None else resolved


def _added_note(request: RequestCost) -> str:
    if request.resolved_added_size is None:
        return "by the graph of this solution: the others cannot be installed without it"
    if request.resolved_added_size != request.added_size:
        return f"by solving again; by the graph of this solution {format_size(request.added_size)}"
    return ""


def _shared_note(shared: int) -> str:
    if shared < 0:
        return "counted more than once: removing any one of them frees it"
    return "needed by more than one of them" if shared else ""


def _sums(cost: Cost) -> Table:
    """What was there, what comes on top, and both together."""
    change = cost.amount
    cost_row = _bold(
        "cost",
        ("+" if change.packages > 0 else "") + count(change.packages, "package"),
        format_change(change.size.installed) + " installed",
        format_change(change.size.download) + " download",
    )
    columns = (Column(""), Column("", right=True), Column("", right=True), Column("", right=True, room=_SUMS))
    return Table(columns, [_amount("base", cost.base.amount), cost_row, _amount("total", cost.total)], header=False)


def _amount(name: str, amount: Amount) -> tuple[str, ...]:
    return (
        name,
        count(amount.packages, "package"),
        format_size(amount.size.installed) + " installed",
        format_size(amount.size.download) + " download",
    )


def _bold(*cells: str) -> list[Cell]:
    return [(Span(cell, "bold"),) for cell in cells]
