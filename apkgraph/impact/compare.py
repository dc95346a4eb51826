"""The same request in several places, or several requests, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from apkgraph.impact.difference import SAME, difference, movement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apkgraph.impact.cost import Cost
    from apkgraph.impact.difference import Difference
    from apkgraph.model.package import Package

ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Column:
    """One of the things compared, under a label that tells it from the others; `cost` is None where it could not be
    asked (`error` says why).
    """

    label: str
    cost: Cost | None
    error: str = ""

    @property
    def satisfied(self) -> bool:
        """Whether there is something to compare."""
        return self.cost is not None and self.cost.satisfied


@dataclass(frozen=True, slots=True)
class Row:
    """One package name over all columns: what each brings (None: not at all), and how it moved from the one before."""

    name: str
    packages: tuple[Package | None, ...]
    movements: tuple[str, ...]

    @property
    def largest(self) -> int:
        """Its largest installed size, bytes."""
        return max(package.installed_size for package in self.packages if package is not None)

    @property
    def moved(self) -> bool:
        """Whether any two columns beside each other differ in it."""
        return any(movement not in (SAME, ABSENT) for movement in self.movements)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The answer; columns in the order asked for, rows by how much they weigh."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    @property
    def differences(self) -> tuple[tuple[str, str, Difference], ...]:
        """From each column to the next that is satisfied: both labels, and how the whole sets differ."""
        satisfied = [
            (column.label, column.cost.analysis) for column in self.columns if column.cost and column.satisfied
        ]
        return tuple((left, right, difference(before, after)) for (left, before), (right, after) in pairwise(satisfied))


def compare_costs(columns: Sequence[Column]) -> Comparison:
    """Put the packages that come in any of the columns side by side.

    A movement is counted from each column to the next that is satisfied; the first has none.
    """
    brought = [_brought(column) for column in columns]
    names = dict.fromkeys(name for packages in brought for name in packages)
    rows = [_row(name, columns, [packages.get(name) for packages in brought]) for name in names]
    rows.sort(key=lambda row: (-row.largest, row.name))
    return Comparison(tuple(columns), tuple(rows))


def _brought(column: Column) -> dict[str, Package]:
    if column.cost is None:
        return {}
    return {change.package.name: change.package for change in column.cost.changes if change.action != "remove"}


def _row(name: str, columns: Sequence[Column], packages: list[Package | None]) -> Row:
    movements: list[str] = []
    before: Package | None = None
    begun = False
    for column, package in zip(columns, packages, strict=True):
        if not column.satisfied:
            movements.append(ABSENT)
            continue
        movements.append(_movement(before, package) if begun else (ABSENT if package is None else SAME))
        before, begun = package, True
    return Row(name, tuple(packages), tuple(movements))


def _movement(before: Package | None, after: Package | None) -> str:
    return ABSENT if before is None and after is None else movement(before, after)
