"""Reads plain words without argparse, whose import is a fifth of a warm question."""

from __future__ import annotations

from types import SimpleNamespace

from apkgraph.cli.command import add_common

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from apkgraph.cli.command import Command

_READ_HERE = frozenset(("action", "choices", "default", "dest", "help", "metavar", "nargs", "required", "type"))
_SWITCHES = {"store_true": True, "store_false": False}


def read_plain(command: Command, words: Sequence[str]) -> SimpleNamespace | None:
    """What argparse makes of these words, where they are plain; None where it should read them, or say what is wrong.

    Plain are whole flags, values without a dash before them, and as many arguments as the command takes.
    """
    reader = _PlainReader()
    try:
        add_common(reader)  # type: ignore[arg-type]  # has what is called of a parser
        command.add_arguments(reader)  # type: ignore[arg-type]  # likewise
        return reader.read(words)
    except _NotPlainError:
        return None


class _NotPlainError(Exception):
    """It takes argparse to read this."""


class _PlainReader:
    """Stands in for a parser: takes the arguments that it is given, and reads words by them."""

    def __init__(self) -> None:
        self._options: dict[str, dict[str, Any]] = {}  # by flag; a later one takes the place of an earlier one
        self._positionals: list[dict[str, Any]] = []

    def add_argument_group(self, _title: str) -> _PlainReader:
        """Groups matter for help alone."""
        return self

    def add_mutually_exclusive_group(self) -> _PlainReader:
        """These exclude each other only where two of them are given, which argparse knows."""
        raise _NotPlainError

    def add_argument(self, *flags: str, **keywords: Any) -> None:
        """As argparse's, of which not all is taken."""
        action = keywords.get("action")
        known = _READ_HERE.issuperset(keywords) and (action in (None, "append") or action in _SWITCHES)
        if not known or ("type" in keywords and isinstance(keywords.get("default"), str)):
            raise _NotPlainError
        if not flags[0].startswith("-"):
            self._positionals.append({**keywords, "dest": flags[0]})
            return
        long = next((flag for flag in flags if flag.startswith("--")), flags[0])
        option = {"dest": long.lstrip("-").replace("-", "_"), **keywords}
        for flag in flags:
            self._options[flag] = option

    def read(self, words: Sequence[str]) -> SimpleNamespace:
        """The values of all arguments."""
        values: dict[str, Any] = {}
        free: list[str] = []
        rest = iter(words)
        for word in rest:
            if word == "--":
                self._take_after_dashes(free, list(rest))
            elif word.startswith("-"):
                self._read_option(word, rest, values)
            else:
                free.append(word)
        self._read_positionals(free, values)
        for option in self._options.values():
            if option.get("required") and option["dest"] not in values:
                raise _NotPlainError
            switch = _SWITCHES.get(option.get("action") or "")
            values.setdefault(option["dest"], option.get("default", None if switch is None else not switch))
        return SimpleNamespace(**values)

    @staticmethod
    def _take_after_dashes(free: list[str], words: list[str]) -> None:
        if free or not words or "--" in words:
            raise _NotPlainError
        free += words

    def _read_option(self, word: str, rest: Any, values: dict[str, Any]) -> None:
        flag, equals, value = word.partition("=")
        option = self._options.get(flag)
        if option is None or (equals and not flag.startswith("--")) or not option.keys().isdisjoint(("nargs", "type")):
            raise _NotPlainError
        action = option.get("action")
        if action in _SWITCHES:
            if equals:
                raise _NotPlainError
            values[option["dest"]] = _SWITCHES[action]
            return
        if not equals:
            value = next(rest, "-")
            if value.startswith("-"):
                raise _NotPlainError
        _check_choice(option, value)
        if action == "append":
            values[option["dest"]] = [*(values.get(option["dest"]) or option.get("default") or ()), value]
        else:
            values[option["dest"]] = value

    def _read_positionals(self, free: list[str], values: dict[str, Any]) -> None:
        for place, positional in enumerate(self._positionals):
            nargs, is_last = positional.get("nargs"), place == len(self._positionals) - 1
            if "type" in positional:
                raise _NotPlainError
            if nargs is None and free:
                values[positional["dest"]] = free.pop(0)
                _check_choice(positional, values[positional["dest"]])
            elif nargs in ("*", "+") and is_last and (free or nargs == "*") and "choices" not in positional:
                values[positional["dest"]] = list(free)
                free.clear()
            elif nargs == "?" and is_last:
                values[positional["dest"]] = free.pop(0) if free else positional.get("default")
                _check_choice(positional, values[positional["dest"]])
            else:
                raise _NotPlainError
        if free:
            raise _NotPlainError


def _check_choice(argument: dict[str, Any], value: str) -> None:
    if "choices" in argument and value not in argument["choices"]:
        raise _NotPlainError
