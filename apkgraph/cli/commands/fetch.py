"""`apkgraph fetch`: warm the cache, for several releases and architectures at once."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from apkgraph.cli.context import Context
    from apkgraph.settings import Settings

HELP = "Fetch and compile the indexes of releases and architectures, so that the next questions need not wait."
EXAMPLE = """\
apkgraph fetch
apkgraph fetch --release v3.21 --release v3.22 --arch x86_64 --arch aarch64"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The releases and architectures, each perhaps several times."""
    parser.add_argument("--release", action="append", dest="releases", metavar="RELEASE", help="repeatable")
    parser.add_argument("--arch", action="append", dest="arches", metavar="ARCH", help="repeatable")


def run(context: Context) -> int:
    """Ask for all of them side by side, then compile each universe."""
    from apkgraph.report import housekeeping
    from apkgraph.report.documents import housekeeping as documents

    indexes = context.explorer().fetch(_combinations(context))
    if context.json:
        context.write_json(documents.fetched_document(indexes))
    else:
        context.write_blocks(housekeeping.fetched(indexes))
    return 0


def _combinations(context: Context) -> list[Settings]:
    settings, arguments = context.settings, context.arguments
    return [
        settings.replace(release=release, arch=arch)
        for release in arguments.releases or [settings.release]
        for arch in arguments.arches or [settings.arch]
    ]
