"""An installed system as the few files say that apk keeps: its packages, world, repositories and release."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from apkgraph import limits
from apkgraph.distro import NAMES, Distribution, find_distribution
from apkgraph.errors import InputError, UsageError
from apkgraph.image.files import world_of
from apkgraph.index.parse import parse_installed
from apkgraph.mirror.layout import located
from apkgraph.mirror.repositories import expand_lines
from apkgraph.model.dependency import Dependency
from apkgraph.model.package import Package

DATABASES = ("lib/apk/db/installed", "usr/lib/apk/db/installed")
WORLD = "etc/apk/world"
REPOSITORIES = "etc/apk/repositories"
# What is counted in an installed db, and how many there may be.
_COUNTED = (
    ("lines", b"\n", limits.DATABASE_LINES),
    ("packages", b"\nP:", limits.DATABASE_PACKAGES),
    ("words", b" ", limits.DATABASE_WORDS),
)
WANTED = {
    **dict.fromkeys(DATABASES, limits.DATABASE_BYTES),
    WORLD: limits.SYSTEM_FILE_BYTES,
    REPOSITORIES: limits.SYSTEM_FILE_BYTES,
    "etc/alpine-release": 4096,
    "etc/os-release": 1 << 16,
    "usr/lib/os-release": 1 << 16,
}
# Lists of repositories (apk-repositories(5)): one of /etc takes the place of one of the same name in /usr/lib.
REPOSITORY_LISTS = ("usr/lib/apk/repositories.d", "lib/apk/repositories.d", "etc/apk/repositories.d")
_NAMED_BY_RELEASE = ("alpine-release", "alpine-base")
_NUMBER = re.compile(r"^(\d{1,2}\.\d{1,2})\.\d+$")
_SNAPSHOT = re.compile(r"^\d{1,2}\.\d{1,2}(\.\d+)?_")
_ID = re.compile(r"^[a-z0-9._-]{1,64}$")  # os-release(5)
_OS_RELEASE = ("etc/os-release", "usr/lib/os-release")


@dataclass(frozen=True, slots=True)
class System:
    """What is installed: packages in the db's order, and what is known of where they come from."""

    path: str
    packages: tuple[Package, ...]
    world: tuple[Dependency, ...]
    repositories: tuple[str, ...]  # lines of /etc/apk/repositories that are not comments
    release: str | None
    arch: str | None
    distro: str = "alpine"  # the name of its profile, or what os-release calls it

    @property
    def installed_size(self) -> int:
        """Bytes on disk of all packages."""
        return sum(package.installed_size for package in self.packages)


def system_of(path: str, files: Mapping[str, bytes]) -> System:
    """The system that these files, by their paths in the root, describe; InputError where they describe none."""
    database = next((name for name in DATABASES if name in files), None)
    if database is None:
        message = f"{path}: no installed db in it ({DATABASES[0]}), so nothing that apk installed"
        raise InputError(message)
    if WORLD not in files:
        message = f"{path}: no world in it ({WORLD}); give one with --world FILE"
        raise InputError(message)
    packages = database_of(files[database], f"{path}: {database}")
    arch = _arch(packages)
    repositories = tuple(_repositories(files, arch or ""))
    distro = _distro(files, repositories)
    return System(
        path=path,
        packages=packages,
        world=world_of(files[WORLD], f"{path}: {WORLD}"),
        repositories=repositories,
        release=_release(distro, files, repositories, packages),
        arch=arch,
        distro=distro,
    )


def limit_of(name: str) -> int | None:
    """The largest size of a file by which a system is known; None for any other file."""
    directory, _, file = name.rpartition("/")
    return limits.SYSTEM_FILE_BYTES if directory in REPOSITORY_LISTS and file.endswith(".list") else WANTED.get(name)


def database_of(data: bytes, where: str) -> tuple[Package, ...]:
    """The packages of an installed db; InputError with the line where apk would give it up."""
    for name, mark, most in _COUNTED:
        if data.count(mark) > most:
            message = f"{where}: more {name} than an installed db can have ({most:,})"
            raise InputError(message)
    parsed = parse_installed(data)
    if parsed.error is not None:
        message = f"{where}: {parsed.error}, so it is not an installed db that apk could read"
        raise InputError(message)
    if not parsed.packages and data.strip():
        message = f"{where}: no complete package in it, so it is not an installed db"
        raise InputError(message)
    return parsed.packages


def _lines(data: bytes) -> list[str]:
    lines = (line.strip() for line in data.decode("utf-8", "replace").split("\n"))
    return [line for line in lines if line and not line.startswith("#")]


def _repositories(files: Mapping[str, bytes], arch: str) -> list[str]:
    """The repositories' lines, variables put in; those of a list that means nothing as they stand."""
    lists = {name.rpartition("/")[2]: name for name in sorted(files, key=_rank) if _is_list(name)}
    found: list[str] = []
    for name in (REPOSITORIES, *(lists[file] for file in sorted(lists))):
        lines = _lines(files.get(name, b""))
        try:
            found += expand_lines(lines, arch)
        except UsageError:
            found += lines
    return list(dict.fromkeys(found))


def _is_list(name: str) -> bool:
    return name.rpartition("/")[0] in REPOSITORY_LISTS


def _rank(name: str) -> int:
    return REPOSITORY_LISTS.index(name.rpartition("/")[0]) if _is_list(name) else -1


def _os_release(files: Mapping[str, bytes], key: str) -> str:
    """A value of os-release(5), "" where there is none."""
    for name in _OS_RELEASE:
        for line in _lines(files.get(name, b"")):
            word, _, value = line.partition("=")
            if word == key:
                return value.strip("\"'")
    return ""


def _distro(files: Mapping[str, bytes], repositories: tuple[str, ...]) -> str:
    """The distribution: by whose mirror the repositories lie on, and where that leaves a choice, by os-release's ID.

    A distribution that is built on another one has repositories of both. Alpine, where nothing says anything.
    """
    named = _os_release(files, "ID")
    named = named if _ID.match(named) else ""
    mirrors = {name: find_distribution(name).mirror.partition("://")[2] for name in NAMES}
    by_mirror = [name for line in repositories for name in NAMES if f"://{mirrors[name]}/" in line]
    if by_mirror and (named not in by_mirror):
        return by_mirror[0]
    return named or "alpine"


def _release(
    distro: str, files: Mapping[str, bytes], repositories: tuple[str, ...], packages: tuple[Package, ...]
) -> str | None:
    """The release that a system is of, by its own word; None where nothing says it, or its releases have no names."""
    profile = find_distribution(distro if distro in NAMES else "alpine")
    said = _os_release(files, "VERSION_ID")
    if not profile.numbered:
        found = next(_releases(profile, repositories), said if re.fullmatch(profile.release_names, said) else None)
        return found if "{release}" in profile.layout else None
    texts = [files.get("etc/alpine-release", b"").decode("utf-8", "replace").strip(), said]
    texts += [package.version.partition("-r")[0] for package in packages if package.name in _NAMED_BY_RELEASE]
    for text in texts:  # `3.18.5` is of v3.18, `3.21_alpha20240807` of edge
        number = _NUMBER.match(text)
        if number:
            return f"v{number[1]}"
        if _SNAPSHOT.match(text):
            return "edge"
    return next(_releases(profile, repositories), None)


def _releases(profile: Distribution, repositories: tuple[str, ...]) -> Iterator[str]:
    for line in repositories:
        address = line.split()[-1]
        found = located(profile, address) if len(address) <= limits.REPOSITORY_CHARACTERS else None
        if found is not None:
            yield found[1]


def _arch(packages: tuple[Package, ...]) -> str | None:
    counted = Counter(package.arch for package in packages if package.arch not in ("", "noarch"))
    return counted.most_common(1)[0][0] if counted else None
