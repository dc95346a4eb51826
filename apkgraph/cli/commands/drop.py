"""`apkgraph drop`: what could go from a set, and what that would free."""

from __future__ import annotations

from apkgraph.cli.answer import about_set, add_request, answer

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from apkgraph.cli.context import Context
    from apkgraph.impact.analysis import Analysis

HELP = """\
What can be removed from a world, an installed system or a set: each requested package with the size that removing it
would free (found by solving again without it), and the packages that only an install_if brought."""
EXAMPLE = """\
apkgraph drop git curl
apkgraph drop --base installed:/
apkgraph drop --base world:/etc/apk/world --json"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The set."""
    add_request(parser, "what is added to the base (nothing: the base itself)")


def run(context: Context) -> int:
    """Solve the set, try every entry of its world, report."""
    from apkgraph.report import drop

    def ask(analysis: Analysis) -> int:
        return answer(context, context.explorer().drop(analysis), drop.report)

    return about_set(context, "apkgraph.drop/2", ask)
