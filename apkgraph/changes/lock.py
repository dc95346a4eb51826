"""A lock: the whole solution of a request, for one architecture or several, so that it can be kept in git and checked.

Nothing in it says when it was made: the same indexes give the same bytes.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from apkgraph.explorer import Explorer
from apkgraph.index.universe import Universe
from apkgraph.mirror.layout import local_path
from apkgraph.model.dependency import Dependency
from apkgraph.model.package import Package
from apkgraph.model.size import Amount, Size
from apkgraph.redaction import split


@dataclass(frozen=True, slots=True)
class LockedRepository:
    """A repository and the index that the solution was made from; `url` is "" for a directory of this machine."""

    name: str
    url: str
    tags: tuple[str, ...]
    description: str
    sha256: str
    signed_by: str


@dataclass(frozen=True, slots=True)
class LockedPackage:
    """A package of the solution. Sizes are bytes; `in_base`: it was there before, and is not fetched.

    `checksum` is apk's own, of the archive's control segment; `requested` says that the request names it; `url` is ""
    where the archive lies in a directory of this machine.
    """

    name: str
    version: str
    arch: str
    checksum: str
    repository: str
    url: str
    download_size: int
    installed_size: int
    origin: str
    license: str
    in_base: bool
    requested: bool


@dataclass(frozen=True, slots=True)
class LockedArch:
    """The solution for one architecture; packages by name, repositories in apk's order."""

    arch: str
    apk: str
    repositories: tuple[LockedRepository, ...]
    packages: tuple[LockedPackage, ...]

    @property
    def fetched(self) -> tuple[LockedPackage, ...]:
        """The packages that are not in the base."""
        return tuple(package for package in self.packages if not package.in_base)


@dataclass(frozen=True, slots=True)
class Lock:
    """What was asked, on which base, and its solution for each architecture, by their names.

    `base_world` and `request` are tokens as in a world.
    """

    distro: str
    release: str
    base: str
    base_world: tuple[str, ...]
    request: tuple[str, ...]
    architectures: tuple[LockedArch, ...]

    @property
    def differences(self) -> dict[str, dict[str, str | None]]:
        """The names whose version is not the same for all architectures: each with the version there."""
        versions: dict[str, dict[str, str | None]] = {}
        for one in self.architectures:
            for package in one.packages:
                versions.setdefault(package.name, {})[one.arch] = package.version
        arches = [one.arch for one in self.architectures]
        return {
            name: {arch: known.get(arch) for arch in arches}
            for name, known in sorted(versions.items())
            if len({known.get(arch) for arch in arches}) > 1
        }


@dataclass(frozen=True, slots=True)
class Solved:
    """A set that is solved, where it comes from, and which packages of it were there before."""

    explorer: Explorer
    packages: Sequence[Package]
    base_packages: Sequence[Package]
    base_world: Sequence[Dependency]
    request: Sequence[Dependency]


def make_lock(solved: Iterable[Solved], base: str) -> Lock:
    """The lock of sets that answer the same request, each for an architecture of its own.

    `base` is as in the settings; of one that is read from a file only the kind is locked, not the path.
    """
    sets = sorted(solved, key=lambda one: one.explorer.settings.arch)
    settings = sets[0].explorer.settings
    return Lock(
        distro=settings.distro.name,
        release=settings.release,
        base=base if base.startswith("pkg:") else base.partition(":")[0],
        base_world=_tokens(sets[0].base_world),
        request=_tokens(sets[0].request),
        architectures=tuple(map(_locked, sets)),
    )


def _tokens(world: Sequence[Dependency]) -> tuple[str, ...]:
    return tuple(sorted(dependency.token for dependency in world))


def _locked(solved: Solved) -> LockedArch:
    explorer = solved.explorer
    universe = explorer.universe
    names = locked_names(universe)
    directories = [*map(_public, explorer.archive_directories())]
    before = {(package.name, package.version, package.identity) for package in solved.base_packages}
    asked = {dependency.name for dependency in solved.request}
    packages = []
    for package in sorted(solved.packages, key=lambda one: one.name):
        if package.virtual:
            continue
        repository = universe.repository(package)
        number = universe.repositories.index(repository) if repository is not None else -1
        packages.append(
            LockedPackage(
                name=package.name,
                version=package.version,
                arch=package.arch,
                checksum=checksum_of(package),
                repository=names[number] if number >= 0 else "",
                url=_archive(directories[number], package) if number >= 0 else "",
                download_size=package.download_size,
                installed_size=package.installed_size,
                origin=package.origin or package.name,
                license=package.license,
                in_base=(package.name, package.version, package.identity) in before,
                requested=package.name in asked,
            )
        )
    repositories = tuple(
        LockedRepository(name, _public(one.url), one.tags, one.description, one.sha256, one.signed_by)
        for name, one in zip(names, universe.repositories, strict=True)
    )
    return LockedArch(explorer.settings.arch, universe.apk, repositories, tuple(packages))


def locked_names(universe: Universe) -> tuple[str, ...]:
    """What a lock calls each repository, in their order: its name, or for a directory of this machine its last part.

    `local/main`, and `local/main-2` where that is taken: the rest of the path means nothing elsewhere.
    """
    names: list[str] = []
    for one in universe.repositories:
        name = one.name
        if "/" in name and local_path(name) is not None:
            stem = name = f"local/{name.rstrip('/').rpartition('/')[2]}"
            again = 1
            while name in names:
                again += 1
                name = f"{stem}-{again}"
        names.append(_public(name) if "://" in name else name)
    return tuple(names)


def _public(address: str) -> str:
    """The address without credentials and query; "" where it is a directory of this machine."""
    if local_path(address) is not None:
        return ""
    _, host, path, _ = split(address)
    return f"{address.partition('://')[0]}://{host}{path}"


def _archive(directory: str, package: Package) -> str:
    return f"{directory}/{package.name}-{package.version}.apk" if directory else ""


def checksum_of(package: Package) -> str:
    """A package's identity as apk writes it; "" where it has none."""
    return f"Q1{b64encode(package.identity).decode('ascii')}" if package.identity else ""


def amount_of_locked(packages: Iterable[LockedPackage]) -> Amount:
    """How many these are, and their sizes."""
    members = tuple(packages)
    installed = sum(package.installed_size for package in members)
    return Amount(len(members), Size(installed, sum(package.download_size for package in members)))


def add_line(locked: LockedArch) -> str:
    """`apk add` with the exact version of everything that is fetched."""
    tags = {repository.name: repository.tags for repository in locked.repositories}
    return " ".join(["apk add --no-cache", *(_exact(package, tags) for package in locked.fetched)])


def _exact(package: LockedPackage, tags: Mapping[str, tuple[str, ...]]) -> str:
    own = tags.get(package.repository, ("",))
    tag = "" if "" in own else f"@{own[0]}"
    return f"{package.name}{tag}={package.version}"
