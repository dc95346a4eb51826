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
class PackageState:
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
    has_error: bool = False


@dataclass(eq=False)
class NameState:
    name: str
    providers: tuple[Provider, ...]
    is_discovered: bool = False
    counter: int = 0
    install_if_dead: bool = False
    required: int = 0
    locked: bool = False
    chosen: Provider | None = None
    recheck_depends: bool = False
    recheck_install_if: bool = False
    wanted: bool = False
    has_triggered: bool = False
    has_options: bool = False
    has_auto: bool = False
    parents_done: bool = False


@dataclass
class Options:
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
        self.names: dict[str, NameState] = {}
        self.packages: dict[Package, PackageState] = {}
        self.counter = 0
        self.unresolved = 0
        self.dirty: list[NameState] = []
        self.urgent: list[NameState] = []
        self.auto: list[NameState] = []
        self.rest: list[NameState] = []

    @property
    def errors(self) -> int:
        return self.unresolved + sum(state.has_error for state in self.packages.values())

    def name(self, name: str) -> NameState:
        if name not in self.names:
            self.names[name] = NameState(name, self.universe.providers(name))
        return self.names[name]

    def package(self, package: Package) -> PackageState:
        """One that was never discovered is known to be nothing."""
        if package not in self.packages:
            self.packages[package] = PackageState(package, repositories=package.repositories)
        return self.packages[package]

    # D2

    def discover(self, name: str) -> None:
        state = self.name(name)
        if state.is_discovered:
            return
        state.is_discovered = True
        for provider in state.providers:
            if provider.package not in self.packages:
                self.packages[provider.package] = self.discovered(provider.package)
                for dependency in provider.package.depends:
                    self.discover(dependency.name)
        state.install_if_dead = all(self.package(provider.package).dead for provider in state.providers)
        for other in self.universe.reverse_install_if(name):
            self.discover(other)
        for provider in state.providers:
            for other in self.universe.reverse_install_if(provider.package.name):
                self.discover(other)
            for provided in provider.package.provides:
                self.discover(provided.name)
        self.counter += 1
        state.counter = self.counter
        for provider in state.providers:
            for condition in provider.package.install_if:
                self.discover(condition.name)

    def discovered(self, package: Package) -> PackageState:
        available = bool(package.repositories & self.opened)
        cached = package.virtual or package in self.universe.cache_index
        installed = package.installed is not None
        sizeless = package.installed_size == 0
        repositories = package.repositories
        if package.installed is not None:
            repositories |= self.universe.tags.get(package.installed.tag, 0)
        tag_preferred = sizeless or bool(repositories & self.universe.tags[""])
        state = PackageState(
            package,
            available=available,
            selectable=not package.uninstallable and (available or cached or sizeless or installed),
            dead=not package.install_if or bool(self.query.flags & AVAILABLE and not available),
            tag_preferred=tag_preferred,
            tag_ok=tag_preferred or package in self.universe.cache_index or installed,
            repositories=repositories,
        )
        for name, mark in self.query.marks.items():
            if any(provider.package is package for provider in self.universe.providers(name)):
                state.flags |= mark.own
                state.inheritable |= mark.inheritable
        return state

    def rank(self, state: NameState) -> tuple[bool, bool, int]:
        owned = any(provider.package.name == state.name for provider in state.providers)
        return state.name not in self.query.marks, not owned, -state.counter

    # D3

    def enqueue_dirty(self, state: NameState) -> None:
        if state not in self.dirty and not state.locked and (state.required or state.recheck_install_if):
            self.dirty.append(state)

    def enqueue_unresolved(self, state: NameState, *, force: bool = False) -> None:
        if state.locked or state in self.urgent:
            return
        urgent = state.parents_done and state.required > 0 and state.has_auto and not state.has_options
        queued = state in self.auto or state in self.rest
        if queued and not (urgent or force):
            return
        if not queued and not (state.required or state.has_triggered or state.wanted):
            return
        self.dequeue(state)
        queue = self.urgent if urgent else self.auto if state.has_auto else self.rest
        queue.append(state)
        if not urgent:
            queue.sort(key=self.rank)

    def dequeue(self, state: NameState) -> None:
        for queue in (self.urgent, self.auto, self.rest):
            if state in queue:
                queue.remove(state)

    # D4

    def apply_constraint(self, dependency: Dependency, by: PackageState | None) -> None:
        name = self.name(dependency.name)
        if not dependency.conflict:
            name.required += 1
            if name.required == 1:
                self.announce_required(name)
        for provider in name.providers:
            package = self.package(provider.package)
            satisfied = dependency.satisfied_by(provider.package, provider.version, by.package if by else None)
            package.conflicts += not satisfied
            if package.selectable and package.conflicts:
                self.disqualify(package)
            if satisfied and by:
                self.inherit(package, by)
            elif satisfied:
                self.inherit_from_world(package, self.query.flags, frozenset([dependency.tag]))

    def announce_required(self, name: NameState) -> None:
        self.enqueue_unresolved(name)
        self.recheck_install_if(name.name)
        self.enqueue_dirty(name)

    def inherit(self, package: PackageState, by: PackageState) -> None:
        package.flags |= by.inheritable
        package.inheritable |= by.inheritable
        package.allowed |= by.allowed
        package.tag_ok |= self.holds(package, package.allowed)

    def inherit_from_world(self, package: PackageState, flags: int, tags: frozenset[str]) -> None:
        package.flags |= flags
        package.inheritable |= flags
        package.allowed |= tags
        package.preferred = tags
        package.tag_preferred = self.holds(package, tags)
        package.tag_ok |= self.holds(package, package.allowed)

    def holds(self, package: PackageState, tags: frozenset[str]) -> bool:
        return any(package.repositories & self.universe.tags.get(tag, 0) for tag in tags)

    def disqualify(self, package: PackageState) -> None:
        package.selectable = False
        names = [package.package.name, *(provided.name for provided in package.package.provides)]
        for name in names:
            self.recheck_depends(name)
        for name in names:
            self.recheck_install_if(name)

    def recheck_depends(self, name: str) -> None:
        for other in self.universe.reverse_depends(name):
            if self.name(other).is_discovered:
                self.name(other).recheck_depends = True
                self.enqueue_dirty(self.name(other))

    def recheck_install_if(self, name: str) -> None:
        for other in self.universe.reverse_install_if(name):
            if self.name(other).is_discovered and not self.name(other).install_if_dead:
                self.name(other).recheck_install_if = True
                self.enqueue_dirty(self.name(other))
