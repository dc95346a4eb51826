"""A lock checked against today's index: which packages are still available, and what an update would change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cmp_to_key

from apkgraph.changes.lock import Lock, LockedArch, LockedPackage, LockedRepository, checksum_of, locked_names
from apkgraph.explorer import Explorer, difference_from
from apkgraph.impact.compare import Difference
from apkgraph.index.universe import Universe
from apkgraph.model.dependency import parse_identity
from apkgraph.model.package import Package
from apkgraph.model.version import compare
from apkgraph.settings import Settings
from apkgraph.solve.solution import Reason

THERE, MOVED, REBUILT, GONE, MISSING = "there", "moved", "rebuilt", "gone", "missing"
_BREAKING = (GONE, MISSING)


@dataclass(frozen=True, slots=True)
class Checked:
    """A locked package and what the index has now.

    `there`: the same build; `moved`: the same build in another repository; `rebuilt`: the same version with other
    content; `gone`: only other versions (`newest`); `missing`: no package of that name.
    """

    package: LockedPackage
    state: str
    newest: str | None

    @property
    def breaks(self) -> bool:
        """Whether a build that asks for the locked version fails: what is in the base is not fetched."""
        return self.state in _BREAKING and not self.package.in_base


@dataclass(frozen=True, slots=True)
class CheckedArch:
    """One architecture. `difference`: from the locked set to what the request brings now; None where it fails."""

    arch: str
    packages: tuple[Checked, ...]
    indexes: tuple[tuple[LockedRepository, str | None], ...]  # with the SHA-256 of now, None where it is not asked
    difference: Difference | None
    reasons: tuple[Reason, ...]

    @property
    def breaks(self) -> bool:
        """Whether a build by the lock would fail, or one by its request."""
        return self.difference is None or any(one.breaks for one in self.packages)


@dataclass(frozen=True, slots=True)
class LockCheck:
    """The answer for all architectures."""

    lock: Lock
    architectures: tuple[CheckedArch, ...]

    @property
    def breaks(self) -> bool:
        """Whether a build by the lock would fail on any architecture."""
        return any(one.breaks for one in self.architectures)


def check_lock(lock: Lock, settings: Settings, open_: Callable[[Settings], Explorer]) -> LockCheck:
    """Hold a lock against the indexes that the settings name; what they leave open, the lock says."""
    checked = [_check(lock, one, open_(_settings_of(lock, one, settings))) for one in lock.architectures]
    return LockCheck(lock, tuple(checked))


def _settings_of(lock: Lock, locked: LockedArch, settings: Settings) -> Settings:
    chosen: dict[str, object] = {"arch": locked.arch, "base": _base_of(lock)}
    if not settings.sample:
        if settings.sources["release"] == "default":
            chosen["release"] = lock.release
        names = [_line(one) for one in locked.repositories if "/" not in one.name]
        if names and settings.sources["repositories"] == "default" and settings.repositories_file is None:
            chosen["repositories"] = names
    return settings.replace(**chosen)


def _line(repository: LockedRepository) -> str:
    tag = next((tag for tag in repository.tags if tag), "") if "" not in repository.tags else ""
    return f"@{tag} {repository.name}" if tag else repository.name


def _base_of(lock: Lock) -> str:
    """The base again: by its name where that says all, or else what its world brings."""
    if lock.base in ("docker", "none"):
        return lock.base
    return f"pkg:{','.join(lock.base_world)}" if lock.base_world else "none"


def _check(lock: Lock, locked: LockedArch, explorer: Explorer) -> CheckedArch:
    universe = explorer.universe
    names = locked_names(universe)
    packages = tuple(_look_up(universe, names, package) for package in locked.packages)
    known = {name: repository.sha256 for name, repository in zip(names, universe.repositories, strict=True)}
    analysis = explorer.analyse(lock.request)
    return CheckedArch(
        locked.arch,
        packages,
        tuple((one, known.get(one.name)) for one in locked.repositories),
        difference_from([_package(one) for one in locked.packages], analysis) if analysis.satisfied else None,
        analysis.solution.reasons,
    )


def _look_up(universe: Universe, names: Sequence[str], locked: LockedPackage) -> Checked:
    named = [package for package in universe.named(locked.name) if package.repositories]
    newest = max((package.version for package in named), key=cmp_to_key(compare), default=None)
    same = [package for package in named if package.version == locked.version]
    if not named:
        return Checked(locked, MISSING, None)
    if not same:
        return Checked(locked, GONE, newest)
    builds = [package for package in same if checksum_of(package) == locked.checksum]
    if not builds:
        return Checked(locked, REBUILT, newest)
    holding = [name for number, name in enumerate(names) if builds[0].repositories >> number & 1]
    return Checked(locked, THERE if locked.repository in holding else MOVED, newest)


def _package(locked: LockedPackage) -> Package:
    return Package(
        locked.name,
        locked.version,
        arch=locked.arch,
        identity=parse_identity(locked.checksum) or b"",
        download_size=locked.download_size,
        installed_size=locked.installed_size,
    )
