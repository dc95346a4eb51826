"""The compiled universe: an SQLite file that opens in a millisecond and of which only the needed rows are read.

Every table has a number, a checksum and a record (`index/compile.py` writes them):

    whole      what is read in one piece: the header, all names, the table that searches read (index/search_table.py)
    names      one for each name, numbered in apk's order
    depends    the numbers of the names whose packages depend on a name, where there are any
    triggers   likewise: whose packages have it in their install_if
    packages   one for each package, numbered in load order: what the solver reads
    details    likewise: what a person reads
    blocks     tables of words that floors above keep with the universe, a thousand words a record

The file is opened read-only and immutable, and used only if its schema is this one: a view in it would be code. SQLite
does not notice every damage, so each record is read with its checksum, which includes its table and number; a name says
which one comes next in the order of their bytes, so that the absence of another is proven; what must be there and is
not is damage, too. Then the file is rebuilt and asked again: a universe always compiles to the same records, so that
whatever was read before still stands.
"""

from __future__ import annotations

from _sqlite3 import Error, connect  # what `sqlite3` adds to it are dates, which cost half of its import
from json import JSONDecoder
from zlib import crc32

from apkgraph.errors import ApkgraphError
from apkgraph.index.universe import Provider, RepositoryInfo, Universe, Warnings
from apkgraph.model.dependency import Dependency
from apkgraph.model.package import Details, Installed, Package

TYPE_CHECKING = False
if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable, Iterator
    from sqlite3 import Connection
    from typing import Any, ParamSpec, TypeVar

    from apkgraph.index.search_table import SearchTable
    from apkgraph.index.universe import NameRow, Numbered, Words

    Asked = ParamSpec("Asked")
    Found = TypeVar("Found")
    Rebuild = Callable[[str, str], Connection]  # the file at a path, of a key; raises DamagedUniverseError

FORMAT = 7
TABLES = ("whole", "names", "depends", "triggers", "packages", "details", "blocks")
LAYOUT = [
    f"CREATE TABLE {table} (number INTEGER PRIMARY KEY, {'name BLOB, ' if table == 'names' else ''}checksum, record)"
    for table in TABLES
]
LAYOUT.append("CREATE UNIQUE INDEX by_name ON names (name)")
HEADER, NAMES, SEARCH = range(3)  # the numbers in `whole`
BLOCK_WORDS = 1000  # which fit on a page of the file
_READ = {table: f"SELECT checksum, record FROM {table} WHERE number = ?" for table in TABLES}  # noqa: S608
SEEDS = {table: place << 28 for place, table in enumerate(TABLES)}
_AT_OR_BEFORE = "SELECT number, checksum, record FROM names WHERE name <= ? ORDER BY name DESC LIMIT 1"
_decode = JSONDecoder().raw_decode
_REPOSITORY_TYPES: dict[str, type | tuple[type, ...]] = {
    "tags": tuple,
    "packages": int,
    "fetched_at": (int, float),
    "built_at": int,
    "archive_size": int,
    "stale": bool,
    "opened": bool,
}  # of the fields that are not text


class DamagedUniverseError(ApkgraphError):
    """A compiled universe that is truncated, corrupted or of another format, and could not be rebuilt."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path}: this compiled index is damaged, and what it was made of is gone; ask again")
        self.path = path

    def __reduce__(self) -> tuple[type[DamagedUniverseError], tuple[str]]:
        return DamagedUniverseError, (self.path,)  # as another process sends it


# What a record or file may make of a reader that expects another.
_UNEXPECTED = (
    DamagedUniverseError,
    Error,
    LookupError,
    TypeError,
    ValueError,
    AttributeError,
    OverflowError,
    RecursionError,
)


def open_universe(
    path: str, repositories: tuple[RepositoryInfo, ...] | None = None, rebuild: Rebuild | None = None
) -> Universe:
    """Open a compiled universe; `repositories` are put in the place of those that it was compiled with.

    Raises DamagedUniverseError, where there is none, too; later only when a damaged record is read and `rebuild` has
    nothing in its place.
    """
    try:
        database = _connect(path)
        rows = StoredRows(path, database)
        if [sql for (sql,) in database.execute("SELECT sql FROM sqlite_master")] != LAYOUT:
            raise DamagedUniverseError(path)  # a view or an expression in it would be run
        header = rows.header()
        if header["format"] != FORMAT:
            raise DamagedUniverseError(path)
        universe = Universe(
            rows,
            key=header["key"],
            arches=tuple(header["arches"]),
            repositories=repositories or tuple(repository_of(each) for each in header["repositories"]),
            installed=tuple([rows.package_at(number) for number in header["installed"]]),
            base_world=tuple([dependency_of(each) for each in header["base_world"]]),
            warnings=Warnings(**header["warnings"]),
            cache_index=frozenset(),
        )
    except _UNEXPECTED:
        raise DamagedUniverseError(path) from None
    rows.rebuild = rebuild
    return universe


def _connect(path: str) -> Connection:
    quoted = path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    uri = f"file:{'//' if path.startswith('/') else ''}{quoted}?mode=ro&immutable=1"
    database = connect(uri, uri=True, isolation_level=None, check_same_thread=False)
    database.execute("PRAGMA trusted_schema = 0")
    database.execute("PRAGMA cell_size_check = 1")
    return database


class StoredRow:
    """A name's row (`NameRow` says what the fields are); its providers and lists are read when they are asked for."""

    __slots__ = (
        "_entries",
        "_providers",
        "_rows",
        "name",
        "next",
        "number",
        "order",
        "reverse_depends",
        "reverse_install_if",
    )

    def __init__(self, rows: StoredRows, number: int, record: list[Any]) -> None:
        self.name, self.next, self.order, depends, triggers, self._entries = record
        self.number = number
        self._rows = rows
        self._providers: tuple[Provider, ...] | None = None
        self.reverse_depends = StoredNames(rows, "depends", number, depends) if depends else ()
        self.reverse_install_if = StoredNames(rows, "triggers", number, triggers) if triggers else ()

    @property
    def providers(self) -> tuple[Provider, ...]:
        """Who provides the name, in apk's order."""
        if self._providers is None:
            package_at = self._rows.package_at
            self._providers = tuple([Provider(package_at(number), version) for number, version in self._entries])
        return self._providers

    def replaced(self, **changes: Any) -> NameRow:
        """The same row with some fields changed, in memory."""
        from apkgraph.index.universe import NameRow

        row = NameRow(self.name, self.order, self.providers, self.reverse_depends, self.reverse_install_if)
        return row.replaced(**changes)


class StoredNames:
    """A list of names, read lazily, and kept once it was read to the end."""

    __slots__ = ("_length", "_names", "_number", "_rows", "_table")

    def __init__(self, rows: StoredRows, table: str, number: int, length: int) -> None:
        self._rows = rows
        self._table = table
        self._number = number
        self._length = length
        self._names: list[str] | None = None

    def __iter__(self) -> Iterator[str]:
        return self._walk() if self._names is None else iter(self._names)

    def __len__(self) -> int:
        return self._length

    def _walk(self) -> Iterator[str]:
        names = []
        row_at = self._rows.row_at
        for number in self._rows.numbers(self._table, self._number, self._length):
            name = row_at(number).name
            names.append(name)
            yield name
        self._names = names


class StoredWords:
    """A table of words, read block by block on demand."""

    __slots__ = ("_blocks", "_first", "_length", "_rows")

    def __init__(self, rows: StoredRows, first: int, length: int) -> None:
        self._rows = rows
        self._first = first
        self._length = length
        self._blocks: dict[int, memoryview[int]] = {}

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, place: Any) -> Any:
        if place.__class__ is int:
            block = place // BLOCK_WORDS
            return (self._blocks.get(block) or self._read(block))[place % BLOCK_WORDS]
        start, end, _ = place.indices(self._length)
        block, last = start // BLOCK_WORDS, (end - 1) // BLOCK_WORDS
        if block == last:
            return (self._blocks.get(block) or self._read(block))[start % BLOCK_WORDS : end - block * BLOCK_WORDS]
        words = b"".join([self._blocks.get(each) or self._read(each) for each in range(block, last + 1)])
        return memoryview(words).cast("I")[start - block * BLOCK_WORDS : end - block * BLOCK_WORDS]

    def _read(self, block: int) -> memoryview[int]:
        length = min(BLOCK_WORDS, self._length - block * BLOCK_WORDS)
        words = self._blocks[block] = self._rows.numbers("blocks", self._first + block, length)
        return words


class StoredRows:
    """The rows of a compiled universe; rows that were read are kept."""

    def __init__(self, path: str, database: Connection) -> None:
        self._path = path
        self._database = database
        self._cursor = database.cursor()
        self.rebuild: Rebuild | None = None
        self._header: dict[str, Any] = {}
        self._rows: dict[int, StoredRow] = {}
        self._by_name: dict[str, StoredRow | None] = {}
        self._packages: dict[int, Package] = {}
        self._dependencies: dict[str | tuple[Any, ...], Dependency] = {}  # one for all that say the same
        self._made: dict[str, array[int]] = {}
        self._names: list[str] | None = None
        self._search_table: SearchTable | None = None

    def __del__(self) -> None:
        self._database.close()

    def header(self) -> dict[str, Any]:
        """The facts of the universe that are not rows."""
        self._header = self._decoded("whole", HEADER)
        return self._header

    def row(self, name: str) -> NameRow | None:
        """The row of a name."""
        return self._stored(name)  # type: ignore[return-value]  # a stored row has all that a row has

    def number(self, name: str) -> int | None:
        """The number of a name, None for one that nothing mentions."""
        row = self._stored(name)
        return None if row is None else row.number

    def _stored(self, name: str) -> StoredRow | None:
        if name not in self._by_name:
            self._by_name[name] = self._surely(self._find, name)
        return self._by_name[name]

    def _find(self, name: str) -> StoredRow | None:
        wanted = name_bytes(name)
        found = self._cursor.execute(_AT_OR_BEFORE, (wanted,)).fetchone()
        if found is None:
            first = self._header["first"]
            if first is None or wanted < name_bytes(first):
                return None
            raise DamagedUniverseError(self._path)
        number = found[0]
        row = self._rows.get(number) or self._keep(number, self._verified("names", number, *found[1:]))
        if row.name == name:
            return row
        if name_bytes(row.name) < wanted and (row.next is None or wanted < name_bytes(row.next)):
            return None
        raise DamagedUniverseError(self._path)

    def row_at(self, number: int) -> StoredRow:
        """The row of the name with this number."""
        row = self._rows.get(number)
        if row is None:
            row = self._surely(self._read_row, number)
        return row

    def _read_row(self, number: int) -> StoredRow:
        return self._keep(number, self._checked("names", number))

    def _keep(self, number: int, record: bytes) -> StoredRow:
        row = self._rows[number] = StoredRow(self, number, _decode(record.decode())[0])
        self._by_name[row.name] = row
        return row

    def numbers(self, table: str, number: int, length: int) -> memoryview[int]:
        """The numbers in a list that has so many."""
        return self._surely(self._read_numbers, table, number, length)

    def _read_numbers(self, table: str, number: int, length: int) -> memoryview[int]:
        numbers = memoryview(self._checked(table, number)).cast("I")
        if len(numbers) != length:
            raise DamagedUniverseError(self._path)
        return numbers

    def package_at(self, number: int) -> Package:
        """The package with this number."""
        package = self._packages.get(number)
        if package is None:
            package = self._packages[number] = self._surely(self._read_package, number)
        return package

    def _read_package(self, number: int) -> Package:
        (
            name, version, arch, identity, size, installed_size, origin, license_, priority, repositories,
            uninstallable, installed, depends, provides, install_if,
        ) = self._decoded("packages", number)  # fmt: skip
        return Package(
            name,
            version,
            arch=arch,
            identity=bytes.fromhex(identity),
            download_size=size,
            installed_size=installed_size,
            origin=origin,
            license=license_,
            priority=priority,
            depends=self._tokens(depends),
            provides=self._tokens(provides),
            install_if=self._tokens(install_if),
            repositories=repositories,
            uninstallable=uninstallable,
            installed=installed_of(installed) if installed is not None else None,
            number=number,
        )

    def _tokens(self, tokens: list[Any]) -> tuple[Dependency, ...]:
        if not tokens:
            return ()
        known = self._dependencies
        found = []
        for token in tokens:
            said = token if token.__class__ is str else tuple(token)
            dependency = known.get(said)
            if dependency is None:
                dependency = known[said] = dependency_of(token)
            found.append(dependency)
        return tuple(found)

    def names(self) -> list[str]:
        """Every name, in apk's order."""
        if self._names is None:
            self._names = self._surely(self._decoded, "whole", NAMES)
        return self._names

    def search_table(self) -> SearchTable:
        """The table that searches read."""
        if self._search_table is None:
            from apkgraph.index.search_table import SearchTable

            text = self._surely(self._checked, "whole", SEARCH)
            self._search_table = SearchTable(text, self.package_at)
        return self._search_table

    def packages(self) -> Iterator[Package]:
        """Every package, in load order."""
        return (self.package_at(number) for number in range(self._header["packages"]))

    def details(self, package: Package) -> Details:
        """What a person reads about a package."""
        return self._surely(self._read_details, package.number)

    def _read_details(self, number: int) -> Details:
        description, url, maintainer, build_time, commit = self._decoded("details", number)
        return Details(description, url, maintainer, build_time, commit)

    def below(self) -> tuple[Numbered, frozenset[str]]:
        """These rows lie under all others."""
        return self, frozenset()  # type: ignore[return-value]  # a stored row has all that a row has

    def table(self, kind: str, make: Callable[[], array[int]]) -> Words:
        """What a floor above keeps with these rows: in the file, or else made once."""
        if kind in self._header["tables"]:
            return StoredWords(self, *self._header["tables"][kind])
        if kind not in self._made:
            self._made[kind] = make()
        return self._made[kind]

    def __len__(self) -> int:
        return int(self._header["names"])

    def _surely(self, read: Callable[Asked, Found], *asked: Asked.args, **none: Asked.kwargs) -> Found:
        """The result of `read`; where the file is damaged, its result on the rebuilt file."""
        try:
            return read(*asked, **none)
        except _UNEXPECTED:
            if self.rebuild is None:
                raise DamagedUniverseError(self._path) from None
            self._database = self.rebuild(self._path, self._header["key"])
            self._cursor = self._database.cursor()
            return read(*asked, **none)

    def _decoded(self, table: str, number: int) -> Any:
        return _decode(self._checked(table, number).decode())[0]

    def _checked(self, table: str, number: int) -> bytes:
        found = self._cursor.execute(_READ[table], (number,)).fetchone()
        if found is None:
            raise DamagedUniverseError(self._path)
        return self._verified(table, number, *found)

    def _verified(self, table: str, number: int, expected: int, record: bytes) -> bytes:
        if record.__class__ is not bytes or crc32(record, SEEDS[table] + number) != expected:
            raise DamagedUniverseError(self._path)
        return record


def name_bytes(name: str) -> bytes:
    """A name as SQLite orders it."""
    return name.encode("utf-8", "surrogatepass")


def dependency_of(token: Any) -> Dependency:
    """A dependency from its stored form: a name, or [name, operator, version, conflict, tag, broken]."""
    if token.__class__ is str:
        return Dependency(token)
    name, operator, version, conflict, tag, broken = token
    return Dependency(name, operator, version, conflict=bool(conflict), tag=tag, broken=bool(broken))


def installed_of(record: list[Any]) -> Installed:
    """What an installed db says of a package, from its stored form."""
    tag, broken, directories, files, executable, replaces = record
    return Installed(
        tag=tag,
        broken=broken,
        directories=tuple(directories),
        files=files,
        executable=executable,
        replaces=tuple(dependency_of(each) for each in replaces),
    )


def repository_of(record: dict[str, Any]) -> RepositoryInfo:
    """A repository from its stored form; LookupError, TypeError or ValueError where it is invalid."""
    repository = RepositoryInfo(**{**record, "tags": tuple(record["tags"])})
    for name in repository.__slots__:
        if not isinstance(getattr(repository, name), _REPOSITORY_TYPES.get(name, str)):
            raise TypeError(name)
    return repository
