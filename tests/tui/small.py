"""A small universe that has one of everything the screen can show, and an app over it."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import TYPE_CHECKING

from apkgraph.errors import MirrorError
from apkgraph.explorer import Explorer
from apkgraph.model.universe_ref import UniverseRef
from apkgraph.settings import resolve
from apkgraph.tui.app import ApkgraphApp
from apkgraph.tui.backend import ExplorerBackend
from apkgraph.tui.screens.errors import ErrorScreen
from apkgraph.tui.screens.search import SearchScreen
from apkgraph.tui.start import Start
from apkgraph.tui.state.record import Request, Wanted
from tests.impact.worlds import World, record

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from textual.message_pump import MessagePump
    from textual.pilot import Pilot

    from apkgraph.tui.backend import Backend
    from apkgraph.tui.start import Progress

KIB = 1024
PATIENCE = 60.0  # seconds; a machine may be busy, and the true sizes of a desktop take a while
HERE = UniverseRef("v1", "x86_64")
NEXT = UniverseRef("v2", "x86_64")
LOST = UniverseRef("v3", "x86_64")
KNOWN = ((HERE, "until 2030"), (NEXT, "until 2031"), (LOST, ""))

INDEX = "".join(
    (
        record("musl", 600 * KIB, provides="so:libc.musl.so.1=1"),
        record("busybox", 900 * KIB, "so:libc.musl.so.1", provides="/bin/sh cmd:sh=1"),
        record("libssl", 500 * KIB, "so:libc.musl.so.1", provides="so:libssl.so.3=3", origin="openssl", priority=10),
        record("otherssl", 300 * KIB, "so:libc.musl.so.1", provides="so:libssl.so.3=3"),
        record("libcurl", 600 * KIB, "so:libssl.so.3", provides="so:libcurl.so.4=4.8.0", origin="curl"),
        record("curl", 250 * KIB, "libcurl=1-r0", provides="cmd:curl=1", description="Fetch from a URL"),
        record("git", 6000 * KIB, "so:libcurl.so.4 /bin/sh", provides="cmd:git=1", description="Keep versions"),
        record("git-doc", 800 * KIB, origin="git", install_if="git docs"),
        record("docs", 0, description="Have documentation installed"),
        record("ping", 30 * KIB, "pong"),
        record("pong", 40 * KIB, "ping"),
        record("nogit", 10 * KIB, "!git"),
        record("broken", 10 * KIB, "so:nowhere.so.1"),
        record("odd", 20 * KIB, description="[bold]no markup[/] 漢字 \x1b[31mred\x1b[0m"),
    )
)
LATER = (
    INDEX.replace("P:git\nV:1-r0", "P:git\nV:2-r0")
    .replace(f"I:{6000 * KIB}", f"I:{7000 * KIB}")
    .replace(f"S:{3000 * KIB}", f"S:{3500 * KIB}")
)


def explorer(index: str = INDEX, place: UniverseRef = HERE) -> Explorer:
    """An explorer of the small universe with busybox installed."""
    values = {"mirror": "/nowhere", "release": place.release, "arch": place.arch, "base": "pkg:busybox"}
    universe = World(index, "busybox").universe
    universe.ref = UniverseRef(place.release, place.arch)
    return Explorer.of(resolve(values, {}, "/dev/null"), universe)


def wanted(*tokens: str, place: UniverseRef = HERE) -> Wanted:
    """A set, all of it on."""
    return Wanted(tuple(Request(token) for token in tokens), place)


class Mirror:
    """Where the app opens universes: v1, v2 with another git, and no v3. `gate` holds back what is not to come yet."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.asked: list[UniverseRef] = []
        self.broken = False

    def open(self, place: UniverseRef, progress: Progress) -> Backend:
        """A universe, after some progress."""
        self.asked.append(place)
        progress("fetching main", 1, 2)
        assert self.gate.wait(10)
        if self.broken or place == LOST:
            message = f"{place.release}: nobody answers; check the network"
            raise MirrorError(message)
        if place.sample:
            return ExplorerBackend(explorer(place=HERE))
        return ExplorerBackend(explorer(LATER if place == NEXT else INDEX, place))


def app(
    *tokens: str,
    mirror: Mirror | None = None,
    notices: Sequence[str] = (),
    theme: str = "",
    keys: Mapping[str, str] | None = None,
    places: Callable[[], Sequence[tuple[UniverseRef, str]]] = lambda: KNOWN,
) -> ApkgraphApp:
    """The app over the small universe."""
    return ApkgraphApp(
        Start(
            HERE,
            (mirror or Mirror()).open,
            tokens,
            places=places,
            notices=tuple(notices),
            theme=theme,
            keys=keys or {},
        )
    )


async def settle(pilot: Pilot[None]) -> None:
    """Wait until nothing is asked any more, and all answers are painted."""
    shown = pilot.app
    assert isinstance(shown, ApkgraphApp)
    quiet = 0
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        await asyncio.sleep(0.001)
        quiet = quiet + 1 if _is_quiet(shown) else 0
        if quiet > 3:
            return
    message = f"still at work: {shown.note!r} {shown.state.wanted} {shown.state.reasons} {shown.screen_stack}"
    raise AssertionError(message)


def _is_quiet(shown: ApkgraphApp) -> bool:
    if not shown.is_running or shown._exit:
        return True
    answered = not shown.state.solving or isinstance(shown.screen, ErrorScreen)
    painted = not (shown.screen._layout_required or shown.screen._dirty_widgets or shown.screen._callbacks)
    searching = isinstance(shown.screen, SearchScreen) and shown.screen.results.resting
    resting = shown.resting or searching
    moving = shown._resize_event is not None or shown.animator._animations or shown.animator._scheduled
    pumps: list[MessagePump] = [shown, *shown.screen_stack, *shown.screen.walk_children()]
    waiting = sum(pump._message_queue.qsize() + len(pump._next_callbacks) for pump in pumps)
    return (
        answered
        and painted
        and not resting
        and not moving
        and shown.worker.idle
        and not shown.universes.opening
        and not waiting
    )


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys, one after the other, and let each have its effect."""
    for key in keys:
        await pilot.press(key)
        await settle(pilot)
