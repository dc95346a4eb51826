"""A graph as GraphML, by networkx's own writer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx

from apkgraph.report.text import clean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apkgraph.impact.graph import Graph


def render(graph: Graph) -> str:
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
