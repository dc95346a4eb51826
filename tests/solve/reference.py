"""A plain solver, as literal to the specification as can be: the twin that the real one is held against.

Spec D5 to D7 are here, D2 to D4 in tests/solve/reference_state.py, E in tests/solve/reference_changes.py. It shares the
universe, the words of the model and the query with the real one, and no line of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from apkgraph.index.universe import Provider
from apkgraph.model.version import compare
from apkgraph.solve.problem import AVAILABLE, KEEP_INSTALLED, LATEST, REINSTALL, REMOVE, UPGRADE
from tests.solve.reference_state import NameState, Options, PackageState, ReferenceState

if TYPE_CHECKING:
    from apkgraph.model.dependency import Dependency
    from apkgraph.model.package import Package
    from apkgraph.solve.problem import Query


class Reference(ReferenceState):
    """Solves on construction; read `names`, `packages` and `errors`."""

    def __init__(self, query: Query) -> None:
        super().__init__(query)
        for dependency in query.constraints():
            self.discover(dependency.name)
        for dependency in query.constraints():
            self.apply_constraint(dependency, None)
        while self.step():
            pass

    def step(self) -> bool:
        if self.dirty:
            self.reconsider(self.dirty.pop(0))
            return True
        for queue in (self.urgent, self.auto, self.rest):
            if queue:
                self.select(queue.pop(0))
                return True
        return False

    # D5

    def reconsider(self, name: NameState) -> None:
        recheck_depends, name.recheck_depends = name.recheck_depends, False
        recheck_install_if, name.recheck_install_if = name.recheck_install_if, False
        options = Options()
        has_triggered = has_auto = False
        install_if_dead = True
        for provider in name.providers:
            package = self.package(provider.package)
            package.merged = False
            satisfiable = (self.can_satisfy(dependency, provider.package) for dependency in provider.package.depends)
            if recheck_depends and package.selectable and not all(satisfiable):
                self.disqualify(package)
            if not package.selectable:
                continue
            if recheck_install_if:
                self.check_install_if(package)
            has_triggered |= package.triggered
            install_if_dead &= package.dead
            has_auto |= package.triggered
            if name.required:
                self.merge(options, provider, package)
                has_auto |= self.is_auto_selectable(provider)
        name.has_triggered, name.install_if_dead = has_triggered, install_if_dead
        name.has_options = options.number > 1 or options.not_tag_ok > 0
        force, name.has_auto = has_auto != name.has_auto, has_auto
        if options.first is not None:
            for provider in name.providers:
                self.package(provider.package).used = self.package(provider.package).merged
            self.apply_common_depends(options, options.first)
            self.claim_common_names(name, options, options.first)
        name.parents_done = not any(
            self.name(other).is_discovered and not self.name(other).locked
            for other in self.universe.reverse_depends(name.name)
        )
        self.enqueue_unresolved(name, force=force)

    def can_satisfy(self, dependency: Dependency, by: Package) -> bool:
        name = self.name(dependency.name)
        if name.locked:
            return self.is_satisfied(dependency, by)
        if name.required == 0 and dependency.conflict:
            return True
        return any(
            self.package(provider.package).selectable
            and dependency.satisfied_by(provider.package, provider.version, by)
            for provider in name.providers
        )

    def is_satisfied(self, dependency: Dependency, by: Package | None) -> bool:
        return is_satisfied_by(dependency, self.name(dependency.name).chosen, by)

    def check_install_if(self, package: PackageState) -> None:
        conditions = package.package.install_if
        if not package.triggered and not package.dead:
            package.triggered = True
            for condition in conditions:
                name = self.name(condition.name)
                if not name.locked:
                    package.triggered = False
                    if condition.conflict and self.resolves_conflicts:
                        name.wanted = True
                        self.enqueue_unresolved(name)
                    break
                if not self.is_satisfied(condition, package.package):
                    package.triggered, package.dead = False, True
                    break
        if package.triggered:
            for condition in conditions:
                chosen = self.name(condition.name).chosen
                if chosen is None:
                    self.inherit_from_world(package, 0, frozenset())
                else:
                    self.inherit(package, self.package(chosen.package))

    def merge(self, options: Options, provider: Provider, package: PackageState) -> None:
        package.merged = True
        options.first = options.first or provider.package
        for dependency in provider.package.depends:
            if not dependency.conflict:
                options.survives(options.depends, dependency.name)
        if options.survives(options.names, provider.package.name) and provider.version is None:
            options.unversioned.add(provider.package.name)
        for provided in provider.package.provides:
            if options.survives(options.names, provided.name) and not provided.version:
                options.unversioned.add(provided.name)
        options.not_tag_ok += not package.tag_ok
        options.number += 1

    def apply_common_depends(self, options: Options, first: Package) -> None:
        done = set()
        for dependency in first.depends:
            name = dependency.name
            if name in done or options.depends.get(name) != options.number:
                continue
            done.add(name)
            if options.number == 1:
                self.apply_constraint(dependency, self.package(first))
            elif self.name(name).required == 0:
                self.name(name).required = 1
                self.announce_required(self.name(name))
                for provider in self.name(name).providers:
                    self.inherit(self.package(provider.package), self.package(first))

    def claim_common_names(self, name: NameState, options: Options, first: Package) -> None:
        done = {name.name}
        for claimed in [first.name, *(provided.name for provided in first.provides)]:
            if claimed in done or options.names.get(claimed) != options.number:
                continue
            done.add(claimed)
            for provider in self.name(claimed).providers:
                package = provider.package
                if not self.package(package).selectable:
                    continue
                if name.name == package.name or any(provided.name == name.name for provided in package.provides):
                    continue
                lenient = provider.version is None or any(not provided.version for provided in package.provides)
                if claimed in options.unversioned and lenient:
                    continue
                self.disqualify(self.package(package))

    # D6

    def is_auto_selectable(self, provider: Provider) -> bool:
        return (
            provider.version is not None
            or provider.package.priority > 0
            or self.name(provider.package.name).required > 0
        )

    def select(self, name: NameState) -> None:
        if name.required == 0 and not name.has_triggered:
            self.lock(name, None)
            return
        best: Provider | None = None
        for provider in name.providers:
            package = self.package(provider.package)
            if name.required == 0 and not (package.triggered and package.tag_ok and package.selectable):
                continue
            if self.is_auto_selectable(provider) and (best is None or self.is_preferred(provider, best)):
                best = provider
        if best is None:
            self.lock(name, None)
            self.unresolved += name.required > 0
            return
        chosen = self.package(best.package)
        if not (chosen.selectable and chosen.tag_ok):
            chosen.has_error = True
        self.lock(self.name(best.package.name), Provider(best.package, best.package.version))
        for provided in best.package.provides:
            self.lock(self.name(provided.name), Provider(best.package, provided.version or None))
        for dependency in best.package.depends:
            self.apply_constraint(dependency, chosen)

    def lock(self, name: NameState, chosen: Provider | None) -> None:
        if name.locked:
            both = [provider for provider in (name.chosen, chosen) if provider is not None]
            if any(provider.version is not None for provider in both):
                for provider in both:
                    self.package(provider.package).has_error = True
            return
        self.settle(name, chosen)
        for provider in name.providers:
            if chosen is not None and provider.package is chosen.package:
                continue
            if provider.version is None and (chosen is None or chosen.version is None):
                continue
            self.disqualify(self.package(provider.package))
        self.recheck_depends(name.name)
        own = [chosen.package.name, *(p.name for p in chosen.package.provides)] if chosen else [name.name]
        for provided in own:
            self.recheck_install_if(provided)

    def settle(self, name: NameState, chosen: Provider | None) -> None:
        self.dequeue(name)
        if name in self.dirty:
            self.dirty.remove(name)
        name.locked, name.chosen = True, chosen
        if chosen is not None and name.required == 0 and self.package(chosen.package).triggered:
            for condition in chosen.package.install_if:
                if not self.name(condition.name).locked:
                    self.apply_constraint(condition, self.package(chosen.package))

    # D7

    def is_preferred(self, candidate: Provider, best: Provider) -> bool:
        for point in self.points(candidate, best):
            if point:
                return point > 0
        return False

    def points(self, candidate: Provider, best: Provider) -> list[int]:
        """Every point of D7 in turn: above 0 for the candidate, below for the best so far."""
        a, b = self.package(candidate.package), self.package(best.package)
        flags = a.flags | b.flags
        same_name = candidate.package.name == best.package.name
        installed = (candidate.package.installed is not None) - (best.package.installed is not None)
        if flags & LATEST and a.allowed == b.allowed == frozenset([""]):
            points = [a.tag_ok - b.tag_ok]
            if flags & AVAILABLE:
                points.append(a.available - b.available)
            elif flags & REINSTALL:
                points.append(a.selectable - b.selectable)
        else:
            keep = (self.query.pre_upgrade and not flags & UPGRADE) or flags & KEEP_INSTALLED
            versioned = candidate.version is not None or best.version is not None
            stays = not flags & (REMOVE | UPGRADE) and (same_name or versioned)
            points = [
                a.selectable - b.selectable,
                a.used - b.used,
                b.conflicts - a.conflicts,
                installed if keep else 0,
                a.tag_ok - b.tag_ok,
                a.available - b.available if flags & AVAILABLE else 0,
                a.tag_preferred - b.tag_preferred,
                installed if stays else 0,
            ]
        return [
            *points,
            compare(candidate.version or "", best.version or ""),
            compare(candidate.package.version, best.package.version) if same_name else 0,
            candidate.package.priority - best.package.priority,
            0 if flags & REMOVE else installed,
            a.selectable - b.selectable,
            first_repository(best.package) - first_repository(candidate.package),
        ]


def is_satisfied_by(dependency: Dependency, chosen: Provider | None, by: Package | None) -> bool:
    """Whether a dependency of `by` is satisfied by what was chosen for its name."""
    if chosen is None:
        return dependency.satisfied_by(None, None, by)
    return dependency.satisfied_by(chosen.package, chosen.version, by)


def first_repository(package: Package) -> int:
    """The number of the first repository that holds it; below all where none does."""
    numbers = [number for number in range(64) if package.repositories >> number & 1]
    return numbers[0] if numbers else -1
