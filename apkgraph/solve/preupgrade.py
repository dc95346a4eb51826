"""Which packages apk would upgrade before all others: itself, and what it is told to (rule D1.5)."""

from __future__ import annotations

from apkgraph.errors import DependencyError
from apkgraph.model.dependency import Dependency, parse_dependency
from apkgraph.model.version import compare
from apkgraph.solve.query import AVAILABLE, LATEST, UPGRADE, Mark

TYPE_CHECKING = False
if TYPE_CHECKING:
    from apkgraph.index.universe import Universe
    from apkgraph.model.package import Package
    from apkgraph.solve.options import Options


def preupgrade_marks(universe: Universe, options: Options) -> dict[str, Mark]:
    """Marks for the installed candidates that a repository has a newer version of."""
    flags = UPGRADE | (AVAILABLE if options.available else 0) | (LATEST if options.latest else 0)
    installed = {package.name: package for package in universe.installed}
    marks = {}
    for dependency in _candidates(universe, options):
        package = installed.get(dependency.name)
        if package is None or dependency.conflict or not dependency.satisfied_by(package, package.version):
            continue
        if _has_newer(universe, package, options):
            marks[package.name] = Mark(flags)
    return marks


def _candidates(universe: Universe, options: Options) -> list[Dependency]:
    owners = [package for package in universe.installed if package.installed and package.installed.executable]
    candidates = {package.name: Dependency(package.name) for package in owners}
    for token in options.preupgrade_depends:
        try:
            dependency = parse_dependency(token)
        except DependencyError:
            continue
        candidates[dependency.name] = dependency
    return list(candidates.values())


def _has_newer(universe: Universe, package: Package, options: Options) -> bool:
    opened = universe.opened if options.network else 0
    return any(
        other.repositories & opened and compare(other.version, package.version) > 0
        for other in universe.named(package.name)
    )
