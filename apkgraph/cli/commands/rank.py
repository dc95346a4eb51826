"""`apkgraph rank`: every name of the universe by what it costs."""

from __future__ import annotations

import os

from apkgraph.cli.answer import number

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from apkgraph.cli.context import Context
    from apkgraph.impact.rank import OriginRow, RankRow

HELP = """\
Every name of the universe, one row a name, by what it costs on the base: exactly what `apkgraph cost NAME` says. The
first time takes a while; Ctrl+C keeps what is done, and the same command goes on from there. Then it is kept with the
universe. --json prints one object a line."""
EXAMPLE = """\
apkgraph rank --top 10
apkgraph rank --by rdeps
apkgraph rank --by origin --json"""
BY = ("cost", "download", "closure", "packages", "rdeps", "origin")
TOP = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The order, and how much of it."""
    parser.add_argument("--by", choices=BY, default="cost", help="what to rank by (default: cost)")
    parser.add_argument("--top", type=number, metavar="N", help=f"rows to show (default: {TOP}, with --json all)")
    parser.add_argument("--jobs", type=number, metavar="N", help="processes that work on it (default: one a processor)")


def run(context: Context) -> int:
    """Read or work out the figures, report them in order."""
    from apkgraph.report import rank as report

    explorer, arguments = context.explorer(), context.arguments
    top = arguments.top or TOP
    if arguments.by == "origin":
        origins = explorer.rank_origins()
        if context.json:
            return _lines(context, origins[: arguments.top])
        context.write_blocks(report.report_origins(explorer.universe, origins, top))
        return 0
    rows = _rows(context)
    if context.json:
        return _lines(context, rows[: arguments.top])
    context.write_blocks(report.report(explorer.universe, explorer.base.name, rows, arguments.by, top))
    return 0


def _rows(context: Context) -> list[RankRow]:
    jobs = min(context.arguments.jobs or _processors(), _processors() * 4)
    kept = f"the result is kept under {context.settings.cache_dir}; Ctrl+C keeps what is done"
    context.announce_steps("ranking", f"the first ranking of a universe takes minutes; {kept}")
    try:
        return context.explorer().rank(jobs, by=context.arguments.by)
    except KeyboardInterrupt:
        context.warn("interrupted; what is done is kept: the same command goes on from there")
        raise


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _lines(context: Context, rows: list[RankRow] | list[OriginRow]) -> int:
    from apkgraph.report.documents import to_json_lines
    from apkgraph.report.documents.universe import rank_line

    context.write(to_json_lines(map(rank_line, rows)))
    return 0
