"""Pictures of the small universe: a change of the screen is a change of these. `--snapshot-update` takes new ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.widgets import Input

from apkgraph.tui.app import ApkgraphApp
from tests.tui.small import Mirror, app, press, settle

if TYPE_CHECKING:
    from typing import Protocol

    from textual.pilot import Pilot

    class Compare(Protocol):
        def __call__(self, app: ApkgraphApp, *, terminal_size: tuple[int, int], run_before: object) -> bool: ...


SMALL, LARGE = (80, 24), (160, 48)
TOKENS = ("git", "curl", "docs", "odd")

PICTURES = {
    "solution": (),
    "set": ("1",),
    "details": ("3",),
    "treemap": ("t",),
    "search": ("a", *"curl"),
    "compare": ("p", "d", "c"),
    "cannot-be": ("a", *"nogit", "enter"),
}


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "160x48"])
@pytest.mark.parametrize("name", PICTURES)
def test_picture(snap_compare: Compare, name: str, size: tuple[int, int]) -> None:
    async def look(pilot: Pilot[None]) -> None:
        await settle(pilot)
        await press(pilot, *PICTURES[name])
        still(pilot)

    assert snap_compare(app(*TOKENS), terminal_size=size, run_before=look)


def test_light(snap_compare: Compare) -> None:
    async def look(pilot: Pilot[None]) -> None:
        await settle(pilot)
        await press(pilot, "g", "g", "s")

    assert snap_compare(app(*TOKENS, theme="apkgraph-light"), terminal_size=(120, 36), run_before=look)


def test_no_colour(snap_compare: Compare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")

    async def look(pilot: Pilot[None]) -> None:
        await settle(pilot)
        await press(pilot, "t")

    assert snap_compare(app(*TOKENS), terminal_size=(120, 36), run_before=look)


def test_nothing_to_ask(snap_compare: Compare) -> None:
    mirror = Mirror()
    mirror.broken = True

    async def look(pilot: Pilot[None]) -> None:
        await settle(pilot)

    assert snap_compare(app("git", mirror=mirror), terminal_size=SMALL, run_before=look)


def still(pilot: Pilot[None]) -> None:
    """A blinking cursor would make two pictures of one."""
    for field in pilot.app.screen.query(Input):
        field.cursor_blink = False
        field._cursor_visible = True
