"""`apkgraph simulate … -- APK-ARGUMENTS`: what `apk --simulate` would print, to the letter."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from apkgraph.cli.context import Context
    from apkgraph.mirror.layout import Repository
    from apkgraph.mirror.trust import TrustedIndex
    from apkgraph.settings import Settings

HELP = """\
What apk itself would print for a command, to the letter, on stdout and stderr, with its exit status: as
`apk --root DIR --simulate --no-cache APK-ARGUMENTS` prints it for a root with this world and these installed packages.
Nothing is installed, and apk is not needed. Where -X is given, those are the only repositories; -X also takes an index
file: an archive, verified like any other, or plain text, which needs --allow-untrusted. --json prints one object: the
changes, the reasons, and those lines."""
EXAMPLE = """\
apkgraph simulate --installed /lib/apk/db/installed --world /etc/apk/world -- upgrade -a
apkgraph simulate -X https://dl-cdn.alpinelinux.org/alpine/v3.22/main -- add git
apkgraph simulate --allow-untrusted -X main.txt -X '@testing overlay.tar.gz' -- add c@testing"""


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
    from functools import partial

    from apkgraph.cli.context import write_to
    from apkgraph.dockerfile.simulation import Root, simulate
    from apkgraph.report.transcript import transcript

    arguments = context.arguments
    simulation = simulate(
        Root(arguments.simulated_world, arguments.installed, arguments.cache),
        arguments.words,
        context.settings,
        partial(_obtain, context),
        now(),
    )
    lines = transcript(simulation.outcome, simulation.warnings, verbosity=simulation.verbosity)
    if context.json:
        from apkgraph.report import json
        from apkgraph.report.simulation import simulation_document

        context.write(json.document(simulation_document(simulation.outcome, lines, simulation.apk)))
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


def _obtain(context: Context, settings: Settings, places: Sequence[Repository]) -> Sequence[TrustedIndex | None]:
    """The indexes, None for one that is not available while apk is told not to use the network.

    One that apk gives up is taken only where there is no earlier one, for apk says so then.
    """
    from functools import partial

    from apkgraph.errors import IndexFormatError, MirrorError
    from apkgraph.loading.obtained import check_index
    from apkgraph.mirror.source import obtain

    if not places:
        return ()
    ask = partial(obtain, settings, context.progress, warn=context.warn)
    try:
        return ask(places, check=check_index)
    except IndexFormatError:
        return ask(places)
    except MirrorError:
        if context.settings.offline or not settings.offline:
            raise
    if len(places) == 1:
        return (None,)
    return tuple(index for place in places for index in _obtain(context, settings, [place]))
