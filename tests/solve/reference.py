"""A plain solver, as literal to the specification as can be: the twin that the real one is held against.

Spec D5 to D7 are here, D2 to D4 in tests/solve/reference_state.py, E in tests/solve/reference_changes.py. It shares the
universe, the words of the model and the query with the real one, and no line of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from apkgraph.index.universe import Provider
from apkgraph.model.version import compare
from apkgraph.solve.problem import AVAILABLE, KEEP_INSTALLED, LATEST, REINSTALL, REMOVE, UPGRADE
from tests.solve.reference_state import Merging, NameTwin, PackageTwin, ReferenceState

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
            self.apply(dependency, None)
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

    def reconsider(self, twin: NameTwin) -> None:
        deps_flag, twin.deps_flag = twin.deps_flag, False
        iif_flag, twin.iif_flag = twin.iif_flag, False
        merging = Merging()
        has_triggered = has_auto = False
        iif_dead = True
        for entry in twin.entries:
            package = self.package(entry.package)
            package.merged = False
            satisfiable = (self.is_satisfiable(dependency, entry.package) for dependency in entry.package.depends)
            if deps_flag and package.selectable and not all(satisfiable):
                self.disqualify(package)
            if not package.selectable:
                continue
            if iif_flag:
                self.check_install_if(package)
            has_triggered |= package.triggered
            iif_dead &= package.dead
            has_auto |= package.triggered
            if twin.count:
                self.merge(merging, entry, package)
                has_auto |= self.is_auto_selectable(entry)
        twin.has_triggered, twin.iif_dead = has_triggered, iif_dead
        twin.options = merging.number > 1 or merging.not_tag_ok > 0
        force, twin.has_auto = has_auto != twin.has_auto, has_auto
        if merging.first is not None:
            for entry in twin.entries:
                self.package(entry.package).used = self.package(entry.package).merged
            self.apply_common(merging, merging.first)
            self.claim_common(twin, merging, merging.first)
        twin.parents_done = not any(
            self.name(other).discovered and not self.name(other).locked
            for other in self.universe.reverse_depends(twin.name)
        )
        self.enqueue_unresolved(twin, force=force)

    def is_satisfiable(self, dependency: Dependency, by: Package) -> bool:
        twin = self.name(dependency.name)
        if twin.locked:
            return self.is_met(dependency, by)
        if twin.count == 0 and dependency.conflict:
            return True
        return any(
            self.package(entry.package).selectable and dependency.satisfied_by(entry.package, entry.version, by)
            for entry in twin.entries
        )

    def is_met(self, dependency: Dependency, by: Package | None) -> bool:
        return is_answered(dependency, self.name(dependency.name).chosen, by)

    def check_install_if(self, package: PackageTwin) -> None:
        conditions = package.package.install_if
        if not package.triggered and not package.dead:
            package.triggered = True
            for condition in conditions:
                twin = self.name(condition.name)
                if not twin.locked:
                    package.triggered = False
                    if condition.conflict and self.resolves_conflicts:
                        twin.wanted = True
                        self.enqueue_unresolved(twin)
                    break
                if not self.is_met(condition, package.package):
                    package.triggered, package.dead = False, True
                    break
        if package.triggered:
            for condition in conditions:
                chosen = self.name(condition.name).chosen
                if chosen is None:
                    self.inherit_from_world(package, 0, frozenset())
                else:
                    self.inherit(package, self.package(chosen.package))

    def merge(self, merging: Merging, entry: Provider, package: PackageTwin) -> None:
        package.merged = True
        merging.first = merging.first or entry.package
        for dependency in entry.package.depends:
            if not dependency.conflict:
                merging.survives(merging.depends, dependency.name)
        if merging.survives(merging.names, entry.package.name) and entry.version is None:
            merging.unversioned.add(entry.package.name)
        for provided in entry.package.provides:
            if merging.survives(merging.names, provided.name) and not provided.version:
                merging.unversioned.add(provided.name)
        merging.not_tag_ok += not package.tag_ok
        merging.number += 1

    def apply_common(self, merging: Merging, first: Package) -> None:
        done = set()
        for dependency in first.depends:
            name = dependency.name
            if name in done or merging.depends.get(name) != merging.number:
                continue
            done.add(name)
            if merging.number == 1:
                self.apply(dependency, self.package(first))
            elif self.name(name).count == 0:
                self.name(name).count = 1
                self.first_required(self.name(name))
                for entry in self.name(name).entries:
                    self.inherit(self.package(entry.package), self.package(first))

    def claim_common(self, twin: NameTwin, merging: Merging, first: Package) -> None:
        done = {twin.name}
        for name in [first.name, *(provided.name for provided in first.provides)]:
            if name in done or merging.names.get(name) != merging.number:
                continue
            done.add(name)
            for entry in self.name(name).entries:
                package = entry.package
                if not self.package(package).selectable:
                    continue
                if twin.name == package.name or any(provided.name == twin.name for provided in package.provides):
                    continue
                lenient = entry.version is None or any(not provided.version for provided in package.provides)
                if name in merging.unversioned and lenient:
                    continue
                self.disqualify(self.package(package))

    # D6

    def is_auto_selectable(self, entry: Provider) -> bool:
        return entry.version is not None or entry.package.priority > 0 or self.name(entry.package.name).count > 0

    def select(self, twin: NameTwin) -> None:
        if twin.count == 0 and not twin.has_triggered:
            self.lock(twin, None)
            return
        best: Provider | None = None
        for entry in twin.entries:
            package = self.package(entry.package)
            if twin.count == 0 and not (package.triggered and package.tag_ok and package.selectable):
                continue
            if self.is_auto_selectable(entry) and (best is None or self.prefers(entry, best)):
                best = entry
        if best is None:
            self.lock(twin, None)
            self.unanswered += twin.count > 0
            return
        chosen = self.package(best.package)
        if not (chosen.selectable and chosen.tag_ok):
            chosen.error = True
        self.lock(self.name(best.package.name), Provider(best.package, best.package.version))
        for provided in best.package.provides:
            self.lock(self.name(provided.name), Provider(best.package, provided.version or None))
        for dependency in best.package.depends:
            self.apply(dependency, chosen)

    def lock(self, twin: NameTwin, chosen: Provider | None) -> None:
        if twin.locked:
            both = [entry for entry in (twin.chosen, chosen) if entry is not None]
            if any(entry.version is not None for entry in both):
                for entry in both:
                    self.package(entry.package).error = True
            return
        self.settle(twin, chosen)
        for entry in twin.entries:
            if chosen is not None and entry.package is chosen.package:
                continue
            if entry.version is None and (chosen is None or chosen.version is None):
                continue
            self.disqualify(self.package(entry.package))
        self.recheck_depends(twin.name)
        own = [chosen.package.name, *(p.name for p in chosen.package.provides)] if chosen else [twin.name]
        for name in own:
            self.recheck_install_if(name)

    def settle(self, twin: NameTwin, chosen: Provider | None) -> None:
        self.dequeue(twin)
        if twin in self.dirty:
            self.dirty.remove(twin)
        twin.locked, twin.chosen = True, chosen
        if chosen is not None and twin.count == 0 and self.package(chosen.package).triggered:
            for condition in chosen.package.install_if:
                if not self.name(condition.name).locked:
                    self.apply(condition, self.package(chosen.package))

    # D7

    def prefers(self, candidate: Provider, best: Provider) -> bool:
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
            lowest(best.package) - lowest(candidate.package),
        ]


def is_answered(dependency: Dependency, chosen: Provider | None, by: Package | None) -> bool:
    """Whether a dependency of `by` is satisfied by what was chosen for its name."""
    if chosen is None:
        return dependency.satisfied_by(None, None, by)
    return dependency.satisfied_by(chosen.package, chosen.version, by)


def lowest(package: Package) -> int:
    """The number of the first repository that holds it; below all where none does."""
    numbers = [number for number in range(64) if package.repositories >> number & 1]
    return numbers[0] if numbers else -1
