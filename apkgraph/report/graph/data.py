"""A graph as data: GraphML, node-link JSON as networkx has it, and CSV."""

from __future__ import annotations

import csv
from html import escape
from io import StringIO
from typing import TYPE_CHECKING

from apkgraph.report.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from apkgraph.impact.graph import PackageGraph


_GRAPHML = """\
<?xml version="1.0" encoding="utf-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">"""
_TYPES = {bool: "boolean", int: "long", str: "string"}


def graphml(graph: PackageGraph) -> str:
    """The text of a GraphML file. GraphML has no lists: tokens are one string, separated by spaces."""
    keys: dict[tuple[str, str, str], str] = {}
    lines: list[str] = []
    for node, facts in graph.nodes.items():
        lines += (f'<node id="{_escaped(node)}">', *_data("node", facts, keys), "</node>")
    for node, other, tokens in graph.edges():
        edge = f'<edge source="{_escaped(node)}" target="{_escaped(other)}">'
        words = {name: " ".join(words) for name, words in tokens.items()}
        lines += (edge, *_data("edge", words, keys), "</edge>")
    declared = (
        f'<key id="{key}" for="{kind}" attr.name="{name}" attr.type="{type_}"/>'
        for (kind, name, type_), key in keys.items()
    )
    return "\n".join([_GRAPHML, *declared, '<graph edgedefault="directed">', *lines, "</graph>", "</graphml>\n"])


def _data(kind: str, facts: Mapping[str, str | int], keys: dict[tuple[str, str, str], str]) -> Iterator[str]:
    """A line a fact; `keys` gets the id of each kind of fact that comes."""
    for name, value in facts.items():
        key = keys.setdefault((kind, name, _TYPES[type(value)]), f"d{len(keys)}")
        text = _escaped(value) if isinstance(value, str) else str(value).lower()
        yield f'<data key="{key}">{text}</data>'


def _escaped(text: str) -> str:
    return escape(clean(text))


SCHEMA = "apkgraph.graph/1"


def node_link(graph: PackageGraph, head: Mapping[str, object]) -> dict[str, object]:
    """The document, `docs/schema/apkgraph.graph-1.json`; `networkx.node_link_graph(document, edges="edges")` reads it.

    `head` is what a document about a set, or about a universe, begins with.
    """
    return {
        **head,
        "directed": True,
        "multigraph": False,
        "graph": {},
        "nodes": [{**facts, "id": node} for node, facts in graph.nodes.items()],
        "edges": [{**facts, "source": node, "target": other} for node, other, facts in graph.edges()],
    }


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


def edge_list(graph: PackageGraph) -> str:
    """The text of the CSV file, with a header; lists have spaces between their items."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_CSV_HEADER)
    for node, other, facts in graph.edges():
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
