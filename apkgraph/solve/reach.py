"""Which names a world reaches over the packages that were selected, and how surely (spec D9.2)."""

from __future__ import annotations

from apkgraph.solve.constraint import names_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from apkgraph.index.universe import Provider, Universe
    from apkgraph.model.dependency import Dependency
    from apkgraph.model.package import Package

PRESENT, INSTALL_IF, VIRTUAL_ONLY = 1, 2, 4


class Reach:
    """A bit for each way in which a name was reached: present, by an install_if, as a mere virtual."""

    def __init__(self, universe: Universe, selected: Container[Package], world: Iterable[Dependency]) -> None:
        self._universe = universe
        self._selected = selected
        self._names: dict[str, int] = {}
        self._packages: dict[Package, int] = {}
        self._walk([(dependency.name, PRESENT) for dependency in world if not dependency.conflict])

    def is_there(self, name: str) -> bool:
        """Whether the name is present, by itself or by an install_if."""
        return bool(self._names.get(name, 0) & (PRESENT | INSTALL_IF))

    def _walk(self, start: list[tuple[str, int]]) -> None:
        stack = start[::-1]
        while stack:
            name, mode = stack.pop()
            for provider in self._universe.providers(name):
                if provider.package in self._selected:
                    self._reach(provider, name, mode, stack)

    def _reach(self, provider: Provider, name: str, mode: int, stack: list[tuple[str, int]]) -> None:
        package = provider.package
        if mode == PRESENT and not package.priority and package.name != name and provider.version is None:
            mode = VIRTUAL_ONLY
        self._mark(package, mode, stack)

    def _mark(self, package: Package, mode: int, stack: list[tuple[str, int]]) -> None:
        if self._packages.get(package, 0) & mode:
            return
        self._packages[package] = self._packages.get(package, 0) | mode
        self._names[package.name] = self._names.get(package.name, 0) | mode
        for provided in package.provides:
            weak = mode == INSTALL_IF and not provided.version
            self._names[provided.name] = self._names.get(provided.name, 0) | (VIRTUAL_ONLY if weak else mode)
        stack.extend((dependency.name, PRESENT) for dependency in package.depends if not dependency.conflict)
        if mode != VIRTUAL_ONLY:
            for name in names_of(package):
                for triggered in self._universe.reverse_install_if(name):
                    for provider in self._universe.providers(triggered):
                        if self._is_triggered(provider.package):
                            self._mark_later(provider.package, stack)

    def _is_triggered(self, package: Package) -> bool:
        return (
            bool(package.install_if)
            and package in self._selected
            and all(self.is_there(condition.name) is not condition.conflict for condition in package.install_if)
        )

    def _mark_later(self, package: Package, stack: list[tuple[str, int]]) -> None:
        if not self._packages.get(package, 0) & INSTALL_IF:
            stack.append((package.name, INSTALL_IF))
