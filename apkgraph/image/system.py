"""An installed system as the few files say that apk keeps: its packages, world, repositories and release."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from apkgraph.distro import NAMES, find_distribution
from apkgraph.errors import InputError
from apkgraph.image.world import world_of
from apkgraph.index.parse import parse_installed
from apkgraph.model.dependency import Dependency
from apkgraph.model.package import Package

DATABASES = ("lib/apk/db/installed", "usr/lib/apk/db/installed")
WORLD = "etc/apk/world"
REPOSITORIES = "etc/apk/repositories"
LARGEST_DATABASE = 32 << 20  # bytes; a desktop's has 700 KiB
# What a db may hold, as nobody signs it: what is counted, and how many there may be; all keeps below 500 MiB.
DATABASE_LIMITS = {
    "lines": (b"\n", 1_500_000),  # 100 bytes each in memory; a system of 300,000 files has a million
    "packages": (b"\nP:", 50_000),  # 2 KiB each; the largest systems have 5,000
    "words": (b" ", 500_000),  # 400 bytes each as dependencies; a desktop's has 10,000
}
LARGEST_FILE = 1 << 20
WANTED = {
    **dict.fromkeys(DATABASES, LARGEST_DATABASE),
    WORLD: LARGEST_FILE,
    REPOSITORIES: LARGEST_FILE,
    "etc/alpine-release": 4096,
    "etc/os-release": 1 << 16,
    "usr/lib/os-release": 1 << 16,
}
_NAMED_BY_RELEASE = ("alpine-release", "alpine-base")
_NUMBER = re.compile(r"^(\d{1,2}\.\d{1,2})\.\d+$")
_SNAPSHOT = re.compile(r"^\d{1,2}\.\d{1,2}(\.\d+)?_")
_ID = re.compile(r"^[a-z0-9._-]{1,64}$")  # os-release(5)
_BRANCH = re.compile(r"/(edge|latest-stable|v\d{1,2}\.\d{1,2})/")


@dataclass(frozen=True, slots=True)
class System:
    """What is installed: packages in the db's order, and what is known of where they come from."""

    path: str
    packages: tuple[Package, ...]
    world: tuple[Dependency, ...]
    repositories: tuple[str, ...]  # lines of /etc/apk/repositories that are no comments
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
    repositories = tuple(_lines(files.get(REPOSITORIES, b"")))
    return System(
        path=path,
        packages=packages,
        world=world_of(files[WORLD], f"{path}: {WORLD}"),
        repositories=repositories,
        release=_release(files, repositories, packages),
        arch=_arch(packages),
        distro=_distro(files, repositories),
    )


def database_of(data: bytes, where: str) -> tuple[Package, ...]:
    """The packages of an installed db; InputError with the line where apk would give it up."""
    for name, (mark, most) in DATABASE_LIMITS.items():
        if data.count(mark) > most:
            message = f"{where}: more {name} than an installed db can have ({most:,})"
            raise InputError(message)
    parsed = parse_installed(data)
    if parsed.error is not None:
        message = f"{where}: {parsed.error}, so it is no installed db that apk could read"
        raise InputError(message)
    if not parsed.packages and data.strip():
        message = f"{where}: not a single whole package in it, so it is no installed db"
        raise InputError(message)
    return parsed.packages


def _lines(data: bytes) -> list[str]:
    lines = (line.strip() for line in data.decode("utf-8", "replace").split("\n"))
    return [line for line in lines if line and not line.startswith("#")]


def _distro(files: Mapping[str, bytes], repositories: tuple[str, ...]) -> str:
    """The distribution, by os-release's ID, or else by whose mirror the repositories lie on; Alpine where none says."""
    for name in ("etc/os-release", "usr/lib/os-release"):
        for line in _lines(files.get(name, b"")):
            key, _, value = line.partition("=")
            if key == "ID" and _ID.match(value.strip("\"'")):
                return value.strip("\"'")
    for distro in NAMES:
        if any(find_distribution(distro).mirror in line for line in repositories):
            return distro
    return "alpine"


def _release(files: Mapping[str, bytes], repositories: tuple[str, ...], packages: tuple[Package, ...]) -> str | None:
    """The branch that a system is of, by its own word: `3.18.5` is of v3.18, `3.21_alpha20240807` of edge."""
    texts = [files.get("etc/alpine-release", b"").decode("utf-8", "replace").strip()]
    for name in ("etc/os-release", "usr/lib/os-release"):
        for line in _lines(files.get(name, b"")):
            key, _, value = line.partition("=")
            if key == "VERSION_ID":
                texts.append(value.strip("\"'"))
    texts += [package.version.partition("-r")[0] for package in packages if package.name in _NAMED_BY_RELEASE]
    for text in texts:
        number = _NUMBER.match(text)
        if number:
            return f"v{number[1]}"
        if _SNAPSHOT.match(text):
            return "edge"
    branches = [found[1] for line in repositories if (found := _BRANCH.search(line))]
    return branches[0] if branches else None


def _arch(packages: tuple[Package, ...]) -> str | None:
    counted = Counter(package.arch for package in packages if package.arch not in ("", "noarch"))
    return counted.most_common(1)[0][0] if counted else None
