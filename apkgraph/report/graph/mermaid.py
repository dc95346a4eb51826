"""A graph as a Mermaid flowchart, for Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apkgraph.impact.graph import WORLD
from apkgraph.model.size import format_size
from apkgraph.report.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apkgraph.impact.graph import PackageGraph


def render(graph: PackageGraph) -> str:
    """The text of the flowchart; install_if is dashed, what was asked for has a bold border, the base is grey."""
    names = {node: f"n{number}" for number, node in enumerate(graph.nodes)}
    lines = ["flowchart LR", *_nodes(graph, names), *_edges(graph, names)]
    lines += ["  classDef requested stroke-width:3px", "  classDef base fill:#eee,color:#777"]
    return "\n".join(lines) + "\n"


def _nodes(graph: PackageGraph, names: dict[str, str]) -> Iterator[str]:
    for node, facts in graph.nodes.items():
        if node == WORLD:
            yield f"  {names[node]}((world))"
            continue
        kind = ":::requested" if facts.get("requested") else ":::base" if facts.get("base") else ""
        text = f"{facts.get('name', node)} {facts['version']}"
        yield f'  {names[node]}["{_escaped(text)}<br/>{format_size(facts["installed_size"])}"]{kind}'


def _edges(graph: PackageGraph, names: dict[str, str]) -> Iterator[str]:
    for node, other, facts in graph.edges():
        tokens, triggers = facts["tokens"], facts["triggers"]
        arrow = "-->" if tokens else "-.->"
        text = " ".join(tokens) if tokens else f"install_if {' '.join(triggers)}"
        yield f'  {names[node]} {arrow}|"{_escaped(text)}"| {names[other]}'


def _escaped(text: str) -> str:
    """Mermaid's entities for what it would read as syntax."""
    entities = {"#": "#35;", '"': "#quot;", "<": "#lt;", ">": "#gt;", "&": "#amp;"}
    return "".join(entities.get(character, character) for character in clean(text))
