"""`apkgraph show`, `search`, `rdeps` and `rank`: questions about a whole universe."""

from __future__ import annotations

import os

from apkgraph.cli.answer import answer, number
from apkgraph.cli.parser import Command

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from apkgraph.cli.context import Context
    from apkgraph.impact.rank import OriginRow, RankRow

_BY = ("cost", "download", "closure", "packages", "rdeps", "origin")
_TOP = 20


def _show_arguments(parser: argparse.ArgumentParser) -> None:
    """The package."""
    parser.add_argument("name", metavar="PACKAGE", help="a package, or a token: its first provider is shown")
    parser.add_argument(
        "--format",
        choices=("text", "renovate"),
        default="text",
        help="text (default), or renovate: its versions for a custom datasource",
    )


def _show(context: Context) -> int:
    """Look at the package, report it."""
    from apkgraph.report import show

    described = context.explorer().show(context.arguments.name)
    if context.arguments.format == "renovate":
        from apkgraph.report.documents.questions import renovate_datasource

        context.write_json(renovate_datasource(described))
        return 0
    return answer(context, described, show.report)


def _search_arguments(parser: argparse.ArgumentParser) -> None:
    """The words, and how many hits."""
    parser.add_argument("words", nargs="+", metavar="TEXT", help="words that must all match, or one token or path")
    parser.add_argument("--limit", type=number, default=40, metavar="N", help="packages to show (default: 40)")


def _search(context: Context) -> int:
    """Search, report; an error where nothing is even near."""
    from apkgraph.errors import NotFoundError
    from apkgraph.report import universe as report

    hits = context.explorer().search(" ".join(context.arguments.words), context.arguments.limit)
    if hits.hits or context.json:
        answer(context, hits, report.search)
    if not hits.hits:
        message = f"no package matches {hits.query!r}"
        raise NotFoundError(message)
    return 0


def _rdeps_arguments(parser: argparse.ArgumentParser) -> None:
    """The name, and how far to look."""
    parser.add_argument("name", metavar="NAME", help="a package, or a token: so:libz.so.1, cmd:git, /bin/sh")
    parser.add_argument("--recursive", action="store_true", help="also what depends on those, and so on")
    parser.add_argument("--install-if", action="store_true", help="also follow install_if")


def _rdeps(context: Context) -> int:
    """Look through the universe, report."""
    from apkgraph.report import universe as report

    arguments = context.arguments
    found = context.explorer().dependents(
        arguments.name, recursive=arguments.recursive, install_if=arguments.install_if
    )
    return answer(context, found, report.rdeps)


def _rank_arguments(parser: argparse.ArgumentParser) -> None:
    """The order, and how much of it."""
    parser.add_argument("--by", choices=_BY, default="cost", help="what to rank by (default: cost)")
    parser.add_argument("--top", type=number, metavar="N", help=f"rows to show (default: {_TOP}, with --json all)")
    parser.add_argument("--jobs", type=number, metavar="N", help="worker processes (default: one per processor)")


def _rank(context: Context) -> int:
    """Read or work out the figures, report them in order."""
    from apkgraph.report import universe as report

    explorer, arguments = context.explorer(), context.arguments
    top = arguments.top or _TOP
    if arguments.by == "origin":
        origins = explorer.rank_origins()
        if context.json:
            return _write_lines(context, origins[: arguments.top])
        context.write_blocks(report.rank_origins(explorer.universe, origins, top))
        return 0
    rows = _rank_rows(context)
    if context.json:
        return _write_lines(context, rows[: arguments.top])
    context.write_blocks(report.rank(explorer.universe, explorer.base.name, rows, arguments.by, top))
    return 0


def _rank_rows(context: Context) -> list[RankRow]:
    jobs = min(context.arguments.jobs or _processors(), _processors() * 4)
    kept = f"the result is kept under {context.settings.cache_dir}; after Ctrl+C the same command continues"
    context.announce_steps("ranking", f"the first ranking of a universe takes minutes; {kept}")
    try:
        return context.explorer().rank(jobs, by=context.arguments.by)
    except KeyboardInterrupt:
        context.warn("interrupted; run the same command again to continue")
        raise


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _write_lines(context: Context, rows: list[RankRow] | list[OriginRow]) -> int:
    from apkgraph.report.documents import to_json_lines
    from apkgraph.report.documents.questions import rank_line

    context.write(to_json_lines(map(rank_line, rows)))
    return 0


COMMANDS = {
    "show": Command(
        """\
Everything about one package: its fields, its sizes, its cost on the base, the provider of each of its dependencies with
the alternatives and their costs, and the other packages of its origin.""",
        """\
apkgraph show git
apkgraph show cmd:node --json
apkgraph show git --format renovate""",
        _show_arguments,
        _show,
    ),
    "search": Command(
        """\
Find packages by name, by what they provide, or by their description, best first; near names where nothing matches.
so:NAME, cmd:NAME, pc:NAME and /PATH look for what packages provide.""",
        """\
apkgraph search http server
apkgraph search cmd:node
apkgraph search /bin/sh""",
        _search_arguments,
        _search,
    ),
    "rdeps": Command(
        """\
What depends on a name, in the whole universe: on a package, by its name or anything that it provides, or on one token
such as so:libssl.so.3. Conflicts are listed too; install_if only with --install-if.""",
        """\
apkgraph rdeps so:libssl.so.3
apkgraph rdeps zlib --recursive --json
apkgraph rdeps docs --install-if""",
        _rdeps_arguments,
        _rdeps,
    ),
    "rank": Command(
        """\
Every name of the universe, one row per name, by what it costs on the base: exactly what `apkgraph cost NAME` says. The
first run takes minutes; after Ctrl+C the same command continues where it stopped. The result is cached. --json prints
one object per line.""",
        """\
apkgraph rank --top 10
apkgraph rank --by rdeps
apkgraph rank --by origin --json""",
        _rank_arguments,
        _rank,
    ),
}
