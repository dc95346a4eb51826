"""Who depends on a name, over a whole universe."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from apkgraph.impact.search import no_such_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from apkgraph.index.universe import Universe
    from apkgraph.model.dependency import Dependency
    from apkgraph.model.package import Package


@dataclass(frozen=True, slots=True)
class Dependent:
    """A package that depends on what was asked for, `distance` steps away, through `token` (of the step before: `on`).

    `kind` is `dependency`, `install_if` or `conflict`; `alternatives` counts the other packages that could serve.
    """

    distance: int
    package: Package
    kind: str
    token: str
    on: str
    alternatives: int


@dataclass(frozen=True, slots=True)
class Dependents:
    """The answer: every dependent, nearest first, then in apk's order."""

    universe: Universe
    name: str
    recursive: bool
    install_if: bool
    dependents: tuple[Dependent, ...]

    @property
    def packages(self) -> int:
        """How many packages depend; one may do so through several tokens, and a conflict is not a dependency."""
        return len({dependent.package for dependent in self.dependents if dependent.kind != "conflict"})


def find_dependents(universe: Universe, name: str, *, recursive: bool = False, install_if: bool = False) -> Dependents:
    """Who has a dependency that `name` could serve: a package, by its own name and all that it provides, or one token.

    `recursive` goes on with everything that the dependents themselves could serve; `install_if` also follows
    triggers. Conflicts are listed, never followed. NotFoundError for a name that no package has, provides or mentions.
    """
    if not universe.knows(name):
        raise no_such_name(universe, name)
    own = universe.named(name)
    level = _of_packages(universe, own, install_if=install_if) if own else _of_token(universe, name, install_if)
    found: list[Dependent] = []
    seen = set(own)
    distance = 1
    while True:
        following: dict[Package, None] = {}
        for package, kind, token, on in level:
            others = max(0, len(universe.able_providers(token, package)) - 1)
            found.append(Dependent(distance, package, kind, str(token), on, others))
            if package not in seen and kind != "conflict":
                following[package] = None
        seen.update(following)
        if not recursive or not following:
            return Dependents(universe, name, recursive, install_if, tuple(found))
        level = [hit for hit in _of_packages(universe, following, install_if=install_if) if hit[0] not in seen]
        distance += 1


def _of_packages(
    universe: Universe, packages: Iterable[Package], *, install_if: bool
) -> list[tuple[Package, str, Dependency, str]]:
    """Who depends on any of these, by any name, where the version fits."""
    hits: dict[tuple[Package, str, str], tuple[Package, str, Dependency, str]] = {}
    for package in packages:
        versions = {provided.name: provided.version or None for provided in package.provides}
        for name, version in ({package.name: package.version} | versions).items():
            for dependent, kind, token, on in _of_token(universe, name, install_if):
                concerns = token.satisfied_by(package, version, dependent) is not token.conflict
                if concerns and dependent is not package:
                    hits.setdefault((dependent, kind, str(token)), (dependent, kind, token, on))
    return list(hits.values())


def _of_token(universe: Universe, name: str, install_if: bool) -> list[tuple[Package, str, Dependency, str]]:
    """Every package that mentions a name, in apk's order."""
    hits = [
        (package, "conflict" if token.conflict else "dependency", token, name)
        for package in _owners(universe, universe.reverse_depends(name))
        for token in package.depends
        if token.name == name
    ]
    if install_if:
        hits += [
            (package, "install_if", token, name)
            for package in _owners(universe, universe.reverse_install_if(name))
            for token in package.install_if
            if token.name == name
        ]
    return hits


def _owners(universe: Universe, names: Iterable[str]) -> Iterator[Package]:
    seen: set[Package] = set()
    for name in names:
        for provider in universe.providers(name):
            if provider.package not in seen:
                seen.add(provider.package)
                yield provider.package
