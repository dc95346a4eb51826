"""A graph as networkx's node-link JSON, under a schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apkgraph.impact.graph import Graph

SCHEMA = "apkgraph.graph/1"


def document(graph: Graph, head: Mapping[str, object]) -> dict[str, object]:
    """The document, `docs/schema/apkgraph.graph-1.json`; `networkx.node_link_graph(document, edges="edges")` reads it.

    `head` is what a document about a set, or about a universe, begins with.
    """
    return {**head, **nx.node_link_data(graph, edges="edges")}
