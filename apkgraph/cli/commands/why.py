"""`apkgraph why TARGET PACKAGE…`: why a package is in a set."""

from __future__ import annotations

from apkgraph.cli.answer import about_set, add_request, answer, number
from apkgraph.errors import NotFoundError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from apkgraph.cli.context import Context
    from apkgraph.impact.analysis import Analysis

HELP = """\
Why a package is in a set, or in the base: the shortest chains from what was asked for, each step with the token that
chose it. A package that its install_if brought is reached from the last of its triggers."""
EXAMPLE = """\
apkgraph why libcurl git
apkgraph why ssl_client
apkgraph why so:libz.so.1 git curl --all --limit 50"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The target, the set, and how many chains."""
    parser.add_argument("target", metavar="TARGET", help="a package of the set, or a token that one of them serves")
    add_request(parser, "what is added to the base (nothing: why it is in the base)")
    parser.add_argument("--all", action="store_true", dest="every", help="every simple path, not only the shortest")
    parser.add_argument("--limit", type=number, default=20, metavar="N", help="chains to show (default: 20)")


def run(context: Context) -> int:
    """Solve the set, look for chains, report them."""
    from apkgraph.report import why

    arguments = context.arguments

    def ask(analysis: Analysis) -> int:
        target = arguments.target
        if not arguments.request and analysis.find(target) is None and analysis.universe.providers(target):
            message = f"{target} is not in the base; add it: apkgraph why {target} {target}"
            raise NotFoundError(message)
        found = context.explorer().why(analysis, target, every=arguments.every, limit=arguments.limit)
        return answer(context, found, why.report)

    return about_set(context, "apkgraph.why/1", ask)
