"""`apkgraph releases`: Alpine's releases, their architectures and ends of life."""

from __future__ import annotations

import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from apkgraph.cli.context import Context

HELP = "List Alpine's releases, their architectures and their ends of life."
EXAMPLE = """\
apkgraph releases
apkgraph releases --json"""


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """None of its own; APKGRAPH_RELEASES_URL says where the list lies."""


def run(context: Context) -> int:
    """The list as it is cached, fetched, or put together from the cache."""
    from apkgraph.report import housekeeping
    from apkgraph.report.documents import housekeeping as documents

    found = context.explorer().releases()
    if context.json:
        context.write_json(documents.releases_document(found))
    else:
        context.write_blocks(housekeeping.releases(found, time.strftime("%Y-%m-%d", time.gmtime())))
    return 0
