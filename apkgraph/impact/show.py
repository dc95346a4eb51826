"""Everything about one package: its fields and sizes, who serves each dependency, and what else could."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from apkgraph.impact.search import no_such_name
from apkgraph.model.version import compare

if TYPE_CHECKING:
    from collections.abc import Callable

    from apkgraph.impact.analysis import Analysis
    from apkgraph.impact.cost import Cost
    from apkgraph.index.universe import Universe
    from apkgraph.model.dependency import Dependency
    from apkgraph.model.package import Details, Package

    Price = Callable[[tuple[str, ...]], Cost]

_MOST = 12  # alternatives of one dependency that are priced


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another package that could serve a dependency; `installed_size` is the cost of asking for it as well (net bytes
    on disk), None where the two do not go together.
    """

    package: Package
    installed_size: int | None


@dataclass(frozen=True, slots=True)
class Need:
    """One dependency: who serves it, and who else could. `more` counts alternatives that were not priced."""

    token: str
    conflict: bool
    provider: Package | None
    in_base: bool
    alternatives: tuple[Alternative, ...]
    more: int


@dataclass(frozen=True, slots=True)
class PackageDetails:
    """The answer. `closure_size` is in bytes on disk, None where the package is not installable."""

    analysis: Analysis
    package: Package
    details: Details
    closure_size: int | None
    needs: tuple[Need, ...]
    siblings: tuple[Package, ...]
    versions: tuple[Package, ...]

    @property
    def repositories(self) -> tuple[str, ...]:
        """The repositories that hold the package."""
        known = self.analysis.universe.repositories
        return tuple(one.name for number, one in enumerate(known) if self.package.repositories >> number & 1)


def find_package(universe: Universe, name: str) -> Package:
    """The newest package of that name, or else the first that provides it (NotFoundError where none does)."""
    package = universe.newest(name) or next((entry.package for entry in universe.providers(name)), None)
    if package is None:
        raise no_such_name(universe, name)
    return package


def describe(analysis: Analysis, package: Package, price: Price) -> PackageDetails:
    """Look at `package`, which `analysis` asks for; `price` answers what several names cost together."""
    universe = analysis.universe
    position = analysis.resolved.position.get(package) if analysis.satisfied else None
    return PackageDetails(
        analysis,
        package,
        universe.details(package),
        None if position is None else analysis.closure_sizes[position],
        tuple(_need(analysis, package, token, price) for token in package.depends),
        _siblings(universe, package),
        tuple(other for other in universe.named(package.name) if other is not package),
    )


def _need(analysis: Analysis, package: Package, token: Dependency, price: Price) -> Need:
    if token.conflict:
        return Need(str(token), True, None, False, (), 0)
    universe = analysis.universe
    chosen = analysis.solution.chosen(token.name)
    provider = chosen.package if chosen is not None and analysis.satisfied else None
    in_base = provider is not None and analysis.resolved.position.get(provider) in analysis.based
    others = [other for other in _one_a_name(universe.able_providers(token, package)) if other is not provider]
    priced = [] if in_base else [Alternative(other, _price(package, other, price)) for other in others[:_MOST]]
    return Need(str(token), False, provider, in_base, tuple(priced), len(others) - len(priced))


def _price(package: Package, other: Package, price: Price) -> int | None:
    cost = price((package.name, other.name))
    return cost.installed_size if cost.satisfied else None


def _one_a_name(packages: list[Package]) -> list[Package]:
    newest: dict[str, Package] = {}
    for package in packages:
        known = newest.get(package.name)
        if known is None or compare(package.version, known.version) > 0:
            newest[package.name] = package
    return list(newest.values())


def _siblings(universe: Universe, package: Package) -> tuple[Package, ...]:
    table = universe.search_table()
    others = [table.package(line) for line in table.of_origin(package.origin or package.name)]
    return tuple(other for other in others if other.name != package.name and not other.installed)
