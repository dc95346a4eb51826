"""A ranking as text: as many rows as were asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apkgraph.impact.rank import ORDERS
from apkgraph.model.size import count, format_size
from apkgraph.report.blocks import ROOMY, Column, Span, Table, line
from apkgraph.report.words import head

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apkgraph.impact.rank import OriginRow, RankRow
    from apkgraph.index.universe import Universe
    from apkgraph.report.blocks import Block, Line

NAMES = (
    Column("", right=True),
    Column("NAME", flexible=True),
    Column("BRINGS", room=ROOMY),
    Column("COST", right=True),
    Column("DOWNLOAD", right=True, room=ROOMY),
    Column("PACKAGES", right=True),
    Column("CLOSURE", right=True),
    Column("NEEDED BY", right=True),
)
ORIGINS = (
    Column("", right=True),
    Column("ORIGIN", flexible=True),
    Column("PACKAGES", right=True),
    Column("INSTALLED", right=True),
    Column("DOWNLOAD", right=True),
    Column("LARGEST"),
)


def report(universe: Universe, base: str, rows: Sequence[RankRow], by: str, top: int) -> list[Block]:
    """The first `top` names of rows that are in order."""
    subject = f"{count(len(rows), 'name')} by {ORDERS[by].title.replace('on the base', f'on {base}')}"
    blocks: list[Block] = [
        head(subject, universe),
        Table(NAMES, tuple(_name(number, row) for number, row in enumerate(rows[:top], 1))),
    ]
    failed = sum(not row.satisfied for row in rows)
    if failed:
        blocks.append(line(f"{count(failed, 'name')} cannot be added to {base}; they come last", "dim"))
    return blocks


def report_origins(universe: Universe, rows: Sequence[OriginRow], top: int) -> list[Block]:
    """The first `top` origins."""
    grid = Table(
        ORIGINS,
        tuple(
            (
                str(number),
                row.origin,
                str(row.packages),
                format_size(row.own_size),
                format_size(row.download_size),
                row.largest,
            )
            for number, row in enumerate(rows[:top], 1)
        ),
    )
    return [head(f"{count(len(rows), 'origin')} by the size of their packages", universe, resolved=False), grid]


def _name(number: int, row: RankRow) -> tuple[str | Line, ...]:
    brings = f"{row.package} {row.version}" if row.package != row.name else row.version
    if not row.satisfied:
        return (str(number), row.name, brings, (Span("cannot be had", "red"),), "", "", "", str(row.reverse_depends))
    return (
        str(number),
        (Span(row.name, "bold"),),
        (Span(brings, "dim"),),
        format_size(row.installed_size),
        format_size(row.download_size),
        str(row.packages),
        format_size(row.closure_size),
        str(row.reverse_depends),
    )
