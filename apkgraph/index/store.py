"""The compiled universe: a file that opens in a millisecond and is read only as far as it is asked.

    prelude    magic, checksum, length and place of the header, size of the file
    records    one for each name, each list of reverse dependencies, each package, each package's details
    tables     where the records lie, a hash table from names to their numbers, and what floors above keep with it
    header     JSON: everything about the universe that is no record, and where the tables lie

The file is mapped into memory. A record carries its own checksum and its own number, a table one checksum for each
block, so whatever is read has been checked, and only that. Where something turns out to be damaged, the file is made
anew in its place: a universe always compiles to the same bytes, so that whatever was read before still stands. All
places count words of four bytes, in this machine's order of bytes. `index/compile.py` writes the file.
"""

from __future__ import annotations

import json
from mmap import ACCESS_READ, mmap
from zlib import crc32

from apkgraph.errors import ApkgraphError
from apkgraph.index.universe import Provider, RepositoryInfo, Universe
from apkgraph.index.warnings import Warnings
from apkgraph.model.dependency import Dependency
from apkgraph.model.package import Details, Installed, Package

TYPE_CHECKING = False
if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any, TypeVar

    from apkgraph.index.universe import NameRow, Numbered, Words

    Asked = TypeVar("Asked")
    Found = TypeVar("Found")
    Rebuild = Callable[[str, str], bytes | bytearray | None]  # the file at a path of a key, None where it cannot be had

FORMAT = 5
MAGIC = b"apkgraph universe"
PRELUDE = 64  # bytes
BLOCK_WORDS = 1024
SLOT_WORDS = 2  # the name's hash, and its number + 1
NAME_WORDS = 3  # its row, its reverse depends, its reverse install_if
PACKAGE_WORDS = 2  # its record, its details
NAME, PACKAGE, DETAILS = "n", "p", "d"  # the kinds of records, which stand at their front before the number
_REPOSITORY_TYPES: dict[str, type | tuple[type, ...]] = {
    "tags": tuple,
    "packages": int,
    "fetched_at": (int, float),
    "built_at": int,
    "archive_size": int,
    "stale": bool,
    "opened": bool,
}  # of the fields that are no text


class DamagedUniverseError(ApkgraphError):
    """A compiled universe that is cut, flipped or of another format: whoever catches this compiles it anew."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path}: this compiled index is damaged; it is made anew")
        self.path = path

    def __reduce__(self) -> tuple[type[DamagedUniverseError], tuple[str]]:
        return DamagedUniverseError, (self.path,)  # as another process sends it


def open_universe(
    path: str, repositories: tuple[RepositoryInfo, ...] | None = None, rebuild: Rebuild | None = None
) -> Universe:
    """Open a compiled universe; `repositories` are put in the place of those that it was compiled with.

    Raises DamagedUniverseError; later, too, when a damaged record is read and `rebuild` has nothing in its place.
    Raises OSError where the file cannot be opened.
    """
    with open(path, "rb") as file:
        try:
            mapped = mmap(file.fileno(), 0, access=ACCESS_READ)
        except ValueError:  # an empty file
            raise DamagedUniverseError(path) from None
    data = memoryview(mapped)
    try:
        header = _read_header(path, data)
        rows = StoredRows(path, data, header)
        universe = Universe(
            rows,
            key=header["key"],
            arches=tuple(header["arches"]),
            repositories=repositories or tuple(repository_of(each) for each in header["repositories"]),
            installed=tuple(rows.package_at(number) for number in header["installed"]),
            base_world=tuple(dependency_of(each) for each in header["base_world"]),
            warnings=Warnings(**header["warnings"]),
            cache_index=frozenset(),
        )
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError):  # whole, and not what is expected
        raise DamagedUniverseError(path) from None
    rows.rebuild = rebuild
    return universe


def _read_header(path: str, data: memoryview) -> dict[str, Any]:
    words = data[:PRELUDE].cast("I") if len(data) >= PRELUDE and not len(data) % 4 else None
    if words is None or bytes(data[: len(MAGIC)]) != MAGIC:
        raise DamagedUniverseError(path)
    form, checksum, place, length, size = words[8:13]
    text = data[place * 4 : place * 4 + length]
    if form != FORMAT or size * 4 != len(data) or len(text) != length or crc32(text) != checksum:
        raise DamagedUniverseError(path)
    header: dict[str, Any] = json.loads(bytes(text))
    return header


class Table:
    """Words in blocks, each checked when it is first read."""

    __slots__ = ("_checked", "_checksums", "_path", "_words")

    def __init__(self, path: str, words: memoryview, place: int, length: int) -> None:
        blocks = -(-length // BLOCK_WORDS)
        self._path = path
        self._words = words[place : place + length]
        self._checksums = words[place + length : place + length + blocks]
        self._checked = bytearray(blocks)

    def __len__(self) -> int:
        return len(self._words)

    def __getitem__(self, place: Any) -> Any:
        if place.__class__ is int:
            if not 0 <= place < len(self._words):
                raise DamagedUniverseError(self._path)
            self._check(place // BLOCK_WORDS)
        else:
            start, end, _ = place.indices(len(self._words))
            for block in range(start // BLOCK_WORDS, -(-end // BLOCK_WORDS)):
                self._check(block)
        return self._words[place]

    def _check(self, block: int) -> None:
        if not self._checked[block]:
            part = self._words[block * BLOCK_WORDS : (block + 1) * BLOCK_WORDS]
            if crc32(part) != self._checksums[block]:
                raise DamagedUniverseError(self._path)
            self._checked[block] = 1


class RepairedTable:
    """A table of a compiled universe; where it turns out to be damaged, the one in the file made anew."""

    __slots__ = ("_kind", "_rows")

    def __init__(self, rows: StoredRows, kind: str) -> None:
        self._rows = rows
        self._kind = kind

    def __getitem__(self, place: Any) -> Any:
        return self._rows.words_at((self._kind, place))

    def __len__(self) -> int:
        return len(self._rows.tables[self._kind])


class StoredRow:
    """A name's row (`NameRow` says what the fields are); its providers are read when they are asked for."""

    __slots__ = (
        "_entries",
        "_providers",
        "_rows",
        "name",
        "number",
        "order",
        "reverse_depends",
        "reverse_install_if",
    )

    def __init__(self, rows: StoredRows, number: int, record: list[Any]) -> None:
        _, self.number, self.name, self.order, self._entries = record
        self._rows = rows
        self._providers: tuple[Provider, ...] | None = None
        self.reverse_depends = StoredNames(rows, number * NAME_WORDS + 1)
        self.reverse_install_if = StoredNames(rows, number * NAME_WORDS + 2)

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
    """A list of names, read as far as it is walked, and kept once it was walked to the end."""

    __slots__ = ("_names", "_numbers", "_place", "_rows")

    def __init__(self, rows: StoredRows, place: int) -> None:
        self._rows = rows
        self._place = place
        self._numbers: Sequence[int] | None = None
        self._names: list[str] | None = None

    def _read(self) -> Sequence[int]:
        if self._numbers is None:
            self._numbers = self._rows.numbers_at(self._place)
        return self._numbers

    def __iter__(self) -> Iterator[str]:
        return self._walk() if self._names is None else iter(self._names)

    def __len__(self) -> int:
        return len(self._read())

    def _walk(self) -> Iterator[str]:
        names = []
        for number in self._read():
            name = self._rows.row_at(number).name
            names.append(name)
            yield name
        self._names = names


class StoredRows:
    """The rows of a compiled universe; whatever was read once is kept."""

    def __init__(self, path: str, data: memoryview, header: dict[str, Any]) -> None:
        self._path = path
        self.rebuild: Rebuild | None = None
        self._read_from(data, header)
        self._rows: dict[int, StoredRow] = {}
        self._by_name: dict[str, StoredRow | None] = {}
        self._packages: dict[int, Package] = {}
        self._dependencies: dict[str | tuple[Any, ...], Dependency] = {}  # one for all that say the same
        self._made: dict[str, array[int]] = {}

    def _read_from(self, data: memoryview, header: dict[str, Any]) -> None:
        self._data = data
        self._words = data.cast("I")
        self._key = header["key"]
        self._count = header["names"]
        self._package_count = header["packages"]
        self._slots = Table(self._path, self._words, *header["slots"])
        self._mask = header["slots"][1] // SLOT_WORDS - 1
        self._name_places = Table(self._path, self._words, *header["name_places"])
        self._package_places = Table(self._path, self._words, *header["package_places"])
        self.tables = {kind: Table(self._path, self._words, *place) for kind, place in header["tables"].items()}

    def _surely(self, read: Callable[[Asked], Found], asked: Asked) -> Found:
        """What `read` finds; where that is damaged, what it finds in the file made anew."""
        try:
            return read(asked)
        except DamagedUniverseError:
            anew = self.rebuild(self._path, self._key) if self.rebuild else None
            if anew is None:
                raise
            data = memoryview(anew)
            self._read_from(data, _read_header(self._path, data))
            return read(asked)

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
        hashed = name_hash(name)
        slot = hashed & self._mask
        for _ in range(self._mask + 1):
            number = self._slots[slot * SLOT_WORDS + 1]
            if not number:
                return None
            if self._slots[slot * SLOT_WORDS] == hashed:
                row = self.row_at(number - 1)
                if row.name == name:
                    return row
            slot = slot + 1 & self._mask
        raise DamagedUniverseError(self._path)  # half of the slots are empty

    def row_at(self, number: int) -> StoredRow:
        """The row of the name with this number."""
        row = self._rows.get(number)
        if row is None:
            record = self._surely(self._name_record, number)
            row = self._rows[number] = self._by_name[record[2]] = StoredRow(self, number, record)
        return row

    def numbers_at(self, place: int) -> Sequence[int]:
        """The numbers of the names in a list."""
        return self._surely(self._numbers, place)

    def _numbers(self, place: int) -> Sequence[int]:
        start = self._name_places[place]
        if not start:
            return ()
        payload = self._payload(start)
        if not payload or len(payload) % 4:
            raise DamagedUniverseError(self._path)
        numbers = memoryview(payload).cast("I")
        if numbers[0] != place // NAME_WORDS:
            raise DamagedUniverseError(self._path)
        return numbers[1:]

    def table(self, kind: str, make: Callable[[], array[int]]) -> Words:
        """What a floor above keeps with these rows: in the file, or else made once."""
        if kind in self.tables:
            return RepairedTable(self, kind)
        if kind not in self._made:
            self._made[kind] = make()
        return self._made[kind]

    def words_at(self, asked: tuple[str, int | slice]) -> Any:
        """What one of those tables holds at a place."""
        return self._surely(lambda asked: self.tables[asked[0]][asked[1]], asked)

    def __len__(self) -> int:
        return int(self._count)

    def package_at(self, number: int) -> Package:
        """The package with this number."""
        package = self._packages.get(number)
        if package is None:
            record = self._surely(self._package_record, number)
            package = self._packages[number] = self._package(record)
        return package

    def _package(self, record: list[Any]) -> Package:
        (
            _, number, name, version, arch, identity, size, installed_size, origin, license_, priority, repositories,
            uninstallable, installed, depends, provides, install_if,
        ) = record  # fmt: skip
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

    def names(self) -> Iterator[str]:
        """Every name, in apk's order."""
        return (self.row_at(number).name for number in range(self._count))

    def packages(self) -> Iterator[Package]:
        """Every package, in load order."""
        return (self.package_at(number) for number in range(self._package_count))

    def details(self, package: Package) -> Details:
        """What a person reads about a package."""
        return Details(*self._surely(self._details_record, package.number)[2:])

    def below(self) -> tuple[Numbered, frozenset[str]]:
        """These rows lie under all others."""
        return self, frozenset()  # type: ignore[return-value]  # a stored row has all that a row has

    def _name_record(self, number: int) -> list[Any]:
        return self._record(self._name_places[number * NAME_WORDS], NAME, number)

    def _package_record(self, number: int) -> list[Any]:
        return self._record(self._package_places[number * PACKAGE_WORDS], PACKAGE, number)

    def _details_record(self, number: int) -> list[Any]:
        return self._record(self._package_places[number * PACKAGE_WORDS + 1], DETAILS, number)

    def _record(self, start: int, kind: str, number: int) -> list[Any]:
        try:
            record: object = json.loads(self._payload(start).decode())
        except (ValueError, RecursionError):
            raise DamagedUniverseError(self._path) from None
        if not isinstance(record, list) or record[:2] != [kind, number]:
            raise DamagedUniverseError(self._path)
        return record

    def _payload(self, start: int) -> bytes:
        words = self._words
        if not 0 < start < len(words) - 1:
            raise DamagedUniverseError(self._path)
        begin = (start + 2) * 4
        payload = bytes(self._data[begin : begin + words[start + 1]])
        if crc32(payload) != words[start]:
            raise DamagedUniverseError(self._path)
        return payload


def name_hash(name: str) -> int:
    """The hash that the table of names goes by."""
    return crc32(name.encode("utf-8", "surrogateescape"))


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
    """A repository from its stored form; LookupError, TypeError or ValueError where it is none."""
    repository = RepositoryInfo(**{**record, "tags": tuple(record["tags"])})
    for name in repository.__slots__:
        if not isinstance(getattr(repository, name), _REPOSITORY_TYPES.get(name, str)):
            raise TypeError(name)
    return repository
