"""A lock checked against today's index, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apkgraph.changes.lock_check import THERE
from apkgraph.model.size import count
from apkgraph.report.blocks import Column, Span, Table, line
from apkgraph.report.changes import difference

if TYPE_CHECKING:
    from apkgraph.changes.lock_check import Checked, CheckedArch, LockCheck
    from apkgraph.report.blocks import Block

_COLUMNS = (Column("PACKAGE"), Column("LOCKED"), Column("NEWEST"), Column("STATE"), Column("", flexible=True))
_STYLES = {"gone": "red", "missing": "red", "rebuilt": "yellow"}


def report(checked: LockCheck, most: int | None = None) -> list[Block]:
    """For each architecture what is no longer as it was locked, and what following the index would change."""
    blocks: list[Block] = []
    for one in checked.architectures:
        blocks += _arch(one, most)
    return blocks


def _arch(checked: CheckedArch, most: int | None) -> list[Block]:
    moved = [one for one in checked.packages if one.state != THERE]
    breaking = sum(one.breaks for one in checked.packages)
    there = f"all of {count(len(checked.packages), 'package')} are there"
    if not moved and checked.difference is not None:
        return [line(f"{checked.arch}: {there}", "green"), *_indexes(checked)]
    what = f"a build would break: {count(breaking, 'package')} gone" if breaking else "a build would not break"
    if not breaking and checked.difference is None:
        what = f"{'' if moved else f'{there}, but '}its request cannot be satisfied any more"
    style = "bold red" if checked.breaks else "bold"
    blocks: list[Block] = [line(f"{checked.arch}: {what}", style), *_indexes(checked)]
    if moved:
        blocks.append(Table(_COLUMNS, tuple(_row(one) for one in moved)))
    if checked.difference is None:
        reasons = "; ".join(reason.text for reason in checked.reasons)
        return [*blocks, line(f"following the index is not possible: {reasons}", "red")]
    blocks.append(line(f"following the index: {difference.summary(checked.difference)}", "bold"))
    return blocks if checked.difference.is_empty else [*blocks, *difference.report(checked.difference, most)]


def _indexes(checked: CheckedArch) -> list[Block]:
    changed = [one.name for one, now in checked.indexes if now is not None and now != one.sha256]
    missing = [one.name for one, now in checked.indexes if now is None]
    texts = [f"the index of {' and '.join(changed)} has changed since"] if changed else []
    texts += [f"not asked: {' and '.join(missing)} (give it with -X)"] if missing else []
    return [line("; ".join(texts), "dim")] if texts else []


def _row(one: Checked) -> tuple[str | tuple[Span, ...], ...]:
    return (
        one.package.name,
        one.package.version,
        one.newest or "-",
        (Span(one.state, _STYLES.get(one.state, "")),),
        "in the base" if one.package.in_base else "",
    )
