"""`apkgraph why`, `why-not`, `tree` and `drop`: questions about one set."""

from __future__ import annotations

from apkgraph.cli.answer import about_set, add_request, answer, number
from apkgraph.cli.parser import Command
from apkgraph.errors import NotFoundError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from apkgraph.cli.context import Context
    from apkgraph.impact.analysis import Analysis


def _why_arguments(parser: argparse.ArgumentParser) -> None:
    """The target, the set, and how many chains."""
    parser.add_argument("target", metavar="TARGET", help="a package of the set, or a token that one of them provides")
    add_request(parser, "what is added to the base (nothing: why it is in the base)")
    parser.add_argument("--all", action="store_true", dest="every", help="every simple path, not only the shortest")
    parser.add_argument("--limit", type=number, default=20, metavar="N", help="chains to show (default: 20)")


def _why(context: Context) -> int:
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


def _why_not_arguments(parser: argparse.ArgumentParser) -> None:
    """The set."""
    add_request(parser, "what should be added to the base together", required=True)


def _why_not(context: Context) -> int:
    """Solve the set, find the conflict, report it."""
    from apkgraph.report.why import report_failure

    explorer = context.explorer()
    analysis = explorer.analyse(context.arguments.request)
    answer(context, explorer.why_not(analysis), report_failure)
    missing = [reason.name for reason in analysis.solution.reasons if reason.kind == "missing"]
    unknown = next((each for each in analysis.request if each.name in missing and not each.conflict), None)
    if unknown is not None:
        raise explorer.no_such_name(unknown.name)
    return 0


def _tree_arguments(parser: argparse.ArgumentParser) -> None:
    """The set, and how to draw it."""
    add_request(parser, "what is added to the base (nothing: the base itself)")
    parser.add_argument("--depth", type=number, metavar="N", help="how many levels below the first to show")
    parser.add_argument("--invert", action="store_true", help="invert the tree: below a package, what needs it")
    parser.add_argument(
        "--of", action="append", default=[], metavar="NAME", help="start at this package of the set; repeatable"
    )


def _tree(context: Context) -> int:
    """Solve the set, grow the tree, report it."""
    from apkgraph.report import tree

    arguments = context.arguments

    def ask(analysis: Analysis) -> int:
        found = context.explorer().tree(analysis, inverted=arguments.invert, of=arguments.of, depth=arguments.depth)
        return answer(context, found, tree.report)

    return about_set(context, "apkgraph.tree/1", ask)


def _drop_arguments(parser: argparse.ArgumentParser) -> None:
    """The set."""
    add_request(parser, "what is added to the base (nothing: the base itself)")


def _drop(context: Context) -> int:
    """Solve the set, try every entry of its world, report."""
    from apkgraph.report import drop

    def ask(analysis: Analysis) -> int:
        return answer(context, context.explorer().drop(analysis), drop.report)

    return about_set(context, "apkgraph.drop/2", ask)


COMMANDS = {
    "why": Command(
        """\
Why a package is in a set, or in the base: the shortest chains from the request, each step with the token that chose it.
A package that its install_if added is reached from the last of its triggers.""",
        """\
apkgraph why libcurl git
apkgraph why ssl_client
apkgraph why so:libz.so.1 git curl --all --limit 50""",
        _why_arguments,
        _why,
    ),
    "why-not": Command(
        """\
Why packages cannot be installed together: the smallest part of them that fails, and which packages in it conflict.
If they can be installed, the answer says so.""",
        """\
apkgraph why-not '!libcurl' git
apkgraph why-not 'git>3'""",
        _why_not_arguments,
        _why_not,
    ),
    "tree": Command(
        """\
What packages need, as a tree: for each its own size, its size with all that it needs (closure), and what removing it
would free (added). Each package is expanded once; packages of the base are not expanded.""",
        """\
apkgraph tree git
apkgraph tree git --depth 1
apkgraph tree git --invert --of zlib""",
        _tree_arguments,
        _tree,
    ),
    "drop": Command(
        """\
What can be removed from a world, an installed system or a set: each requested package with the size that removing it
would free (found by solving again without it), and the packages that only their install_if added.""",
        """\
apkgraph drop git curl
apkgraph drop --base installed:/
apkgraph drop --base world:/etc/apk/world --json""",
        _drop_arguments,
        _drop,
    ),
}
