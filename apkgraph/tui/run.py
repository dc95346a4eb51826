"""From settings and arguments to a running app: the one place where the TUI meets the façade."""

from __future__ import annotations

import gc
import os
import sys
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from apkgraph import host
from apkgraph.errors import ApkgraphError, InputError
from apkgraph.model.universe_ref import UniverseRef
from apkgraph.tui import terminal
from apkgraph.tui.app import ApkgraphApp
from apkgraph.tui.preferences import read_preferences
from apkgraph.tui.start import SAMPLE, Start, normal, read_document, world_tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from apkgraph.settings import Settings
    from apkgraph.tui.backend import Backend
    from apkgraph.tui.start import Opener, Progress
    from apkgraph.tui.state.record import Budget


class StageSet(NamedTuple):
    """What a stage of a Dockerfile asks for on top of its base: the line of each token, in the world's order."""

    place: UniverseRef
    base: str  # as --base has it
    lines: Mapping[str, int]
    notices: tuple[str, ...] = ()


def run(  # each is an option
    settings: Settings,
    tokens: Sequence[str] = (),
    *,
    document: str | None = None,
    world: str | None = None,
    notices: Sequence[str] = (),
    budget: Budget | None = None,
    read: Callable[[Progress], StageSet] | None = None,
) -> int:
    """Open the screen, and come back when it is left, with the exit status (UsageError where there can be none)."""
    terminal.check(os.environ)
    terminal.adapt(sys.__stderr__)  # which is where Textual draws
    if settings.color == "never":
        os.environ["NO_COLOR"] = "1"
    begin = prepare(settings, tokens, document=document, world=world, notices=notices, budget=budget, read=read)
    tune()
    view_file = os.path.join(os.path.dirname(host.config_file(os.environ)), "tui.json")
    app = ApkgraphApp(replace(begin, view_file=view_file))
    app.run()
    return app.return_code or 0


def tune() -> None:
    """The screen must not wait long for the thread that solves, nor for the collector of garbage."""
    sys.setswitchinterval(0.001)
    gc.set_threshold(50_000, 20, 1_000)


def prepare(  # each is an option
    settings: Settings,
    tokens: Sequence[str] = (),
    *,
    document: str | None = None,
    world: str | None = None,
    notices: Sequence[str] = (),
    budget: Budget | None = None,
    read: Callable[[Progress], StageSet] | None = None,
) -> Start:
    """What the app starts from (InputError, DependencyError for words and files that mean nothing).

    `read` follows a Dockerfile; it is called behind the screen, and its set comes before the other tokens.
    """
    wanted = [normal(token) for token in tokens]
    if world is not None:
        wanted += world_tokens(world)
    if document is not None:
        request, coordinates = read_document(document)
        wanted += request
        settings = _moved(settings, coordinates, document)
    preferences = read_preferences(host.config_file(os.environ))
    start = Start(
        place=UniverseRef(settings.release, settings.arch, sample=settings.sample),
        open=opener(settings),
        tokens=tuple(wanted),
        places=lambda: places(settings),
        notices=(*notices, *preferences.notices),
        theme=preferences.theme,
        keys=preferences.keys,
        budget=budget or preferences.budget,
    )
    return start if read is None else replace(start, read=partial(_read, start, settings, read))


def _read(start: Start, settings: Settings, read: Callable[[Progress], StageSet], progress: Progress) -> Start:
    """The start of a Dockerfile's stage: its own release, architecture, repositories and base."""
    stage = read(progress)
    place = stage.place
    there = settings.replace(
        release=place.release,
        arch=place.arch,
        repositories=place.repositories,
        extra_repositories=place.extra,
        base=stage.base,
    )
    return replace(
        start,
        place=UniverseRef(there.release, there.arch, sample=there.sample),
        open=opener(there),
        tokens=(*stage.lines, *start.tokens),
        places=lambda: places(there),
        notices=stage.notices,
        lines=stage.lines,
        read=None,
    )


def _moved(settings: Settings, coordinates: Mapping[str, str], document: str) -> Settings:
    """Where an exported set was asked, unless the sample is asked for."""
    if settings.sample:
        return settings
    try:
        return settings.replace(**coordinates)
    except ApkgraphError as error:
        message = f"{document}: {error}"
        raise InputError(message) from None


def opener(settings: Settings) -> Opener:
    """How a universe is opened: these settings, at another place."""

    def open_at(place: UniverseRef, progress: Progress) -> Backend:
        from apkgraph.explorer import Explorer
        from apkgraph.tui.backend import ExplorerBackend

        warnings: list[str] = []
        return ExplorerBackend(Explorer(at(settings, place), progress, warnings.append), warnings)

    return open_at


def at(settings: Settings, place: UniverseRef) -> Settings:
    """The settings at another place; the sample is a place of its own."""
    if place.sample == settings.sample and (place.release, place.arch) == (settings.release, settings.arch):
        return settings
    if place.sample:
        from apkgraph.settings import resolve

        flags = {
            "sample": True,
            "cache_dir": settings.cache_dir,
            "base": settings.base,
            "base_world": settings.base_world,
        }
        return resolve(flags, {}, os.devnull)
    if settings.sample:
        message = (
            f"{place}: the sample has {SAMPLE.release} {SAMPLE.arch} only; start without --sample for other releases"
        )
        raise InputError(message)
    return settings.replace(release=place.release, arch=place.arch)


def places(settings: Settings) -> list[tuple[UniverseRef, str]]:
    """The releases and architectures that are known, with a word about each; asked in a worker."""
    from apkgraph.explorer import Explorer

    found = [(SAMPLE, "the sample that ships with apkgraph")]
    if settings.sample:
        return found
    try:
        known = Explorer(settings).releases().releases
    except ApkgraphError:
        return found
    for release in known:
        note = f"until {release.end_of_life}" if release.end_of_life else ""
        arches = sorted(release.architectures, key=lambda arch: (arch != settings.arch, arch))
        found += [(UniverseRef(release.name, arch), note) for arch in arches]
    return [*found[1:], found[0]]
