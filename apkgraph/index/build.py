"""Packages to a universe in memory: who provides, depends on and triggers what, in apk's load order."""

from __future__ import annotations

from collections import defaultdict
from operator import attrgetter

from apkgraph.index.order import order_key
from apkgraph.index.parse import ParsedIndex
from apkgraph.index.universe import NameRow, Provider, RepositoryInfo, Universe, Warnings, provided_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from apkgraph.model.dependency import Dependency
    from apkgraph.model.package import Details, Package


def build_universe(
    repositories: Sequence[tuple[RepositoryInfo, ParsedIndex]],
    *,
    installed: ParsedIndex | None = None,
    cache_index: ParsedIndex | None = None,
    world: Sequence[Dependency] = (),
    arches: tuple[str, ...] = (),
    key: str = "",
) -> Universe:
    """Load what apk would load, in its order: the world's names, the installed db, the cache's index, repositories.

    The packages of repository n must have been parsed with the bit n (`parse_index(repositories=1 << n)`).
    """
    loader = _Loader(world)
    if installed:
        loader.load(installed)
    known = len(loader.packages)
    if cache_index:
        loader.load(cache_index)
    cached = range(known, len(loader.packages))
    merged_into_cache = loader.merged if cache_index else frozenset()
    for _, parsed in repositories:
        loader.load(parsed)
    parsed_texts = [parsed for parsed in (installed, cache_index) if parsed]
    parsed_texts += [parsed for _, parsed in repositories]
    return Universe(
        MemoryRows(loader.rows(), loader.packages),
        key=key,
        arches=arches,
        repositories=tuple(info for info, _ in repositories),
        installed=tuple(package for package in loader.packages if package.installed),
        base_world=tuple(world),
        warnings=Warnings().merged(parsed.warnings for parsed in parsed_texts),
        cache_index=frozenset(loader.packages[number] for number in (*cached, *merged_into_cache)),
    )


def flat(universe: Universe) -> Universe:
    """The same universe, in which no row lies over another."""
    if not universe.below()[1]:
        return universe
    rows = sorted((universe.row(name) for name in universe.names()), key=lambda row: row.order)
    return universe.of_rows(MemoryRows({row.name: row for row in rows}, tuple(universe.packages())))


class MemoryRows:
    """Rows as dicts and lists."""

    __slots__ = ("_numbered", "_numbers", "_packages", "_rows", "_tables")

    def __init__(self, rows: dict[str, NameRow], packages: Sequence[Package]) -> None:
        """Take rows in apk's order."""
        self._rows = rows
        self._packages = packages
        self._numbered: tuple[NameRow, ...] = ()
        self._numbers: dict[str, int] = {}
        self._tables: dict[str, array[int]] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def row(self, name: str) -> NameRow | None:
        """The row of a name."""
        return self._rows.get(name)

    def names(self) -> Iterable[str]:
        """Every name, in apk's order."""
        return self._rows.keys()

    def packages(self) -> Iterable[Package]:
        """Every package, in load order."""
        return self._packages

    def details(self, package: Package) -> Details:
        """Unreached for parsed packages, which carry theirs."""
        from apkgraph.model.package import Details

        return package.details or Details()

    def number(self, name: str) -> int | None:
        """The number of a name."""
        if not self._numbers:
            self._numbers = {name: number for number, name in enumerate(self._rows)}
        return self._numbers.get(name)

    def row_at(self, number: int) -> NameRow:
        """The row of the name with this number."""
        if not self._numbered:
            self._numbered = tuple(self._rows.values())
        return self._numbered[number]

    def table(self, kind: str, make: Callable[[], array[int]]) -> array[int]:
        """What a floor above keeps with these rows, made once."""
        if kind not in self._tables:
            self._tables[kind] = make()
        return self._tables[kind]

    def search_table(self) -> None:
        """None: it is made when a search asks for it."""

    def below(self) -> tuple[MemoryRows, frozenset[str]]:
        """These rows lie under all others."""
        return self, frozenset()


class _Loader:
    """Loads records one after the other; the first of an identity wins, later ones only add their repository."""

    def __init__(self, world: Iterable[Dependency]) -> None:
        self.packages: list[Package] = []
        self.merged: frozenset[int] = frozenset()
        self._creations: dict[str, int] = {}
        self._numbers: dict[bytes, int] = {}
        for dependency in world:
            self._create(dependency.name)

    def _create(self, name: str) -> None:
        if name not in self._creations:
            self._creations[name] = len(self._creations)

    def load(self, parsed: ParsedIndex) -> None:
        merged: set[int] = set()
        creations = self._creations
        numbers = self._numbers
        for place, package in enumerate(parsed.packages):
            for name in parsed.mentions.get(place) or _mentions(package):
                if name not in creations:
                    creations[name] = len(creations)
            number = numbers.get(package.identity)
            if number is None:
                package.number = numbers[package.identity] = len(self.packages)
                self.packages.append(package)
            else:
                merged.add(number)
                self._merge(number, package)
        self.merged = frozenset(merged)

    def _merge(self, number: int, package: Package) -> None:
        known = self.packages[number]
        self.packages[number] = known.replaced(
            repositories=known.repositories | package.repositories,
            download_size=known.download_size if known.repositories else package.download_size,
        )

    def rows(self) -> dict[str, NameRow]:
        """A row for every name, in the order in which apk enumerates them."""
        providers: dict[str, list[Provider]] = {}
        for package in self.packages:
            for name, version in provided_names(package):
                providers.setdefault(name, []).append(Provider(package, version))
        orders = {name: order_key(name, creation) for name, creation in self._creations.items()}
        names = sorted(orders, key=orders.__getitem__)
        depends = _reversed(names, providers, attrgetter("depends"))
        install_if = _reversed(names, providers, attrgetter("install_if"))
        return {
            name: NameRow(
                name,
                orders[name],
                tuple(providers.get(name, ())),
                tuple(depends.get(name, ())),
                tuple(install_if.get(name, ())),
            )
            for name in names
        }


def _reversed(
    names: Iterable[str],
    providers: Mapping[str, list[Provider]],
    dependencies: Callable[[Package], tuple[Dependency, ...]],
) -> dict[str, list[str]]:
    """For each name those whose packages have it among their dependencies of one kind, in the order of `names`."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for name in names:
        for entry in providers.get(name, ()):
            for dependency in dependencies(entry.package):
                reached = found[dependency.name]
                if not reached or reached[-1] is not name:
                    reached.append(name)
    return found


def _mentions(package: Package) -> Iterator[str]:
    yield package.name
    for dependency in package.depends:
        yield dependency.name
    for dependency in package.provides:
        yield dependency.name
    for dependency in package.install_if:
        yield dependency.name
