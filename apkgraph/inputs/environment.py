"""The variables of a stage, and text with `$variables` in it made whole, as BuildKit does it; holes stay holes.

Source: "Environment replacement" and "ARG" of the Dockerfile reference.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from e2b_dockerfile_utils import ShellLex

from apkgraph.errors import InputError
from apkgraph.inputs.shell_values import Hole, Part, Value, Variables, joined, known

_OPEN, _CLOSE = "\ue000", "\ue001"  # private-use characters around a hole's number while BuildKit's lexer runs
_MARK = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
_MOST_TEXT = 1 << 18  # characters that the variables of one line may add
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY")
PREDEFINED = frozenset(name for proxy in _PROXIES for name in (proxy, proxy.lower()))


@dataclass(frozen=True, slots=True)
class Environment:
    """ENV and ARG of a stage at one instruction; `unknown` says why other variables may be set, if they may."""

    env: Mapping[str, Value] = field(default_factory=dict)
    args: Mapping[str, Value] = field(default_factory=dict)
    unknown: str | None = None

    def with_env(self, name: str, value: Value) -> Environment:
        """These variables and one more ENV."""
        return Environment({**self.env, name: value}, self.args, self.unknown)

    def with_arg(self, name: str, value: Value | None) -> Environment:
        """These variables and one more ARG; one without a value hides nothing."""
        if value is None:
            return self
        return Environment(self.env, {**self.args, name: value}, self.unknown)

    def variables(self) -> Variables:
        """What a RUN's shell starts with: ENV before ARG."""
        return Variables({**self.args, **self.env}, self.unknown)

    def expand(self, text: str, escape: str, line: int) -> Value:
        """A word with its variables replaced and its quotes removed; InputError where BuildKit would give up."""
        names = _Names(self)
        if _OPEN in text or _CLOSE in text:
            message = f"line {line}: a private-use character, which no Dockerfile needs"
            raise InputError(message)
        try:
            expanded = ShellLex(escape, env=names, skip_unset_env=False).process_word(text)
        except (ValueError, re.error) as error:
            reason = " ".join(str(error).split())[-200:]
            message = f"line {line}: {reason}"
            raise InputError(message) from None
        return names.value_of(expanded, text)

    def words(self, text: str, escape: str, line: int) -> str | None:
        """A word made whole, None where it has a hole."""
        return known(self.expand(text, escape, line))


class _Names(Mapping[str, str]):
    """What the lexer asks: a variable's text, with marks where its holes are."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._holes: list[Hole] = []
        self._room = _MOST_TEXT

    def __getitem__(self, name: str) -> str:
        value = self._environment.env.get(name, self._environment.args.get(name))
        if value is None:
            if self._environment.unknown is None or not name.isidentifier():
                raise KeyError(name)
            value = (Hole(f"${name}", self._environment.unknown),)
        text = "".join(piece if isinstance(piece, str) else self._mark(piece) for piece in value)
        self._room -= len(text)
        if self._room < 0:
            message = "the variables in this line make it too long"
            raise ValueError(message)
        return text

    def __iter__(self) -> object:  # type: ignore[override]
        return iter(self._environment.env)

    def __len__(self) -> int:
        return len(self._environment.env)

    def _mark(self, hole: Hole) -> str:
        self._holes.append(hole)
        return f"{_OPEN}{len(self._holes) - 1}{_CLOSE}"

    def value_of(self, expanded: str, source: str) -> Value:
        """The lexer's text with its marks turned back; a mark that was cut apart makes the whole a hole."""
        parts: list[Part] = []
        for place, piece in enumerate(_MARK.split(expanded)):
            if place % 2 and int(piece) < len(self._holes):
                parts.append(Part(self._holes[int(piece)]))
            elif place % 2 or _OPEN in piece or _CLOSE in piece:
                return (Hole(source, "only the running build knows it"),)
            else:
                parts.append(Part(piece))
        return joined(parts)
