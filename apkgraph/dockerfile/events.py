"""What a RUN instruction does that matters here, as values: calls of apk, and what touches its files."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from apkgraph.dockerfile.shell.values import Field, Unknown, Value


class Choice(NamedTuple):
    """One way to go at a condition that cannot be decided: branch `arm` of `arms`.

    `exhaustive`: one of the branches runs for certain; otherwise none of them may.
    """

    number: int  # of the condition, in its file
    arm: int
    arms: int
    exhaustive: bool


class ApkCall(NamedTuple):
    """One call of apk, its options by their long names and in their order.

    `choices` are the branches of undecided conditions that lead to it, the outermost first.
    """

    line: int
    text: str
    applet: str
    arguments: tuple[Field, ...]
    options: tuple[tuple[str, Field | None], ...]
    choices: tuple[Choice, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def conditional(self) -> bool:
        """Whether it runs only on a condition that cannot be decided."""
        return bool(self.choices)

    def has(self, option: str) -> bool:
        """Whether an option is given."""
        return any(name == option for name, _ in self.options)

    def value(self, option: str) -> Field | None:
        """The last value that an option was given."""
        return next((value for name, value in reversed(self.options) if name == option), None)

    def values(self, option: str) -> tuple[Field, ...]:
        """All values that an option was given."""
        return tuple(value for name, value in self.options if name == option and value is not None)

    @property
    def packages(self) -> tuple[str, ...]:
        """The arguments that are known."""
        return tuple(argument for argument in self.arguments if isinstance(argument, str))

    @property
    def unresolved(self) -> tuple[Unknown, ...]:
        """What of the arguments and options only a running shell could know."""
        given = (*self.arguments, *(value for _, value in self.options))
        return tuple(field for field in given if isinstance(field, Unknown))

    @property
    def root(self) -> str:
        """The root that it works on, without a last slash; `` is the image's own."""
        root = self.value("root")
        return "" if root is None else (root.source if isinstance(root, Unknown) else root).rstrip("/")


class Unresolved(NamedTuple):
    """What cannot be followed: how it is written, why not, and what could be done."""

    line: int
    text: str
    reason: str
    choices: tuple[Choice, ...] = ()
    fix: str = "what it does is not counted"


class RepositoriesWritten(NamedTuple):
    """Lines written to, or added to, a repositories file."""

    line: int
    value: Value
    append: bool
    root: str = ""
    choices: tuple[Choice, ...] = ()


class RepositoriesEdited(NamedTuple):
    """`old` replaced by `new` in each line of the image's repositories file, the first one or `everywhere`."""

    line: int
    old: str
    new: str
    everywhere: bool
    choices: tuple[Choice, ...] = ()


class CacheLinked(NamedTuple):
    """/etc/apk/cache linked to apk's cache: from here on apk keeps the packages that it fetches there."""

    line: int
    choices: tuple[Choice, ...] = ()


class CacheChanged(NamedTuple):
    """Something that bears on the packages that are kept in apk's cache, if any are: `apk cache`, a file removed."""

    line: int
    choices: tuple[Choice, ...] = ()


class CacheCleared(NamedTuple):
    """apk's cache emptied: what an earlier call left there goes."""

    line: int
    root: str = ""
    is_whole: bool = True  # not only the indexes
    choices: tuple[Choice, ...] = ()


class PackageFiles(NamedTuple):
    """Package files that apk fetches and leaves as they are."""

    line: int
    text: str
    choices: tuple[Choice, ...] = ()


Event: TypeAlias = (
    ApkCall
    | Unresolved
    | RepositoriesWritten
    | RepositoriesEdited
    | CacheLinked
    | CacheChanged
    | CacheCleared
    | PackageFiles
)
