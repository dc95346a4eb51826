"""The parser of one command, with the options that every command takes; the terminal is looked at only for help."""

from __future__ import annotations

import argparse

from apkgraph.errors import UsageError
from apkgraph.settings import resolve

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any, NoReturn, TypeAlias

    from apkgraph.cli.context import Context
    from apkgraph.settings import Settings

    Option: TypeAlias = tuple[tuple[str, ...], dict[str, Any]]  # the flags, and the keywords for argparse

_HELP_WIDTH = 100


class Command:
    """One command: its help, its own arguments, what it does, and how its settings are resolved.

    `run` returns the exit status; `settle` takes flags and environment.
    """

    __slots__ = ("add_arguments", "example", "help", "run", "settle")

    def __init__(
        self,
        help: str,  # noqa: A002  # argparse's own word
        example: str,
        add_arguments: Callable[[argparse.ArgumentParser], None],
        run: Callable[[Context], int],
        settle: Callable[[Mapping[str, object], Mapping[str, str]], Settings] = resolve,
    ) -> None:
        self.help = help
        self.example = example
        self.add_arguments = add_arguments
        self.run = run
        self.settle = settle


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

    def parse(self, words: Sequence[str]) -> argparse.Namespace:
        """Parse the arguments. UsageError for words that the command does not take."""
        words = self._join_negative_values(words)
        plain = self._passes_words_on() or "--" in words
        if not plain:
            self._reject_unknown(words)
        return self.parse_args(words) if plain else self.parse_intermixed_args(words)

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


def _option(*flags: str, **keywords: Any) -> Option:
    return flags, {"default": None, **keywords}


def _value(*flags: str, metavar: str, text: str, **keywords: Any) -> Option:
    return _option(*flags, metavar=metavar, help=text, **keywords)


def _switch(*flags: str, text: str, **keywords: Any) -> Option:
    return _option(*flags, action="store_true", help=text, **keywords)


UNIVERSE = (
    _value(
        "--distro",
        metavar="NAME",
        text="alpine (default), postmarketos, wolfi, chainguard, openwrt, chimera, or one of the config file's",
    ),
    _value("--mirror", metavar="URL", text="the mirror: a URL or a path (default: the distribution's own)"),
    _value("--release", metavar="RELEASE", text="v3.22, edge or latest-stable (default)"),
    _value("--arch", metavar="ARCH", text="x86_64, aarch64, … (default: this machine's)"),
    _value("--repositories", metavar="NAME,…", text="repositories of the release (default: main,community)"),
    _value(
        "-X",
        "--repository",
        metavar="URL",
        text="one more repository, as in /etc/apk/repositories: URL, path or '@tag URL'; repeatable",
        action="append",
        dest="extra_repositories",
    ),
    _value("--repositories-file", metavar="FILE", text="read the repositories from this file instead"),
    _value("--max-age", metavar="AGE", text="use a cached index up to this age without asking (default: 4h)"),
    _switch("--refresh", text="ask the mirror now, whatever the age of the cached index"),
    _switch("--offline", text="never ask the mirror"),
    _switch("--allow-untrusted", text="accept indexes that no trusted key has signed"),
    _switch("--allow-older", text="with --refresh, accept an index older than the cached one"),
    _switch("--strict", text="refuse an index that seems to be another release's or repository's (exit 5)"),
    _value("--keys-dir", metavar="DIR", text="trust the public keys in this directory"),
    _value("--cache-dir", metavar="DIR", text="keep indexes in this directory"),
    _switch("--sample", text="use the small sample index that ships with apkgraph; needs no network"),
)

BASE = (
    _value(
        "--apk",
        metavar="FLAVOUR",
        text="resolve as apk 3 or 2.14 does (default: auto, by the version of apk-tools in the base)",
        choices=("auto", "3", "2.14"),
    ),
    _value(
        "--base",
        metavar="BASE",
        text="what is already installed: docker (default), none, world:FILE, installed:PATH, image:PATH or pkg:A,B,…",
    ),
    _value("--world", metavar="FILE", text="the world of --base installed:PATH", dest="base_world"),
)

OUTPUT = (
    _switch("--json", text="print JSON, by the schemas in docs/schema"),
    _switch("-q", "--quiet", text="no warnings and no progress", dest="quiet"),
    _value("--color", metavar="WHEN", text="auto (default), always or never", choices=("auto", "always", "never")),
    _option("--no-progress", action="store_false", dest="progress", help="no progress bars"),
)

GROUPS = (("universe", UNIVERSE), ("base", BASE), ("output", OUTPUT))
COMMON = UNIVERSE + BASE + OUTPUT


def add_common(parser: argparse.ArgumentParser) -> None:
    """Give a command's parser the common options; a command may redefine one of them."""
    for title, options in GROUPS:
        group = parser.add_argument_group(title)
        for flags, keywords in options:
            group.add_argument(*flags, **keywords)


def takes_value(flag: str) -> bool:
    """Whether the next word belongs to this common option."""
    return any(flag in flags and "metavar" in keywords for flags, keywords in COMMON)


def is_common(flag: str) -> bool:
    """Whether this flag is allowed before the command's name."""
    return any(flag in flags for flags, _ in COMMON)


def settings_flags(arguments: argparse.Namespace) -> dict[str, object]:
    """What the settings are resolved from: each common option that was given, under its setting's name."""
    given: dict[str, object] = {}
    for flags, keywords in COMMON:
        name = keywords.get("dest") or flags[-1].removeprefix("--").replace("-", "_")
        value = getattr(arguments, name, None)
        if value is not None:
            given[name] = value
    return given
