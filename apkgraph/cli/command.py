"""A command, and the options that every command takes: the universe, the base, the output."""

from __future__ import annotations

from apkgraph.settings import resolve

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Mapping
    from types import SimpleNamespace
    from typing import Any, TypeAlias

    from apkgraph.cli.context import Context
    from apkgraph.settings import Settings

    Option: TypeAlias = tuple[tuple[str, ...], dict[str, Any]]  # the flags, and the keywords for argparse


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


def settings_flags(arguments: SimpleNamespace) -> dict[str, object]:
    """What the settings are resolved from: each common option that was given, under its setting's name."""
    given: dict[str, object] = {}
    for flags, keywords in COMMON:
        name = keywords.get("dest") or flags[-1].removeprefix("--").replace("-", "_")
        value = getattr(arguments, name, None)
        if value is not None:
            given[name] = value
    return given
