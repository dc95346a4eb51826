"""Completion scripts, by shtab, from the parsers of all commands."""

from __future__ import annotations

import argparse

import shtab

from apkgraph.cli.main import COMMANDS, load
from apkgraph.cli.options import add_common


def script(shell: str) -> str:
    """The script for one of `bash`, `zsh` and `fish`."""
    text: str = shtab.complete(whole_parser(), shell)
    return text


def whole_parser() -> argparse.ArgumentParser:
    """Every command as one parser with subcommands; only completion needs it."""
    parser = argparse.ArgumentParser("apkgraph", conflict_handler="resolve")
    add_common(parser)
    parser.add_argument("--version", action="store_true", help="print the version and exit")
    commands = parser.add_subparsers(dest="command")
    for name, (_, line) in COMMANDS.items():
        command = commands.add_parser(name, help=line, conflict_handler="resolve")
        add_common(command)
        load(name).add_arguments(command)
        _complete_paths(command)
    _complete_paths(parser)
    return parser


def _complete_paths(parser: argparse.ArgumentParser) -> None:
    """Let arguments that name a file or a directory complete as such, by their placeholder."""
    completers = {"FILE": shtab.FILE, "PATH": shtab.FILE, "DIR": shtab.DIRECTORY}
    for action in parser._actions:  # noqa: SLF001 # argparse has no other way to list them, and shtab reads the same
        if isinstance(action.metavar, str) and action.metavar in completers:
            action.complete = completers[action.metavar]  # type: ignore[attr-defined] # shtab's own protocol
