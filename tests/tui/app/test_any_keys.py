"""Whatever is pressed, clicked and resized, in whatever order: the app goes on."""

from __future__ import annotations

import random
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from textual.errors import NoWidget
from textual.pilot import OutOfBounds

from apkgraph.tui.keys import KEYS
from tests.tui.driving import screen_text
from tests.tui.small import app, settle

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

MORE = [
    "up",
    "down",
    "left",
    "right",
    "enter",
    "escape",
    "pageup",
    "pagedown",
    "home",
    "end",
    "ctrl+y",
    "greater_than_sign",
]
PRESSED = [key for binding in KEYS if binding.id != "quit" for key in binding.key.split(",")] + MORE
STEPS = 80


@pytest.mark.parametrize("seed", range(4))
async def test_nothing_stops_it(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    drawn = random.Random(seed)
    shown = app("git", "curl", "docs")
    async with shown.run_test(size=(160, 48)) as pilot:
        await settle(pilot)
        for _ in range(STEPS):
            await step(pilot, drawn)
            if shown._exit:  # a click on the footer's last word
                return
        await pilot.resize_terminal(120, 40)
        await pilot.press("escape", "escape", "escape")
        await settle(pilot)
        assert "apkgraph" in screen_text(shown)


async def step(pilot: Pilot[None], drawn: random.Random) -> None:
    kind = drawn.random()
    if kind < 0.05:
        await pilot.resize_terminal(drawn.randint(1, 200), drawn.randint(1, 60))
    elif kind < 0.15:
        offset = (drawn.randrange(pilot.app.size.width), drawn.randrange(pilot.app.size.height))
        with suppress(NoWidget, OutOfBounds):  # Pilot's own, where the screen is not laid out yet
            await pilot.click(offset=offset, times=drawn.choice([1, 2]))
    else:
        await pilot.press(drawn.choice(PRESSED))
