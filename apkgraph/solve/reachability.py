"""Which names a world reaches over the packages that were selected, and how surely (rule D9.2)."""

from __future__ import annotations

from apkgraph.solve.constraint import names_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from apkgraph.index.universe import Universe
    from apkgraph.model.dependency import Dependency
    from apkgraph.model.package import Package

PRESENT, INSTALL_IF, VIRTUAL_ONLY = 1, 2, 4


class Reachability:
    """A bit for each way in which a name was reached: present, by an install_if, as a mere virtual."""

    def __init__(self, universe: Universe, selected: Container[Package], world: Iterable[Dependency]) -> None:
        self._universe = universe
        self._selected = selected
        self._names: dict[str, int] = {}
        self._packages: dict[Package, int] = {}
        for dependency in world:
            if not dependency.conflict:
                self._walk(dependency.name)

    def is_there(self, name: str) -> bool:
        """Whether the name is present, by itself or by an install_if."""
        return bool(self._names.get(name, 0) & (PRESENT | INSTALL_IF))

    def _walk(self, root: str) -> None:
        # Depth first: what a package depends on is reached before what it may trigger.
        stack = [self._reached_from(root, PRESENT)]
        while stack:
            reached = next(stack[-1], None)
            if reached is None:
                stack.pop()
            else:
                stack.append(self._reached_from(*reached))

    def _reached_from(self, name: str, by: int) -> Iterator[tuple[str, int]]:
        for provider in self._universe.providers(name):
            package = provider.package
            if package in self._selected:
                mode = VIRTUAL_ONLY if by == PRESENT and _is_mere_virtual(package, name) else by
                if not self._packages.get(package, 0) & mode:
                    self._mark(package, mode)
                    yield from ((dependency.name, PRESENT) for dependency in package.depends if not dependency.conflict)
                    if mode != VIRTUAL_ONLY:
                        yield from ((triggered.name, INSTALL_IF) for triggered in self._triggered_by(package))

    def _mark(self, package: Package, mode: int) -> None:
        self._packages[package] = self._packages.get(package, 0) | mode
        self._names[package.name] = self._names.get(package.name, 0) | mode
        for provided in package.provides:
            weak = mode == INSTALL_IF and not provided.version
            self._names[provided.name] = self._names.get(provided.name, 0) | (VIRTUAL_ONLY if weak else mode)

    def _triggered_by(self, package: Package) -> Iterator[Package]:
        for name in names_of(package):
            for triggered in self._universe.reverse_install_if(name):
                for provider in self._universe.providers(triggered):
                    if self._is_triggered(provider.package):
                        yield provider.package

    def _is_triggered(self, package: Package) -> bool:
        return (
            bool(package.install_if)
            and package in self._selected
            and all(self.is_there(condition.name) is not condition.conflict for condition in package.install_if)
        )


def _is_mere_virtual(package: Package, name: str) -> bool:
    """Whether a package serves a name only as one of perhaps many, none of them preferred."""
    if package.priority or package.name == name:
        return False
    return not any(provided.name == name and provided.version for provided in package.provides)
