"""`apkgraph simulate … -- APK-ARGUMENTS`: what `apk --simulate` would print, to the letter."""

from __future__ import annotations

import sys
import time

from apkgraph.cli.parser import Command

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from apkgraph.cli.context import Context


def _simulate_arguments(parser: argparse.ArgumentParser) -> None:
    """The root's files, and apk's own words."""
    parser.add_argument("--world", metavar="FILE", dest="simulated_world", help="the world (default: empty)")
    parser.add_argument(
        "--installed", metavar="FILE", help="the installed db, or a root that holds one (default: nothing installed)"
    )
    parser.add_argument("--cache", metavar="FILE", help="the index of the package cache")
    parser.add_argument("words", nargs="*", metavar="APK-ARGUMENTS", help="apk's own arguments, after --: add, del, …")


def _simulate(context: Context) -> int:
    """Simulate, and end as apk would."""
    from apkgraph.cli.context import write_to
    from apkgraph.report.transcript import transcript

    arguments = context.arguments
    root = (arguments.simulated_world, arguments.installed, arguments.cache)
    simulation = context.explorer().simulate(arguments.words, *root, now=now())
    lines = transcript(simulation.outcome, simulation.warnings, verbosity=simulation.verbosity)
    if context.json:
        from apkgraph.report.documents.questions import simulation_document

        context.write_json(simulation_document(simulation.outcome, lines, simulation.apk))
        return simulation.outcome.exit_status
    context.close()
    for line in lines:
        write_to(sys.stderr if line.to_stderr else sys.stdout, clean_letters(line.text))
    return simulation.outcome.exit_status


def clean_letters(text: str) -> str:
    """A line of apk's with no control characters but its tabs, so that a pager or a log shows no escapes either."""
    from apkgraph.report.text import clean

    return "\t".join(map(clean, text.split("\t")))


def now() -> str:
    """The version that apk gives a virtual package of now."""
    return time.strftime("%Y%m%d.%H%M%S", time.gmtime())


COMMANDS = {
    "simulate": Command(
        """\
What apk itself would print for a command, to the letter, on stdout and stderr, with its exit status: as
`apk --root DIR --simulate --no-cache APK-ARGUMENTS` prints it for a root with this world and these installed packages.
Nothing is installed, and apk is not needed. Where -X is given, those are the only repositories; -X also takes an index
file: an archive, verified like any other, or plain text, which needs --allow-untrusted. --json prints one object: the
changes, the reasons, and those lines.""",
        """\
apkgraph simulate --base docker -- add git
apkgraph simulate --installed / --world /etc/apk/world -- upgrade -a
apkgraph simulate -X ./main -X '@testing ./testing' -- add c@testing
apkgraph simulate --allow-untrusted -X main.txt -- add git""",
        _simulate_arguments,
        _simulate,
    ),
}
