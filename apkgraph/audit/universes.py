"""The universes that a Dockerfile's stages ask: one for each release, architecture and list of repositories."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from apkgraph import limits
from apkgraph.distro import find_distribution
from apkgraph.errors import ApkgraphError, InputError
from apkgraph.explorer import Explorer
from apkgraph.image.base import own_settings
from apkgraph.index.universe import Universe
from apkgraph.mirror.layout import located
from apkgraph.model.dependency import Dependency
from apkgraph.model.package import Package
from apkgraph.model.universe_ref import UniverseRef
from apkgraph.settings import Settings
from apkgraph.validators import release as read_release

_MIRRORED = re.compile(r"^/alpine/")
_PACKAGES_A_SOLVING = 40  # so many packages of a universe cost as much as one that is installed
_MOST_SEARCHED = 20  # names for which near ones are looked for
_MOST_HELD = 4  # universes with packages installed that are kept, the last ones
Answer = TypeVar("Answer")
_OWN_HOSTS = re.compile(r"(?:^|\.)alpinelinux\.org$")


class Solves:
    """Answers that are worked out once, and how much all of them together may cost.

    Where they are `off`, no call changes anything: a replay then follows repositories alone.
    """

    def __init__(self) -> None:
        self.off = False
        self._known: dict[Hashable, Any] = {}
        self.renew()

    def renew(self) -> None:
        """Begin another file: what is known stays."""
        self._left = limits.SOLVED_PACKAGES
        self._tries_left = limits.TRIED_PACKAGES

    def once(self, question: Hashable, answer: Callable[[], Answer]) -> Answer:
        """The answer to a question, worked out where it was not asked before."""
        if question not in self._known:
            self._known[question] = answer()
        found: Answer = self._known[question]
        return found

    def spend(self, universe: Universe, line: int) -> None:
        """Count one more solving; InputError where there are too many to follow."""
        self._left -= _work(universe)
        if self._left < 0:
            message = f"line {line}: the calls of apk up to here install too many packages, too often, to be followed"
            raise InputError(message)

    def may_try(self, universe: Universe) -> bool:
        """Count one more solving for a finding, unless too many were made."""
        self._tries_left -= _work(universe)
        return not self.tries_ended

    @property
    def tries_ended(self) -> bool:
        """Whether a finding may be missing, because a solving for it was one too many."""
        return self._tries_left < 0


def _work(universe: Universe) -> int:
    """What solving costs: each package that is installed, and the walk through the universe's names."""
    return 1 + len(universe.installed) + sum(known.packages for known in universe.repositories) // _PACKAGES_A_SOLVING


class Universes:
    """Opens what is asked for, once. Only the mirror of the settings is ever asked, and what `-X` names."""

    def __init__(self, settings: Settings, open_: Callable[[Settings], Explorer]) -> None:
        self.settings = settings
        self._open = open_
        self._settings = {settings.distro.name: settings}
        self._explorers: dict[tuple[UniverseRef, str], Explorer] = {}
        self._holding: dict[object, Explorer] = {}
        self._near: dict[tuple[UniverseRef, str], tuple[str, ...]] = {}
        self.solves = Solves()

    def for_distribution(self, name: str) -> Universes:
        """Those of an input's own distribution, unless another one was asked for by name.

        Raises UsageError for a distribution that is not known, or that does not go with --sample.
        """
        settings = self.settings
        if settings.sample and name != settings.distro.name:
            settings.with_distribution(find_distribution(name, settings.own_distributions))
        own = own_settings(settings, name)
        return self if own is settings else Universes(own, self._open)

    def settings_of(self, distro: str) -> Settings:
        """The settings for a distribution, those of the run for its own.

        Raises UsageError where --distro or --sample has chosen another one.
        """
        if distro not in self._settings:
            profile = find_distribution(distro, self.settings.own_distributions)
            self._settings[distro] = self.settings.with_distribution(profile)
        return self._settings[distro]

    def coordinates(self, release: str | None, arch: str, distro: str | None = None) -> UniverseRef:
        """Where the packages of an image come from; a sample has one release and architecture for all.

        Raises UsageError where --distro or --sample has chosen another distribution.
        """
        settings = self.settings if distro is None else self.settings_of(distro)
        if settings.sample:
            release, arch = None, settings.arch
        return UniverseRef(
            read_release(release) if release is not None else settings.release,
            arch,
            settings.repositories,
            settings.extra_repositories,
            distro=settings.distro.name,
            title=settings.distro.title,
        )

    def explorer(self, coordinates: UniverseRef, base: str = "none") -> Explorer:
        """The explorer of a universe, by default one in which nothing is installed."""
        if (coordinates, base) not in self._explorers:
            self._explorers[coordinates, base] = self._open(
                self.settings_of(coordinates.distro).replace(
                    release=coordinates.release,
                    arch=coordinates.arch,
                    repositories=coordinates.repositories,
                    extra_repositories=coordinates.extra,
                    base=base,
                )
            )
        return self._explorers[coordinates, base]

    def readable(self, coordinates: UniverseRef) -> tuple[UniverseRef, dict[str, str]]:
        """The coordinates without the lines that are not available, and those with the reason of each.

        Raises the error for the settings' own repositories.
        """
        try:
            self.universe(coordinates)
        except ApkgraphError:
            pass
        else:
            return coordinates, {}
        settings = self.settings_of(coordinates.distro)
        good = {*settings.repositories, *settings.extra_repositories}
        missing: dict[str, str] = {}
        self.universe(self._only(coordinates, good))
        for line in (*coordinates.repositories, *coordinates.extra):
            try:
                self.universe(self._only(coordinates, {*good, line}))
            except ApkgraphError as error:
                missing[line] = str(error)
            else:
                good.add(line)
        return self._only(coordinates, good), missing

    def _only(self, coordinates: UniverseRef, lines: set[str]) -> UniverseRef:
        repositories = tuple(line for line in coordinates.repositories if line in lines)
        extra = tuple(line for line in coordinates.extra if line in lines)
        repositories = repositories or self.settings_of(coordinates.distro).repositories
        return coordinates.with_repositories(repositories, extra)

    def universe(self, coordinates: UniverseRef) -> Universe:
        """The universe itself, nothing installed."""
        return self.explorer(coordinates).universe

    def near(self, coordinates: UniverseRef, name: str) -> tuple[str, ...]:
        """Names that are like one that no package has; nothing once many were asked for, for each is a long search."""
        key = (coordinates, name)
        if key not in self._near:
            if len(self._near) >= _MOST_SEARCHED:
                return ()
            self._near[key] = self.explorer(coordinates).nearest_names(name)
        return self._near[key]

    def docker(self, coordinates: UniverseRef) -> tuple[tuple[Dependency, ...], tuple[Package, ...]]:
        """The world of the official image, and its packages in the order of its db."""
        universe = self.explorer(coordinates, "docker").universe
        return universe.base_world, universe.installed

    def holding(
        self, coordinates: UniverseRef, packages: tuple[Package, ...], world: tuple[Dependency, ...]
    ) -> Explorer:
        """The explorer with these installed; that of the official image is there already, made for quick answers."""
        if (coordinates, "docker") in self._explorers and self.docker(coordinates) == (world, packages):
            return self.explorer(coordinates, "docker")
        key = (coordinates, packages, world)
        if key not in self._holding:
            if len(self._holding) >= _MOST_HELD:
                del self._holding[next(iter(self._holding))]
            self._holding[key] = self.explorer(coordinates).with_installed(packages, world)
        return self._holding[key]

    def line_of(self, written: str, coordinates: UniverseRef) -> str | None:
        """A line of a repositories file as a line for the mirror of these coordinates; None for a foreign repository.

        Raises nothing for odd lines: they are foreign, too.
        """
        words = written.split()
        if words and words[0] in ("v2", "v3"):
            words.pop(0)
        tag = [words.pop(0)] if words and words[0].startswith("@") else []
        if len(words) != 1 or len(words[0]) > limits.REPOSITORY_CHARACTERS:
            return None
        url = words[0].rstrip("/")
        settings = self.settings_of(coordinates.distro)
        if any(words[0] in known.split() for known in settings.extra_repositories):
            return " ".join([*tag, words[0]])
        distro = settings.distro
        if url in distro.repositories:  # of the distribution that this one is built on
            return " ".join([*tag, url])
        place = located(distro, url)
        if place is None or not _is_mirror(settings, place[0]):
            return None
        mirror, branch, name = place
        if branch == coordinates.release or "{release}" not in distro.layout:
            return " ".join([*tag, name])
        return " ".join([*tag, settings.mirror.rstrip("/") + url[len(mirror) :]])

    def texts_of(self, coordinates: UniverseRef) -> list[str]:
        """The repositories as lines of a file, on the distribution's own mirror: what `line_of` reads as these."""
        settings = self.settings_of(coordinates.distro)
        mirror, own = settings.mirror.rstrip("/"), settings.distro.mirror.rstrip("/")
        texts = []
        for line in coordinates.repositories:
            *tag, place = line.split()
            path = place if "/" in place else f"{mirror}/{coordinates.release}/{place}"
            texts.append(" ".join([*tag, own + path[len(mirror) :] if path.startswith(f"{mirror}/") else path]))
        return texts


def _is_mirror(settings: Settings, address: str) -> bool:
    """Whether an address is that of the settings' mirror, or of one of the same distribution."""
    default = settings.distro.mirror
    if address == settings.mirror.rstrip("/") or address.partition("://")[2] == default.partition("://")[2]:
        return True
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    own = bool(parts.hostname and _OWN_HOSTS.search(parts.hostname)) or bool(_MIRRORED.match(f"{parts.path}/"))
    return settings.distro.numbered and parts.scheme in ("http", "https") and own
