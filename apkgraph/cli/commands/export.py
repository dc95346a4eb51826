"""`apkgraph export`: a solution or a universe as a graph, for other programs."""

from __future__ import annotations

from apkgraph.cli.answer import about_set, add_request
from apkgraph.cli.parser import Command
from apkgraph.errors import InputError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from apkgraph.cli.context import Context
    from apkgraph.impact.analysis import Analysis
    from apkgraph.impact.graph import PackageGraph
    from apkgraph.report.documents.parts import Document

FORMATS = ("json", "dot", "graphml", "mermaid", "csv")


def _export_arguments(parser: argparse.ArgumentParser) -> None:
    """What to export, and how."""
    add_request(parser, "what is added to the base (nothing: the base itself)")
    parser.add_argument("--format", choices=FORMATS, default="json", help="the format (default: json)")
    parser.add_argument("--universe", action="store_true", help="the whole universe instead of a set")
    parser.add_argument("-o", "--output", metavar="FILE", help="write there instead of to stdout")


def _export(context: Context) -> int:
    """Make the graph, write it."""
    from apkgraph.report.documents.parts import universe_head
    from apkgraph.report.graph.data import SCHEMA

    arguments = context.arguments
    if context.json and arguments.format != "json":
        message = f"--json and --format {arguments.format} exclude each other"
        raise UsageError(message)
    if arguments.universe:
        if arguments.request:
            message = "--universe exports everything: name no packages with it"
            raise UsageError(message)
        explorer = context.explorer()
        head = universe_head(SCHEMA, explorer.universe)
        return _write(context, _rendered(explorer.universe_graph(), head, arguments.format))
    return about_set(context, SCHEMA, lambda analysis: _export_set(context, analysis))


def _export_set(context: Context, analysis: Analysis) -> int:
    from apkgraph.report.documents.parts import set_head
    from apkgraph.report.graph.data import SCHEMA

    graph = context.explorer().solution_graph(analysis)
    return _write(context, _rendered(graph, set_head(SCHEMA, analysis), context.arguments.format))


def _rendered(graph: PackageGraph, head: Document, form: str) -> str:
    from apkgraph.report.documents import to_json
    from apkgraph.report.graph import data, dot, mermaid

    match form:
        case "dot":
            return dot.render(graph)
        case "graphml":
            return data.graphml(graph)
        case "mermaid":
            return mermaid.render(graph)
        case "csv":
            return data.edge_list(graph)
    return to_json(data.node_link(graph, head))


def _write(context: Context, text: str) -> int:
    path = context.arguments.output
    if path is None:
        context.write(text)
        return 0
    try:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        message = f"{path}: cannot be written ({error.strerror})"
        raise InputError(message) from None
    return 0


COMMANDS = {
    "export": Command(
        """\
A set with its base as a graph: JSON (networkx's node-link form), DOT for Graphviz, GraphML, a Mermaid flowchart, or
CSV. Or the whole universe: every token with its provider and the alternatives.""",
        """\
apkgraph export git --format dot | dot -Tsvg > git.svg
apkgraph export git --format mermaid --base none
apkgraph export --universe --format graphml --output universe.graphml""",
        _export_arguments,
        _export,
    ),
}
