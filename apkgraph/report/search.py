"""What a search found, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apkgraph.model.size import count, format_size
from apkgraph.report.blocks import ROOMY, Column, Span, Table, line
from apkgraph.report.words import head

if TYPE_CHECKING:
    from apkgraph.impact.search import Hit, Hits
    from apkgraph.report.blocks import Block, Line

COLUMNS = (
    Column("PACKAGE"),
    Column("VERSION", room=ROOMY),
    Column("INSTALLED", right=True),
    Column("WHAT IT IS", flexible=True),
)


def report(hits: Hits) -> list[Block]:
    """A headline, then a row a package."""
    near = "nothing matches exactly; near is" if hits.hits and hits.hits[0].match == "fuzzy" else "found"
    subject = f"{hits.query!r}: {near} {count(hits.total, 'package')}"
    blocks: list[Block] = [head(subject, hits.universe, resolved=False)]
    if hits.hits:
        blocks.append(Table(COLUMNS, tuple(_row(hit) for hit in hits.hits)))
    if hits.total > len(hits.hits):
        blocks.append(line(f"and {count(hits.total - len(hits.hits), 'more package')}; --limit shows more", "dim"))
    return blocks


def _row(hit: Hit) -> tuple[str | Line, ...]:
    package = hit.package
    token = (Span(f" {hit.token}", "cyan"),) if hit.token else ()
    name = (Span(package.name, "bold" if hit.match in ("name", "fuzzy") else ""), *token)
    return (name, package.version, format_size(package.installed_size), hit.description)
