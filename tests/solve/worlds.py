"""Random small universes and questions of them, dense enough that all of the solver's rules come to bear."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from apkgraph.index.build import build_universe
from apkgraph.index.parse import ParsedIndex
from apkgraph.index.universe import RepositoryInfo, Warnings
from apkgraph.model.dependency import Dependency, parse_dependency
from apkgraph.model.package import Installed, Package
from apkgraph.solve.problem import AVAILABLE, KEEP_INSTALLED, LATEST, REINSTALL, REMOVE, UPGRADE, Mark, Query

if TYPE_CHECKING:
    from random import Random

    from apkgraph.index.universe import Universe

OWN = ("a", "b", "c", "d", "e", "f")
VIRTUAL = ("u", "v", "w")
VERSIONS = ("1", "2", "3")
OPERATORS = ("",) * 9 + ("=", ">", "<", "~", ">=")
TAGS = ("", "", "edge")


def random_dependency(random: Random, *, conflicts: float) -> Dependency:
    operator = random.choice(OPERATORS)
    sign = "!" if random.random() < conflicts else ""
    name = random.choice(OWN + VIRTUAL)
    return parse_dependency(f"{sign}{name}{operator}{random.choice(VERSIONS) if operator else ''}")


def some(random: Random, most: int, *, conflicts: float = 0.1) -> tuple[Dependency, ...]:
    return tuple(random_dependency(random, conflicts=conflicts) for _ in range(random.randint(0, most)))


def random_package(random: Random, number: int, repository: int | None) -> Package:
    provides = [
        Dependency(random.choice(VIRTUAL + VIRTUAL + OWN), 1, random.choice(VERSIONS))
        if random.random() < 0.4
        else Dependency(random.choice(VIRTUAL + VIRTUAL + OWN))
        for _ in range(random.choice((0, 0, 1, 2)))
    ]
    return Package(
        random.choice(OWN),
        random.choice(VERSIONS),
        identity=number.to_bytes(20, "big"),
        download_size=random.choice((1, 1, 2)),
        installed_size=random.choice((1, 1, 1, 1, 0)),
        priority=random.choice((0, 0, 1, 2)),
        depends=some(random, random.choice((0, 1, 2, 2))),
        provides=tuple(provides),
        install_if=some(random, 2, conflicts=0.25) if random.random() < 0.25 else (),
        repositories=0 if repository is None else 1 << repository,
        uninstallable=random.random() < 0.03,
        installed=Installed(tag=random.choice(TAGS)) if repository is None else None,
    )


class Loaded(NamedTuple):
    """What apk would load: repositories, an installed db, a world."""

    repositories: list[tuple[RepositoryInfo, ParsedIndex]]
    installed: ParsedIndex | None
    world: tuple[Dependency, ...]


def random_files(random: Random) -> Loaded:
    """One to three repositories, perhaps tagged, perhaps with packages installed, perhaps of theirs."""
    number = 0
    repositories = []
    for place in range(random.choice((1, 2, 3))):
        packages = []
        for _ in range(random.randint(3, 8)):
            number += 1
            packages.append(random_package(random, number, place))
        info = RepositoryInfo(str(place), tags=(random.choice(TAGS),), opened=random.random() < 0.95)
        repositories.append((info, parsed(packages)))
    known = [package for _, index in repositories for package in index.packages]
    installed: dict[str, Package] = {}
    for _ in range(random.choice((0, 0, 2, 4))):
        number += 1
        package = random_package(random, number, None)
        if random.random() < 0.6:
            package = random.choice(known).replaced(repositories=0, installed=package.installed)
        installed.setdefault(package.name, package)
    return Loaded(repositories, parsed(list(installed.values())) if installed else None, random_world(random))


def random_universe(random: Random) -> Universe:
    """The universe of such files."""
    loaded = random_files(random)
    return build_universe(loaded.repositories, installed=loaded.installed, world=loaded.world)


def parsed(packages: list[Package]) -> ParsedIndex:
    return ParsedIndex(tuple(packages), Warnings(), {}, None)


def random_world(random: Random) -> tuple[Dependency, ...]:
    found = {}
    for _ in range(random.randint(1, 3)):
        dependency = random_dependency(random, conflicts=0.1)
        tag = random.choice((*TAGS, *TAGS, *TAGS))
        found[dependency.name] = Dependency(
            dependency.name, dependency.operator, dependency.version, conflict=dependency.conflict, tag=tag
        )
    return tuple(found.values())


def random_query(random: Random) -> Query:
    """A universe, its world or another, the flags that apk's commands may set, and a flavour of apk."""
    universe = random_universe(random)
    world = universe.base_world if random.random() < 0.5 else random_world(random)
    flags = random.choice((0, 0, UPGRADE, UPGRADE | AVAILABLE, UPGRADE | LATEST, UPGRADE | LATEST | AVAILABLE))
    marks = {}
    for _ in range(random.choice((0, 0, 1, 2))):
        own = random.choice((0, REMOVE, UPGRADE, LATEST, REINSTALL, KEEP_INSTALLED))
        marks[random.choice(OWN + VIRTUAL)] = Mark(own, random.choice((0, own)))
    network, pre_upgrade = random.random() < 0.95, random.random() < 0.05
    universe = universe.with_apk(random.choice(("3", "3", "2.14")))
    return Query(universe, world, flags=flags, marks=marks, network=network, pre_upgrade=pre_upgrade)
