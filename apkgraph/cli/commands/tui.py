"""`apkgraph tui [PACKAGE…]`: browse what a set costs; `apkgraph` alone does so, too."""

from __future__ import annotations

import os
import sys

from apkgraph.cli.parser import Command
from apkgraph.errors import InputError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from apkgraph.cli.context import Context
    from apkgraph.settings import Settings


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


def _tui(context: Context) -> int:
    """Hand over to the screen, where there is one."""
    if not has_terminal():
        message = "the TUI needs a terminal; for a pipe or a script there is apkgraph cost (see apkgraph --help)"
        raise UsageError(message)
    os.environ.setdefault("TEXTUAL_FPS", "120")  # read when Textual is imported; at 60, half of a change is waiting
    from apkgraph.tui.run import run as run_app

    arguments = context.arguments
    settings, world = _start(context.settings, arguments.installed, arguments.world_file)
    return run_app(settings, arguments.request, document=arguments.document, world=world, notices=_broken_config())


def has_terminal() -> bool:
    """Whether input and output are a terminal."""
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
        return (f"{error}; going on with the defaults",)
    except UsageError:
        return ()
    return ()


def _start(settings: Settings, installed: str | None, world: str | None) -> tuple[Settings, str | None]:
    """An installed system is its world, on nothing."""
    if installed is None:
        return settings, world
    if world is not None:
        message = "--installed brings a world of its own; leave --world-file out"
        raise UsageError(message)
    beside = os.path.join("etc", "apk", "world")
    root = installed if os.path.isdir(installed) else os.path.join(os.path.dirname(installed), "..", "..", "..")
    return settings.replace(base="none"), settings.base_world or os.path.join(root, beside)


COMMANDS = {
    "tui": Command(
        """\
Browse the sizes of a set of packages in the terminal: add and drop packages and see at once what they cost, who brings
what and why, as a table and as a treemap; compare with another set, another release, another architecture.
Press ? for the keys.""",
        """\
apkgraph tui
apkgraph tui git curl python3
apkgraph --sample tui git
apkgraph tui --installed / --release v3.18""",
        _tui_arguments,
        _tui,
        _tui_settings,
    ),
}
