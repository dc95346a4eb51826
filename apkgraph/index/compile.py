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
    from collections.abc import Iterable, Mapping, Sequence

    from apkgraph.index.universe import RepositoryInfo, Universe
    from apkgraph.model.dependency import Dependency
    from apkgraph.model.package import Installed, Package

encode = json.JSONEncoder(separators=(",", ":")).encode


def compile_universe(universe: Universe, tables: Mapping[str, array[int]] | None = None) -> bytearray:
    """The whole file; `tables` are what floors above keep with it."""
    return _Compiler(universe).compile(tables or {})


def write_universe(universe: Universe, path: str, tables: Mapping[str, array[int]] | None = None) -> None:
    """Write a universe to `path`, all at once: nobody ever sees a part of it. Raises OSError."""
    write_whole(path, compile_universe(universe, tables))


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

    def compile(self, tables: Mapping[str, array[int]]) -> bytearray:
        header = {
            "slots": self._table(self._slots()),
            "name_places": self._table(self._write_names()),
            "package_places": self._table(self._write_packages()),
            "tables": {kind: self._table(words) for kind, words in tables.items()},
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
        }

    def _write_names(self) -> array[int]:
        places = array("I", bytes(4 * NAME_WORDS * len(self._rows)))
        for number, row in enumerate(self._rows):
            packages = [self._package_numbers[entry.package] for entry in row.providers]
            entries = [[package, entry.version] for package, entry in zip(packages, row.providers, strict=True)]
            place = number * NAME_WORDS
            places[place] = self._record([NAME, number, row.name, row.order, entries])
            places[place + 1] = self._names(number, self._numbers(row.reverse_depends))
            places[place + 2] = self._names(number, self._numbers(row.reverse_install_if))
        return places

    def _numbers(self, names: Iterable[str]) -> array[int]:
        return array("I", [self._name_numbers[name] for name in names])

    def _names(self, number: int, numbers: array[int]) -> int:
        return self._payload(array("I", [number]).tobytes() + numbers.tobytes()) if numbers else 0

    def _write_packages(self) -> array[int]:
        places = array("I")
        for number, package in enumerate(self._packages):
            details = self._universe.details(package)
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
