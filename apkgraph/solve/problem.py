"""What is to be solved: a universe before anything is decided, and a question to it under apk's flags."""

from __future__ import annotations

from apkgraph.model.dependency import display_order
from apkgraph.model.package import APK_2
from apkgraph.model.version import ANY
from apkgraph.solve.discovery import CompiledDiscovery
from apkgraph.solve.edges import Edges

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Protocol

    from apkgraph.index.universe import NameRow, Universe
    from apkgraph.model.dependency import Dependency
    from apkgraph.model.package import Package

    class Selectable(Protocol):
        """What is known of a package at some time."""

        @property
        def selectable(self) -> bool:
            """Whether it may still be chosen."""


UNTAGGED = 1


class InitialPackage:
    """A package as discovery leaves it (rule D2.2); the words are those of `state.PackageState`.

    `names`: its own name, then each provided one; `name_set`: the same, to look one up; `first_condition`: the name
    that its install_if waits for before all others, None where it waits for none, or for one to be locked to nothing.
    """

    __slots__ = (
        "_conflicts",
        "_contested",
        "_counted",
        "_depends_on",
        "_needs",
        "_triggering",
        "available",
        "dead",
        "first_condition",
        "name_set",
        "names",
        "package",
        "repositories",
        "selectable",
        "tag_ok",
        "tag_preferred",
    )

    def __init__(self, universe: Universe, package: Package, opened: int, *, available_only: bool) -> None:
        in_cache_index = package in universe.cache_index
        self.package = package
        self.names = (package.name, *[provided.name for provided in package.provides])
        self.name_set = frozenset(self.names)
        self.repositories = package.repositories
        if package.installed:
            self.repositories |= universe.tags.get(package.installed.tag, 0)
        self.available = bool(package.repositories & opened)
        self.selectable = not package.uninstallable and bool(
            self.available or package.virtual or in_cache_index or not package.installed_size or package.installed
        )
        self.dead = not package.install_if or (available_only and not self.available)
        waits = bool(package.install_if) and not package.install_if[0].conflict
        self.first_condition = package.install_if[0].name if waits else None
        self.tag_preferred = not package.installed_size or bool(self.repositories & universe.tags[""])
        self.tag_ok = self.tag_preferred or in_cache_index or package.installed is not None
        self._needs: tuple[Dependency, ...] | None = None
        self._counted: tuple[Dependency, ...] | None = None
        self._conflicts: tuple[Dependency, ...] | None = None
        self._depends_on: dict[str, list[Dependency]] | None = None
        self._contested: tuple[str, ...] | None = None
        self._triggering: tuple[str, ...] | None = None

    def triggering(self, universe: Universe) -> tuple[str, ...]:
        """Those of its names that are a condition of some install_if."""
        if self._triggering is None:
            self._triggering = tuple([name for name in self.names if len(universe.reverse_install_if(name))])
        return self._triggering

    @property
    def needs(self) -> tuple[Dependency, ...]:
        """Of its depends the first on each name that some of them require."""
        if self._needs is None:
            depends = self.package.depends
            required = {dependency.name for dependency in depends if not dependency.conflict}
            first: dict[str, Dependency] = {}
            for dependency in depends:
                first.setdefault(dependency.name, dependency)
            self._needs = tuple([dependency for name, dependency in first.items() if name in required])
        return self._needs

    def counted_needs(self, universe: Universe) -> tuple[Dependency, ...]:
        """Those of them that some provider fails: each time that they are applied, it fails once more."""
        if self._counted is None:
            self._counted = tuple(
                [
                    dependency
                    for dependency in self.needs
                    if (dependency.operator & ANY != ANY or dependency.conflict)
                    and not all(dependency.accepts(each, self.package) for each in universe.providers(dependency.name))
                ]
            )
        return self._counted

    def depends_on(self, name: str) -> Sequence[Dependency]:
        """Its depends on one name."""
        if self._depends_on is None:
            self._depends_on = {}
            for dependency in self.package.depends:
                self._depends_on.setdefault(dependency.name, []).append(dependency)
        return self._depends_on.get(name, ())

    @property
    def conflicts(self) -> tuple[Dependency, ...]:
        """Its depends on the absence of something."""
        if self._conflicts is None:
            self._conflicts = tuple([dependency for dependency in self.package.depends if dependency.conflict])
        return self._conflicts

    def contested(self, universe: Universe) -> tuple[str, ...]:
        """Those of its names, each once, that other packages have or provide, too."""
        if self._contested is None:
            self._contested = tuple(
                name
                for name in dict.fromkeys(self.names)
                if any(provider.package is not self.package for provider in universe.providers(name))
            )
        return self._contested


class InitialName:
    """A name before anything is decided.

    `is_owned`: some package is named so; `targets`: the names that its packages depend on, conflicts included, each
    once; `install_if_dead`: no install_if will ever bring one of its packages.
    """

    __slots__ = ("_depends", "install_if_dead", "is_owned", "packages", "row", "targets")

    def __init__(self, row: NameRow, packages: tuple[InitialPackage, ...]) -> None:
        self.row = row
        self.packages = packages
        self.is_owned = any(initial.package.name == row.name for initial in packages)
        self.install_if_dead = all(initial.dead for initial in packages)
        self._depends: InitialDepends | None = None
        self.targets = tuple(
            dict.fromkeys(dependency.name for initial in packages for dependency in initial.package.depends)
        )

    def depends(self, initial: InitialState) -> InitialDepends:
        """What its packages depend on."""
        if self._depends is None:
            self._depends = InitialDepends(self.packages, initial)
        return self._depends


class InitialDepends:
    """What the packages behind a name depend on, each with its package.

    `conflicts`; `by_name`: all others, by the name that they depend on; `satisfiable`: whether all of those can be
    satisfied at the beginning.
    """

    __slots__ = ("by_name", "conflicts", "satisfiable")

    def __init__(self, packages: Sequence[InitialPackage], initial: InitialState) -> None:
        self.conflicts = [(dependency, each.package) for each in packages for dependency in each.conflicts]
        self.by_name: dict[str, list[tuple[Dependency, Package]]] = {}
        for each in packages:
            for dependency in each.package.depends:
                if not dependency.conflict:
                    self.by_name.setdefault(dependency.name, []).append((dependency, each.package))
        self.satisfiable = all(
            initial.can_satisfy(dependency, package) for pairs in self.by_name.values() for dependency, package in pairs
        )


class InitialState:
    """The initial state of one universe, for queries with or without the network, and with or without apk's AVAILABLE.

    `resolves_conflicts`: a name that an install_if has as a conflict is resolved for its sake (apk 3, not apk 2).
    """

    __slots__ = (
        "_available_only",
        "_names",
        "_opened",
        "_packages",
        "_satisfiable",
        "_triggered",
        "discovery",
        "resolves_conflicts",
        "universe",
    )

    def __init__(self, universe: Universe, *, network: bool = True, available_only: bool = False) -> None:
        self.universe = universe
        self.resolves_conflicts = universe.apk != APK_2
        self._opened = universe.opened if network else 0
        self._available_only = available_only
        self._names: dict[str, InitialName] = {}
        self._packages: dict[Package, InitialPackage] = {}
        self._satisfiable: dict[int, bool] = {}  # of dependencies, by their ids: those of the universe stay
        self._triggered: dict[str, tuple[str, ...]] = {}
        self.discovery = CompiledDiscovery(Edges(universe))

    def name(self, name: str) -> InitialName:
        """The initial state of a name."""
        initial = self._names.get(name)
        if initial is None:
            row = self.universe.row(name)
            packages = tuple([self.package(provider.package) for provider in row.providers])
            initial = self._names[name] = InitialName(row, packages)
        return initial

    def package(self, package: Package) -> InitialPackage:
        """The initial state of a package."""
        initial = self._packages.get(package)
        if initial is None:
            initial = self._packages[package] = InitialPackage(
                self.universe, package, self._opened, available_only=self._available_only
            )
        return initial

    def triggered_by(self, name: str) -> tuple[str, ...]:
        """The names that an install_if with `name` among its conditions may bring, in apk's order."""
        triggered = self._triggered.get(name)
        if triggered is None:
            named = self.universe.reverse_install_if(name)
            triggered = self._triggered[name] = tuple([each for each in named if not self.name(each).install_if_dead])
        return triggered

    def can_satisfy(
        self, dependency: Dependency, by: Package, states: Mapping[Package, Selectable] | None = None
    ) -> bool:
        """Whether some provider that is selectable satisfies a dependency: at the beginning, or in these states."""
        if states is None:
            answer = self._satisfiable.get(id(dependency))
            if answer is not None:
                return answer
        initial = self.name(dependency.name)
        known = any(
            (each if states is None else states.get(each.package, each)).selectable and dependency.accepts(provider, by)
            for provider, each in zip(initial.row.providers, initial.packages, strict=True)
        )
        if states is None and not dependency.conflict:  # a conflict depends on who has it
            self._satisfiable[id(dependency)] = known
        return known


REMOVE = 1
UPGRADE = 2
LATEST = 4
AVAILABLE = 8
REINSTALL = 16
KEEP_INSTALLED = 32


class Mark:
    """Flags on the packages behind one name: `own` for those, `inheritable` for what they pull in as well."""

    __slots__ = ("inheritable", "own")

    def __init__(self, own: int = 0, inheritable: int = 0) -> None:
        self.own = own
        self.inheritable = inheritable


class Query:
    """What to solve. The world is kept in display order (rule D2.1), as apk writes it back.

    - `flags`: global flags; `marks`: flags by name, remembered even where they are none (D1.6);
    - `network`: whether repositories may be used; `pre_upgrade`: prefer what is installed (D7.4);
    - `initial`: the universe's initial state, where an earlier query of the same kind has it;
    - `broken`: places in the world that are left out (`--force-broken-world`, D8).
    """

    __slots__ = ("broken", "flags", "initial", "marks", "network", "pre_upgrade", "universe", "world")

    def __init__(
        self,
        universe: Universe,
        world: tuple[Dependency, ...],
        *,
        flags: int = 0,
        marks: Mapping[str, Mark] | None = None,
        network: bool = True,
        pre_upgrade: bool = False,
        broken: frozenset[int] = frozenset(),
        initial: InitialState | None = None,
    ) -> None:
        self.universe = universe
        self.world = tuple(sorted(world, key=lambda dependency: display_order(dependency.name)))
        self.flags = flags
        self.marks = marks or {}
        self.network = network
        self.pre_upgrade = pre_upgrade
        self.broken = broken
        self.initial = initial or InitialState(universe, network=network, available_only=flags & AVAILABLE != 0)

    def constraints(self) -> list[Dependency]:
        """The world without its broken entries."""
        return [dependency for place, dependency in enumerate(self.world) if place not in self.broken]

    def without(self, broken: frozenset[int]) -> Query:
        """The same question with more of the world left out, and without any flags (D8)."""
        return Query(self.universe, self.world, network=self.network, broken=broken)
