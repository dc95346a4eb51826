"""What shell words may hold: text that is known, and unknowns that only a running shell could fill."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple, TypeAlias

from apkgraph import limits

_SEPARATORS = " \t\n"
_FROM_THE_SHELL = frozenset(
    (
        "BASH", "BASH_VERSION", "EUID", "GROUPS", "HOME", "HOSTNAME", "IFS", "LINENO", "LOGNAME", "OLDPWD", "OPTIND",
        "PATH", "PPID", "PWD", "RANDOM", "SECONDS", "SHELL", "SHLVL", "TERM", "UID", "USER",
    )
)  # fmt: skip


class Unknown(NamedTuple):
    """A piece of text that is not known: how it is written, and why it cannot be known."""

    source: str
    reason: str


PATCH_OF_RELEASE = Unknown("$VERSION_ID", "the release's last number is not known")  # digits, no dot in them

Value: TypeAlias = tuple[str | Unknown, ...]
Field: TypeAlias = str | Unknown


class Part(NamedTuple):
    """A piece of a word: what it holds, whether it was quoted, and whether the shell splits it at white space."""

    content: str | Unknown
    quoted: bool = False
    splits: bool = False


FIELD_END = Part("", splits=True)  # stands between the fields of "$@"


def split(parts: list[Part], separators: str = _SEPARATORS) -> list[Field]:
    """The fields of one word, as a shell with this IFS splits it; a field with an Unknown in it is one."""
    fields: list[Field] = []
    current: list[Part] = []
    for part in parts:
        if part is FIELD_END:
            _close(fields, current)
        elif not part.splits or isinstance(part.content, Unknown):
            current.append(part)
        else:
            _split_text(part.content, separators, fields, current)
    _close(fields, current)
    return fields


def _split_text(text: str, separators: str, fields: list[Field], current: list[Part]) -> None:
    pieces = text.translate(dict.fromkeys(map(ord, separators), "\n")).split("\n") if separators else [text]
    for position, piece in enumerate(pieces):
        if position:
            _close(fields, current)
        if piece:
            current.append(Part(piece))


def _close(fields: list[Field], current: list[Part]) -> None:
    if any(part.content != "" or part.quoted for part in current):
        fields.append(as_field(joined(current)))
    current.clear()


def joined(parts: list[Part]) -> Value:
    """The parts as the value of a variable: nothing is split, neighbouring text is one."""
    unknowns = sum(isinstance(part.content, Unknown) for part in parts)
    if (
        unknowns > limits.VALUE_UNKNOWNS
        or sum(len(part.content) for part in parts if isinstance(part.content, str)) > limits.VALUE_CHARACTERS
    ):
        return (Unknown("…", "the value grows too long"),)
    value: list[str | Unknown] = []
    for is_text, run in groupby((part.content for part in parts if part.content != ""), lambda c: isinstance(c, str)):
        pieces = list(run)
        value += ["".join(piece for piece in pieces if isinstance(piece, str))] if is_text else pieces
    return tuple(value)


def as_field(value: Value) -> Field:
    """One field from a value: its text, or Unknown where any of it is unknown."""
    unknowns = [piece for piece in value if isinstance(piece, Unknown)]
    if not unknowns:
        return "".join(piece for piece in value if isinstance(piece, str))
    return Unknown(written(value), unknowns[0].reason)


def written(value: Value) -> str:
    """A value as it is written, unknowns included."""
    return "".join(piece.source if isinstance(piece, Unknown) else piece for piece in value)


def known(value: Value) -> str | None:
    """The text of a value, None where any of it is unknown."""
    field_ = as_field(value)
    return field_ if isinstance(field_, str) else None


def is_number(text: str) -> bool:
    """Whether a text is decimal digits and nothing else."""
    return text.isascii() and text.isdigit()


@dataclass(slots=True)
class Variables:
    """The variables of one shell; `unknown` says why an unset one may still have a value, if it may."""

    values: dict[str, Value] = field(default_factory=dict)
    unknown: str | None = None
    positional: tuple[Value, ...] | None = ()
    arrays: dict[str, tuple[Value, ...]] = field(default_factory=dict)
    directory: str = "/"  # of the shell; `` where it is not known

    def copy(self) -> Variables:
        """Variables that a subshell may change without changing these."""
        return Variables(dict(self.values), self.unknown, self.positional, dict(self.arrays), self.directory)

    def become(self, other: Variables) -> None:
        """Take all that the other holds."""
        self.values, self.unknown = dict(other.values), other.unknown
        self.positional, self.arrays = other.positional, dict(other.arrays)
        self.directory = other.directory

    @property
    def separators(self) -> str:
        """The characters at which fields are split: IFS, or the usual ones where it is not known."""
        text = known(self.values.get("IFS", (_SEPARATORS,)))
        return _SEPARATORS if text is None else text

    def forget(self, name: str, reason: str) -> None:
        """Something is set of which only the name is known, be it a string or an array."""
        unknown = (Unknown(f"${name}", reason),)
        self.values[name] = unknown
        self.arrays[name] = (unknown,)

    def restore(self, name: str, value: Value | None, array: tuple[Value, ...] | None) -> None:
        """Give a variable what it had before; None: it was not set."""
        self.values.pop(name, None)
        self.arrays.pop(name, None)
        if value is not None:
            self.values[name] = value
        if array is not None:
            self.arrays[name] = array

    def get(self, name: str) -> Value | None:
        """A variable's value, None where it is known to be unset; that of an array is its first element's."""
        if self.arrays.get(name):
            return self.arrays[name][0]
        if name in self.values:
            return self.values[name]
        if is_number(name) or name in "*@":
            return self._positional(name)
        if name == "#" and self.positional is not None:
            return (str(len(self.positional)),)
        if name in _FROM_THE_SHELL or not name.isidentifier():
            return (Unknown(f"${name}", "only the shell knows it"),)
        return None if self.unknown is None else (Unknown(f"${name}", self.unknown),)

    def _positional(self, name: str) -> Value | None:
        if self.positional is None or not name.strip("0"):
            return (Unknown(f"${name}", "the arguments are not known"),)
        if name in ("*", "@"):
            spaced = [piece for value in self.positional for piece in (*value, " ")]
            return tuple(spaced[:-1])
        place = int(name) if len(name) < 7 else limits.VALUE_CHARACTERS
        return self.positional[place - 1] if place <= len(self.positional) else None

    def merge(self, branches: list[Variables], reason: str) -> None:
        """Take what all branches agree on; the rest is not known any more."""
        first = branches[0]
        merged = first.copy()
        names = dict.fromkeys(name for branch in branches for name in branch.values)
        for name in names:
            if any(branch.get(name) != first.get(name) for branch in branches):
                merged.values[name] = (Unknown(f"${name}", reason),)
        for name in dict.fromkeys(name for branch in branches for name in branch.arrays):
            if any(branch.arrays.get(name) != first.arrays.get(name) for branch in branches):
                merged.forget(name, reason)
        if any(branch.positional != first.positional for branch in branches):
            merged.positional = None
        if any(branch.directory != first.directory for branch in branches):
            merged.directory = ""
        merged.unknown = next((branch.unknown for branch in branches if branch.unknown), None)
        self.become(merged)
