"""A graph for Graphviz: nodes as large and as warm as their sizes, edges labelled with their tokens."""

from __future__ import annotations

from math import log2, sqrt
from typing import TYPE_CHECKING

from apkgraph.impact.graph import WORLD
from apkgraph.model.size import format_size
from apkgraph.report.text import clean, truncate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apkgraph.impact.graph import PackageGraph

_TOKENS = 3  # of an edge that its label shows
_LONGEST = 40
_SMALL = 4096  # bytes up to which a node is as cool and as small as can be
_STEPS = 14  # doublings from there to the warmest
_LARGEST_FONT = 26


def render(graph: PackageGraph) -> str:
    """The text of a DOT file; `dot -Tsvg` draws it."""
    return "\n".join(["digraph apkgraph {", *_defaults(), *_nodes(graph), *_edges(graph), "}"]) + "\n"


def _defaults() -> list[str]:
    return [
        '  graph [rankdir=LR, bgcolor="white", nodesep=0.25, ranksep=0.9, outputorder=edgesfirst];',
        '  node [shape=box, style="rounded,filled", fontname="Helvetica", color="#00000033", margin="0.14,0.07"];',
        '  edge [fontname="Helvetica", fontsize=9, color="#888888", fontcolor="#555555", arrowsize=0.7];',
    ]


def _nodes(graph: PackageGraph) -> Iterator[str]:
    for node, facts in graph.nodes.items():
        if node == WORLD:
            yield f'  {_quoted(node)} [label="world", shape=ellipse, fillcolor="white", color="black"];'
            continue
        size = facts["installed_size"]
        label = f"{_escaped(facts.get('name', node))}\\n{_escaped(facts['version'])}\\n{format_size(size)}"
        border = ', color="black", penwidth=2' if facts.get("requested") else ""
        yield (
            f'  {_quoted(node)} [label="{label}", fillcolor="{_fill(size, in_base=bool(facts.get("base")))}", '
            f"fontsize={_font(size):.1f}{border}];"
        )


def _edges(graph: PackageGraph) -> Iterator[str]:
    for node, other, facts in graph.edges():
        tokens, triggers = facts["tokens"], facts["triggers"]
        label = _label(tokens) if tokens else _label(["install_if", *triggers])
        style = "" if tokens else ', style=dashed, color="#9955bb", fontcolor="#9955bb"'
        yield f'  {_quoted(node)} -> {_quoted(other)} [label="{label}"{style}];'


def _label(tokens: list[str]) -> str:
    shown = [_escaped(truncate(clean(token), _LONGEST)) for token in tokens[:_TOKENS]]
    more = len(tokens) - len(shown)
    return "\\n".join([*shown, f"+{more}"] if more else shown)


def _warmth(size: int) -> float:
    """From 0 to 1, by doublings."""
    return min(1.0, log2(max(size, _SMALL) / _SMALL) / _STEPS)


def _fill(size: int, *, in_base: bool) -> str:
    """Hue, saturation and value: from a cool blue to a warm red; what is in the base stays grey."""
    if in_base:
        return "0.000 0.000 0.930"
    warmth = _warmth(size)
    return f"{0.58 - 0.58 * warmth:.3f} {0.12 + 0.43 * warmth:.3f} 1.000"


def _font(size: int) -> float:
    return 10 + (_LARGEST_FONT - 10) * sqrt(_warmth(size)) * _warmth(size)


def _quoted(text: str) -> str:
    return f'"{_escaped(text)}"'


def _escaped(text: str) -> str:
    return clean(text).replace("\\", "\\\\").replace('"', '\\"')
