"""The plain solver's list of changes, by plain recursion (spec E1 to E7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.solve.reference import is_satisfied_by

if TYPE_CHECKING:
    from apkgraph.index.universe import Provider
    from apkgraph.model.dependency import Dependency
    from apkgraph.model.package import Package
    from tests.solve.reference import Reference


class ReferenceChanges:
    """`changes`: (old, new) in apk's order, one of them perhaps None; what is unchanged is in it, too."""

    def __init__(self, solved: Reference) -> None:
        self.solved = solved
        self.universe = solved.universe
        self.changes: list[tuple[Package | None, Package | None]] = []
        self.listed: set[Package] = set()
        self.processed: set[str] = set()
        self.removed: set[str] = set()
        self.installed = {package.name: package for package in self.universe.installed}
        self.owners: dict[str, str] = {}
        self.needed: dict[str, int] = {}
        for package in self.universe.installed:
            self.owners[package.name] = package.name
            for provided in package.provides:
                if provided.version:
                    self.owners[provided.name] = package.name
        for package in self.universe.installed:
            self.count(package)
        for package in self.universe.installed:
            if not self.needed.get(package.name, 0) and self.chosen(package.name) is None:
                self.remove(package)
        for dependency in solved.query.constraints():
            self.depend(dependency, None)
        for package in self.universe.installed:
            self.change(package.name)

    def chosen(self, name: str) -> Provider | None:
        state = self.solved.names.get(name)
        return state.chosen if state else None

    def owned(self, package: Package) -> list[tuple[Dependency, str]]:
        found = [(dependency, self.owners.get(dependency.name)) for dependency in package.depends]
        return [(dependency, owner) for dependency, owner in found if owner is not None and not dependency.conflict]

    def count(self, package: Package) -> None:
        for _, owner in self.owned(package):
            self.needed[owner] = self.needed.get(owner, 0) + 1

    def decrement(self, package: Package) -> None:
        for dependency, owner in self.owned(package):
            self.needed[owner] -= 1
            if self.needed[owner] <= 0 and dependency.name in self.installed:
                self.remove(self.installed[dependency.name])

    def fails(self, dependency: Dependency, by: Package | None) -> bool:
        return not is_satisfied_by(dependency, self.chosen(dependency.name), by)

    def depend(self, dependency: Dependency, by: Package | None) -> None:
        package = self.solved.package
        if by and self.fails(dependency, by):
            package(by).has_error = True
        self.change(dependency.name)
        chosen = self.chosen(dependency.name)
        if by and chosen and package(chosen.package).has_error:
            package(by).has_error = True

    def change(self, name: str) -> None:
        if name in self.processed:
            return
        self.prepare(name)
        chosen = self.chosen(name)
        if chosen is None or chosen.package in self.listed:
            return
        new = chosen.package
        self.listed.add(new)
        for each in names_of(new):
            self.prepare(each)
        old = self.installed.get(new.name)
        if old:
            for conditional in self.reverse_install_if(old):
                self.remove_conditional(conditional)
        for dependency in new.depends:
            self.depend(dependency, new)
        self.changes.append((old, new))
        for triggered in self.reverse_install_if(new):
            if self.is_next(triggered):
                self.change(triggered)
        self.count(new)
        if old:
            self.decrement(old)

    def is_next(self, name: str) -> bool:
        chosen = self.chosen(name)
        if not self.solved.name(name).is_discovered or chosen is None or name in self.processed:
            return False
        return all(
            (condition.conflict or condition.name in self.processed) and not self.fails(condition, chosen.package)
            for condition in chosen.package.install_if
        )

    def reverse_install_if(self, package: Package) -> list[str]:
        return [other for name in names_of(package) for other in self.universe.reverse_install_if(name)]

    def prepare(self, name: str) -> None:
        if name in self.processed:
            return
        self.processed.add(name)
        chosen = self.chosen(name)
        if name in self.installed and (chosen is None or chosen.package.name != name):
            self.remove(self.installed[name])
        for provider in self.universe.providers(name):
            if provider.package.installed and self.chosen(provider.package.name) is None:
                self.remove(provider.package)

    def remove(self, package: Package) -> None:
        chosen = self.chosen(package.name)
        if package in self.listed or (chosen and chosen.package.name == package.name):
            return
        self.listed.add(package)
        self.removed.add(package.name)
        for name in names_of(package):
            for parent in self.universe.reverse_depends(name):
                for provider in self.universe.providers(parent):
                    if provider.package.installed and any(
                        satisfies(package, d, provider.package) for d in provider.package.depends
                    ):
                        self.remove(provider.package)
        for conditional in self.reverse_install_if(package):
            self.remove_conditional(conditional)
        self.changes.append((package, None))
        self.decrement(package)

    def remove_conditional(self, name: str) -> None:
        package = self.installed.get(name)
        if not package or self.chosen(name) or name in self.processed or name in self.removed:
            return
        for condition in package.install_if:
            if condition.name in self.removed and self.chosen(condition.name) is None:
                if self.needed.get(name, 0) == 0:
                    self.remove(package)
                return


def names_of(package: Package) -> list[str]:
    return [package.name, *(provided.name for provided in package.provides)]


def satisfies(package: Package, dependency: Dependency, by: Package) -> bool:
    """D9.6."""
    if dependency.name == package.name:
        return dependency.satisfied_by(package, package.version)
    for provided in package.provides:
        if provided.name == dependency.name:
            return dependency.satisfied_by(package, provided.version, by)
    return False
