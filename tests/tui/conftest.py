"""Keys are pressed as fast as the app takes them: waiting is `settle`'s business, which knows when the app is done."""

from __future__ import annotations

import asyncio

import pytest


@pytest.fixture(autouse=True)
def _no_idle_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    async def give_way(min_sleep: float = 0, max_sleep: float = 0) -> None:
        for _ in range(5):
            await asyncio.sleep(0)

    monkeypatch.setattr("apkgraph.tui.app.REST", 0.001)
    monkeypatch.setattr("apkgraph.tui.screens.search.REST", 0.001)
    monkeypatch.setattr("textual.app.wait_for_idle", give_way)
    monkeypatch.setattr("textual.pilot.wait_for_idle", give_way)
