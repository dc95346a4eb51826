"""Writes a universe in its compiled form (`index/store.py` says how it is laid out)."""

from __future__ import annotations

import json
import os
from array import array
from contextlib import suppress
from zlib import crc32

from apkgraph.index.store import (
    BLOCK_WORDS,
    DETAILS,
    FORMAT,
    MAGIC,
    NAME,
    NAME_WORDS,
    PACKAGE,
    PRELUDE,
    SLOT_WORDS,
    name_hash,
)
from apkgraph.model.version import ANY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from apkgraph.index.universe import RepositoryInfo, Universe
    from apkgraph.model.dependency import Dependency
    from apkgraph.model.package import Installed, Package

encode = json.JSONEncoder(separators=(",", ":")).encode


def compile_universe(universe: Universe) -> bytearray:
    """The whole file."""
    return _Compiler(universe).compile()


def write_universe(universe: Universe, path: str) -> None:
    """Write a universe to `path`, all at once: nobody ever sees a part of it. Raises OSError."""
    write_whole(path, compile_universe(universe))


def write_whole(path: str, data: bytes | bytearray) -> None:
    """Write a file beside `path` and move it there. Raises OSError."""
    beside = f"{path}.{os.getpid()}.{os.urandom(4).hex()}.part"
    try:
        with open(beside, "xb", opener=_private) as file:
            file.write(data)
        os.replace(beside, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(beside)
        raise


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


class _Compiler:
    """Lays the file out from front to back."""

    def __init__(self, universe: Universe) -> None:
        self._universe = universe
        self._out = bytearray(PRELUDE)
        self._rows = sorted((universe.row(name) for name in universe.names()), key=lambda row: row.order)
        self._name_numbers = {row.name: number for number, row in enumerate(self._rows)}
        self._packages = list(universe.packages())
        self._package_numbers = {package: number for number, package in enumerate(self._packages)}
        self._links = _Links(len(self._rows), len(self._packages))

    def compile(self) -> bytearray:
        header = {
            "slots": self._table(self._slots()),
            "name_places": self._table(self._write_names()),
            "package_places": self._table(self._write_packages()),
            "links": self._table(self._links.words()),
            "names": len(self._rows),
            "packages": len(self._packages),
            **self._about(),
        }
        text = encode(header).encode()
        place = len(self._out) // 4
        self._out += text
        self._pad()
        prelude = array("I", [FORMAT, crc32(text), place, len(text), len(self._out) // 4])
        self._out[: len(MAGIC)] = MAGIC
        self._out[32 : 32 + 4 * len(prelude)] = prelude.tobytes()
        return self._out

    def _about(self) -> dict[str, object]:
        universe = self._universe
        warnings = universe.warnings
        return {
            "key": universe.key,
            "arches": universe.arches,
            "repositories": [repository_record(each) for each in universe.repositories],
            "installed": [self._package_numbers[package] for package in universe.installed],
            "base_world": [_token(dependency) for dependency in universe.base_world],
            "warnings": {name: getattr(warnings, name) for name in warnings.__slots__},
            "roots": universe.base_discovery.roots,
            "ends": universe.base_discovery.ends,
        }

    def _write_names(self) -> array[int]:
        places = array("I", bytes(4 * NAME_WORDS * len(self._rows)))
        for number, row in enumerate(self._rows):
            packages = [self._package_numbers[entry.package] for entry in row.providers]
            entries = [[package, entry.version] for package, entry in zip(packages, row.providers, strict=True)]
            place = number * NAME_WORDS
            places[place] = self._record([NAME, number, row.name, row.order, row.counter, entries])
            triggered = self._numbers(row.reverse_install_if)
            places[place + 1] = self._names(number, self._numbers(row.reverse_depends))
            places[place + 2] = self._names(number, triggered)
            self._links.add([triggered], array("I", packages))
        return places

    def _numbers(self, names: Iterable[str]) -> array[int]:
        return array("I", [self._name_numbers[name] for name in names])

    def _names(self, number: int, numbers: array[int]) -> int:
        return self._payload(array("I", [number]).tobytes() + numbers.tobytes()) if numbers else 0

    def _write_packages(self) -> array[int]:
        places = array("I")
        for number, package in enumerate(self._packages):
            details = self._universe.details(package)
            depends = self._numbers([dependency.name for dependency in package.depends])
            conditions = self._numbers([condition.name for condition in package.install_if])
            names = self._numbers([package.name, *[provided.name for provided in package.provides]])
            self._links.add([depends, conditions], names)
            places.append(self._record(package_record(number, package)))
            places.append(
                self._record(
                    [
                        DETAILS,
                        number,
                        details.description,
                        details.url,
                        details.maintainer,
                        details.build_time,
                        details.commit,
                    ]
                )
            )
        return places

    def _slots(self) -> array[int]:
        size = 1 << (2 * len(self._rows) + 1).bit_length()
        slots = array("I", bytes(4 * SLOT_WORDS * size))
        for number, row in enumerate(self._rows):
            hashed = name_hash(row.name)
            slot = hashed & size - 1
            while slots[slot * SLOT_WORDS + 1]:
                slot = slot + 1 & size - 1
            slots[slot * SLOT_WORDS] = hashed
            slots[slot * SLOT_WORDS + 1] = number + 1
        return slots

    def _table(self, words: array[int]) -> tuple[int, int]:
        """Write a table and its checksums; where it lies and how many words it has."""
        place = len(self._out) // 4
        data = words.tobytes()
        step = BLOCK_WORDS * 4
        checksums = array("I", [crc32(data[at : at + step]) for at in range(0, len(data), step)])
        self._out += data
        self._out += checksums.tobytes()
        return place, len(words)

    def _record(self, record: Sequence[object]) -> int:
        return self._payload(encode(record).encode())

    def _payload(self, payload: bytes) -> int:
        place = len(self._out) // 4
        self._out += array("I", [crc32(payload), len(payload)]).tobytes()
        self._out += payload
        self._pad()
        return place

    def _pad(self) -> None:
        self._out += bytes(-len(self._out) % 4)


class _Links:
    """The words of `index/links.py`: all names in the order of their numbers, then all packages."""

    def __init__(self, names: int, packages: int) -> None:
        self._places = array("I")
        self._parts = array("I")
        self._front = names + packages + 1

    def add(self, counted: Iterable[Sequence[int]], rest: Sequence[int]) -> None:
        """The part of one name or package."""
        self._places.append(self._front + len(self._parts))
        for numbers in counted:
            self._parts.append(len(numbers))
            self._parts.extend(numbers)
        self._parts.extend(rest)

    def words(self) -> array[int]:
        """All of it."""
        return self._places + array("I", [self._front + len(self._parts)]) + self._parts


def package_record(number: int, package: Package) -> list[object]:
    """All that the solver reads of a package, in its stored form."""
    return [
        PACKAGE, number, package.name, package.version, package.arch, package.identity.hex(), package.download_size,
        package.installed_size, package.origin, package.license, package.priority, package.repositories,
        package.uninstallable, _installed(package.installed), _tokens(package.depends), _tokens(package.provides),
        _tokens(package.install_if),
    ]  # fmt: skip


def _tokens(dependencies: Iterable[Dependency]) -> list[object]:
    return [_token(dependency) for dependency in dependencies]


def _token(dependency: Dependency) -> object:
    if dependency.operator == ANY and not (dependency.conflict or dependency.tag):
        return dependency.name
    return [
        dependency.name,
        dependency.operator,
        dependency.version,
        int(dependency.conflict),
        dependency.tag,
        int(dependency.broken),
    ]


def _installed(installed: Installed | None) -> list[object] | None:
    if installed is None:
        return None
    return [
        installed.tag,
        installed.broken,
        installed.directories,
        installed.files,
        installed.executable,
        _tokens(installed.replaces),
    ]


def repository_record(repository: RepositoryInfo) -> dict[str, object]:
    """A repository in its stored form."""
    return {name: getattr(repository, name) for name in repository.__slots__}
