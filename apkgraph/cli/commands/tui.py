"""`apkgraph tui [PACKAGE…]`: browse what a set costs; `apkgraph` alone does so, too."""

from __future__ import annotations

import os
import sys

from apkgraph.cli.dockerfile_options import add_build_options
from apkgraph.cli.parser import Command
from apkgraph.errors import InputError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Mapping
    from typing import TypedDict

    from apkgraph.cli.context import Context
    from apkgraph.settings import Settings
    from apkgraph.tui.run import StageSet
    from apkgraph.tui.start import Progress
    from apkgraph.tui.state.record import Budget

    class _More(TypedDict, total=False):
        budget: Budget
        read: Callable[[Progress], StageSet]


def _tui_arguments(parser: argparse.ArgumentParser) -> None:
    """What to start from."""
    parser.add_argument("request", nargs="*", metavar="PACKAGE", help="packages to start with")
    parser.add_argument("--open", metavar="FILE", dest="document", help="start from what the TUI exported as JSON")
    parser.add_argument("--world-file", metavar="FILE", help="start from the packages of a world file")
    parser.add_argument(
        "--installed",
        metavar="PATH",
        help="start from the world of an installed system: its root, or its lib/apk/db/installed",
    )
    parser.add_argument("--dockerfile", metavar="FILE", help="start from the requests of a Dockerfile's stage")
    add_build_options(parser)
    budget = parser.add_mutually_exclusive_group()
    budget.add_argument("--max-installed", metavar="SIZE", help="a budget for the whole set on disk: 100MiB, …")
    budget.add_argument("--max-download", metavar="SIZE", help="a budget for the whole set over the wire")
    parser.add_argument(
        "--serve",
        action="store_true",
        help="serve it to a browser instead, on loopback only (needs apkgraph[web])",
    )
    parser.add_argument(
        "--serve-at", metavar="HOST:PORT", help="where --serve listens (default: localhost:8000); implies --serve"
    )


def _tui(context: Context) -> int:
    """Hand over to the screen, where there is one."""
    arguments = context.arguments
    if arguments.serve or arguments.serve_at is not None:
        from apkgraph.tui.serve import serve, without_serve

        return serve(without_serve(sys.argv[1:]), arguments.serve_at or "")
    if not has_terminal():
        message = "the TUI needs a terminal; in a pipe or a script use apkgraph cost (see apkgraph --help)"
        raise UsageError(message)
    os.environ.setdefault("TEXTUAL_FPS", "120")  # read when Textual is imported; at 60, half of a change is waiting
    from apkgraph.tui.run import run as run_app

    settings, world = _start(context.settings, arguments.installed, arguments.world_file)
    more: _More = {}
    if arguments.max_installed is not None or arguments.max_download is not None:
        more["budget"] = _budget(arguments)
    if arguments.dockerfile is not None:
        more["read"] = _reader(context)
    return run_app(
        settings, arguments.request, document=arguments.document, world=world, notices=_broken_config(), **more
    )


def _budget(arguments: argparse.Namespace) -> Budget:
    from apkgraph.model.size import parse_size
    from apkgraph.tui.state.record import Budget

    if arguments.max_installed is not None:
        return Budget(parse_size(arguments.max_installed), "installed")
    return Budget(parse_size(arguments.max_download), "download")


def _reader(context: Context) -> Callable[[Progress], StageSet]:
    """A function that analyses the Dockerfile later, in the background; errors of the file itself are raised now."""
    from apkgraph.cli.dockerfile_options import stage_reader
    from apkgraph.tui.run import StageSet

    path = context.arguments.dockerfile
    if path == "-":
        message = "the TUI reads keys from stdin; give the Dockerfile as a file"
        raise UsageError(message)
    follow = stage_reader(context, path)

    def read(progress: Progress) -> StageSet:
        warnings: list[str] = []
        base, start, end = follow(progress, warnings.append)
        asked = [token for token in end.world if token not in start.world and not token.conflict]
        lines = {str(token): end.line_of(token.name) or 0 for token in asked}
        return StageSet(end.coordinates, base, lines, tuple(warnings))

    return read


def has_terminal() -> bool:
    """Whether input and output are a terminal, or a browser's."""
    if os.environ.get("TEXTUAL_DRIVER") == "textual.drivers.web_driver:WebDriver":
        return True
    return sys.stdin.isatty() and sys.stdout.isatty()


def _tui_settings(flags: Mapping[str, object], environ: Mapping[str, str]) -> Settings:
    """The settings; a config file that is broken is left aside, and the screen says so."""
    from apkgraph.settings import resolve

    try:
        return resolve(flags, environ)
    except InputError:
        return resolve(flags, environ, os.devnull)


def _broken_config() -> tuple[str, ...]:
    from apkgraph.settings import resolve

    try:
        resolve({}, os.environ)
    except InputError as error:
        return (f"{error}; continuing with the defaults",)
    except UsageError:
        return ()
    return ()


def _start(settings: Settings, installed: str | None, world: str | None) -> tuple[Settings, str | None]:
    """An installed system is its world, on nothing."""
    if installed is None:
        return settings, world
    if world is not None:
        message = "--installed has its own world; remove --world-file"
        raise UsageError(message)
    beside = os.path.join("etc", "apk", "world")
    root = installed if os.path.isdir(installed) else os.path.join(os.path.dirname(installed), "..", "..", "..")
    return settings.replace(base="none"), settings.base_world or os.path.join(root, beside)


COMMANDS = {
    "tui": Command(
        """\
Browse the sizes of a set of packages in the terminal: add and remove packages and see at once what they cost and why
each one is installed, as a table and as a treemap; compare with another set, release or architecture.
Press ? for the keys.""",
        """\
apkgraph tui
apkgraph tui git curl python3
apkgraph --sample tui git
apkgraph tui --installed / --release v3.18
apkgraph tui --dockerfile Dockerfile --max-installed 100MiB
apkgraph tui --serve git""",
        _tui_arguments,
        _tui,
        _tui_settings,
    ),
}
