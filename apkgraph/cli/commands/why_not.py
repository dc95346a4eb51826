"""`apkgraph why-not PACKAGE…`: why packages do not go together."""

from __future__ import annotations

from apkgraph.cli.answer import add_request, answer

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from apkgraph.cli.context import Context

HELP = """\
Why packages do not go together: the smallest part of them that fails, and what in it excludes what. Answers, too, where
nothing stands in the way."""
EXAMPLE = """\
apkgraph why-not '!libcurl' git
apkgraph why-not 'git>3'"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The set."""
    add_request(parser, "what should be added to the base together", required=True)


def run(context: Context) -> int:
    """Solve the set, look for what stands in its way, report it."""
    from apkgraph.report import why_not

    explorer = context.explorer()
    analysis = explorer.analyse(context.arguments.request)
    answer(context, explorer.why_not(analysis), why_not.report)
    missing = [reason.name for reason in analysis.solution.reasons if reason.kind == "missing"]
    unknown = next((each for each in analysis.request if each.name in missing and not each.conflict), None)
    if unknown is not None:
        raise explorer.no_such_name(unknown.name)
    return 0
