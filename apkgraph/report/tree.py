"""A tree as text: sizes in front, so that they line up, then the branches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apkgraph.model.size import format_size
from apkgraph.report.blocks import ROOMY, Column, Span, Table, line
from apkgraph.report.words import head, set_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apkgraph.impact.tree import Node, Tree
    from apkgraph.report.blocks import Block, Line

COLUMNS = (
    Column("OWN", right=True),
    Column("CLOSURE", right=True),
    Column("ADDED", right=True, room=ROOMY),
    Column("PACKAGE", flexible=True),
)
_GUIDED = 40  # levels; of more, the number of those to the left is shown
MARKS = {"repeated": " (above)", "base": " (in the base)", "depth": " …"}


def report(tree: Tree) -> list[Block]:
    """A headline, then a row a node."""
    subject = f"who needs whom in {set_text(tree.analysis)}" if tree.inverted else set_text(tree.analysis)
    if not tree.nodes:
        return [head(subject, tree.analysis.universe), line("nothing")]
    rows = tuple(
        (
            format_size(node.package.installed_size),
            format_size(node.closure_size),
            format_size(node.added_size),
            (Span(guide, "dim"), *_label(node)),
        )
        for node, guide in zip(tree.nodes, _guides(tree.nodes), strict=True)
    )
    return [head(subject, tree.analysis.universe), Table(COLUMNS, rows)]


def _guides(nodes: tuple[Node, ...]) -> Iterator[str]:
    """The branches in front of each node: which of its ancestors have siblings below; of the last so many levels."""
    lasts: list[bool] = []
    for node in nodes:
        del lasts[node.depth :]
        lasts.append(node.last)
        hidden = max(node.depth - 1 - _GUIDED, 0)
        above = f"[{hidden}] " * bool(hidden) + "".join("    " if last else "│   " for last in lasts[1 + hidden : -1])
        yield above + ("└── " if node.last else "├── ") if node.depth else ""


def _label(node: Node) -> Line:
    style = "dim" if node.folded == "base" else "bold" if node.depth == 0 else ""
    spans = [Span(node.package.name, style), Span(f" {node.package.version}", "dim")]
    tokens = " ".join(token for token in node.tokens if token != node.package.name)
    if node.triggers:
        spans.append(Span(f"  install_if {' '.join(node.triggers)}", "magenta"))
    elif tokens:
        spans.append(Span(f"  {tokens}", "cyan"))
    if node.folded:
        spans.append(Span(MARKS[node.folded], "dim"))
    return tuple(spans)
