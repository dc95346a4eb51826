"""`apkgraph help` and `completion`: the command line explains itself."""

from __future__ import annotations

import argparse
import os
import sys

from apkgraph.cli.commands import COMMANDS as ALL_COMMANDS
from apkgraph.cli.commands import GROUPS, known_command, load
from apkgraph.cli.context import columns, wants_color, write
from apkgraph.cli.parser import Command, Parser, add_common, command_parser

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from apkgraph.cli.context import Context
    from apkgraph.settings import Settings

DESCRIPTION = "What does a set of Alpine Linux packages cost, and why?"
EXAMPLE = """\
apkgraph cost git               what adding git to the official image costs
apkgraph --sample cost git      the same without a network, from the sample
apkgraph why libcurl git        why git brings libcurl
apkgraph                        browse it all"""


def _help_arguments(parser: argparse.ArgumentParser) -> None:
    """The command."""
    parser.add_argument("topic", nargs="?", metavar="COMMAND", help="the command (default: apkgraph itself)")


def _help(context: Context) -> int:
    """Print the help."""
    topic = context.arguments.topic
    return show_help(topic and known_command(topic), context.settings.color)


def _help_settings(flags: Mapping[str, object], environ: Mapping[str, str]) -> Settings:
    """The settings without the config file: help is printed where that is broken, too."""
    from apkgraph.settings import resolve

    return resolve(flags, environ, os.devnull)


def _completion_arguments(parser: argparse.ArgumentParser) -> None:
    """The shell."""
    parser.add_argument("shell", choices=("bash", "zsh", "fish"), help="the shell")


def _completion(context: Context) -> int:
    """Print the script."""
    context.write(_script(context.arguments.shell))
    return 0


def show_help(name: str | None, when_color: str) -> int:
    """Print the help of a command, or of apkgraph itself."""
    color = wants_color(when_color, sys.stdout)
    if name is None:
        write(_overview(color=color, width=columns(sys.stdout)))
    else:
        write(command_parser(name, load(name)).help(color=color, width=columns(sys.stdout)))
    return 0


def _overview(*, color: bool, width: int) -> str:
    """The help text of apkgraph itself."""
    parser = Parser("apkgraph", DESCRIPTION, EXAMPLE)
    parser.add_argument("--version", action="store_true", help="print the version and exit")
    for title, commands in GROUPS.items():
        group = parser.add_argument_group(title)
        for name, (_, line) in commands.items():
            group.add_argument(name, help=line)
    add_common(parser)
    return parser.help(color=color, width=width, usage="apkgraph [OPTIONS] [COMMAND …]")


def _script(shell: str) -> str:
    """The script for one of `bash`, `zsh` and `fish`."""
    import shtab

    text: str = shtab.complete(whole_parser(), shell)
    return text


def whole_parser() -> argparse.ArgumentParser:
    """Every command as one parser with subcommands; only completion needs it."""
    parser = argparse.ArgumentParser("apkgraph", conflict_handler="resolve")
    add_common(parser)
    parser.add_argument("--version", action="store_true", help="print the version and exit")
    commands = parser.add_subparsers(dest="command")
    for name, (_, line) in ALL_COMMANDS.items():
        command = commands.add_parser(name, help=line, conflict_handler="resolve")
        add_common(command)
        load(name).add_arguments(command)
        _complete_paths(command)
    _complete_paths(parser)
    return parser


def _complete_paths(parser: argparse.ArgumentParser) -> None:
    """Let arguments that name a file or a directory complete as such, by their placeholder."""
    import shtab

    completers = {"FILE": shtab.FILE, "PATH": shtab.FILE, "DIR": shtab.DIRECTORY}
    for action in parser._actions:  # noqa: SLF001 # argparse has no other way to list them, and shtab reads the same
        if isinstance(action.metavar, str) and action.metavar in completers:
            action.complete = completers[action.metavar]  # type: ignore[attr-defined] # shtab's own protocol


COMMANDS = {
    "help": Command(
        "Print the help of a command, or what commands there are.",
        """\
apkgraph help
apkgraph help cost""",
        _help_arguments,
        _help,
        _help_settings,
    ),
    "completion": Command(
        "Print the completion script of a shell.",
        """\
apkgraph completion bash > ~/.local/share/bash-completion/completions/apkgraph
apkgraph completion zsh > ~/.zfunc/_apkgraph
apkgraph completion fish > ~/.config/fish/completions/apkgraph.fish""",
        _completion_arguments,
        _completion,
    ),
}
