"""From the final answers to the list of changes, in apk's order (rules E1 to E7).

The procedures call one another as deep as dependencies go, so each is a generator that yields the next call, and
`_run` keeps the stack.
"""

from __future__ import annotations

from apkgraph.index.universe import provided_names
from apkgraph.model.version import compare
from apkgraph.solve.problem import REINSTALL as REINSTALL_FLAG
from apkgraph.solve.propagate import names_of
from apkgraph.solve.solution import DOWNGRADE, INSTALL, KEEP, REINSTALL, REMOVE, REPLACE, RETAG, UPGRADE, Change

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TypeAlias

    from apkgraph.index.universe import Universe
    from apkgraph.model.dependency import Dependency
    from apkgraph.model.package import Package
    from apkgraph.solve.state import State

    Procedure: TypeAlias = Iterator["Procedure"]


def list_changes(state: State) -> list[Change]:
    """Everything that is there afterwards or goes, in apk's order; errors that come to light are counted."""
    return _Changes(state).build()


def _run(procedure: Procedure) -> None:
    stack = [procedure]
    while stack:
        called = next(stack[-1], None)
        if called is None:
            stack.pop()
        else:
            stack.append(called)


class _Changes:
    """The list as it grows."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._universe = state.universe
        self._changes: list[Change] = []
        self._processed: set[str] = set()
        self._removed: set[str] = set()
        self._listed: set[Package] = set()
        self._installed = {package.name: package for package in self._universe.installed}
        self._dependents = Dependents(self._universe, self._universe.installed)
        self._owners = {
            name: package
            for package in self._universe.installed
            for name, version in provided_names(package)
            if version is not None
        }
        self._needed: dict[str, int] = {}
        for package in self._universe.installed:
            self._count(package)

    def build(self) -> list[Change]:
        """E1."""
        for package in self._universe.installed:
            if not self._needed.get(package.name, 0) and self._state.chosen(package.name) is None:
                _run(self._remove(package))
        for dependency in self._state.query.constraints():
            _run(self._change(dependency.name))
        for package in self._universe.installed:
            _run(self._change(package.name))
        return self._changes

    def _count(self, package: Package) -> None:
        for dependency in package.depends:
            owner = None if dependency.conflict else self._owners.get(dependency.name)
            if owner is not None:
                self._needed[owner.name] = self._needed.get(owner.name, 0) + 1

    def _decrement(self, package: Package) -> Procedure:
        for dependency in package.depends:
            owner = None if dependency.conflict else self._owners.get(dependency.name)
            if owner is None:
                continue
            self._needed[owner.name] = self._needed.get(owner.name, 0) - 1
            unneeded = self._installed.get(dependency.name)
            if self._needed[owner.name] <= 0 and unneeded is not None:
                yield self._remove(unneeded)

    def _depend(self, by: Package) -> Procedure:
        """E2, of all that a package depends on."""
        for dependency in by.depends:
            if not self._state.is_satisfied(dependency, by):
                self._state.fail(by)
            if dependency.name not in self._processed:
                yield self._change(dependency.name)
            chosen = self._state.chosen(dependency.name)
            if chosen is not None and self._state.package(chosen.package).has_error:
                self._state.fail(by)

    def _change(self, name: str) -> Procedure:
        """E3."""
        if name in self._processed:
            return
        yield self._prepare(name)
        chosen = self._state.chosen(name)
        if chosen is None or chosen.package in self._listed:
            return
        package = chosen.package
        self._listed.add(package)
        names = names_of(package)
        for provided in names:
            if provided not in self._processed:
                yield self._prepare(provided)
        old = self._installed.get(package.name)
        if old is not None:
            for conditional in self._reverse_install_if(old):
                yield self._remove_conditional(conditional)
        yield self._depend(package)
        self._changes.append(_change_of(self._state, package, old))
        for triggered in self._reverse_install_if(package):
            if triggered in self._state.names and self._is_next(triggered):
                yield self._change(triggered)
        self._count(package)
        if old is not None:
            yield self._decrement(old)

    def _reverse_install_if(self, package: Package) -> Iterator[str]:
        for name in names_of(package):
            yield from self._universe.reverse_install_if(name)

    def _is_next(self, name: str) -> bool:
        """Whether a triggered name can be changed now: all its conditions are processed and met."""
        chosen = self._state.chosen(name)
        if chosen is None or name in self._processed or not self._state.is_discovered(name):
            return False
        for condition in chosen.package.install_if:
            if not condition.conflict and condition.name not in self._processed:
                return False
            if not self._state.is_satisfied(condition, chosen.package):
                return False
        return True

    def _prepare(self, name: str) -> Procedure:
        """E4."""
        if name in self._processed:
            return
        self._processed.add(name)
        chosen = self._state.chosen(name)
        installed = self._installed.get(name)
        if installed is not None and (chosen is None or chosen.package.name != name):
            yield self._remove(installed)
        for provider in self._universe.providers(name):
            package = provider.package
            if package.installed and self._state.chosen(package.name) is None:
                yield self._remove(package)

    def _remove(self, package: Package) -> Procedure:
        """E5."""
        chosen = self._state.chosen(package.name)
        if package in self._listed or (chosen is not None and chosen.package.name == package.name):
            return
        self._listed.add(package)
        self._removed.add(package.name)
        for dependent in self._dependents.of(package):
            yield self._remove(dependent)
        for conditional in self._reverse_install_if(package):
            yield self._remove_conditional(conditional)
        self._changes.append(Change(REMOVE, package, package, old_tag=_installed_tag(package)))
        yield self._decrement(package)

    def _remove_conditional(self, name: str) -> Procedure:
        """E6."""
        package = self._installed.get(name)
        if package is None or self._state.chosen(name) is not None or name in self._processed or name in self._removed:
            return
        for condition in package.install_if:
            if condition.name in self._removed and self._state.chosen(condition.name) is None:
                if not self._needed.get(name, 0):
                    yield self._remove(package)
                return


def relation(dependency: Dependency, by: Package | None, package: Package) -> bool | None:
    """Whether a package satisfies a dependency of `by`; None where they have nothing to do with each other (D9.6).

    By its own name, where even its own conflict counts; else by its first provide of the name.
    """
    if package.name == dependency.name:
        return dependency.satisfied_by(package, package.version)
    for provided in package.provides:
        if provided.name == dependency.name:
            return dependency.satisfied_by(package, provided.version, by)
    return None


class Dependents:
    """Who of some packages depends on a package, as they are met on a walk over all that depend on its names (A12)."""

    __slots__ = ("_by_name", "_mentioned", "_universe")

    def __init__(self, universe: Universe, among: Iterable[Package]) -> None:
        self._universe = universe
        self._by_name: dict[str, dict[Package, None]] = {}
        self._mentioned: dict[str, frozenset[str]] = {}
        for package in among:
            for dependency in package.depends:
                self._by_name.setdefault(dependency.name, {})[package] = None

    def of(self, package: Package) -> list[Package]:
        """Those with a dependency that the package satisfies."""
        names = names_of(package)
        places = {
            other: self._place(other, names)
            for name in names
            for other in self._by_name.get(name, ())
            if any(relation(dependency, other, package) for dependency in other.depends)
        }
        return sorted(places, key=places.__getitem__)

    def _place(self, package: Package, names: list[str]) -> tuple[int, int, int]:
        """Where the walk over what depends on these names first meets a package, behind whichever of its own names."""
        found = []
        for parent in names_of(package):
            mentioned = self._mentions(parent)
            first = next((place for place, name in enumerate(names) if name in mentioned), None)
            if first is not None:
                row = self._universe.row(parent)
                at = next(at for at, provider in enumerate(row.providers) if provider.package is package)
                found.append((first, row.order, at))
        return min(found)

    def _mentions(self, name: str) -> frozenset[str]:
        """The names that the packages behind a name depend on."""
        if name not in self._mentioned:
            packages = [provider.package for provider in self._universe.providers(name)]
            self._mentioned[name] = frozenset(each.name for package in packages for each in package.depends)
        return self._mentioned[name]


def _installed_tag(package: Package) -> str:
    return package.installed.tag if package.installed else ""


def _change_of(state: State, package: Package, old: Package | None) -> Change:
    """What becomes of a name's package: E8's verbs, as actions."""
    known = state.package(package)
    tag = next(
        (tag for tag, bit in state.tags.items() if known.allowed >> bit & 1 and state.holds(known, 1 << bit)), ""
    )
    old_tag = _installed_tag(old) if old is not None else ""
    if old is None:
        action = INSTALL
    elif old is package:
        reinstall = known.flags & REINSTALL_FLAG
        action = REINSTALL if reinstall else RETAG if tag != old_tag else KEEP
    else:
        order = compare(package.version, old.version)
        action = (DOWNGRADE, REPLACE, UPGRADE)[order + 1]
    return Change(action, package, old, tag=tag, old_tag=old_tag, is_available=known.available)
