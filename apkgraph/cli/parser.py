"""The parser of one command: argparse with our errors and near names; the terminal is looked at only for help."""

from __future__ import annotations

import argparse
from types import SimpleNamespace

from apkgraph.cli.command import add_common
from apkgraph.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import NoReturn

    from apkgraph.cli.command import Command

_HELP_WIDTH = 100


class Parser(argparse.ArgumentParser):
    """Raises UsageError instead of exiting, and takes options between the arguments, too."""

    def __init__(self, prog: str, description: str = "", example: str = "") -> None:
        self._formatter = argparse.HelpFormatter(prog, width=_HELP_WIDTH)
        super().__init__(
            prog=prog,
            usage=prog,  # set when help is asked for: formatting it takes long
            description=description,
            epilog=_examples(example),
            allow_abbrev=False,
            conflict_handler="resolve",
        )
        self._positionals.title = "arguments"

    def parse(self, words: Sequence[str]) -> SimpleNamespace:
        """Parse the arguments. UsageError for words that the command does not take."""
        words = self._join_negative_values(words)
        plain = self._passes_words_on() or "--" in words
        if not plain:
            self._reject_unknown(words)
        parse = self.parse_args if plain else self.parse_intermixed_args
        return parse(words, SimpleNamespace())

    def help(self, *, color: bool, width: int, usage: str | None = None) -> str:
        """The help text, as wide as the terminal up to what reads well."""
        from textwrap import fill

        width = min(width, _HELP_WIDTH)
        self.usage = usage or self.short_usage()
        self.description = fill(self.description or "", width)
        self._formatter = rich_formatter(self.prog, color=color, width=width)
        return self.format_help()

    def short_usage(self) -> str:
        """`apkgraph cost [OPTIONS] PACKAGE…`."""
        words = [self.prog, "[OPTIONS]"]
        words += [_placeholder(action) for action in self._get_positional_actions()]
        return " ".join(words)

    def error(self, message: str) -> NoReturn:
        """What argparse calls when it gives up."""
        text = f"{message} (see {self.prog} --help)"
        raise UsageError(text)

    def _join_negative_values(self, words: Sequence[str]) -> list[str]:
        """`--max-installed -5MiB` as `--max-installed=-5MiB`: the option's reader says what is wrong with it."""
        joined: list[str] = []
        for position, word in enumerate(words):
            if word == "--":
                return [*joined, *words[position:]]
            action = self._option_string_actions.get(joined[-1]) if joined and joined[-1].startswith("--") else None
            if action is not None and action.nargs is None and word[:1] == "-" and word[1:2].isdigit():
                joined[-1] += f"={word}"
            else:
                joined.append(word)
        return joined

    def _passes_words_on(self) -> bool:
        rest = (argparse.REMAINDER, argparse.PARSER)
        return any(action.nargs in rest for action in self._get_positional_actions())

    def _reject_unknown(self, words: Sequence[str]) -> None:
        for word in words:
            if word.startswith("--"):
                flag = word.partition("=")[0]
            elif word.startswith("-") and len(word) > 1:
                flag = word[:2]
            else:
                continue
            if flag not in self._option_string_actions:
                message = f"unknown option {flag}"
                self.error(message + did_you_mean(flag, self._option_string_actions))

    def _get_formatter(self) -> argparse.HelpFormatter:
        return self._formatter


def command_parser(name: str, command: Command) -> Parser:
    """The parser of one command: its own arguments, and the common options."""
    parser = Parser(f"apkgraph {name}", command.help, command.example)
    add_common(parser)
    command.add_arguments(parser)
    return parser


def did_you_mean(word: str, known: Iterable[str], other_names: Mapping[str, str] | None = None) -> str:
    """`: did you mean --json?`, or nothing where nothing is near: any case, prefixes, then what resembles it most.

    `other_names` maps what other programs call something to what it is called here.
    """
    from difflib import get_close_matches

    names = list(known)
    word = word.lower()
    alias = (other_names or {}).get(word)
    longer = [name for name in names if len(word.strip("-")) > 1 and name.startswith(word)]
    near = [alias] if alias else longer or get_close_matches(word, names, n=1, cutoff=0.6)
    return f": did you mean {' or '.join(near[:2])}?" if near else ""


def rich_formatter(prog: str, *, color: bool, width: int) -> argparse.HelpFormatter:
    """rich-argparse's formatter, with or without colours."""
    from rich.console import Console
    from rich_argparse import RawDescriptionRichHelpFormatter

    class Formatter(RawDescriptionRichHelpFormatter):
        group_name_formatter = str
        text_markup = False  # `[check]` is a table of a config file, no markup
        help_markup = False

    console = Console(width=width, force_terminal=color, color_system="auto" if color else None, no_color=not color)
    return Formatter(prog, console=console, width=width, max_help_position=32)


def _examples(example: str) -> str:
    lines = "\n".join(f"  {line}" for line in example.strip().splitlines())
    return f"Example:\n{lines}" if lines else ""


def _placeholder(action: argparse.Action) -> str:
    name = str(action.metavar or action.dest)
    if action.choices is not None and action.metavar is None:
        name = "|".join(map(str, action.choices))
    if action.nargs == "?":
        return f"[{name}]"
    if action.nargs in ("*", argparse.REMAINDER):
        return f"[{name}…]"
    return f"{name}…" if action.nargs == "+" else name
