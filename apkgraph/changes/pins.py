"""Pins: dependencies with a version, what an index has for them, and the constraints that could replace them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cmp_to_key

from apkgraph.index.universe import Universe
from apkgraph.model.dependency import CHECKSUM, Dependency
from apkgraph.model.package import Package
from apkgraph.model.version import ANY, EQUAL, FUZZY, GREATER, LESS, compare, is_valid, matches

CURRENT, OUTDATED, GONE, UNKNOWN = "current", "outdated", "gone", "unknown"
STATES = (CURRENT, OUTDATED, GONE, UNKNOWN)
EXACT, FUZZY_KIND, FLOOR, CEILING, CONFLICT_KIND, CHECKSUM_KIND = (
    "exact", "fuzzy", "floor", "ceiling", "conflict", "checksum",
)  # fmt: skip
BREAKS = {
    EXACT: "at the next rebuild after the package is updated",
    FUZZY_KIND: "when the release moves on to another version",
    FLOOR: "where an older release is asked; it takes any newer version",
    CEILING: "when the release reaches that version",
    CONFLICT_KIND: "never by itself; it excludes versions",
    CHECKSUM_KIND: "as soon as the package is built again",
}
_NUMBERS = re.compile(r"^\d+(?:\.\d+)*")
_MAJOR_MINOR = re.compile(r"^\d+(?:\.\d+)?[a-z]?")


@dataclass(frozen=True, slots=True)
class Pin:
    """A dependency with a version and where it is written, beside what an index has for it.

    `have` is the newest version that the index has and the pin accepts (None: there is none), `newest` the newest of
    all. The state is `current` (the newest is accepted), `outdated` (only older ones are), `gone` (nothing is), or
    `unknown`: nothing is, but it may come from a repository that is not known here.
    """

    file: str
    line: int
    dependency: Dependency
    place: str  # the release and architecture whose index was asked
    accepts: tuple[str, ...]  # of the versions that the index has, the newest first
    newest: str | None
    state: str
    conditional: bool = False

    @property
    def token(self) -> str:
        """The dependency as it is written."""
        return self.dependency.token

    @property
    def have(self) -> str | None:
        """The newest version that the pin accepts."""
        return self.accepts[0] if self.accepts else None

    @property
    def kind(self) -> str:
        """How it constrains the version."""
        return kind_of(self.dependency)


def is_pin(dependency: Dependency) -> bool:
    """Whether a dependency constrains the version."""
    return dependency.operator & ANY != ANY and bool(dependency.version)


def kind_of(dependency: Dependency) -> str:
    """How a pin constrains the version."""
    operator = dependency.operator
    if dependency.conflict:
        return CONFLICT_KIND
    if operator == CHECKSUM:
        return CHECKSUM_KIND
    if operator & GREATER:
        return FLOOR
    if operator & LESS:
        return CEILING
    return FUZZY_KIND if operator & FUZZY else EXACT


def examine(
    universe: Universe,
    dependency: Dependency,
    *,
    file: str,
    line: int,
    place: str,
    foreign: bool = False,
    conditional: bool = False,
) -> Pin:
    """What a universe has for a pin. `foreign`: there are repositories besides that are not known here."""
    usable = universe.tags.get("", 0) | (universe.tags.get(dependency.tag, 0) if dependency.tag else 0)
    known: list[tuple[str, Package]] = [
        (provider.version or "", provider.package)
        for provider in universe.providers(dependency.name)
        if provider.package.repositories & usable and not provider.package.uninstallable
    ]
    accepted = [version for version, package in known if dependency.satisfied_by(package, version)]
    newest = next(iter(_newest_first(version for version, _ in known)), None)
    accepts = tuple(_newest_first(accepted))
    if dependency.conflict or (newest is not None and newest in accepts):
        state = CURRENT
    elif accepts:
        state = OUTDATED
    else:
        state = UNKNOWN if foreign else GONE
    return Pin(file, line, dependency, place, accepts, newest, state, conditional)


def _newest_first(versions: Iterable[str]) -> list[str]:
    distinct = dict.fromkeys(version for version in versions if version)
    return sorted(distinct, key=cmp_to_key(compare), reverse=True)


def updated(pin: Pin) -> Dependency | None:
    """The pin moved to the newest version, in its own form; None where there is nothing to move or no form for it.

    A fuzzy version keeps as many numbers as it had: `~2.40` becomes `~2.45`. Floors and ceilings say what may not be
    taken, so nothing is moved.
    """
    newest = pin.newest
    if pin.state == CURRENT or newest is None or pin.kind not in (EXACT, FUZZY_KIND):
        return None
    if pin.kind == EXACT:
        return _with(pin.dependency, EQUAL, newest)
    return _with(pin.dependency, pin.dependency.operator, _as_long_as(pin.dependency.version, newest))


def loosened(pin: Pin) -> Dependency | None:
    """`~major.minor` that today's version satisfies, in place of an exact version or a longer fuzzy one."""
    version = pin.have or pin.newest
    if version is None or pin.kind not in (EXACT, FUZZY_KIND):
        return None
    stem = major_minor(version)
    looser = _with(pin.dependency, FUZZY | EQUAL, stem)
    already = pin.kind == FUZZY_KIND and pin.have and matches(stem, FUZZY | EQUAL, pin.dependency.version)
    return None if already or looser == pin.dependency else looser


def pinned(pin: Pin) -> Dependency | None:
    """The exact version that the index has today, in place of a fuzzy one, a floor or a ceiling."""
    version = pin.have or (pin.newest if pin.kind in (EXACT, FUZZY_KIND) else None)
    if version is None or pin.kind in (CONFLICT_KIND, CHECKSUM_KIND):
        return None
    exact = _with(pin.dependency, EQUAL, version)
    return None if exact == pin.dependency else exact


def major_minor(version: str) -> str:
    """The part of a version that its fixes share: `2.40` of `2.40.1-r0`; the whole where it begins with no number."""
    found = _MAJOR_MINOR.match(version)
    stem = found[0] if found else version
    return stem if is_valid(stem) and matches(version, FUZZY | EQUAL, stem) else version


def _as_long_as(old: str, newest: str) -> str:
    """The beginning of `newest` with as many numbers as `old` has, the whole where `old` has more than numbers."""
    numbers = _NUMBERS.match(old)
    if numbers is None or numbers[0] != old:
        return newest
    whole = _NUMBERS.match(newest)
    stem = ".".join(whole[0].split(".")[: old.count(".") + 1]) if whole else newest
    return stem if matches(newest, FUZZY | EQUAL, stem) else newest


def _with(dependency: Dependency, operator: int, version: str) -> Dependency:
    return Dependency(dependency.name, operator, version, tag=dependency.tag)
