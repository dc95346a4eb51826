"""The cold way to a universe: obtain the indexes, parse them, solve the base, compile it all for the next time."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import sys
from contextlib import suppress
from sqlite3 import connect
from time import time
from typing import TYPE_CHECKING

from apkgraph.errors import ApkgraphError, IndexFormatError, NotFoundError
from apkgraph.garbage_collection import without_collection
from apkgraph.image.base import read_base
from apkgraph.index.build import build_universe
from apkgraph.index.compile import compile_universe, encode, package_record, write_copy, write_universe
from apkgraph.index.formats import parse
from apkgraph.index.installed import with_installed
from apkgraph.index.store import FORMAT, DamagedUniverseError, open_universe
from apkgraph.index.universe import RepositoryInfo
from apkgraph.loading.manifest import manifest_path, request_of, stamp_of, universe_path, write_manifest
from apkgraph.mirror.directory import UNIVERSES, UnusableCacheError, cache_directory, unusable
from apkgraph.mirror.repositories import repositories
from apkgraph.mirror.source import obtain
from apkgraph.mirror.trust import newest_build
from apkgraph.model.dependency import display_order, parse_dependency
from apkgraph.model.package import flavour_of
from apkgraph.solve.discovery import compiled_tables
from apkgraph.solve.solver import solve_world

if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable, Sequence
    from sqlite3 import Connection

    from apkgraph.image.base import BaseRequest
    from apkgraph.index.parse import ParsedIndex
    from apkgraph.index.store import Rebuild
    from apkgraph.index.universe import Universe
    from apkgraph.loading.manifest import Stamp
    from apkgraph.mirror.source import TrustedIndex
    from apkgraph.model.dependency import Dependency
    from apkgraph.model.package import Package
    from apkgraph.settings import Settings
    from apkgraph.solve.solution import Solution

    Progress = Callable[[str, int, int | None], None]
    Warn = Callable[[str], None]

_SHOWN_REASONS = 3  # of those why a base cannot be installed; an error is one line
MOST = {".universe": 12, ".json": 200}  # files; the oldest go
_ABANDONED = 3600  # seconds after which nobody is still writing a file


def obtain_universe(
    settings: Settings,
    progress: Progress | None,
    warn: Warn,
    rebuild: Rebuild,
    base: BaseRequest | None = None,
) -> Universe:
    """The universe of the settings, from the archives that the cache or the mirror has; it is compiled.

    `rebuild` serves a compiled one that turns out to be damaged; `base`: the settings' base where it was read already.
    """
    wanted = repositories(settings)
    # Before they are read: what changes while it is being read is read again the next time.
    files = [stamp_of(repository.path) for repository in wanted if repository.path is not None]
    warnings = _WarnOnce(warn, settings.cache_dir)
    parser = Parser(settings.arch)
    with without_collection():
        return _universe_of(
            settings,
            obtain(settings, progress, wanted, warn=warnings.warn, check=parser.check),
            files,
            warnings,
            rebuild=rebuild,
            parser=parser,
            given=base,
        )


class _WarnOnce:
    """Forward warnings; that the cache cannot be used is said once."""

    def __init__(self, warn: Warn, cache_dir: str) -> None:
        self._warn = warn
        self._start = unusable(cache_dir, "").partition("(")[0]
        self._cache_dir = cache_dir
        self._unusable = False

    def warn(self, text: str) -> None:
        """Pass a warning on."""
        if not (self._unusable and text.startswith(self._start)):
            self._unusable = self._unusable or text.startswith(self._start)
            self._warn(text)

    def cannot_write(self, error: OSError) -> None:
        """Warn that the cache cannot be written."""
        self.warn(unusable(self._cache_dir, error.strerror or str(error)))


def _universe_of(
    settings: Settings,
    indexes: Sequence[TrustedIndex],
    files: Sequence[Stamp],
    warnings: _WarnOnce,
    *,
    rebuild: Rebuild,
    parser: Parser,
    given: BaseRequest | None,
) -> Universe:
    base = given or _base(settings, indexes)
    key = universe_key(indexes, settings.arch, base, settings.apk)
    directory = _directory(settings, warnings)
    if directory is None:
        return with_base(build_plain(indexes, parser).with_apk(settings.apk), base, key)
    path = universe_path(directory, key)
    universe = _open(path, key, indexes, rebuild)
    try:
        if universe is None:
            plain = build_plain(indexes, parser).with_apk(settings.apk)
            indexes = [dataclasses.replace(index, content=b"") for index in indexes]  # megabytes
            parser.forget()
            universe = with_base(plain, base, key)
            write_universe(universe, path, _tables(settings, indexes, plain, universe))
            universe = _open(path, key, indexes, rebuild) or universe
        _note(directory, settings, indexes, files, universe)
        tidy(directory)
    except OSError as error:
        if universe is None:
            raise
        warnings.cannot_write(error)
    return universe


def _tables(
    settings: Settings, indexes: Sequence[TrustedIndex], plain: Universe, universe: Universe
) -> dict[str, array[int]]:
    """What the solver keeps with a universe; without a base, discovery is that of the official image's."""
    reference = None
    if not universe.base_world:
        with suppress(NotFoundError):
            reference = with_base(plain, _base(settings.replace(base="docker"), indexes))
    return compiled_tables(universe, reference)


def _base(settings: Settings, indexes: Sequence[TrustedIndex]) -> BaseRequest:
    # What lies under the mirror says which release it is; only then what other repositories say of themselves.
    ordered = sorted(indexes, key=lambda index: not index.repository.release)
    descriptions = [index.description for index in ordered]
    return read_base(settings.base, settings.base_world, descriptions, settings.release, settings.distro)


def universe_key(indexes: Sequence[TrustedIndex], arch: str, base: BaseRequest, apk: str) -> str:
    """What a compiled universe goes by: archives in their order, architecture, base, apk's flavour, format."""
    digest = hashlib.sha256(f"{FORMAT} {sys.byteorder} {arch} {apk}\n".encode())
    for index in indexes:
        digest.update(f"{index.archive_sha256} {' '.join(index.repository.tags)}\n".encode())
    digest.update(" ".join(str(dependency) for dependency in base.world).encode("utf-8", "surrogateescape"))
    if base.installed is not None:
        for package in base.installed:
            digest.update(f"\n{encode(package_record(package))}".encode())
        digest.update(b"\n")  # nothing installed is another thing than what the world brings
    return digest.hexdigest()


def _directory(settings: Settings, warnings: _WarnOnce) -> str | None:
    try:
        return cache_directory(settings, UNIVERSES)
    except UnusableCacheError as error:
        warnings.warn(str(error))
        return None


def _open(path: str, key: str, indexes: Sequence[TrustedIndex], rebuild: Rebuild) -> Universe | None:
    try:
        universe = open_universe(path, rebuild=rebuild)
    except DamagedUniverseError:
        return None
    if universe.key != key or len(universe.repositories) != len(indexes):
        return None
    infos = [
        _info(index, each.packages, each.built_at) for index, each in zip(indexes, universe.repositories, strict=True)
    ]
    return universe.of_repositories(tuple(infos))


def _note(
    directory: str,
    settings: Settings,
    indexes: Sequence[TrustedIndex],
    files: Sequence[Stamp],
    universe: Universe,
) -> None:
    request = request_of(settings)
    if request is not None and not any(
        index.stale or index.doubt for index in indexes
    ):  # what is stale is asked for again
        write_manifest(
            manifest_path(directory, request),
            request,
            universe.key,
            repositories=universe.repositories,
            checked_at=min(index.checked_at for index in indexes),
            files=files,
            keys=[stamp_of(path) for path in sorted({index.key_file for index in indexes} - {""})],
        )


def rebuild_universe(
    settings: Settings, path: str, key: str, warn: Warn, base: BaseRequest | None = None
) -> Connection:
    """Compile the universe of this key once more, in memory, and put it in the place of the damaged one if that works.

    The archives come from the cache, or else from the mirror. Where they are gone or have changed since, what was read
    so far goes with nothing that could be read now: the damaged file is removed, and DamagedUniverseError is raised.
    """
    cached = settings.replace(offline=True, refresh=False)
    found = _universe_of_key(cached, key, base) or _universe_of_key(settings, key, base)
    if found is None:
        with suppress(OSError):
            os.unlink(path)
        raise DamagedUniverseError(path)
    warn(f"{path}: this compiled index was damaged; it has been rebuilt")
    database = connect(":memory:", isolation_level=None, check_same_thread=False)
    compile_universe(*found, database)
    with suppress(OSError):
        write_copy(database, path)
    return database


def _universe_of_key(
    settings: Settings, key: str, given: BaseRequest | None
) -> tuple[Universe, dict[str, array[int]]] | None:
    try:
        indexes = obtain(settings)
        base = given or _base(settings, indexes)
        if universe_key(indexes, settings.arch, base, settings.apk) != key:
            return None
        with without_collection():
            plain = build_plain(indexes, Parser(settings.arch)).with_apk(settings.apk)
            universe = with_base(plain, base, key)
            return universe, _tables(settings, indexes, plain, universe)
    except ApkgraphError:
        return None


class Parser:
    """Reads index texts for one architecture, each once; what tokens say is shared between them."""

    def __init__(self, arch: str) -> None:
        self.arch = arch
        self._memo = _Memo()
        self._checked: dict[str, ParsedIndex] = {}

    def check(self, index: TrustedIndex) -> None:
        """Read an index before it is kept. Raises IndexFormatError for one that apk would give up."""
        self._checked[index.archive_sha256] = self._parse(index)

    def parse(self, index: TrustedIndex, number: int) -> ParsedIndex:
        """The packages of the repository with this number. Raises IndexFormatError."""
        parsed = self._checked.pop(index.archive_sha256, None) or self._parse(index)
        for package in parsed.packages:
            package.repositories = 1 << number
        return parsed

    def forget(self) -> None:
        """Free what tokens say."""
        self._memo.clear()

    def _parse(self, index: TrustedIndex) -> ParsedIndex:
        parsed = parse(index, (self.arch,), parse_token=self._memo.__getitem__)
        if parsed.error is not None:
            raise IndexFormatError(f"{index.repository.url} ({self.arch}): {parsed.error}", parsed.error.line)
        return parsed


def check_index(index: TrustedIndex) -> None:
    """Read an index to see whether it can be. Raises IndexFormatError for one that apk would give up."""
    Parser(index.repository.arch).check(index)


def build_plain(indexes: Sequence[TrustedIndex], parser: Parser) -> Universe:
    """The indexes as one, with nothing installed. Raises IndexFormatError for one that apk would give up."""
    parsed = [parser.parse(index, number) for number, index in enumerate(indexes)]
    infos = [_info(index, len(one.packages), newest_build(index)) for index, one in zip(indexes, parsed, strict=True)]
    return build_universe(list(zip(infos, parsed, strict=True)), arches=(parser.arch,))


class _Memo(dict[str, "Dependency"]):
    """Tokens that were read already."""

    def __missing__(self, token: str) -> Dependency:
        dependency = self[token] = parse_dependency(token)
        return dependency


def _info(index: TrustedIndex, packages: int, built_at: int) -> RepositoryInfo:
    return RepositoryInfo(
        index.repository.name,
        url=index.repository.url,
        tags=index.repository.tags,
        description=index.description,
        packages=packages,
        sha256=index.archive_sha256,
        signed_by=index.signed_by,
        fetched_at=index.fetched_at,
        built_at=built_at,
        archive_size=index.archive_size,
        stale=index.stale,
    )


def with_base(plain: Universe, base: BaseRequest, key: str = "") -> Universe:
    """The universe with the base installed."""
    world = tuple(sorted(base.world, key=lambda dependency: display_order(dependency.name)))
    installed = base.installed if base.installed is not None else _packages_of(plain, base, world)
    return with_installed(plain, installed, world).over({}, key=key)


def _packages_of(plain: Universe, base: BaseRequest, world: tuple[Dependency, ...]) -> tuple[Package, ...]:
    """What the world brings where nothing is installed, as apk writes it to the installed db: sorted by name."""
    solution = _solve_base(with_installed(plain, (), world), world)
    if not solution.satisfied:
        shown = [reason.text for reason in solution.reasons[:_SHOWN_REASONS]]
        more = len(solution.reasons) - len(shown)
        reasons = (
            "; ".join([*shown, *([f"and {more} more"] if more else [])]) if plain.repositories else "there are none"
        )
        raise NotFoundError(
            f"the base {base.name} cannot be installed from these repositories ({reasons}); choose another --base"
        )
    return tuple(sorted(solution.packages, key=lambda package: package.name))


def _solve_base(universe: Universe, world: tuple[Dependency, ...]) -> Solution:
    """Resolve a world that nothing is installed for with the flavour of the apk-tools that it brings."""
    newest = universe.newest("apk-tools")
    assumed = flavour_of(universe.asked_apk, (newest,) if newest else ())
    solution = solve_world(universe.with_apk(assumed), world)
    found = flavour_of(universe.asked_apk, solution.packages)
    return solution if found == assumed else solve_world(universe.with_apk(found), world)


def tidy(directory: str) -> None:
    """Remove what is too much or abandoned. Others may do the same at the same time. Raises OSError."""
    files = [(_written(entry), entry.path) for entry in os.scandir(directory)]
    for suffix, most in MOST.items():
        for _, path in sorted(file for file in files if file[1].endswith(suffix))[:-most]:
            _remove(path)
    for written, path in files:
        if path.endswith(".part") and written < time() - _ABANDONED:
            _remove(path)


def _written(entry: os.DirEntry[str]) -> float:
    """When it was written last, in seconds since 1970; 0 for what is gone already."""
    with suppress(FileNotFoundError):
        return entry.stat(follow_symlinks=False).st_mtime
    return 0.0


def _remove(path: str) -> None:
    with suppress(FileNotFoundError):
        os.unlink(path)
