"""A universe as apk would have loaded it with other packages installed and another world.

apk reads the world and the installed db before all indexes: their packages come first among the providers of a name,
and their names count as created first, so within their hash bucket they are enumerated last. Only the rows of those
names, and the lists that mention them, differ from the plain universe; the rest is shared.
"""

from __future__ import annotations

from apkgraph.index.order import early_order
from apkgraph.index.universe import NameRow, Provider, provided_names
from apkgraph.model.package import Installed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from apkgraph.index.universe import Names, Universe
    from apkgraph.model.dependency import Dependency
    from apkgraph.model.package import Package


def with_installed(plain: Universe, installed: Sequence[Package], world: Sequence[Dependency]) -> Universe:
    """The universe `plain`, in which nothing is installed, with these packages installed in this order.

    A package that a repository holds as well (the same identity) becomes one with it.
    """
    if plain.installed:
        message = "a universe with packages installed cannot be the base of another"
        raise ValueError(message)
    replaced: dict[Package, Package] = {}
    packages: list[Package] = []
    for package in installed:
        twin = next((known for known in plain.named(package.name) if known.identity == package.identity), None)
        packages.append(_merged(package, twin))
        if twin is not None:
            replaced[twin] = packages[-1]
    rows = _with_providers(plain, packages, replaced, _early_names(packages, world))
    merged = set(replaced.values())
    return plain.over(
        _with_reverse(plain, rows),
        packages=tuple(package for package in packages if package not in merged),
        replaced=replaced,
        installed=tuple(packages),
        base_world=tuple(world),
    )


def _merged(package: Package, twin: Package | None) -> Package:
    state = package.installed or Installed()
    if twin is None:
        return package.replaced(installed=state, repositories=0, number=-1)
    return package.replaced(
        installed=state,
        repositories=twin.repositories,
        download_size=twin.download_size,
        number=twin.number,
        details=package.details or twin.details,
    )


def _early_names(packages: Sequence[Package], world: Sequence[Dependency]) -> list[str]:
    """The names in the order in which the world and the installed db mention them."""
    names = [dependency.name for dependency in world]
    for package in packages:
        names.append(package.name)
        for tokens in (package.depends, package.provides, package.install_if):
            names.extend(dependency.name for dependency in tokens)
        if package.installed:
            names.extend(dependency.name for dependency in package.installed.replaces)
    return list(dict.fromkeys(names))


def _with_providers(
    plain: Universe, packages: Sequence[Package], replaced: dict[Package, Package], names: list[str]
) -> dict[str, NameRow]:
    """The rows of the early names: enumerated again, installed providers first."""
    first: dict[str, list[Provider]] = {}
    for package in packages:
        for name, version in provided_names(package):
            first.setdefault(name, []).append(Provider(package, version))
    rows = {}
    for creation, name in enumerate(names):
        row = plain.row(name)
        others = tuple(provider for provider in row.providers if provider.package not in replaced)
        rows[name] = row.replaced(order=early_order(name, creation), providers=(*first.get(name, ()), *others))
    return rows


def _with_reverse(plain: Universe, rows: dict[str, NameRow]) -> dict[str, NameRow]:
    """The rows that mention early names, with those at their new places."""
    depends: dict[str, list[NameRow]] = {}
    install_if: dict[str, list[NameRow]] = {}
    for row in sorted(rows.values(), key=lambda row: row.order):
        for provider in row.providers:
            for lists, tokens in ((depends, provider.package.depends), (install_if, provider.package.install_if)):
                for token in tokens:
                    mentioning = lists.setdefault(token.name, [])
                    if not mentioning or mentioning[-1] is not row:
                        mentioning.append(row)
    changed = dict(rows)
    for target in dict.fromkeys([*depends, *install_if]):
        row = changed.get(target) or plain.row(target)
        changed[target] = row.replaced(
            reverse_depends=MergedNames(plain, row.reverse_depends, rows, depends.get(target, [])),
            reverse_install_if=MergedNames(plain, row.reverse_install_if, rows, install_if.get(target, [])),
        )
    return changed


class MergedNames:
    """A list of names in apk's order, with the early ones taken out and put in at their new places.

    Read as far as it is asked: the order of a name below is looked up only while early ones are still to come.
    """

    __slots__ = ("_below", "_early", "_moved", "_plain")

    def __init__(self, plain: Universe, below: Names, moved: dict[str, NameRow], early: list[NameRow]) -> None:
        self._plain = plain
        self._below = below
        self._moved = moved
        self._early = early

    def __iter__(self) -> Iterator[str]:
        place = 0
        early = self._early
        for name in self._below:
            if name in self._moved:
                continue
            while place < len(early) and early[place].order < self._plain.row(name).order:
                yield early[place].name
                place += 1
            yield name
        yield from (row.name for row in early[place:])

    def __len__(self) -> int:
        return sum(1 for _ in self)
