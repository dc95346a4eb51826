"""Universes out of compiled files, and all that can be asked of one, as plain values."""

from __future__ import annotations

import os
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from apkgraph.image.base import BaseRequest
from apkgraph.index.compile import repository_record, write_universe
from apkgraph.index.store import open_universe
from apkgraph.loading.cold import Parser, build_plain, with_base
from apkgraph.mirror.source import obtain
from apkgraph.model.dependency import Dependency, parse_world
from apkgraph.settings import resolve
from apkgraph.solve.discovery import compiled_tables

if TYPE_CHECKING:
    from collections.abc import Iterable

    from apkgraph.index.universe import Universe
    from apkgraph.model.package import Package

INDEX = b"""\
C:Q1EyN5AdpAOBJWKMR89ZnzIvhPkKc=
P:caf\xc3\xa9
V:1.36.1-r5
A:x86_64
S:18446744073709551615
I:962560
T:bytes that are no text: \xff\xfe
U:https://example.org
L:GPL-2.0-only
o:origin
m:somebody
t:1700000000
c:0123456789abcdef
k:100
D:so:libc.so.1 !other b<2 c>=1-r0 d~3 e><Q1EyN5AdpAOBJWKMR89ZnzIvhPkKc= f>not-a-version g<=>3
p:cmd:cafe=1.36.1-r5 virtual
i:b docs

C:Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=
P:other
V:1
Z:a field that apk does not know

"""
INSTALLED = b"""\
C:Q1AAAAAAAAAAAAAAAAAAAAAAAAABB=
P:apk-tools
V:2
A:x86_64
D:virtual
r:old<1
q:1
s:edge
f:fs
F:proc/self
R:exe
F:etc
R:conf

"""


def dependencies(tokens: Iterable[Dependency]) -> list[tuple[object, ...]]:
    return [(str(each), each.name, each.operator, each.conflict, each.tag, each.broken) for each in tokens]


def package_of(package: Package) -> tuple[object, ...]:
    installed = package.installed
    return (
        *(
            getattr(package, name)
            for name in ("name", "version", "arch", "identity", "download_size", "installed_size")
        ),
        *(getattr(package, name) for name in ("origin", "license", "priority", "repositories", "uninstallable")),
        dependencies(package.depends),
        dependencies(package.provides),
        dependencies(package.install_if),
        installed
        and (
            *(installed.tag, installed.broken, installed.directories, installed.files, installed.executable),
            dependencies(installed.replaces),
        ),
    )


def everything(universe: Universe, names: Iterable[str] = ()) -> dict[str, object]:
    """All that can be asked of a universe, as plain values. The order of names and of packages is not part of it.

    `names` are asked for before anything else is, as a question would.
    """
    return {
        "known": [name for name in names if universe.knows(name)],
        "names": {
            name: (
                [(package_of(each.package), each.version) for each in universe.providers(name)],
                list(universe.reverse_depends(name)),
                len(universe.reverse_depends(name)),
                list(universe.reverse_install_if(name)),
                universe.row(name).order,
                universe.knows(name),
                [str(package) for package in universe.named(name)],
                str(universe.newest(name)),
            )
            for name in universe.names()
        },
        "enumeration": sorted(universe.names(), key=lambda name: universe.row(name).order),
        "packages": sorted(
            (repr(package_of(package)), repr(fields(universe.details(package)))) for package in universe.packages()
        ),
        "tables": {kind: [*words] for kind, words in compiled_tables(universe).items()},
        "installed": [package_of(package) for package in universe.installed],
        "world": dependencies(universe.base_world),
        "repositories": [repository_record(each) for each in universe.repositories],
        "about": (universe.key, tuple(universe.arches), universe.tags, fields(universe.warnings)),
    }


def names(universe: Universe) -> list[str]:
    return [*universe.names(), "nowhere"]


def fields(value: object) -> list[object]:
    return [getattr(value, name) for name in type(value).__slots__]  # type: ignore[attr-defined]  # all values have


def reopened(universe: Universe, reference: Universe | None = None) -> Universe:
    """The same universe out of a compiled file."""
    with TemporaryDirectory() as directory:
        path = os.path.join(directory, "universe")
        write_universe(universe, path, compiled_tables(universe, reference))
        return open_universe(path)  # what is open stays, whatever becomes of the name


def compiled(universe: Universe) -> bytearray:
    """The bytes of its compiled file."""
    with TemporaryDirectory() as directory:
        path = os.path.join(directory, "universe")
        write_universe(universe, path, compiled_tables(universe))
        with open(path, "rb") as file:
            return bytearray(file.read())


def sample(base: str) -> Universe:
    indexes = obtain(resolve({"sample": True}, os.environ))
    return with_base(build_plain(indexes, Parser("x86_64")), BaseRequest(base, parse_world(base), None), "key")
