"""`apkgraph help [COMMAND]`: the help of a command, or of apkgraph itself."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from apkgraph.cli.context import Context
    from apkgraph.settings import Settings

HELP = "Print the help of a command, or what commands there are."
EXAMPLE = """\
apkgraph help
apkgraph help cost"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command."""
    parser.add_argument("topic", nargs="?", metavar="COMMAND", help="the command (default: apkgraph itself)")


def run(context: Context) -> int:
    """Print the help."""
    from apkgraph.cli.main import known_command, show_help

    topic = context.arguments.topic
    return show_help(topic and known_command(topic), context.settings.color)


def settle(flags: Mapping[str, object], environ: Mapping[str, str]) -> Settings:
    """The settings without the config file: help is printed where that is broken, too."""
    from apkgraph.settings import resolve

    return resolve(flags, environ, os.devnull)
