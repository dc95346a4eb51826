"""Answers about a whole universe as text: what a search found, who depends on a name, and rankings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apkgraph.model.size import count, format_size
from apkgraph.report.blocks import ROOMY, Column, Span, Table, line
from apkgraph.report.words import head

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apkgraph.impact.rank import OriginRow, RankRow
    from apkgraph.impact.rdeps import Dependent, Dependents
    from apkgraph.impact.search import Hit, Hits
    from apkgraph.index.universe import Universe
    from apkgraph.report.blocks import Block, Line

_HITS = (
    Column("PACKAGE"),
    Column("VERSION", room=ROOMY),
    Column("INSTALLED", right=True),
    Column("WHAT IT IS", flexible=True),
)


def search(hits: Hits) -> list[Block]:
    """A headline, then a row a package."""
    near = "no exact match, similar:" if hits.hits and hits.hits[0].match == "fuzzy" else "found"
    subject = f"{hits.query!r}: {near} {count(hits.total, 'package')}"
    blocks: list[Block] = [head(subject, hits.universe, resolved=False)]
    if hits.hits:
        blocks.append(Table(_HITS, tuple(_hit(hit) for hit in hits.hits)))
    if hits.total > len(hits.hits):
        blocks.append(line(f"and {count(hits.total - len(hits.hits), 'more package')}; --limit shows more", "dim"))
    return blocks


def _hit(hit: Hit) -> tuple[str | Line, ...]:
    package = hit.package
    token = (Span(f" {hit.token}", "cyan"),) if hit.token else ()
    name = (Span(package.name, "bold" if hit.match in ("name", "fuzzy") else ""), *token)
    return (name, package.version, format_size(package.installed_size), hit.description)


_VERBS = {"dependency": "depends", "install_if": "install_if", "conflict": "conflicts"}


def rdeps(dependents: Dependents) -> list[Block]:
    """A headline, then a row for each package and token."""
    how = "directly or through others" if dependents.recursive else "directly"
    verb = "depends" if dependents.packages == 1 else "depend"
    subject = f"{count(dependents.packages, 'package')} {verb} on {dependents.name} {how}"
    if not dependents.dependents:
        return [head(subject, dependents.universe, resolved=False), line("nothing needs it")]
    columns = (
        *((Column("STEPS", right=True),) if dependents.recursive else ()),
        Column("PACKAGE"),
        Column("VERSION", room=ROOMY),
        Column("HOW"),
        Column("TOKEN", flexible=True),
        Column("ALTERNATIVES", right=True, room=ROOMY),
    )
    rows = tuple(_dependent(dependent, recursive=dependents.recursive) for dependent in dependents.dependents)
    return [head(subject, dependents.universe, resolved=False), Table(columns, rows)]


def _dependent(dependent: Dependent, *, recursive: bool) -> tuple[str, ...]:
    steps = (str(dependent.distance),) if recursive else ()
    others = str(dependent.alternatives) if dependent.alternatives else ""
    package = dependent.package
    return (*steps, package.name, package.version, _VERBS[dependent.kind], dependent.token, others)


_NAMES = (
    Column("", right=True),
    Column("NAME", flexible=True),
    Column("BRINGS", room=ROOMY),
    Column("COST", right=True),
    Column("DOWNLOAD", right=True, room=ROOMY),
    Column("PACKAGES", right=True),
    Column("CLOSURE", right=True),
    Column("NEEDED BY", right=True),
)
_ORIGINS = (
    Column("", right=True),
    Column("ORIGIN", flexible=True),
    Column("PACKAGES", right=True),
    Column("INSTALLED", right=True),
    Column("DOWNLOAD", right=True),
    Column("LARGEST"),
)


def rank(universe: Universe, base: str, rows: Sequence[RankRow], by: str, top: int) -> list[Block]:
    """The first `top` names of rows that are in order."""
    from apkgraph.impact.rank import ORDERS

    subject = f"{count(len(rows), 'name')} by {ORDERS[by].title.replace('on the base', f'on {base}')}"
    blocks: list[Block] = [
        head(subject, universe),
        Table(_NAMES, tuple(_name(number, row) for number, row in enumerate(rows[:top], 1))),
    ]
    failed = sum(not row.satisfied for row in rows)
    if failed:
        blocks.append(line(f"{count(failed, 'name')} cannot be added to {base}; they come last", "dim"))
    return blocks


def rank_origins(universe: Universe, rows: Sequence[OriginRow], top: int) -> list[Block]:
    """The first `top` origins."""
    grid = Table(
        _ORIGINS,
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
        return (str(number), row.name, brings, (Span("not installable", "red"),), "", "", "", str(row.reverse_depends))
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
