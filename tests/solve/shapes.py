"""Universes of one shape and any size: what a hostile index, or a long day, may bring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apkgraph.index.build import build_universe
from apkgraph.index.parse import ParsedIndex
from apkgraph.index.universe import RepositoryInfo, Warnings
from apkgraph.model.dependency import Dependency
from apkgraph.model.package import Package
from apkgraph.solve.problem import Query

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Shape = Callable[[int], tuple[list[Package], list[str]]]


def package(number: int, depends: Iterable[int] = (), install_if: Iterable[int] = ()) -> Package:
    return Package(
        f"p{number}",
        "1",
        identity=number.to_bytes(20, "big"),
        installed_size=1024,
        depends=tuple(Dependency(f"p{other}") for other in depends),
        install_if=tuple(Dependency(f"p{other}") for other in install_if),
        repositories=1,
    )


def chain(size: int) -> tuple[list[Package], list[str]]:
    return [package(number, [number + 1] if number + 1 < size else []) for number in range(size)], ["p0"]


def ring(size: int) -> tuple[list[Package], list[str]]:
    return [package(number, [(number + 1) % size]) for number in range(size)], ["p0"]


def star(size: int) -> tuple[list[Package], list[str]]:
    return [package(0, range(1, size)), *map(package, range(1, size))], ["p0"]


def hub(size: int) -> tuple[list[Package], list[str]]:
    packages = [package(0), *(package(number, [0]) for number in range(1, size))]
    return packages, [f"p{number}" for number in range(1, size)]


def clique(size: int) -> tuple[list[Package], list[str]]:
    """Not so many packages, but so many dependencies."""
    members = round(size**0.5)
    return [package(one, [other for other in range(members) if other != one]) for one in range(members)], ["p0"]


def install_if_chain(size: int) -> tuple[list[Package], list[str]]:
    return [package(number, install_if=[number - 1] if number else []) for number in range(size)], ["p0"]


def missing_names(size: int) -> tuple[list[Package], list[str]]:
    return [package(0, range(1, size))], ["p0"]


def missing_world(size: int) -> tuple[list[Package], list[str]]:
    return [], [f"p{number}" for number in range(size)]


SHAPES: tuple[Shape, ...] = (chain, ring, star, hub, clique, install_if_chain, missing_names, missing_world)


def query(shape: Shape, size: int) -> Query:
    """The world that asks for all of the shape."""
    packages, world = shape(size)
    universe = build_universe([(RepositoryInfo("main"), ParsedIndex(tuple(packages), Warnings(), {}, None))])
    return Query(universe, tuple(map(Dependency, world)))
