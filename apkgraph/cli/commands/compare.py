"""`apkgraph compare SET…`: the same set in several places, or several sets."""

from __future__ import annotations

from apkgraph.cli.answer import answer
from apkgraph.cli.parser import Command
from apkgraph.errors import MirrorError, TrustError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from apkgraph.cli.context import Context
    from apkgraph.impact.compare import Column
    from apkgraph.settings import Settings

MOST = 100


def _compare_arguments(parser: argparse.ArgumentParser) -> None:
    """The sets and the places."""
    parser.add_argument("sets", nargs="+", metavar="SET", help="packages, separated by commas: git,less")
    parser.add_argument("--releases", metavar="RELEASE,…", help="releases to compare, or `all` of the mirror")
    parser.add_argument("--arches", metavar="ARCH,…", help="architectures to compare")
    parser.add_argument("--all", action="store_true", dest="everything", help="also show unchanged packages")


def _compare(context: Context) -> int:
    """Ask each set in each place, put the answers side by side."""
    from apkgraph import explorer
    from apkgraph.report import compare

    everything = context.arguments.everything
    questions = _questions(context)
    columns = [_ask(context, request, settings, label) for request, settings, label in questions]
    comparison = explorer.compare(columns)
    answer(context, comparison, lambda value: compare.report(value, everything=everything))
    asked = [tuple(request) for request, _, _ in questions]
    answered = {request for request, column in zip(asked, columns, strict=True) if column.satisfied}
    failed = [column for request, column in zip(asked, columns, strict=True) if request not in answered]
    return _report_unsatisfied(context, failed) if failed else 0


def _questions(context: Context) -> list[tuple[list[str], Settings, str]]:
    settings, arguments = context.settings, context.arguments
    sets = [words(text, "a set") for text in arguments.sets]
    releases = _releases(context)
    arches = words(arguments.arches, "--arches") if arguments.arches else [settings.arch]
    questions = []
    for request in sets:
        for release in releases:
            for arch in arches:
                parts = {",".join(request): len(sets), release: len(releases), arch: len(arches)}
                label = " ".join(part for part, count in parts.items() if count > 1)
                questions.append((request, settings.replace(release=release, arch=arch), label))
    if not 2 <= len(questions) <= MOST:
        few = "compare needs two sets, --releases or --arches" if len(questions) < 2 else f"more than {MOST} columns"
        raise UsageError(f"{few} (see apkgraph compare --help)")
    return questions


def _releases(context: Context) -> list[str]:
    asked = context.arguments.releases
    if asked != "all":
        return words(asked, "--releases") if asked else [context.settings.release]
    return context.explorer().offered_releases()


def words(text: str, what: str) -> list[str]:
    """The names of a list with commas. UsageError where one is given twice, or none."""
    words = [word for word in text.split(",") if word]
    if not words or len(set(words)) < len(words):
        raise UsageError(f"{text!r} is not {what}: names with commas between them, each once")
    return words


def _ask(context: Context, request: list[str], settings: Settings, label: str) -> Column:
    """One column; with `--releases all`, unreadable releases are left out."""
    from apkgraph.explorer import Explorer
    from apkgraph.impact.compare import Column

    try:
        return Column(label, Explorer(settings, context.progress, context.warn).cost(request))
    except (MirrorError, TrustError, UsageError) as error:
        if context.arguments.releases != "all":
            raise
        return Column(label, None, str(error))


def _report_unsatisfied(context: Context, columns: list[Column]) -> int:
    from apkgraph.cli.answer import report_unsatisfied
    from apkgraph.explorer import Explorer

    for column in columns:
        if column.cost is not None:
            explorer = Explorer.of(context.settings, column.cost.universe)
            return report_unsatisfied(explorer, column.cost.reasons)
    raise MirrorError(columns[-1].error)


COMMANDS = {
    "compare": Command(
        """\
What a set costs in several releases or architectures, or what several sets cost, side by side, and which
packages were added, removed, or became larger or smaller. Separate the packages of a set with commas.""",
        """\
apkgraph compare git,less --releases v3.16,v3.18
apkgraph compare git --arches x86_64,aarch64
apkgraph compare git mercurial,less
apkgraph compare git --releases all""",
        _compare_arguments,
        _compare,
    ),
}
