"""A graph as CSV: a row an edge, with the facts of the package that it leads to."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING

from apkgraph.report.text import clean

if TYPE_CHECKING:
    from apkgraph.impact.graph import Graph

HEADER = (
    "from",
    "to",
    "kind",
    "tokens",
    "triggers",
    "version",
    "installed_size",
    "download_size",
    "repository",
    "origin",
    "license",
)


def render(graph: Graph) -> str:
    """The text of the CSV file, with a header; lists have spaces between their items."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    for node, other, facts in graph.edges(data=True):
        package = graph.nodes[other]
        kind = "dependency" if facts["tokens"] else "install_if"
        lists = (" ".join(facts["tokens"]), " ".join(facts["triggers"]))
        writer.writerow(
            [_safe(cell) for cell in (node, other, kind, *lists)] + [_safe(package[key]) for key in HEADER[5:]]
        )
    return text.getvalue()


def _safe(cell: object) -> str:
    """No cell that a spreadsheet would take for a formula: none of apk's names or versions begins so."""
    text = clean(str(cell))
    return f"'{text}" if text.lstrip()[:1] in ("=", "+", "-", "@") and text != "@world" else text
