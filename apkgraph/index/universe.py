"""Several indexes as one: packages, names, who provides a name and who depends on it.

A universe does not change. It answers from rows, one for each name, which lie in memory (index/build.py) or in a
compiled file that is read as far as it is asked (index/store.py).
"""

from __future__ import annotations

from apkgraph.model.package import AUTO, flavour_of
from apkgraph.model.universe_ref import UniverseRef
from apkgraph.model.version import compare, tokens

TYPE_CHECKING = False
if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Protocol, overload

    from apkgraph.index.search_table import SearchTable
    from apkgraph.model.dependency import Dependency
    from apkgraph.model.package import Details, Package
    from apkgraph.model.version import Token

    class Names(Protocol):
        """Names in apk's order, perhaps read only as far as they are walked."""

        def __iter__(self) -> Iterator[str]: ...
        def __len__(self) -> int: ...

    class Rows(Protocol):
        """Where a universe's rows lie."""

        def row(self, name: str) -> NameRow | None:
            """The row of a name, None for one that nothing mentions."""

        def names(self) -> Iterable[str]:
            """Every name."""

        def packages(self) -> Iterable[Package]:
            """Every package."""

        def details(self, package: Package) -> Details:
            """What a person reads about a package."""

        def search_table(self) -> SearchTable | None:
            """The table that searches read; None where it is yet to be made."""

        def below(self) -> tuple[Numbered, frozenset[str]]:
            """The rows that all of these, or most, come from, and the names whose rows here are others."""

    class Numbered(Rows, Protocol):
        """Rows that lie under all others: each name has a number, its place in apk's order."""

        def __len__(self) -> int: ...

        def number(self, name: str) -> int | None:
            """The number of a name, None for one that nothing mentions."""

        def row_at(self, number: int) -> NameRow:
            """The row of the name with this number."""

        def table(self, kind: str, make: Callable[[], array[int]]) -> Words:
            """What a floor above keeps with these rows: compiled, or else made once."""

    class Words(Protocol):
        """A table of words of four bytes, perhaps read only as far as it is asked."""

        @overload
        def __getitem__(self, place: int) -> int: ...
        @overload
        def __getitem__(self, place: slice) -> Sequence[int]: ...
        def __len__(self) -> int: ...


class Provider:
    """A package under one name, with the version that it has there (None: provided without a version)."""

    __slots__ = ("_tokens", "package", "version")

    def __init__(self, package: Package, version: str | None) -> None:
        self.package = package
        self.version = version
        self._tokens: list[Token] | None = None

    @property
    def tokens(self) -> list[Token]:
        """The version, read (kept, for it is compared often)."""
        if self._tokens is None:
            self._tokens = tokens(self.version or "")
        return self._tokens

    def __repr__(self) -> str:
        return f"Provider({self.package}, {self.version!r})"


class NameRow:
    """All that is known of one name.

    - `providers` in apk's load order: installed db, cache, repositories; own name before provides;
    - `reverse_depends`, `reverse_install_if`: names whose packages mention this one there, in apk's order;
    - `order`: where apk enumerates the name (index/order.py).
    """

    __slots__ = ("name", "order", "providers", "reverse_depends", "reverse_install_if")

    def __init__(
        self,
        name: str,
        order: int,
        providers: tuple[Provider, ...] = (),
        reverse_depends: Names = (),
        reverse_install_if: Names = (),
    ) -> None:
        self.name = name
        self.order = order
        self.providers = providers
        self.reverse_depends = reverse_depends
        self.reverse_install_if = reverse_install_if

    def replaced(
        self,
        order: int | None = None,
        providers: tuple[Provider, ...] | None = None,
        reverse_depends: Names | None = None,
        reverse_install_if: Names | None = None,
    ) -> NameRow:
        """The same row with some fields changed."""
        return NameRow(
            self.name,
            self.order if order is None else order,
            self.providers if providers is None else providers,
            self.reverse_depends if reverse_depends is None else reverse_depends,
            self.reverse_install_if if reverse_install_if is None else reverse_install_if,
        )


class Warnings:
    """What apk warns of once all indexes are read: fields it does not know, dependencies it cannot read."""

    __slots__ = ("broken_dependencies", "uninstallable", "unknown_fields")

    def __init__(
        self, *, unknown_fields: bool = False, broken_dependencies: bool = False, uninstallable: bool = False
    ) -> None:
        self.unknown_fields = unknown_fields
        self.broken_dependencies = broken_dependencies
        self.uninstallable = uninstallable

    def texts(self) -> tuple[str, ...]:
        """Apk's words, without the `WARNING: ` in front."""
        found = []
        if self.unknown_fields:
            state = "are not installable" if self.uninstallable else "might not function properly"
            found.append(f"This apk-tools is OLD! Some packages {state}.")
        if self.broken_dependencies:
            state = "are not installable" if self.uninstallable else "might not function properly"
            found.append(f"The indexes contain broken packages which {state}.")
        return tuple(found)

    def merged(self, others: Iterable[Warnings]) -> Warnings:
        """These warnings and those of other texts, as one."""
        everything = [self, *others]
        return Warnings(
            unknown_fields=any(one.unknown_fields for one in everything),
            broken_dependencies=any(one.broken_dependencies for one in everything),
            uninstallable=any(one.uninstallable for one in everything),
        )


class RepositoryInfo:
    """One repository of a universe and where its index came from.

    `tags`: the tags it is pinned with ("" for none); `opened`: its index could be read; `fetched_at`: seconds since
    1970; `built_at`: when its newest package was built, 0 where nothing says; `archive_size`: bytes of the index
    archive; `stale`: older than allowed, and could not be refreshed.
    """

    __slots__ = (
        "archive_size",
        "built_at",
        "description",
        "fetched_at",
        "name",
        "opened",
        "packages",
        "sha256",
        "signed_by",
        "stale",
        "tags",
        "url",
    )

    def __init__(
        self,
        name: str,
        *,
        url: str = "",
        tags: tuple[str, ...] = ("",),
        description: str = "",
        packages: int = 0,
        sha256: str = "",
        signed_by: str = "",
        fetched_at: float = 0.0,
        built_at: int = 0,
        archive_size: int = 0,
        stale: bool = False,
        opened: bool = True,
    ) -> None:
        self.name = name
        self.url = url
        self.tags = tags
        self.description = description
        self.packages = packages
        self.sha256 = sha256
        self.signed_by = signed_by
        self.fetched_at = fetched_at
        self.built_at = built_at
        self.archive_size = archive_size
        self.stale = stale
        self.opened = opened


class Universe:
    """All indexes that a query uses, with the base installed; `ref` says which they are."""

    __slots__ = (
        "_rows",
        "arches",
        "asked_apk",
        "base_world",
        "cache_index",
        "installed",
        "key",
        "ref",
        "repositories",
        "tags",
        "warnings",
    )

    def __init__(
        self,
        rows: Rows,
        *,
        key: str,
        arches: tuple[str, ...],
        repositories: tuple[RepositoryInfo, ...],
        installed: tuple[Package, ...],
        base_world: tuple[Dependency, ...],
        warnings: Warnings,
        cache_index: frozenset[Package] = frozenset(),
        apk: str = AUTO,
        ref: UniverseRef | None = None,
    ) -> None:
        self._rows = rows
        self.ref = ref or UniverseRef("", "")
        self.asked_apk = apk
        self.key = key
        self.arches = arches
        self.repositories = repositories
        self.installed = installed
        self.base_world = base_world
        self.warnings = warnings
        self.cache_index = cache_index
        self.tags = _masks_of_tags(repositories)

    def row(self, name: str) -> NameRow:
        """All that is known of a name; an empty row for one that nothing mentions."""
        return self._rows.row(name) or NameRow(name, 0)

    def knows(self, name: str) -> bool:
        """Whether any package has, provides or mentions the name."""
        return self._rows.row(name) is not None

    def providers(self, name: str) -> tuple[Provider, ...]:
        """Who satisfies a name, in apk's load order."""
        return self.row(name).providers

    def able_providers(self, token: Dependency, by: Package | None = None) -> list[Package]:
        """Every package that could serve a token, in apk's load order, without `by` itself."""
        return list(
            dict.fromkeys(
                provider.package
                for provider in self.providers(token.name)
                if provider.package is not by and token.satisfied_by(provider.package, provider.version, by)
            )
        )

    def reverse_depends(self, name: str) -> Names:
        """The names whose packages depend on `name`, conflicts included, in apk's order."""
        return self.row(name).reverse_depends

    def reverse_install_if(self, name: str) -> Names:
        """The names whose packages have `name` among the triggers of their install_if, in apk's order."""
        return self.row(name).reverse_install_if

    def names(self) -> Iterable[str]:
        """Every name: owned, provided, or only mentioned."""
        return self._rows.names()

    def packages(self) -> Iterable[Package]:
        """Every package, in load order."""
        return self._rows.packages()

    def details(self, package: Package) -> Details:
        """What a person reads about a package."""
        return package.details or self._rows.details(package)

    def below(self) -> tuple[Numbered, frozenset[str]]:
        """The rows that most of these come from, and the names whose rows are others."""
        return self._rows.below()

    def search_table(self) -> SearchTable:
        """The table that searches read: compiled, or else made now."""
        table = self._rows.search_table()
        if table is None:
            from apkgraph.index.search_table import SearchTable, search_text

            packages = tuple(self.packages())
            table = SearchTable(search_text(packages, self.newest, self.details), packages.__getitem__)
        return table

    def named(self, name: str) -> tuple[Package, ...]:
        """The packages whose own name it is, in load order."""
        return tuple(provider.package for provider in self.providers(name) if provider.package.name == name)

    def newest(self, name: str) -> Package | None:
        """The newest of the packages of that name; the first loaded of equals."""
        best: Package | None = None
        for package in self.named(name):
            if best is None or compare(package.version, best.version) > 0:
                best = package
        return best

    def repository(self, package: Package) -> RepositoryInfo | None:
        """The first repository that holds the package; None where none does."""
        if not package.repositories:
            return None
        return self.repositories[(package.repositories & -package.repositories).bit_length() - 1]

    @property
    def apk(self) -> str:
        """The flavour of apk that resolves here (model/package.py)."""
        return flavour_of(self.asked_apk, self.installed)

    @property
    def opened(self) -> int:
        """A bit for each repository whose index could be read."""
        return sum(1 << number for number, repository in enumerate(self.repositories) if repository.opened)

    def of_repositories(self, repositories: tuple[RepositoryInfo, ...]) -> Universe:
        """The same universe, fetched from elsewhere or at another time."""
        return self.of_rows(self._rows, repositories)

    def of_rows(self, rows: Rows, repositories: tuple[RepositoryInfo, ...] | None = None) -> Universe:
        """The same universe out of other rows."""
        return Universe(
            rows,
            key=self.key,
            arches=self.arches,
            repositories=self.repositories if repositories is None else repositories,
            installed=self.installed,
            base_world=self.base_world,
            warnings=self.warnings,
            cache_index=self.cache_index,
            apk=self.asked_apk,
            ref=self.ref,
        )

    def with_apk(self, apk: str) -> Universe:
        """The same universe, resolved as this flavour of apk does; `auto` goes by the base."""
        universe = self.of_repositories(self.repositories)
        universe.asked_apk = apk
        return universe

    def with_packages(self, packages: Sequence[Package]) -> Universe:
        """The same universe and packages that came after all was loaded (`add -t`)."""
        last = 1 << 62
        changed: dict[str, NameRow] = {}

        def row(name: str) -> NameRow:
            if name not in changed:
                changed[name] = self.row(name) if self.knows(name) else NameRow(name, last)
            return changed[name]

        for package in packages:
            for name, version in provided_names(package):
                changed[name] = row(name).replaced(providers=(*row(name).providers, Provider(package, version)))
            for name in (package.name, *(provided.name for provided in package.provides)):
                for depend in package.depends:
                    changed[depend.name] = row(depend.name).replaced(
                        reverse_depends=(*row(depend.name).reverse_depends, name)
                    )
        return self.over(changed, packages=tuple(packages))

    def over(
        self,
        changed: dict[str, NameRow],
        *,
        key: str | None = None,
        packages: tuple[Package, ...] = (),
        replaced: dict[Package, Package] | None = None,
        installed: tuple[Package, ...] | None = None,
        base_world: tuple[Dependency, ...] | None = None,
    ) -> Universe:
        """The same universe with some rows changed and some packages more, or in the place of others."""
        return Universe(
            Overlay(self._rows, changed, packages, replaced or {}),
            key=self.key if key is None else key,
            arches=self.arches,
            repositories=self.repositories,
            installed=self.installed if installed is None else installed,
            base_world=self.base_world if base_world is None else base_world,
            warnings=self.warnings,
            cache_index=self.cache_index,
            apk=self.asked_apk,
            ref=self.ref,
        )


class Overlay:
    """Rows over other rows: some names' rows and some packages replaced, some packages more."""

    __slots__ = ("_below", "_changed", "_more", "_replaced")

    def __init__(
        self, below: Rows, changed: dict[str, NameRow], more: tuple[Package, ...], replaced: dict[Package, Package]
    ) -> None:
        self._below = below
        self._changed = changed
        self._more = more
        self._replaced = replaced

    def row(self, name: str) -> NameRow | None:
        """The row of a name."""
        return self._changed.get(name) or self._below.row(name)

    def names(self) -> Iterator[str]:
        """Every name, those of the rows below first."""
        yield from self._below.names()
        yield from (name for name in self._changed if self._below.row(name) is None)

    def packages(self) -> Iterator[Package]:
        """Every package, those that took another's place first."""
        new = set(self._replaced.values())
        yield from self._replaced.values()
        for package in self._below.packages():
            if package not in self._replaced:
                yield package
        yield from (package for package in self._more if package not in new)

    def details(self, package: Package) -> Details:
        """What a person reads about a package."""
        return self._below.details(package)

    def search_table(self) -> None:
        """None: what lies over other rows is in no table."""

    def below(self) -> tuple[Numbered, frozenset[str]]:
        """The rows below all others, and the names that are changed over them."""
        rows, changed = self._below.below()
        return rows, changed.union(self._changed)


def provided_names(package: Package) -> list[tuple[str, str | None]]:
    """The names that a package answers to, its own first, each with the version that it has there."""
    return [
        (package.name, package.version),
        *((provided.name, provided.version or None) for provided in package.provides),
    ]


def _masks_of_tags(repositories: tuple[RepositoryInfo, ...]) -> dict[str, int]:
    masks: dict[str, int] = {"": 0}
    for number, repository in enumerate(repositories):
        for tag in repository.tags:
            masks[tag] = masks.get(tag, 0) | 1 << number
    return masks
