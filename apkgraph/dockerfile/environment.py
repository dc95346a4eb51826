"""The variables of a stage, and text with `$variables` in it made whole, as BuildKit does it; unknowns stay unknowns.

Source: "Environment replacement" and "ARG" of the Dockerfile reference.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from e2b_dockerfile_utils import ShellLex

from apkgraph import limits
from apkgraph.dockerfile.limits import WorkLimits
from apkgraph.dockerfile.shell.values import Part, Unknown, Value, Variables, joined
from apkgraph.errors import InputError
from apkgraph.redaction import redact

_OPEN, _CLOSE = "\ue000", "\ue001"  # private-use characters around the number of an Unknown while BuildKit's lexer runs
_MARK = re.compile(f"{_OPEN}(\\d{{1,9}}){_CLOSE}")
_CUTS = re.compile(r"\$\{\w+[#%/]")
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

    def expand(self, text: str, escape: str, line: int, work_limits: WorkLimits) -> Value:
        """A word with its variables replaced and its quotes removed; InputError where BuildKit would give up."""
        cuts = _CUTS.search(text) is not None
        if len(text) > limits.VALUE_CHARACTERS or (cuts and text.count("*") > limits.CUT_STARS):
            return (Unknown(redact(text)[:200], "it is too long to be worked out"),)
        names = _Names(self, line, work_limits, cuts=cuts)
        if _OPEN in text or _CLOSE in text:
            message = f"line {line}: a private-use character, which no Dockerfile needs"
            raise InputError(message)
        try:
            expanded = ShellLex(escape, env=names, skip_unset_env=False).process_word(text)
        except ValueError as error:
            reason = " ".join(str(error).removeprefix(f"failed to process {text!r}: ").split())[:200]
            message = f"line {line}: {reason}"
            raise InputError(message) from None
        return names.value_of(expanded, text)


class _Names(Mapping[str, str]):
    """What the lexer asks: a variable's text, with marks where its unknowns are.

    `cuts`: patterns may be tried on it, so that it must be short.
    """

    def __init__(self, environment: Environment, line: int, work_limits: WorkLimits, *, cuts: bool) -> None:
        self._environment = environment
        self._line = line
        self._allowance = work_limits
        self._cuts = cuts
        self._holes: list[Unknown] = []

    def __getitem__(self, name: str) -> str:
        value = self._environment.env.get(name, self._environment.args.get(name))
        if value is None:
            if self._environment.unknown is None or not name.isidentifier():
                raise KeyError(name)
            value = (Unknown(f"${name}", self._environment.unknown),)
        text = "".join(piece if isinstance(piece, str) else self._mark(piece) for piece in value)
        self._allowance.spend(len(text), self._line)
        if self._cuts and (len(text) > limits.CUT_CHARACTERS or "*" in text):
            return self._mark(Unknown(f"${name}", "it is too long to be cut"))
        return text

    def __iter__(self) -> object:  # type: ignore[override]
        return iter(self._environment.env)

    def __len__(self) -> int:
        return len(self._environment.env)

    def _mark(self, unknown: Unknown) -> str:
        self._holes.append(unknown)
        return f"{_OPEN}{len(self._holes) - 1}{_CLOSE}"

    def value_of(self, expanded: str, source: str) -> Value:
        """The lexer's text with its marks turned back; a mark that was cut apart makes the whole Unknown."""
        if self._cuts and self._holes:  # it may be the pattern, or be cut apart
            return (Unknown(source, self._holes[0].reason),)
        parts: list[Part] = []
        for place, piece in enumerate(_MARK.split(expanded)):
            if place % 2 and int(piece) < len(self._holes):
                parts.append(Part(self._holes[int(piece)]))
            elif place % 2 or _OPEN in piece or _CLOSE in piece:
                return (Unknown(source, "only the running build knows it"),)
            else:
                parts.append(Part(piece))
        return joined(parts)
