"""The plain solver's list of changes, by plain recursion (spec E1 to E7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.solve.reference import is_answered

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
        self.owner: dict[str, str] = {}
        self.counters: dict[str, int] = {}
        for package in self.universe.installed:
            self.owner[package.name] = package.name
            for provided in package.provides:
                if provided.version:
                    self.owner[provided.name] = package.name
        for package in self.universe.installed:
            self.count(package, 1)
        for package in self.universe.installed:
            if not self.counters.get(package.name, 0) and self.chosen(package.name) is None:
                self.remove(package)
        for dependency in solved.query.constraints():
            self.dep(dependency, None)
        for package in self.universe.installed:
            self.change(package.name)

    def chosen(self, name: str) -> Provider | None:
        twin = self.solved.names.get(name)
        return twin.chosen if twin else None

    def owned(self, package: Package) -> list[tuple[Dependency, str]]:
        found = [(dependency, self.owner.get(dependency.name)) for dependency in package.depends]
        return [(dependency, owner) for dependency, owner in found if owner is not None and not dependency.conflict]

    def count(self, package: Package, step: int) -> None:
        for _, owner in self.owned(package):
            self.counters[owner] = self.counters.get(owner, 0) + step

    def decrement(self, package: Package) -> None:
        for dependency, owner in self.owned(package):
            self.counters[owner] -= 1
            if self.counters[owner] <= 0 and dependency.name in self.installed:
                self.remove(self.installed[dependency.name])

    def fails(self, dependency: Dependency, by: Package | None) -> bool:
        return not is_answered(dependency, self.chosen(dependency.name), by)

    def dep(self, dependency: Dependency, by: Package | None) -> None:
        twin = self.solved.package
        if by and self.fails(dependency, by):
            twin(by).error = True
        self.change(dependency.name)
        chosen = self.chosen(dependency.name)
        if by and chosen and twin(chosen.package).error:
            twin(by).error = True

    def change(self, name: str) -> None:
        if name in self.processed:
            return
        self.prep(name)
        chosen = self.chosen(name)
        if chosen is None or chosen.package in self.listed:
            return
        new = chosen.package
        self.listed.add(new)
        for each in names_of(new):
            self.prep(each)
        old = self.installed.get(new.name)
        if old:
            self.each_iif(old, self.iif_remove)
        for dependency in new.depends:
            self.dep(dependency, new)
        self.changes.append((old, new))
        for each in names_of(new):
            for triggered in self.universe.reverse_install_if(each):
                if self.is_complete(triggered):
                    self.change(triggered)
        self.count(new, 1)
        if old:
            self.decrement(old)

    def is_complete(self, name: str) -> bool:
        chosen = self.chosen(name)
        if not self.solved.name(name).discovered or chosen is None or name in self.processed:
            return False
        return all(
            (condition.conflict or condition.name in self.processed) and not self.fails(condition, chosen.package)
            for condition in chosen.package.install_if
        )

    def each_iif(self, package: Package, action: object) -> None:
        assert callable(action)
        for name in names_of(package):
            for each in self.universe.reverse_install_if(name):
                action(each)

    def prep(self, name: str) -> None:
        if name in self.processed:
            return
        self.processed.add(name)
        chosen = self.chosen(name)
        if name in self.installed and (chosen is None or chosen.package.name != name):
            self.remove(self.installed[name])
        for entry in self.universe.providers(name):
            if entry.package.installed and self.chosen(entry.package.name) is None:
                self.remove(entry.package)

    def remove(self, package: Package) -> None:
        chosen = self.chosen(package.name)
        if package in self.listed or (chosen and chosen.package.name == package.name):
            return
        self.listed.add(package)
        self.removed.add(package.name)
        for name in names_of(package):
            for parent in self.universe.reverse_depends(name):
                for entry in self.universe.providers(parent):
                    if entry.package.installed and any(
                        satisfies(package, d, entry.package) for d in entry.package.depends
                    ):
                        self.remove(entry.package)
        self.each_iif(package, self.iif_remove)
        self.changes.append((package, None))
        self.decrement(package)

    def iif_remove(self, name: str) -> None:
        package = self.installed.get(name)
        if not package or self.chosen(name) or name in self.processed or name in self.removed:
            return
        for condition in package.install_if:
            if condition.name in self.removed and self.chosen(condition.name) is None:
                if self.counters.get(name, 0) == 0:
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
