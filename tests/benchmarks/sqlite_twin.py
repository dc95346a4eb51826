"""The records of a compiled universe in SQLite, to see what the mapped file is worth. Only the benchmark knows it."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

from apkgraph.index.store import NAME_WORDS, StoredRows, open_universe

if TYPE_CHECKING:
    from collections.abc import Callable

    from apkgraph.index.universe import Universe
    from apkgraph.model.package import Package

SCHEMA = """
CREATE TABLE names (name TEXT PRIMARY KEY, number INTEGER, record TEXT) WITHOUT ROWID;
CREATE UNIQUE INDEX numbers ON names (number);
CREATE TABLE lists (place INTEGER PRIMARY KEY, numbers BLOB);
CREATE TABLE packages (number INTEGER PRIMARY KEY, record TEXT);
CREATE TABLE details (number INTEGER PRIMARY KEY, record TEXT);
CREATE TABLE about (header TEXT);
"""


class Reads(NamedTuple):
    """What a question reads: names by name, names by number, lists, packages."""

    names: list[str]
    numbers: list[int]
    lists: list[int]
    packages: list[int]


def reads_of(path: str, question: Callable[[Universe], object]) -> Reads:
    """What a question reads of a compiled universe."""
    universe = open_universe(path)
    rows = _rows(universe)
    reads = Reads([], [], [], [package.number for package in universe.installed])
    surely = rows._surely

    def noted(read: Callable[..., object], asked: object) -> object:
        for name, into in (
            ("_find", reads.names),
            ("_name_record", reads.numbers),
            ("_numbers", reads.lists),
            ("_package_record", reads.packages),
        ):
            if read.__name__ == name:
                into.append(asked)  # type: ignore[arg-type]  # each kind asks for its own
        return surely(read, asked)

    rows._surely = noted  # type: ignore[method-assign,assignment]
    question(universe)
    return reads


def _rows(universe: Universe) -> StoredRows:
    rows = universe._rows
    assert isinstance(rows, StoredRows)
    return rows


def write_twin(path: str, twin: str) -> None:
    """Write the twin of the compiled universe at `path`."""
    universe = open_universe(path)
    rows = _rows(universe)
    packages: list[Package] = list(universe.packages())
    with closing(sqlite3.connect(twin)) as database:
        database.executescript(SCHEMA)
        for number in range(rows._count):
            record = rows._name_record(number)
            database.execute("INSERT INTO names VALUES (?, ?, ?)", (record[2], number, _text(record)))
            for place in (number * NAME_WORDS + 1, number * NAME_WORDS + 2):
                numbers = rows._numbers(place)
                if numbers:
                    database.execute("INSERT INTO lists VALUES (?, ?)", (place, bytes(numbers)))
        for package in packages:
            number = package.number
            database.execute("INSERT INTO packages VALUES (?, ?)", (number, _text(rows._package_record(number))))
            database.execute("INSERT INTO details VALUES (?, ?)", (number, _text(rows._details_record(number))))
        database.execute("INSERT INTO about VALUES (?)", (_text({"key": universe.key}),))
        database.commit()
        database.execute("VACUUM")


def _text(record: object) -> str:
    return json.dumps(record, separators=(",", ":"))


def read_mapped(path: str, reads: Reads) -> int:
    """Open the mapped file and read; how many records."""
    rows = _rows(open_universe(path))
    found = [
        *map(rows._find, reads.names),
        *map(rows._name_record, reads.numbers),
        *map(rows._numbers, reads.lists),
        *map(rows._package_record, reads.packages),
    ]
    return len(found)


def read_twin(twin: str, reads: Reads) -> int:
    """Open the twin read-only and read the same; how many records."""
    with closing(sqlite3.connect(f"file:{twin}?mode=ro&immutable=1", uri=True)) as database:
        ask = database.execute
        found: list[object] = [json.loads(ask("SELECT header FROM about").fetchone()[0])]
        for query, keys in (
            ("SELECT record FROM names WHERE name = ?", reads.names),
            ("SELECT record FROM names WHERE number = ?", reads.numbers),
            ("SELECT record FROM packages WHERE number = ?", reads.packages),
        ):
            for key in keys:
                row = ask(query, (key,)).fetchone()
                found.append(row and json.loads(row[0]))
        for place in reads.lists:
            row = ask("SELECT numbers FROM lists WHERE place = ?", (place,)).fetchone()
            found.append(memoryview(row[0]).cast("I") if row else ())
    return len(found) - 1
