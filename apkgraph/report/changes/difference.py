"""A difference between two sets as blocks: what comes, goes and changes, and what is no longer provided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apkgraph.impact.compare import ADDED, REMOVED
from apkgraph.model.size import count, format_change, format_size
from apkgraph.report.blocks import Column, Span, Table, line

if TYPE_CHECKING:
    from apkgraph.impact.compare import Cause, Difference, PackageDifference, TokenDifference
    from apkgraph.report.blocks import Block

_STYLES = {"added": "green", "removed": "red", "downgraded": "yellow"}
_WORDS = {
    "dependency": "{name} needs {token}",
    "install_if": "by its install_if: {token}",
    "provider": "{name} provides {token} now",
    "removed": "{name} is gone",
    "dropped": "{name} no longer provides it",
    "missing": "the index has no such package",
    "index": "the index has it so",
}
_KINDS = ("so:", "cmd:", "/", "pc:")  # what programs look for; other names come after
_PACKAGES = (
    Column("CHANGE"),
    Column("PACKAGE"),
    Column("BEFORE"),
    Column("AFTER"),
    Column("INSTALLED", right=True),
    Column("BECAUSE", flexible=True),
)
_TOKENS = (Column("NO LONGER PROVIDED"), Column("WAS IN"), Column("WHY"), Column("NOW IN", flexible=True))


def report(found: Difference, most: int | None = None) -> list[Block]:
    """The packages, then the tokens that are lost; of each at most `most`, None for all."""
    if found.is_empty:
        return [line("no package is different", "green")]
    shown = found.packages[:most]
    blocks: list[Block] = [Table(_PACKAGES, tuple(_package(one) for one in shown))]
    blocks += _more(len(found.packages) - len(shown), "package")
    return [*blocks, *lost(found, most)]


def lost(found: Difference, most: int | None = None) -> list[Block]:
    """The tokens that are not provided any more: libraries, commands and paths first."""
    tokens = sorted(found.lost, key=lambda one: (_rank(one.token), one.token))
    if not tokens:
        return []
    blocks: list[Block] = [Table(_TOKENS, tuple(_token(one) for one in tokens[:most]))]
    return blocks + _more(len(tokens[most:]) if most is not None else 0, "token")


def summary(found: Difference) -> str:
    """The counts and the size before and after, in one line."""
    words = ("added", "removed", "upgraded", "downgraded", "rebuilt")
    counted = [f"{len(found.of(word))} {word}" for word in words if found.of(word)]
    before, after = found.before.size.installed, found.after.size.installed
    sizes = f"{format_size(before)} → {format_size(after)} ({format_change(after - before)})"
    return f"{count(found.after.packages, 'package')}, {sizes}: {', '.join(counted) or 'nothing changed'}"


def because(cause: Cause) -> str:
    """A cause in words."""
    if cause.kind == "dropped" and cause.token:
        return f"{cause.name} no longer needs {cause.token}"
    if cause.kind in ("world", "requested"):
        return f"asked for by {cause.token}" if cause.token else "asked for"
    return _WORDS.get(cause.kind, "nothing needs it").format(name=cause.name, token=cause.token)


def _package(one: PackageDifference) -> tuple[str | tuple[Span, ...], ...]:
    return (
        (Span(one.change, _STYLES.get(one.change, "")),),
        one.name,
        "-" if one.before is None else one.before.version,
        "-" if one.after is None else one.after.version,
        format_change(one.installed_size),
        because(one.cause) if one.change in (ADDED, REMOVED) else "",
    )


def _token(one: TokenDifference) -> tuple[str, ...]:
    return one.token, one.package, because(one.cause), ", ".join(one.available) or "-"


def _rank(token: str) -> int:
    return next((rank for rank, kind in enumerate(_KINDS) if token.startswith(kind)), len(_KINDS))


def _more(number: int, word: str) -> list[Block]:
    return [line(f"and {count(number, word)} more (--all shows them)", "dim")] if number else []
