"""The cold way to a universe: obtain the indexes, parse them, solve the base, compile it all for the next time."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from typing import TYPE_CHECKING

from apkgraph.collector import without_collection
from apkgraph.errors import NotFoundError
from apkgraph.index.build import build_universe
from apkgraph.index.compile import write_universe
from apkgraph.index.installed import with_installed
from apkgraph.index.parse import parse_index
from apkgraph.index.store import FORMAT, DamagedUniverseError, open_universe
from apkgraph.index.universe import RepositoryInfo
from apkgraph.inputs.base import read_base
from apkgraph.loading.manifest import manifest_path, request_of, write_manifest
from apkgraph.mirror.directory import UNIVERSES, UnusableCacheError, cache_directory
from apkgraph.mirror.source import obtain
from apkgraph.model.dependency import parse_dependency
from apkgraph.solve.discovery import discover_base
from apkgraph.solve.query import display_order
from apkgraph.solve.request import solve_world

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from apkgraph.index.parse import ParsedIndex
    from apkgraph.index.universe import Universe
    from apkgraph.inputs.base import BaseRequest
    from apkgraph.mirror.source import TrustedIndex
    from apkgraph.model.dependency import Dependency
    from apkgraph.model.package import Package
    from apkgraph.settings import Settings

    Progress = Callable[[str, int, int | None], None]
    Warn = Callable[[str], None]

MOST_COMPILED = 12  # files; the oldest go


def obtain_universe(settings: Settings, progress: Progress | None, warn: Warn, *, compiled: bool) -> Universe:
    """The universe of the settings, from the archives that the cache or the mirror has."""
    indexes = obtain(settings, progress, warn=warn)
    with without_collection():
        return _universe_of(settings, indexes, warn, compiled=compiled)


def _universe_of(settings: Settings, indexes: Sequence[TrustedIndex], warn: Warn, *, compiled: bool) -> Universe:
    base = read_base(settings.base, settings.base_world, [index.description for index in indexes], settings.release)
    key = universe_key(indexes, settings.arch, base)
    directory = _directory(settings, warn) if compiled else None
    if directory is None:
        return with_base(build_plain(indexes, settings.arch), base, key)
    path = os.path.join(directory, f"{key}.universe")
    universe = _open(path, indexes)
    try:
        if universe is None:
            universe = with_base(build_plain(indexes, settings.arch), base, key)
            write_universe(universe, path)
            _prune(directory)
        _note(directory, settings, indexes, universe)
    except OSError as error:
        warn(f"the cache cannot be written ({error.strerror}); going on without it")
        universe = universe or with_base(build_plain(indexes, settings.arch), base, key)
    return universe


def universe_key(indexes: Sequence[TrustedIndex], arch: str, base: BaseRequest) -> str:
    """What a compiled universe goes by: the archives in their order, the architecture, the base, the format."""
    digest = hashlib.sha256(f"{FORMAT} {arch}\n".encode())
    for index in indexes:
        digest.update(f"{index.archive_sha256} {' '.join(index.repository.tags)}\n".encode())
    digest.update(" ".join(str(dependency) for dependency in base.world).encode("utf-8", "surrogateescape"))
    for package in base.installed or ():
        tag = package.installed.tag if package.installed else ""
        digest.update(f"\n{package} {package.identity.hex()} {tag}".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _directory(settings: Settings, warn: Warn) -> str | None:
    try:
        return cache_directory(settings, UNIVERSES)
    except UnusableCacheError as error:
        warn(str(error))
        return None


def _open(path: str, indexes: Sequence[TrustedIndex]) -> Universe | None:
    try:
        universe = open_universe(path)
    except (OSError, DamagedUniverseError):
        return None
    counts = [repository.packages for repository in universe.repositories]
    infos = tuple(_info(index, count) for index, count in zip(indexes, counts, strict=True))
    return open_universe(path, infos)


def _note(directory: str, settings: Settings, indexes: Sequence[TrustedIndex], universe: Universe) -> None:
    request = request_of(settings)
    if request is not None and not any(index.stale for index in indexes):  # what is stale is asked for again
        write_manifest(
            manifest_path(directory, request),
            request,
            f"{universe.key}.universe",
            repositories=universe.repositories,
            checked_at=min(index.checked_at for index in indexes),
            files=[index.repository.path for index in indexes if index.repository.path is not None],
        )


def forget_universe(path: str) -> None:
    """Remove a compiled universe that is damaged."""
    with suppress(OSError):
        os.unlink(path)


def _prune(directory: str) -> None:
    """Keep the newest compiled files only."""
    paths = [os.path.join(directory, name) for name in os.listdir(directory) if name.endswith(".universe")]
    for path in sorted(paths, key=os.path.getmtime)[:-MOST_COMPILED]:
        os.unlink(path)


def build_plain(indexes: Sequence[TrustedIndex], arch: str) -> Universe:
    """The indexes as one, with nothing installed. Raises IndexFormatError for one that apk would give up."""
    memo = _Memo()
    parsed: list[tuple[RepositoryInfo, ParsedIndex]] = []
    for number, index in enumerate(indexes):
        one = parse_index(index.text, (arch,), 1 << number, memo.__getitem__)
        if one.error is not None:
            raise one.error
        parsed.append((_info(index, len(one.packages)), one))
    return build_universe(parsed, arches=(arch,))


class _Memo(dict[str, "Dependency"]):
    """Tokens that were read already."""

    def __missing__(self, token: str) -> Dependency:
        dependency = self[token] = parse_dependency(token)
        return dependency


def _info(index: TrustedIndex, packages: int) -> RepositoryInfo:
    return RepositoryInfo(
        index.repository.name,
        url=index.repository.url,
        tags=index.repository.tags,
        description=index.description,
        packages=packages,
        sha256=index.archive_sha256,
        signed_by=index.signed_by,
        fetched_at=index.fetched_at,
        archive_size=index.archive_size,
        stale=index.stale,
    )


def with_base(plain: Universe, base: BaseRequest, key: str = "") -> Universe:
    """The universe with the base installed, and with what the base's world discovers (spec D2) worked out."""
    world = tuple(sorted(base.world, key=lambda dependency: display_order(dependency.name)))
    installed = base.installed if base.installed is not None else _packages_of(plain, base, world)
    universe = with_installed(plain, installed, world)
    discovery, counters = discover_base(universe, [dependency.name for dependency in world])
    rows = {
        name: universe.row(name).replaced(counter=counter) for name, counter in counters.items() if universe.knows(name)
    }
    return universe.over(rows, key=key, base_discovery=discovery)


def _packages_of(plain: Universe, base: BaseRequest, world: tuple[Dependency, ...]) -> tuple[Package, ...]:
    """What the world brings where nothing is installed, as apk writes it to the installed db: sorted by name."""
    solution = solve_world(with_installed(plain, (), world), world)
    if not solution.satisfied:
        reasons = "; ".join(reason.text for reason in solution.reasons)
        raise NotFoundError(
            f"the base {base.name} cannot be had from these repositories ({reasons}); choose another --base"
        )
    return tuple(sorted(solution.packages, key=lambda package: package.name))
