"""Writes a universe in its compiled form (`index/store.py` says how it is laid out)."""

from __future__ import annotations

import json
import os
from array import array
from contextlib import closing, suppress
from sqlite3 import Error, connect
from zlib import crc32

from apkgraph.index.search_table import search_text
from apkgraph.index.store import BLOCK_WORDS, FORMAT, HEADER, LAYOUT, NAMES, SEARCH, SEEDS, name_bytes
from apkgraph.model.version import ANY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from sqlite3 import Connection

    from apkgraph.index.universe import RepositoryInfo, Universe
    from apkgraph.model.dependency import Dependency
    from apkgraph.model.package import Installed, Package

    Row = tuple[object, ...]

encode = json.JSONEncoder(separators=(",", ":")).encode
_FAST = "PRAGMA page_size = 4096; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;"


def write_universe(universe: Universe, path: str, tables: Mapping[str, array[int]] | None = None) -> None:
    """Write a universe to `path`, atomically: no reader ever sees a part of it. Raises OSError.

    `tables` are what floors above keep with it.
    """
    _write_database(path, lambda database: compile_universe(universe, tables or {}, database))


def write_copy(database: Connection, path: str) -> None:
    """Write what a database in memory holds to `path`, likewise. Raises OSError."""
    _write_database(path, database.backup)


def _write_database(path: str, fill: Callable[[Connection], None]) -> None:
    def write(beside: str) -> None:
        try:
            with closing(connect(beside, isolation_level=None)) as database:
                database.executescript(_FAST)
                fill(database)
        except Error as error:
            raise OSError(str(error)) from error

    _move_into_place(path, write)


def write_whole(path: str, data: bytes | bytearray) -> None:
    """Write a file beside `path` and move it there. Raises OSError."""

    def write(beside: str) -> None:
        with open(beside, "wb") as file:
            file.write(data)

    _move_into_place(path, write)


def _move_into_place(path: str, write: Callable[[str], None]) -> None:
    """Write a private file beside `path`, and move it there."""
    beside = f"{path}.{os.getpid()}.{os.urandom(4).hex()}.part"
    try:
        os.close(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        write(beside)
        os.replace(beside, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(beside)
        raise


def compile_universe(universe: Universe, tables: Mapping[str, array[int]], database: Connection) -> None:
    """Fill an empty database. Raises sqlite3.Error."""
    *layout, by_name = LAYOUT
    database.execute("BEGIN")
    for table in layout:
        database.execute(table)
    _Compiler(universe, database).compile(tables)
    database.execute(by_name)
    database.execute("COMMIT")


class _Compiler:
    """Fills one database."""

    def __init__(self, universe: Universe, database: Connection) -> None:
        self._universe = universe
        self._database = database
        self._rows = sorted((universe.row(name) for name in universe.names()), key=lambda row: row.order)
        self._numbers = {row.name: number for number, row in enumerate(self._rows)}
        self._packages = list(universe.packages())
        self._package_numbers = {package: number for number, package in enumerate(self._packages)}

    def compile(self, tables: Mapping[str, array[int]]) -> None:
        by_bytes = sorted(self._numbers, key=name_bytes)
        after: dict[str, str | None] = dict(zip(by_bytes, [*by_bytes[1:], None]))  # noqa: B905  # the last has none
        self._database.executemany("INSERT INTO names VALUES (?, ?, ?, ?)", self._names(after))
        for table, lists in (
            ("depends", (row.reverse_depends for row in self._rows)),
            ("triggers", (row.reverse_install_if for row in self._rows)),
        ):
            numbered = ((number, self._words(names)) for number, names in enumerate(lists) if len(names))
            self._fill(table, ((number, words.tobytes()) for number, words in numbered))
        self._fill("packages", ((n, _text(package_record(each))) for n, each in enumerate(self._packages)))
        self._fill("details", ((n, _text(self._details(each))) for n, each in enumerate(self._packages)))
        firsts: dict[str, int] = {}
        blocks: list[bytes] = []
        for kind, words in tables.items():
            firsts[kind] = len(blocks)
            blocks += [words[at : at + BLOCK_WORDS].tobytes() for at in range(0, len(words), BLOCK_WORDS)]
        self._fill("blocks", enumerate(blocks))
        header = {
            "format": FORMAT,
            "names": len(self._rows),
            "packages": len(self._packages),
            "tables": {kind: (number, len(tables[kind])) for kind, number in firsts.items()},
            "first": by_bytes[0] if by_bytes else None,
            **self._about(),
        }
        names = _text([row.name for row in self._rows])
        search = search_text(self._packages, self._universe.newest, self._universe.details)
        self._fill("whole", ((HEADER, _text(header)), (NAMES, names), (SEARCH, search)))

    def _fill(self, table: str, records: Iterable[tuple[int, bytes]]) -> None:
        seed = SEEDS[table]
        rows = ((number, crc32(record, seed + number), record) for number, record in records)
        self._database.executemany(f"INSERT INTO {table} VALUES (?, ?, ?)", rows)  # noqa: S608  # one of TABLES

    def _names(self, after: dict[str, str | None]) -> Iterator[Row]:
        seed = SEEDS["names"]
        for number, row in enumerate(self._rows):
            entries = [[self._package_numbers[entry.package], entry.version] for entry in row.providers]
            lengths = len(row.reverse_depends), len(row.reverse_install_if)
            record = _text([row.name, after[row.name], row.order, *lengths, entries])
            yield number, name_bytes(row.name), crc32(record, seed + number), record

    def _words(self, names: Iterable[str]) -> array[int]:
        return array("I", [self._numbers[name] for name in names])

    def _details(self, package: Package) -> list[object]:
        details = self._universe.details(package)
        return [details.description, details.url, details.maintainer, details.build_time, details.commit]

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


def _text(record: object) -> bytes:
    return encode(record).encode()


def package_record(package: Package) -> list[object]:
    """The fields of a package that the solver reads, in stored form."""
    return [
        package.name, package.version, package.arch, package.identity.hex(), package.download_size,
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
