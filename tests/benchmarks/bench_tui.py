"""How fast the screen is, on the real indexes of ../shared: `python -m tests.benchmarks.bench_tui`.

The real app is driven: for the first paint the real program in a pseudo-terminal, for all else Pilot's headless one. A
change counts from the key to the moment at which the new totals have been given to the terminal. Exit status 1: a
target was missed.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

os.environ.setdefault("TEXTUAL_FPS", "120")  # as cli/commands/tui.py does, before Textual is imported

from textual import events

from apkgraph.settings import resolve
from apkgraph.tui.app import ApkgraphApp
from apkgraph.tui.run import prepare, tune
from apkgraph.tui.screens.search import SearchScreen
from tests.tui.small import settle
from tests.tui.test_terminal import ENTER_SCREEN, Terminal

if TYPE_CHECKING:
    from collections.abc import Callable

    from apkgraph.settings import Settings

MIRROR = Path(__file__).resolve().parents[3] / "shared" / "mirror" / "alpine"
HUNDRED = [
    "nginx",
    "git",
    "curl",
    "python3",
    "nodejs",
    "npm",
    "postgresql15",
    "build-base",
    "openssh",
    "php82",
    "vim",
    "redis",
]
THOUSAND = [
    "xfce4",
    "firefox",
    "gnome",
    "plasma",
    "libreoffice",
    "gimp",
    "vlc",
    "kdenlive",
    "krita",
    "inkscape",
    "blender",
    "audacity",
    "thunderbird",
    "build-base",
    "qemu-system-x86_64",
    "texlive",
    "docker",
    "go",
    "rust",
    "openjdk17",
    "ruby-dev",
    "php82",
    "postgresql15",
    "mariadb",
    "obs-studio",
    "chromium",
]
ROUNDS = 7


class Measured(NamedTuple):
    """Milliseconds, and how many there may be."""

    name: str
    milliseconds: float
    target: float


class Taken(NamedTuple):
    """Seconds by the clock, and seconds of processor time (all threads)."""

    clock: float
    processor: float


class TimedApp(ApkgraphApp):
    """The app, which notes when what was asked for is given to the terminal.

    True sizes and prices are left out: they are asked when a set rests, and for a set of 1,000 they take minutes.
    """

    painted: asyncio.Future[Taken] | None = None
    ready: Callable[[], bool] = bool

    def _when_at_rest(self, then: Callable[[], None]) -> None:
        """Never."""

    def post_display_hook(self) -> None:
        """Something was painted."""
        if self.painted is not None and not self.painted.done() and self.ready():
            self.painted.set_result(Taken(time.perf_counter(), time.process_time()))

    async def press_and_wait(self, key: str, ready: Callable[[], bool]) -> Taken:
        """What it takes from a key until it is ready and painted. Nothing is polled meanwhile: that would count."""
        self.ready, self.painted = ready, asyncio.get_running_loop().create_future()
        start = Taken(time.perf_counter(), time.process_time())
        self.post_message(events.Key(key, key if len(key) == 1 else " " if key == "space" else None))
        end = await self.painted
        return Taken(end.clock - start.clock, end.processor - start.processor)


def settings(cache: str) -> Settings:
    """The real indexes."""
    flags = {"mirror": str(MIRROR), "release": "v3.18", "arch": "x86_64", "cache_dir": cache}
    return resolve(flags, {}, os.devnull)


def first_paint(cache: str) -> list[Measured]:
    """From the start of the process to the skeleton, and to the totals."""
    skeletons, totals = [], []
    os.environ["APKGRAPH_CACHE_DIR"] = cache
    words = ("--mirror", str(MIRROR), "--release", "v3.18", "--arch", "x86_64", "tui", "git")
    for _ in range(ROUNDS):
        start = time.perf_counter()
        terminal = Terminal(*words)
        terminal.wait_for(ENTER_SCREEN, b"Solution")
        skeletons.append(time.perf_counter() - start)
        terminal.wait_for(b"+10.6 MiB installed")
        totals.append(time.perf_counter() - start)
        terminal.type(b"q")
        terminal.wait_for_end()
        terminal.close()
    return [
        Measured("first paint, the skeleton", 1000 * median(skeletons), 300),
        Measured("first paint, with totals", 1000 * median(totals), 1000),
    ]


async def change(cache: str, tokens: list[str], target: float) -> list[Measured]:
    """A request switched off and on again."""
    app = TimedApp(prepare(settings(cache), tokens))
    taken = []
    async with app.run_test(size=(160, 48)) as pilot:
        await settle(pilot)
        await pilot.press("1")
        await settle(pilot)
        packages = app.state.figures.total_packages if app.state.figures else 0
        for _ in range(2 * ROUNDS):
            before = app.state.wanted
            one = await app.press_and_wait(
                "space",
                lambda before=before: app.state.wanted != before and app.state.figures_of == app.state.wanted,  # type: ignore[misc]
            )
            taken.append(one)
            await settle(pilot)
    return [
        Measured(f"a change of a set of {packages} packages", 1000 * median(one.processor for one in taken), target),
        Measured("  by the clock", 1000 * median(one.clock for one in taken), 1.5 * target),
    ]


async def keystrokes(cache: str) -> list[Measured]:
    """Letters typed in the search, one by one."""
    app = TimedApp(prepare(settings(cache), ["git"]))
    taken = []
    async with app.run_test(size=(160, 48)) as pilot:
        await settle(pilot)
        for word in ("python3-dev", "so:libssl", "gtk"):
            await pilot.press("a")
            await settle(pilot)
            screen = app.screen
            assert isinstance(screen, SearchScreen)
            for end, letter in enumerate(word, 1):
                typed = word[:end]
                one = await app.press_and_wait(
                    letter,
                    lambda typed=typed, screen=screen: screen.query_text == typed,  # type: ignore[misc]
                )
                taken.append(one)
                await asyncio.sleep(0.05)  # prices are being worked out meanwhile, as when somebody types
            await pilot.press("escape")
            await settle(pilot)
    return [
        Measured("a keystroke in the search", 1000 * median(one.processor for one in taken), 15),
        Measured("  by the clock", 1000 * median(one.clock for one in taken), 30),
        Measured("  the slowest, by the clock", 1000 * max(one.clock for one in taken), 60),
    ]


def main() -> int:
    """Measure all, and say which targets were missed."""
    if not MIRROR.is_dir():
        sys.stderr.write(f"{MIRROR} is not there; nothing to measure\n")
        return 2
    with tempfile.TemporaryDirectory() as cache:
        from apkgraph.explorer import Explorer

        Explorer(settings(cache)).add(["git"])
        tune()
        measured = first_paint(cache)
        measured += asyncio.run(change(cache, HUNDRED, 35))
        measured += asyncio.run(change(cache, THOUSAND, 200))
        measured += asyncio.run(keystrokes(cache))
    for one in measured:
        verdict = "" if one.milliseconds <= one.target else "   MISSED"
        sys.stdout.write(f"{one.name:44}{one.milliseconds:9.1f} ms   of {one.target:5.0f} ms{verdict}\n")
    return int(any(one.milliseconds > one.target for one in measured))


if __name__ == "__main__":
    sys.exit(main())
