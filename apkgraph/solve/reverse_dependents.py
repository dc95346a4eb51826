"""What `apk del` takes with it, and what keeps the rest (rule D1.2)."""

from __future__ import annotations

from apkgraph.index.order import display_order
from apkgraph.solve.changes import dependents
from apkgraph.solve.constraint import names_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from apkgraph.index.universe import Universe
    from apkgraph.model.dependency import Dependency
    from apkgraph.model.package import Package
    from apkgraph.solve.solution import Solution


def remove_with_dependents(universe: Universe, names: Iterable[str]) -> list[Package]:
    """The installed packages of these names and all installed ones that depend on them, over any number of steps."""
    installed = {package.name: package for package in universe.installed}
    found = {installed[name]: None for name in names}
    stack = list(found)
    while stack:
        package = stack.pop()
        for dependent in _dependents(universe, package, frozenset(universe.installed)):
            if dependent not in found:
                found[dependent] = None
                stack.append(dependent)
    return list(found)


def kept_by(
    universe: Universe, solution: Solution, world: tuple[Dependency, ...], names: Iterable[str]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """For each name that is still there although it was to go, the names of the world that keep it."""
    walk = _Walk(universe, solution, world)
    return tuple(
        (name, tuple(walk.keepers(provider.package)))
        for name in sorted(names, key=display_order)
        for provider in universe.providers(name)
        if provider.package in walk.selected
    )


class _Walk:
    def __init__(self, universe: Universe, solution: Solution, world: tuple[Dependency, ...]) -> None:
        self._universe = universe
        self._world = {dependency.name for dependency in world if not dependency.conflict}
        self.selected = set(solution.packages)

    def keepers(self, package: Package) -> Iterator[str]:
        """The world's names on the way up from a package, depth first."""
        seen = {package}
        stack = [self._step(package)]
        while stack:
            for met in stack[-1]:
                if isinstance(met, str):
                    yield met
                elif met not in seen:
                    seen.add(met)
                    stack.append(self._step(met))
                    break
            else:
                stack.pop()

    def _step(self, package: Package) -> Iterator[str | Package]:
        yield from (name for name in names_of(package) if name in self._world)
        yield from _dependents(self._universe, package, self.selected)
        for condition in package.install_if:
            for provider in self._universe.providers(condition.name):
                if provider.package in self.selected and provider.package.name in self._world:
                    yield provider.package


def _dependents(universe: Universe, package: Package, among: Collection[Package]) -> Iterator[Package]:
    """The packages that have a dependency which this one satisfies, in apk's order."""
    for name in names_of(package):
        yield from dependents(universe, name, package, among)
