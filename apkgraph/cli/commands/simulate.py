"""`apkgraph simulate … -- APK-ARGUMENTS`: what `apk --simulate` would print, to the letter."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from apkgraph.cli.context import Context
    from apkgraph.mirror.layout import Repository
    from apkgraph.mirror.trust import TrustedIndex

HELP = """\
What apk itself would print for a command, to the letter, on stdout and stderr, with its exit status: as
`apk --root DIR --simulate --no-cache --allow-untrusted APK-ARGUMENTS` prints it for a root with this world and these
installed packages. Nothing is installed, and no apk is needed. Where -X is given, those are the only repositories;
-X also takes an index file itself, an archive or plain text. --json prints one object: the changes, the reasons, and
those lines."""
EXAMPLE = """\
apkgraph simulate --installed /lib/apk/db/installed --world /etc/apk/world -- upgrade -a
apkgraph simulate -X https://dl-cdn.alpinelinux.org/alpine/v3.22/main -- add git
apkgraph simulate -X main.txt -X '@testing overlay.tar.gz' -- add c@testing"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The root's files, and apk's own words."""
    parser.add_argument("--world", metavar="FILE", dest="simulated_world", help="the world (default: empty)")
    parser.add_argument(
        "--installed", metavar="FILE", help="the installed db, or a root that holds one (default: nothing installed)"
    )
    parser.add_argument("--cache", metavar="FILE", help="the index of the package cache")
    parser.add_argument("words", nargs="*", metavar="APK-ARGUMENTS", help="what to give apk, after --: add, del, …")


def run(context: Context) -> int:
    """Simulate, and end as apk would."""
    from datetime import UTC, datetime
    from functools import partial

    from apkgraph.cli.context import write_to
    from apkgraph.inputs.simulation import Root, simulate
    from apkgraph.report.text import clean
    from apkgraph.report.transcript import transcript

    arguments = context.arguments
    simulation = simulate(
        Root(arguments.simulated_world, arguments.installed, arguments.cache),
        arguments.words,
        context.settings,
        partial(_obtain, context),
        datetime.now(UTC).strftime("%Y%m%d.%H%M%S"),
    )
    lines = transcript(simulation.outcome, simulation.warnings, verbosity=simulation.verbosity)
    if context.json:
        from apkgraph.report import json
        from apkgraph.report.simulation import simulation_document

        context.write(json.document(simulation_document(simulation.outcome, lines)))
        return simulation.outcome.exit_status
    context.close()
    for line in lines:
        stream = sys.stderr if line.to_stderr else sys.stdout
        write_to(stream, clean(line.text) if stream.isatty() else line.text)
    return simulation.outcome.exit_status


def _obtain(context: Context, places: Sequence[Repository]) -> tuple[TrustedIndex, ...]:
    """The indexes; one that apk gives up is taken only where there is no earlier one, for apk says so then."""
    from functools import partial

    from apkgraph.errors import IndexFormatError
    from apkgraph.loading.obtained import check_index
    from apkgraph.mirror.source import obtain

    ask = partial(obtain, context.settings, context.progress, places, warn=context.warn)
    try:
        return ask(check=check_index)
    except IndexFormatError:
        return ask()
