"""`apkgraph cache`: what the cache holds; `apkgraph cache clear`: empty it."""

from __future__ import annotations

import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from apkgraph.cli.context import Context

HELP = "Show what the cache holds: release, architecture, repository, size, age and signer; or empty it."
EXAMPLE = """\
apkgraph cache
apkgraph cache clear"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do."""
    parser.add_argument("action", nargs="?", choices=("list", "clear"), default="list", help="list (default) or clear")


def run(context: Context) -> int:
    """List or clear."""
    return _clear(context) if context.arguments.action == "clear" else _list(context)


def _list(context: Context) -> int:
    from apkgraph.report import housekeeping
    from apkgraph.report.documents import housekeeping as documents

    held, found = context.explorer().cached()
    entries = sorted(held, key=lambda entry: (entry.release, entry.arch, entry.repository, entry.url))
    directory = context.settings.cache_dir
    if context.json:
        context.write_json(documents.cache_document(directory, entries, found))
    else:
        context.write_blocks(housekeeping.cached(directory, entries, found, time.time()))
    return 0


def _clear(context: Context) -> int:
    from apkgraph.report import housekeeping
    from apkgraph.report.documents import housekeeping as documents

    directory, freed = context.settings.cache_dir, context.explorer().clear_cache()
    if context.json:
        context.write_json(documents.cleared_document(directory, freed))
    else:
        context.write_blocks(housekeeping.cleared(directory, freed))
    return 0
