"""A graph as data: GraphML and node-link JSON by networkx's own writers, and CSV."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING

import networkx as nx

from apkgraph.report.text import clean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apkgraph.impact.graph import Graph


def graphml(graph: Graph) -> str:
    """The text of a GraphML file. GraphML knows no lists: tokens stand in one string, with spaces between them."""
    flat: Graph = nx.DiGraph()
    flat.add_nodes_from((clean(node), _flat(facts)) for node, facts in graph.nodes(data=True))
    flat.add_edges_from((clean(node), clean(other), _flat(facts)) for node, other, facts in graph.edges(data=True))
    return "\n".join(nx.generate_graphml(flat)) + "\n"


def _flat(facts: Mapping[str, object]) -> dict[str, str | int]:
    return {key: _scalar(value) for key, value in facts.items()}


def _scalar(value: object) -> str | int:
    if isinstance(value, list):
        return clean(" ".join(value))
    return value if isinstance(value, int) else clean(str(value))


SCHEMA = "apkgraph.graph/1"


def node_link(graph: Graph, head: Mapping[str, object]) -> dict[str, object]:
    """The document, `docs/schema/apkgraph.graph-1.json`; `networkx.node_link_graph(document, edges="edges")` reads it.

    `head` is what a document about a set, or about a universe, begins with.
    """
    return {**head, **nx.node_link_data(graph, edges="edges")}


_CSV_HEADER = (
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


def edge_list(graph: Graph) -> str:
    """The text of the CSV file, with a header; lists have spaces between their items."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_CSV_HEADER)
    for node, other, facts in graph.edges(data=True):
        package = graph.nodes[other]
        kind = "dependency" if facts["tokens"] else "install_if"
        lists = (" ".join(facts["tokens"]), " ".join(facts["triggers"]))
        writer.writerow(
            [_safe(cell) for cell in (node, other, kind, *lists)] + [_safe(package[key]) for key in _CSV_HEADER[5:]]
        )
    return text.getvalue()


def _safe(cell: object) -> str:
    """No cell that a spreadsheet would take for a formula: none of apk's names or versions begins so."""
    text = clean(str(cell))
    return f"'{text}" if text.lstrip()[:1] in ("=", "+", "-", "@") and text != "@world" else text
