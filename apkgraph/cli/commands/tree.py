"""`apkgraph tree PACKAGE…`: what packages need, as a tree with sizes."""

from __future__ import annotations

from apkgraph.cli.answer import about_set, add_request, answer, number

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from apkgraph.cli.context import Context
    from apkgraph.impact.analysis import Analysis

HELP = """\
What packages need, as a tree: each with its own size, with all that it needs (closure), and with all that only it keeps
(added). Each package is unfolded once; what is in the base already is not unfolded at all."""
EXAMPLE = """\
apkgraph tree git
apkgraph tree git --depth 1
apkgraph tree git --invert --of zlib"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The set, and how to draw it."""
    add_request(parser, "what is added to the base (nothing: the base itself)")
    parser.add_argument("--depth", type=number, metavar="N", help="how many levels below the first to show")
    parser.add_argument("--invert", action="store_true", help="from what is needed up to what needs it")
    parser.add_argument(
        "--of", action="append", default=[], metavar="NAME", help="begin at this package of the set; repeatable"
    )


def run(context: Context) -> int:
    """Solve the set, grow the tree, report it."""
    from apkgraph.report import tree

    arguments = context.arguments

    def ask(analysis: Analysis) -> int:
        found = context.explorer().tree(analysis, inverted=arguments.invert, of=arguments.of, depth=arguments.depth)
        return answer(context, found, tree.report)

    return about_set(context, "apkgraph.tree/1", ask)
