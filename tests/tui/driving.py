"""How the app is driven in tests: opened, waited for and read."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from tests.tui.small import app, settle

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from textual.pilot import Pilot

    from apkgraph.tui.app import ApkgraphApp
    from tests.tui.small import Mirror

WIDE = (160, 48)


@asynccontextmanager
async def running(
    *tokens: str, size: tuple[int, int] = WIDE, mirror: Mirror | None = None, shown: ApkgraphApp | None = None
) -> AsyncIterator[tuple[ApkgraphApp, Pilot[None]]]:
    """The app, with its first answer painted."""
    shown = shown or app(*tokens, mirror=mirror)
    async with shown.run_test(size=size, notifications=True) as pilot:
        await settle(pilot)
        yield shown, pilot


def said(shown: ApkgraphApp) -> str:
    return "\n".join(notification.message for notification in shown._notifications)


def tokens(shown: ApkgraphApp) -> tuple[str, ...]:
    return shown.state.wanted.tokens


def view(shown: ApkgraphApp) -> str:
    return shown.state.view


def trail(shown: ApkgraphApp) -> tuple[str, ...]:
    return shown.state.trail


def screen_text(shown: ApkgraphApp) -> str:
    """All that is on the screen, as plain text."""
    return "\n".join("".join(segment.text for segment in strip) for strip in shown.screen._compositor.render_strips())


async def until(holds: Callable[[], bool]) -> None:
    """Wait for what comes from a thread, or while one is held back and nothing can settle."""
    for _ in range(5000):
        if holds():
            return
        await asyncio.sleep(0.001)
    message = "it never came to hold"
    raise AssertionError(message)
