"""`apkgraph search TEXT`: find packages."""

from __future__ import annotations

from apkgraph.cli.answer import answer, number

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from apkgraph.cli.context import Context

HELP = """\
Find packages by name, by what they provide, or by their description, best first; near names where nothing matches.
so:NAME, cmd:NAME, pc:NAME and /PATH look for what packages provide."""
EXAMPLE = """\
apkgraph search http server
apkgraph search cmd:node
apkgraph search /bin/sh"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words, and how many hits."""
    parser.add_argument("words", nargs="+", metavar="TEXT", help="words that must all match, or one token or path")
    parser.add_argument("--limit", type=number, default=40, metavar="N", help="packages to show (default: 40)")


def run(context: Context) -> int:
    """Search, report; an error where nothing is even near."""
    from apkgraph.errors import NotFoundError
    from apkgraph.report import search

    hits = context.explorer().search(" ".join(context.arguments.words), context.arguments.limit)
    if hits.hits or context.json:
        answer(context, hits, search.report)
    if not hits.hits:
        message = f"nothing in this universe is like {hits.query!r}"
        raise NotFoundError(message)
    return 0
