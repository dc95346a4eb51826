"""The same request in several places, or several requests, side by side; and how two sets differ."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from apkgraph.model.dependency import Dependency
from apkgraph.model.size import amount_of
from apkgraph.model.version import compare

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from apkgraph.impact.analysis import Analysis
    from apkgraph.impact.cost import Cost
    from apkgraph.impact.install_reason import InstallReason
    from apkgraph.impact.resolved_graph import Link
    from apkgraph.model.package import Package
    from apkgraph.model.size import Amount

ABSENT = "absent"
ADDED, REMOVED, UPGRADED, DOWNGRADED, REBUILT = "added", "removed", "upgraded", "downgraded", "rebuilt"
LARGER, SMALLER, SAME = "larger", "smaller", "same"
_MOST_NAMED = 3  # packages that could provide what was lost


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


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a package or a token is there or is not.

    | kind | `name`, `token` |
    |---|---|
    | `requested`, `world` | the entry of the world that asks for it (`token`) |
    | `dependency` | the package that needs it, through that token |
    | `install_if` | the triggers (`token`) that are all met |
    | `index` | the index has another version, or another build of the same |
    | `missing` | the index has no package of that name |
    | `provider` | the package that serves the token now |
    | `removed` | the package that needed it, or provided it, is gone |
    | `dropped` | the package no longer needs it, or provides it; `token` says what |
    | `unneeded` | nothing asks for it |
    """

    kind: str
    name: str = ""
    token: str = ""


@dataclass(frozen=True, slots=True)
class PackageDifference:
    """One name whose package is not the same in both sets. Sizes are bytes."""

    name: str
    before: Package | None
    after: Package | None
    cause: Cause

    @property
    def change(self) -> str:
        """`added`, `removed`, `upgraded`, `downgraded`, or `rebuilt`: the same version, but other content."""
        if self.before is None:
            return ADDED
        if self.after is None:
            return REMOVED
        order = compare(self.after.version, self.before.version)
        return (DOWNGRADED, REBUILT, UPGRADED)[order + 1]

    @property
    def installed_size(self) -> int:
        """By how many bytes on disk the set grows by it."""
        return _size(self.after) - _size(self.before)

    @property
    def size(self) -> str:
        """`larger`, `smaller` or `same` on disk."""
        return LARGER if self.installed_size > 0 else SMALLER if self.installed_size else SAME


@dataclass(frozen=True, slots=True)
class TokenDifference:
    """A token that only one of the sets provides: a library, a command, a path, a name.

    `package` provided it there, or does here; `available`: the packages of the other universe that would provide it.
    """

    token: str
    package: str
    cause: Cause
    available: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """From one set to another; packages by how much they change the size, tokens by name."""

    packages: tuple[PackageDifference, ...]
    lost: tuple[TokenDifference, ...]
    gained: tuple[TokenDifference, ...]
    before: Amount
    after: Amount

    def of(self, *changes: str) -> tuple[PackageDifference, ...]:
        """The packages with one of these changes."""
        return tuple(one for one in self.packages if one.change in changes)

    @property
    def is_empty(self) -> bool:
        """Whether both sets are the same."""
        return not self.packages


def difference(before: Analysis, after: Analysis) -> Difference:
    """What has to happen to the one set to become the other, each with its reason."""
    found = _packages(before.packages, _needed_by(before), after)
    return Difference(
        found,
        tuple(_tokens(before, after)),
        tuple(_tokens(after, before)),
        amount_of(before.packages),
        amount_of(after.packages),
    )


def difference_from(packages: Sequence[Package], after: Analysis) -> Difference:
    """The same from packages of which only name, version, checksum and sizes are known, as a lock holds them.

    What they provided and who needed them is not known: no token is lost or gained.
    """
    return Difference(_packages(packages, {}, after), (), (), amount_of(packages), amount_of(after.packages))


def _packages(
    packages: Sequence[Package], needed: Mapping[str, Sequence[tuple[str, str]]], after: Analysis
) -> tuple[PackageDifference, ...]:
    """The packages that differ; `needed` says who needed each of those before, through which token."""
    old, new = _by_name(packages), _by_name(after.packages)
    why = {package.name: reason for package, reason in zip(after.packages, after.reasons, strict=True)}
    found = []
    for name in dict.fromkeys((*old, *new)):
        was, now = old.get(name), new.get(name)
        if was is None:
            found.append(PackageDifference(name, None, now, _arrival(why.get(name))))
        elif now is None:
            found.append(PackageDifference(name, was, None, _removal(was, needed.get(name, ()), after, new)))
        elif not is_same(was, now):
            found.append(PackageDifference(name, was, now, Cause("index")))
    return tuple(sorted(found, key=lambda one: (-abs(one.installed_size), one.name)))


def is_same(left: Package, right: Package) -> bool:
    """Whether two packages of one name are the same build; where one has no checksum, the version decides."""
    if left.version != right.version:
        return False
    return not (left.identity and right.identity) or left.identity == right.identity


def movement(before: Package | None, after: Package | None) -> str:
    """How a package moves from one set to the next: `added`, `removed`, `larger`, `smaller` or `same`."""
    if before is None or after is None:
        return SAME if before is after else ADDED if before is None else REMOVED
    return PackageDifference(after.name, before, after, Cause("index")).size


def _size(package: Package | None) -> int:
    return 0 if package is None else package.installed_size


def _by_name(packages: Iterable[Package]) -> dict[str, Package]:
    return {package.name: package for package in packages if not package.virtual}


def _needed_by(analysis: Analysis) -> dict[str, list[tuple[str, str]]]:
    """For each package's name: who needs it, through which token; the world's own name is empty."""
    packages = analysis.packages
    needed: dict[str, list[tuple[str, str]]] = {}
    for token, position in analysis.rooted:
        needed.setdefault(packages[position].name, []).append(("", str(token)))
    links: Sequence[Sequence[Link]] = analysis.needed_by
    for position, link in enumerate(links):
        needed.setdefault(packages[position].name, []).extend((packages[by].name, str(token)) for token, by in link)
    return needed


def _arrival(reason: InstallReason | None) -> Cause:
    if reason is None:
        return Cause("unneeded")
    if reason.kind == "install_if":
        return Cause("install_if", token=" ".join(reason.triggers))
    return Cause(reason.kind, reason.of.name if reason.of is not None else "", reason.token)


def _removal(gone: Package, needed: Sequence[tuple[str, str]], after: Analysis, new: Mapping[str, Package]) -> Cause:
    """Why a package is not in the set any more: no package provides its name, another one does, or nothing needs it."""
    for name in (gone.name, *(provided.name for provided in gone.provides)):
        chosen = after.solution.chosen(name) if name == gone.name or _is_asked(name, needed) else None
        if chosen is not None and chosen.package.name != gone.name:
            return Cause("provider", chosen.package.name, name)
    if not after.universe.named(gone.name):
        return Cause("missing")
    for by, token in needed:
        if by and by not in new:
            return Cause("removed", by, token)
        if by and token not in (str(depend) for depend in new[by].depends):
            return Cause("dropped", by, token)
    return Cause("unneeded")


def _is_asked(name: str, needed: Sequence[tuple[str, str]]) -> bool:
    return any(token == name or token.startswith(tuple(f"{name}{sign}" for sign in "=<>~")) for _, token in needed)


def _tokens(here: Analysis, there: Analysis) -> list[TokenDifference]:
    """What is provided here and not there."""
    others = _by_name(there.packages)
    known = {provided.name for package in there.packages for provided in package.provides}
    known.update(others)
    found = {}
    for package in here.packages:
        for provided in package.provides:
            if provided.name not in known and provided.name not in found:
                twin = others.get(package.name)
                cause = Cause("removed", package.name) if twin is None else Cause("dropped", package.name)
                able = there.universe.able_providers(Dependency(provided.name))
                names = tuple(dict.fromkeys(one.name for one in able))[:_MOST_NAMED]
                found[provided.name] = TokenDifference(provided.name, package.name, cause, names)
    return [found[name] for name in sorted(found)]
