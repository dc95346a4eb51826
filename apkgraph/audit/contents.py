"""Which bytes of an image's files belong to packages, to no package, or to files that a later layer removed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple

from apkgraph.errors import InputError
from apkgraph.image.contents import Contents, Cover, Stack, path_number
from apkgraph.image.root import follow

Key = tuple[str, str]  # a package's name and version
_SHARE = 20  # a directory with at least this part of all bytes is listed separately
_MOST_NAMES = 20  # files of one row that are named


class Directory(NamedTuple):
    """Files below a directory, except those of the directories that are listed besides."""

    path: str
    files: int
    size: int


class Covered(NamedTuple):
    """Files of one package in one layer that later ones took away: their bytes stay. `names`: the first of them."""

    name: str
    version: str
    layer: int
    by: int  # the layer that took them away
    removed: bool  # or else another file stands in their place
    files: int
    size: int
    names: tuple[str, ...]


class ContentsAudit(NamedTuple):
    """Sizes are bytes of files in the layers; a layer that is named twice counts once."""

    owned_size: int
    unowned_size: int
    covered_size: int
    unowned: tuple[Directory, ...]  # that no package owns
    covered: tuple[Covered, ...]  # of packages that are installed
    gone: tuple[Covered, ...]  # of packages that are not installed any more, or in another version
    replaced: tuple[Directory, ...]  # of no package, and taken away by a later layer


@dataclass(slots=True)
class _Sum:
    files: int = 0
    size: int = 0
    paths: list[int] = field(default_factory=list)

    def add(self, path: int, size: int) -> None:
        self.files += 1
        self.size += size
        if len(self.paths) < _MOST_NAMES:
            self.paths.append(path)


def audit_contents(contents: Contents) -> ContentsAudit:
    """Go through the layers from the top, each with the db as it was when that layer was done."""
    stack = Stack(contents)
    installed = set(_packages(contents.stack[-1][1])) if contents.stack else set()
    owners: dict[int, Key] = {}
    database: bytes | None = None
    done: set[str] = set()
    owned = 0
    unowned: dict[int, _Sum] = {}
    replaced: dict[int, _Sum] = {}
    covered: dict[tuple[Key, int, Cover], _Sum] = {}
    names: dict[int, str] = {}
    for number, (name, data) in reversed(list(enumerate(contents.stack))):
        if name in done:
            continue
        done.add(name)
        if data is not database:
            owners, database = dict(_owners(data, contents.links)), data
        layer = contents.layers[name]
        for path, directory, size, cover in zip(
            layer.paths, layer.directories, layer.sizes, stack.follow(number, layer), strict=True
        ):
            owner = owners.get(path)
            if owner is not None and cover is None:
                owned += size
            elif owner is not None and cover is not None:
                covered.setdefault((owner, number, cover), _Sum()).add(path, size)
            else:
                (unowned if cover is None else replaced).setdefault(directory, _Sum()).add(path, size)
        wanted = {path for (_, at, _), found in covered.items() if at == number for path in found.paths}
        names |= _names(data, contents.links, wanted)
    rows = [_covered(key, found, names) for key, found in covered.items()]
    rows.sort(key=lambda row: (-row.size, row.name, row.layer))
    left = tuple(row for row in rows if (row.name, row.version) in installed)
    gone = tuple(row for row in rows if (row.name, row.version) not in installed)
    return ContentsAudit(
        owned,
        sum(found.size for found in unowned.values()),
        sum(found.size for found in (*covered.values(), *replaced.values())),
        _largest(contents, unowned),
        left,
        gone,
        _largest(contents, replaced),
    )


def _covered(key: tuple[Key, int, Cover], found: _Sum, names: Mapping[int, str]) -> Covered:
    (name, version), layer, cover = key
    known = tuple(sorted(names[path] for path in found.paths if path in names))
    return Covered(name, version, layer, cover.layer, cover.removed, found.files, found.size, known)


def _largest(contents: Contents, sums: Mapping[int, _Sum]) -> tuple[Directory, ...]:
    """The directories that hold a good part of all bytes, the deepest ones that do; `/` holds the rest."""
    files = dict.fromkeys(range(len(contents.directories)), 0)
    sizes = dict(files)
    for number, found in sums.items():
        files[number], sizes[number] = found.files, found.size
    least = max(1, -(-sum(sizes.values()) // _SHARE))
    rows = []
    for number in range(len(contents.directories) - 1, -1, -1):  # a directory stands behind those that it lies in
        if files[number] and (sizes[number] >= least or number == 0):
            rows.append(Directory(f"/{contents.directories[number]}", files[number], sizes[number]))
        elif number:
            files[contents.parents[number]] += files[number]
            sizes[contents.parents[number]] += sizes[number]
    return tuple(sorted(rows, key=lambda row: (-row.size, row.path)))


def _packages(database: bytes) -> Iterator[Key]:
    for key, directory, file in _records(database):
        if not directory and not file:
            yield key


def _owners(database: bytes, links: Mapping[str, str]) -> Iterator[tuple[int, Key]]:
    for path, key in _files(database, links):
        yield path_number(path), key


def _names(database: bytes, links: Mapping[str, str], wanted: set[int]) -> dict[int, str]:
    if not wanted:
        return {}
    return {number: path for path, _ in _files(database, links) if (number := path_number(path)) in wanted}


def _files(database: bytes, links: Mapping[str, str]) -> Iterator[tuple[str, Key]]:
    """The files of all packages; directories that are links are followed, as `/lib` is one to `/usr/lib`."""
    written = place = ""
    for key, directory, file in _records(database):
        if directory != written:
            written = place = directory
            with suppress(InputError):
                place = follow(directory, links.get, "")
        if file:
            yield f"{place}/{file}".lstrip("/"), key


def _records(database: bytes) -> Iterator[tuple[Key, str, str]]:
    """Each package of a db once without a file, and each of its files (apk's `P:`, `V:`, `F:` and `R:` lines)."""
    name = version = directory = ""
    for line in database.split(b"\n"):
        kind, value = line[:2], line[2:].decode("utf-8", "surrogateescape")
        if kind == b"P:":
            name, directory = value, ""
        elif kind == b"V:":
            version = value
            yield (name, version), "", ""
        elif kind == b"F:":
            directory = value
        elif kind == b"R:":
            yield (name, version), directory, value
