"""`apkgraph rdeps NAME`: who depends on a name, over the whole universe."""

from __future__ import annotations

from apkgraph.cli.answer import answer

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from apkgraph.cli.context import Context

HELP = """\
Who depends on a name, over the whole universe: on a package, by its name or anything that it provides, or on one token
such as so:libssl.so.3. Conflicts are listed too; install_if only with --install-if."""
EXAMPLE = """\
apkgraph rdeps so:libssl.so.3
apkgraph rdeps zlib --recursive --json
apkgraph rdeps docs --install-if"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The name, and how far to look."""
    parser.add_argument("name", metavar="NAME", help="a package, or a token: so:libz.so.1, cmd:git, /bin/sh")
    parser.add_argument("--recursive", action="store_true", help="go on with who depends on those, and so on")
    parser.add_argument("--install-if", action="store_true", help="follow install_if, too")


def run(context: Context) -> int:
    """Look through the universe, report."""
    from apkgraph.report import rdeps

    arguments = context.arguments
    found = context.explorer().dependents(
        arguments.name, recursive=arguments.recursive, install_if=arguments.install_if
    )
    return answer(context, found, rdeps.report)
