"""A move to another release as text and as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apkgraph.model.size import count, format_change, format_size
from apkgraph.report.audit.markdown import code, escaped, table
from apkgraph.report.blocks import Column, Lines, Span, Table, line
from apkgraph.report.changes import difference

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from apkgraph.changes.upgrade import GoneName, LineSizes, Side, Upgrade
    from apkgraph.report.blocks import Block

_LINES = (
    Column("LINE", right=True),
    Column("", flexible=True),
    Column("BEFORE", right=True),
    Column("AFTER", right=True),
    Column("CHANGE", right=True),
)
_GONE = (Column("LINE", right=True), Column("GONE"), Column("INSTEAD", wrapped=True))
_PINS = (Column("LINE", right=True), Column("PIN BREAKS"), Column("NEWEST"), Column("WRITE"))
_LONGEST = 72  # characters of a command
_WORDS = {"provides": "provides the same", "numbers": "other numbers", "origin": "same origin", "near": "similar name"}


def report(upgrade: Upgrade, today: date, most: int | None = None) -> list[Block]:
    """From where to where, what breaks, sizes by line, then the packages that differ and what is lost."""
    head = [(Span(_headline(upgrade), "bold"),)]
    head += [(Span(f"  {text}", "yellow" if "came" in text else "dim"),) for text in _ends(upgrade, today)]
    blocks: list[Block] = [Lines(tuple(head))]
    blocks.append(line(verdict(upgrade), "bold red" if upgrade.breaks else "green"))
    if upgrade.gone:
        blocks.append(Table(_GONE, tuple((_number(one.line), one.token, instead(one)) for one in upgrade.gone)))
    if upgrade.pins:
        rows = tuple(
            (_number(one.line), one.pin.token, one.pin.newest or "-", " or ".join(one.suggestions))
            for one in upgrade.pins
        )
        blocks.append(Table(_PINS, rows))
    if upgrade.problems:
        blocks.append(Lines(tuple((Span(f"apk would refuse: {text}", "red"),) for text in upgrade.problems)))
    if upgrade.lines:
        blocks.append(Table(_LINES, tuple(_row(one) for one in upgrade.lines)))
    if upgrade.difference is not None:
        blocks.append(line(difference.summary(upgrade.difference), "bold"))
        if not upgrade.difference.is_empty:
            blocks += difference.report(upgrade.difference, most)
    if upgrade.notes:
        blocks.append(Lines(tuple((Span(f"not known: {text}", "dim"),) for text in upgrade.notes)))
    return blocks


def markdown(upgrade: Upgrade, today: date) -> str:
    """The same for a pull request: a headline, what breaks, and a table of the lines."""
    return "\n".join(_markdown(upgrade, today)) + "\n"


def _markdown(upgrade: Upgrade, today: date) -> Iterator[str]:
    yield f"### {escaped(_headline(upgrade))}"
    yield ""
    yield from (f"- {escaped(text)}" for text in (verdict(upgrade), *_ends(upgrade, today), *upgrade.problems))
    if upgrade.difference is not None:
        yield f"- {escaped(difference.summary(upgrade.difference))}"
    if upgrade.gone or upgrade.pins:
        rows = [(_number(one.line), code(one.token), escaped(instead(one))) for one in upgrade.gone]
        rows += [
            (_number(one.line), code(one.pin.token), " or ".join(map(code, one.suggestions))) for one in upgrade.pins
        ]
        yield ""
        yield from table(("Line", "Breaks", "Instead"), "rll", rows)
    yield ""
    yield from table(
        ("Line", "", "Before", "After", "Change"),
        "rlrrr",
        ((_number(one.line), code(one.text), *_sizes(one)) for one in upgrade.lines),
    )


def _headline(upgrade: Upgrade) -> str:
    before, after = upgrade.before, upgrade.after
    arch = before.arch if before.arch == after.arch else f"{before.arch} → {after.arch}"
    return f"{upgrade.subject}: {before.release} → {after.release}, {arch}"


def verdict(upgrade: Upgrade) -> str:
    """Whether the move works as it is, in one line."""
    found = [
        f"{count(len(upgrade.gone), 'name')} gone" if upgrade.gone else "",
        f"{count(len(upgrade.pins), 'pin')} broken" if upgrade.pins else "",
        "apk would refuse it" if upgrade.problems else "",
    ]
    told = ", ".join(filter(None, found))
    return f"it would break: {told}" if told else "nothing that is asked for breaks"


def _ends(upgrade: Upgrade, today: date) -> list[str]:
    return [text for side in (upgrade.before, upgrade.after) if (text := _end(side, today))]


def _end(side: Side, today: date) -> str:
    if side.end_of_life is None:
        return ""
    verb = "came to its end of life on" if side.end_of_life <= today else "gets fixes until"
    return f"{side.release} {verb} {side.end_of_life.isoformat()}"


def instead(one: GoneName) -> str:
    """What could take the place of a name, by how it was found."""
    kinds: dict[str, list[str]] = {}
    for found in one.replacements:
        kinds.setdefault(found.by, []).append(found.name)
    told = "; ".join(f"{', '.join(names)} ({_WORDS[by]})" for by, names in kinds.items())
    return told or "nothing like it"


def _number(number: int) -> str:
    return str(number or "")


def _row(one: LineSizes) -> tuple[str, ...]:
    return _number(one.line), one.text[:_LONGEST], *_sizes(one)


def _sizes(one: LineSizes) -> tuple[str, str, str]:
    change = "" if one.before is None or one.after is None else format_change(one.after - one.before)
    before, after = ("-" if size is None else format_size(size) for size in (one.before, one.after))
    return before, after, change
