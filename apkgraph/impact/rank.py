"""Every name of a universe by what it costs: one exact figure after the other."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from apkgraph.garbage_collection import without_collection
from apkgraph.impact.analysis import amount_of_changes
from apkgraph.impact.providers import able_providers
from apkgraph.impact.resolved_graph import serving
from apkgraph.model.dependency import Dependency
from apkgraph.model.version import compare

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from apkgraph.index.universe import Universe
    from apkgraph.model.package import Package
    from apkgraph.solve.solution import Solution

    Add = Callable[[tuple[Dependency, ...]], Solution]


class RankRow(NamedTuple):
    """What one name brings and costs on the base, as `apkgraph cost NAME` says; sizes are bytes.

    `package` and `version` are of what serves the name; `own_size`, `closure_size` and `reverse_depends` (how many
    packages have a dependency that it could serve) are that package's. `satisfied` is false where apk could not add it.
    """

    name: str
    package: str
    version: str
    origin: str
    satisfied: bool
    packages: int
    installed_size: int
    download_size: int
    own_size: int
    closure_size: int
    reverse_depends: int


class OriginRow(NamedTuple):
    """What one origin (an APKBUILD) builds: its packages, and the sum of their own sizes in bytes."""

    origin: str
    packages: int
    own_size: int
    download_size: int
    largest: str


@dataclass(frozen=True, slots=True)
class Order:
    """A way to rank: what it is called and by which figure, the largest first."""

    title: str
    figure: Callable[[RankRow], int]


ORDERS = {
    "cost": Order("installed size on the base", lambda row: row.installed_size),
    "download": Order("download size on the base", lambda row: row.download_size),
    "closure": Order("closure size", lambda row: row.closure_size),
    "packages": Order("number of packages on the base", lambda row: row.packages),
    "rdeps": Order("reverse dependencies", lambda row: row.reverse_depends),
}


def ordered(rows: Iterable[RankRow], by: str) -> list[RankRow]:
    """The rows, largest first by one of ORDERS, ties by name; what cannot be had comes last."""
    figure = ORDERS[by].figure
    return sorted(rows, key=lambda row: (not row.satisfied, -figure(row), row.name))


def by_origin(universe: Universe) -> list[OriginRow]:
    """The origins of a universe, the largest first; of each name that one builds, its newest package counts."""
    packages: dict[str, dict[str, Package]] = {}
    for package in universe.packages():
        newest = packages.setdefault(package.origin or package.name, {})
        known = newest.get(package.name)
        if known is None or compare(package.version, known.version) > 0:
            newest[package.name] = package
    rows = [
        OriginRow(
            origin,
            len(members),
            sum(package.installed_size for package in members),
            sum(package.download_size for package in members),
            max(members, key=lambda package: package.installed_size).name,
        )
        for origin, members in ((origin, list(newest.values())) for origin, newest in packages.items())
    ]
    return sorted(rows, key=lambda row: (-row.own_size, row.origin))


def own_names(universe: Universe) -> list[str]:
    """Every name that a package has, once, in load order."""
    return list(dict.fromkeys(package.name for package in universe.packages()))


def rank_names(universe: Universe, add: Add, names: Iterable[str]) -> Iterator[RankRow]:
    """One row a name, in the order of `names`."""
    dependents = count_dependents(universe)
    with without_collection():
        for name in names:
            solution = add((Dependency(name),))
            chosen = solution.chosen(name)
            package = chosen.package if chosen is not None and solution.satisfied else universe.newest(name)
            if package is not None:
                yield _row(name, package, solution, dependents[package])


def count_dependents(universe: Universe) -> Counter[Package]:
    """How many packages have a dependency that a package could serve."""
    dependents: Counter[Package] = Counter()
    for package in universe.packages():
        able = (able_providers(universe, token, package) for token in package.depends if not token.conflict)
        dependents.update({provider for providers in able for provider in providers})
    return dependents


def closure_size(solution: Solution, package: Package) -> int:
    """Bytes on disk of a package and everything that it needs in this solution."""
    found = {package: None}
    pending = [package]
    while pending:
        for token in pending.pop().depends:
            server = serving(solution, token)
            if server is not None and server not in found:
                found[server] = None
                pending.append(server)
    return sum(member.installed_size for member in found)


def _row(name: str, package: Package, solution: Solution, dependents: int) -> RankRow:
    amount = amount_of_changes(solution.changes)
    return RankRow(
        name,
        package.name,
        package.version,
        package.origin or package.name,
        solution.satisfied,
        amount.packages,
        amount.size.installed,
        amount.size.download,
        package.installed_size,
        closure_size(solution, package) if solution.satisfied else 0,
        dependents,
    )
