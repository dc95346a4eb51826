"""Why a world cannot be satisfied: apk's error report as data (rule D9)."""

from __future__ import annotations

from functools import cmp_to_key

from apkgraph.index.parse import is_arch_allowed
from apkgraph.model.dependency import display_order
from apkgraph.model.version import compare
from apkgraph.solve.changes import relation
from apkgraph.solve.propagate import names_of
from apkgraph.solve.solution import REMOVE, Label, Reason

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from apkgraph.index.universe import Universe
    from apkgraph.model.dependency import Dependency
    from apkgraph.model.package import Package
    from apkgraph.solve.solution import Change
    from apkgraph.solve.state import State

NOTE = "please select one of the 'provided by' packages explicitly"


def explain(state: State, changes: list[Change]) -> tuple[Reason, ...]:
    """The blocks of apk's report, in its order (D9.3)."""
    return tuple(_Report(state, changes).blocks())


class _Report:
    def __init__(self, state: State, changes: list[Change]) -> None:
        self._state = state
        self._changes = [change for change in changes if change.action != REMOVE]
        self._selected = {change.package: None for change in self._changes}
        self._world = sorted(state.query.constraints(), key=lambda dependency: dependency.sort_bits)
        self._reachability = Reachability(state.universe, self._selected, state.query.constraints())
        self._reported: set[str] = set()
        self._needs: dict[Package, dict[str, Dependency]] = {}
        self._mentioned_in = _places_by_name((d.name for d in package.depends) for package in self._selected)
        self._packages = list(self._selected)
        self._world_places = _places_by_name([dependency.name] for dependency in self._world)
        self._wanted: dict[str, list[Dependency]] = {}
        for dependency in state.query.constraints():
            if not dependency.conflict:
                self._wanted.setdefault(dependency.name, []).append(dependency)

    def blocks(self) -> Iterator[Reason]:
        yield from self._missing_names(self._state.query.constraints())
        for change in self._changes:
            yield from self._package_block(change)
            yield from self._missing_names(change.package.depends)

    def _missing_names(self, dependencies: tuple[Dependency, ...] | list[Dependency]) -> Iterator[Reason]:
        for dependency in dependencies:
            name = dependency.name
            if dependency.conflict or name in self._reported or self._reachability.is_there(name):
                continue
            self._reported.add(name)
            yield self._missing_block(name)

    def _missing_block(self, name: str) -> Reason:
        required_by = Label("required by", tuple(self._requirers(name)))
        providers = self._state.universe.providers(name)
        if not providers:
            return Reason("missing", name, None, (required_by,))
        labels = (Label("note", tuple(NOTE.split())), Label("provided by", tuple(self._provided_by(name))), required_by)
        return Reason("virtual", name, None, labels)

    def _provided_by(self, name: str) -> Iterator[str]:
        """The own name where all its entries provide the name, else each package with its version."""
        providers = self._state.universe.providers(name)
        counts: dict[str, int] = {}
        for provider in providers:
            counts[provider.package.name] = counts.get(provider.package.name, 0) + 1
        whole = {own for own, count in counts.items() if count == len(self._state.universe.providers(own))}
        for provider in providers:
            own = provider.package.name
            if own not in whole:
                yield str(provider.package)
            elif counts.pop(own, 0):
                yield own

    def _requirers(self, name: str) -> Iterator[str]:
        yield from (f"world[{dependency}]" for dependency in self._wanted.get(name, ()))
        for parent in self._state.universe.reverse_depends(name):
            for package in self._state.universe.named(parent):
                if package in self._selected and name in self._needs_of(package):
                    yield f"{package}[{self._needs_of(package)[name]}]"
                    break

    def _needs_of(self, package: Package) -> dict[str, Dependency]:
        """The first of a package's dependencies on each name, without its conflicts."""
        if package not in self._needs:
            self._needs[package] = {d.name: d for d in reversed(package.depends) if not d.conflict}
        return self._needs[package]

    def _package_block(self, change: Change) -> Iterator[Reason]:
        package = change.package
        found: list[tuple[str, list[Label]]] = [
            ("uninstallable", self._uninstallable(package)),
            ("masked", _label("masked in", self._masked_in(change))),
            ("conflicts", _label("conflicts", self._conflicts(package))),
            ("breaks", _label("breaks", self._related(package, satisfied=False))),
        ]
        labels = [label for _, some in found for label in some]
        if labels:
            kind = next(kind for kind, some in found if some)
            labels += _label("satisfies", self._related(package, satisfied=True))
            yield Reason(kind, package.name, package, tuple(labels))

    def _uninstallable(self, package: Package) -> list[Label]:
        if not package.uninstallable:
            return []
        labels = [Label("error", ("uninstallable",))]
        if not is_arch_allowed(package.arch, self._state.universe.arches):
            labels.append(Label("arch", (package.arch,)))
        for word in ("depends", "provides", "install_if"):
            labels += _label(word, (str(token) for token in getattr(package, word) if token.broken))
        return labels

    def _masked_in(self, change: Change) -> Iterator[str]:
        """The first that applies, and only for what is not installed."""
        package = change.package
        known = self._state.package(package)
        if package.installed:
            return
        cached = package.virtual or package in self._state.universe.cache_index
        if not (known.available or cached):
            yield "--no-network"
        elif not package.repositories:
            yield "cache"
        else:
            allowed = 1 | 1 << self._state.tags[change.tag]
            if not self._state.holds(known, allowed):
                for tag, bit in self._state.tags.items():
                    if tag and self._state.holds(known, 1 << bit):
                        yield f"@{tag}"

    def _conflicts(self, package: Package) -> Iterator[str]:
        """Other selected packages of the own name, then of each provided name unless both are unversioned."""
        for provider in self._state.universe.providers(package.name):
            if provider.package in self._selected and provider.package is not package:
                yield str(provider.package)
        for provided in package.provides:
            exempt = 1
            for provider in self._state.universe.providers(provided.name):
                if provider.package not in self._selected or not (provided.version or provider.version):
                    continue
                if exempt and provider.package is package and (provider.version or "") == provided.version:
                    exempt = 0
                    continue
                yield f"{provider.package}[{provided}]"

    def _related(self, package: Package, *, satisfied: bool) -> Iterator[str]:
        """What the package fails, or satisfies: of the world, then of the selected packages (D9.6)."""
        for place in _merged(self._world_places, package):
            dependency = self._world[place]
            if relation(dependency, None, package) is satisfied:
                yield f"world[{dependency}]"
        found = [
            (other, dependency)
            for other in self._requiring(package)
            for dependency in other.depends
            if relation(dependency, other, package) is satisfied
        ]
        found.sort(key=cmp_to_key(_compare_related))
        yield from (f"{other}[{dependency}]" for other, dependency in found)

    def _requiring(self, package: Package) -> list[Package]:
        """The selected packages that mention one of its names."""
        return [self._packages[place] for place in _merged(self._mentioned_in, package)]


def _places_by_name(mentions: Iterable[Iterable[str]]) -> dict[str, list[int]]:
    """The places at which each name is mentioned."""
    places: dict[str, list[int]] = {}
    for place, names in enumerate(mentions):
        for name in dict.fromkeys(names):
            places.setdefault(name, []).append(place)
    return places


def _merged(places: dict[str, list[int]], package: Package) -> list[int]:
    """The places that mention a name of the package, in order."""
    return sorted({place for name in names_of(package) for place in places.get(name, ())})


def _compare_related(left: tuple[Package, Dependency], right: tuple[Package, Dependency]) -> int:
    """By the package's name as shown, its version, then the operator."""
    names = display_order(left[0].name), display_order(right[0].name)
    if names[0] != names[1]:
        return -1 if names[0] < names[1] else 1
    return compare(left[0].version, right[0].version) or left[1].sort_bits - right[1].sort_bits


def _label(word: str, items: Iterator[str]) -> list[Label]:
    """A label, if it has any items."""
    some = tuple(items)
    return [Label(word, some)] if some else []


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
