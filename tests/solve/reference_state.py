"""The plain solver's state: full discovery, eager flags, sorted lists (spec D2 to D4)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from apkgraph.solve.problem import AVAILABLE

if TYPE_CHECKING:
    from apkgraph.index.universe import Provider
    from apkgraph.model.dependency import Dependency
    from apkgraph.model.package import Package
    from apkgraph.solve.problem import Query


@dataclass(eq=False)
class PackageTwin:
    package: Package
    repositories: int
    available: bool = False
    selectable: bool = False
    dead: bool = False
    tag_preferred: bool = False
    tag_ok: bool = False
    flags: int = 0
    inheritable: int = 0
    allowed: frozenset[str] = frozenset([""])
    preferred: frozenset[str] = frozenset([""])
    conflicts: int = 0
    triggered: bool = False
    merged: bool = False
    used: bool = False
    error: bool = False


@dataclass(eq=False)
class NameTwin:
    name: str
    entries: tuple[Provider, ...]
    discovered: bool = False
    counter: int = 0
    iif_dead: bool = False
    count: int = 0
    locked: bool = False
    chosen: Provider | None = None
    deps_flag: bool = False
    iif_flag: bool = False
    wanted: bool = False
    has_triggered: bool = False
    options: bool = False
    has_auto: bool = False
    parents_done: bool = False


@dataclass
class Merging:
    """What D5.4 gathers over the options."""

    depends: dict[str, int] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)
    unversioned: set[str] = field(default_factory=set)
    first: Package | None = None
    number: int = 0
    not_tag_ok: int = 0

    def survives(self, among: dict[str, int], name: str) -> bool:
        if among.get(name, 0) == self.number:
            among[name] = self.number + 1
            return True
        return False


class ReferenceState:
    """What is known of names and packages, and the queues."""

    def __init__(self, query: Query) -> None:
        self.query = query
        self.universe = query.universe
        self.opened = self.universe.opened if query.network else 0
        self.resolves_conflicts = self.universe.apk == "3"
        self.names: dict[str, NameTwin] = {}
        self.packages: dict[Package, PackageTwin] = {}
        self.counter = 0
        self.unanswered = 0
        self.dirty: list[NameTwin] = []
        self.urgent: list[NameTwin] = []
        self.auto: list[NameTwin] = []
        self.rest: list[NameTwin] = []

    @property
    def errors(self) -> int:
        return self.unanswered + sum(twin.error for twin in self.packages.values())

    def name(self, name: str) -> NameTwin:
        if name not in self.names:
            self.names[name] = NameTwin(name, self.universe.providers(name))
        return self.names[name]

    def package(self, package: Package) -> PackageTwin:
        """One that was never discovered is known to be nothing."""
        if package not in self.packages:
            self.packages[package] = PackageTwin(package, repositories=package.repositories)
        return self.packages[package]

    # D2

    def discover(self, name: str) -> None:
        twin = self.name(name)
        if twin.discovered:
            return
        twin.discovered = True
        for entry in twin.entries:
            if entry.package not in self.packages:
                self.packages[entry.package] = self.discovered(entry.package)
                for dependency in entry.package.depends:
                    self.discover(dependency.name)
        twin.iif_dead = all(self.package(entry.package).dead for entry in twin.entries)
        for other in self.universe.reverse_install_if(name):
            self.discover(other)
        for entry in twin.entries:
            for other in self.universe.reverse_install_if(entry.package.name):
                self.discover(other)
            for provided in entry.package.provides:
                self.discover(provided.name)
        self.counter += 1
        twin.counter = self.counter
        for entry in twin.entries:
            for condition in entry.package.install_if:
                self.discover(condition.name)

    def discovered(self, package: Package) -> PackageTwin:
        available = bool(package.repositories & self.opened)
        cached = package.virtual or package in self.universe.cache_index
        installed = package.installed is not None
        sizeless = package.installed_size == 0
        repositories = package.repositories
        if package.installed is not None:
            repositories |= self.universe.tags.get(package.installed.tag, 0)
        tag_preferred = sizeless or bool(repositories & self.universe.tags[""])
        twin = PackageTwin(
            package,
            available=available,
            selectable=not package.uninstallable and (available or cached or sizeless or installed),
            dead=not package.install_if or bool(self.query.flags & AVAILABLE and not available),
            tag_preferred=tag_preferred,
            tag_ok=tag_preferred or package in self.universe.cache_index or installed,
            repositories=repositories,
        )
        for name, mark in self.query.marks.items():
            if any(entry.package is package for entry in self.universe.providers(name)):
                twin.flags |= mark.own
                twin.inheritable |= mark.inheritable
        return twin

    def rank(self, twin: NameTwin) -> tuple[bool, bool, int]:
        owned = any(entry.package.name == twin.name for entry in twin.entries)
        return twin.name not in self.query.marks, not owned, -twin.counter

    # D3

    def enqueue_dirty(self, twin: NameTwin) -> None:
        if twin not in self.dirty and not twin.locked and (twin.count or twin.iif_flag):
            self.dirty.append(twin)

    def enqueue_unresolved(self, twin: NameTwin, *, force: bool = False) -> None:
        if twin.locked or twin in self.urgent:
            return
        urgent = twin.parents_done and twin.count > 0 and twin.has_auto and not twin.options
        queued = twin in self.auto or twin in self.rest
        if queued and not (urgent or force):
            return
        if not queued and not (twin.count or twin.has_triggered or twin.wanted):
            return
        self.dequeue(twin)
        queue = self.urgent if urgent else self.auto if twin.has_auto else self.rest
        queue.append(twin)
        if not urgent:
            queue.sort(key=self.rank)

    def dequeue(self, twin: NameTwin) -> None:
        for queue in (self.urgent, self.auto, self.rest):
            if twin in queue:
                queue.remove(twin)

    # D4

    def apply(self, dependency: Dependency, by: PackageTwin | None) -> None:
        twin = self.name(dependency.name)
        if not dependency.conflict:
            twin.count += 1
            if twin.count == 1:
                self.first_required(twin)
        for entry in twin.entries:
            package = self.package(entry.package)
            satisfied = dependency.satisfied_by(entry.package, entry.version, by.package if by else None)
            package.conflicts += not satisfied
            if package.selectable and package.conflicts:
                self.disqualify(package)
            if satisfied and by:
                self.inherit(package, by)
            elif satisfied:
                self.inherit_from_world(package, self.query.flags, frozenset([dependency.tag]))

    def first_required(self, twin: NameTwin) -> None:
        self.enqueue_unresolved(twin)
        self.recheck_install_if(twin.name)
        self.enqueue_dirty(twin)

    def inherit(self, package: PackageTwin, by: PackageTwin) -> None:
        package.flags |= by.inheritable
        package.inheritable |= by.inheritable
        package.allowed |= by.allowed
        package.tag_ok |= self.meets(package, package.allowed)

    def inherit_from_world(self, package: PackageTwin, flags: int, tags: frozenset[str]) -> None:
        package.flags |= flags
        package.inheritable |= flags
        package.allowed |= tags
        package.preferred = tags
        package.tag_preferred = self.meets(package, tags)
        package.tag_ok |= self.meets(package, package.allowed)

    def meets(self, package: PackageTwin, tags: frozenset[str]) -> bool:
        return any(package.repositories & self.universe.tags.get(tag, 0) for tag in tags)

    def disqualify(self, package: PackageTwin) -> None:
        package.selectable = False
        names = [package.package.name, *(provided.name for provided in package.package.provides)]
        for name in names:
            self.recheck_depends(name)
        for name in names:
            self.recheck_install_if(name)

    def recheck_depends(self, name: str) -> None:
        for other in self.universe.reverse_depends(name):
            if self.name(other).discovered:
                self.name(other).deps_flag = True
                self.enqueue_dirty(self.name(other))

    def recheck_install_if(self, name: str) -> None:
        for other in self.universe.reverse_install_if(name):
            if self.name(other).discovered and not self.name(other).iif_dead:
                self.name(other).iif_flag = True
                self.enqueue_dirty(self.name(other))
