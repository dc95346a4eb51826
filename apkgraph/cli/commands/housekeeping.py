"""`apkgraph fetch`, `cache`, `releases` and `config`: what is kept, and by which settings."""

from __future__ import annotations

import time

from apkgraph.cli.parser import Command

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from apkgraph.cli.context import Context
    from apkgraph.settings import Settings


def _fetch_arguments(parser: argparse.ArgumentParser) -> None:
    """The releases and architectures, each perhaps several times."""
    parser.add_argument(
        "--release", action="append", dest="releases", metavar="RELEASE", help="a release to fetch; repeatable"
    )
    parser.add_argument(
        "--arch", action="append", dest="arches", metavar="ARCH", help="an architecture to fetch; repeatable"
    )


def _fetch(context: Context) -> int:
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


def _cache_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do."""
    parser.add_argument("action", nargs="?", choices=("list", "clear"), default="list", help="list (default) or clear")


def _cache(context: Context) -> int:
    """List or clear."""
    return _clear_cache(context) if context.arguments.action == "clear" else _list_cache(context)


def _list_cache(context: Context) -> int:
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


def _clear_cache(context: Context) -> int:
    from apkgraph.report import housekeeping
    from apkgraph.report.documents import housekeeping as documents

    directory, freed = context.settings.cache_dir, context.explorer().clear_cache()
    if context.json:
        context.write_json(documents.cleared_document(directory, freed))
    else:
        context.write_blocks(housekeeping.cleared(directory, freed))
    return 0


def _releases_arguments(_parser: argparse.ArgumentParser) -> None:
    """None of its own; APKGRAPH_RELEASES_URL says where the list lies."""


def _releases(context: Context) -> int:
    """The list as it is cached, fetched, or put together from the cache."""
    from apkgraph.report import housekeeping
    from apkgraph.report.documents import housekeeping as documents

    found = context.explorer().releases()
    if context.json:
        context.write_json(documents.releases_document(found))
    else:
        context.write_blocks(housekeeping.releases(found, time.strftime("%Y-%m-%d", time.gmtime())))
    return 0


def _config_arguments(_parser: argparse.ArgumentParser) -> None:
    """None of its own."""


def _config(context: Context) -> int:
    """Print what was resolved."""
    from apkgraph.report import housekeeping
    from apkgraph.report.documents import housekeeping as documents

    if context.json:
        context.write_json(documents.config_document(context.settings))
    else:
        context.write_blocks(housekeeping.config(context.settings))
    return 0


COMMANDS = {
    "fetch": Command(
        "Fetch and compile the indexes of releases and architectures, so that later commands need not wait.",
        """\
apkgraph fetch
apkgraph fetch --release v3.21 --release v3.22 --arch x86_64 --arch aarch64""",
        _fetch_arguments,
        _fetch,
    ),
    "cache": Command(
        "Show what the cache holds: release, architecture, repository, size, age and signer; or empty it.",
        """\
apkgraph cache
apkgraph cache clear""",
        _cache_arguments,
        _cache,
    ),
    "releases": Command(
        "List Alpine's releases, their architectures and their ends of life.",
        """\
apkgraph releases
apkgraph releases --json""",
        _releases_arguments,
        _releases,
    ),
    "config": Command(
        "Print each setting's value and where it came from: a flag, the environment, the config file or the default.",
        """\
apkgraph config
APKGRAPH_RELEASE=edge apkgraph config --json""",
        _config_arguments,
        _config,
    ),
}
