"""`apkgraph show PACKAGE`: everything about one package."""

from __future__ import annotations

from apkgraph.cli.answer import answer

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from apkgraph.cli.context import Context

HELP = """\
Everything about one package: its fields, its sizes, what it costs on the base, who serves each of its dependencies and
what else could, at what cost, and the other packages of its origin."""
EXAMPLE = """\
apkgraph show git
apkgraph show cmd:node --json
apkgraph show git --format renovate"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The package."""
    parser.add_argument("name", metavar="PACKAGE", help="a package, or a token: its first provider is shown")
    parser.add_argument(
        "--format",
        choices=("text", "renovate"),
        default="text",
        help="text (default), or renovate: its versions for a custom datasource",
    )


def run(context: Context) -> int:
    """Look at the package, report it."""
    from apkgraph.report import show

    described = context.explorer().show(context.arguments.name)
    if context.arguments.format == "renovate":
        from apkgraph.report.documents.renovate import datasource

        context.write_json(datasource(described))
        return 0
    return answer(context, described, show.report)
