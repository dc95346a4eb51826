"""Screens of the small universe: a change of the screen is a change of a text in `snapshots/` that one can read."""

from __future__ import annotations

import pytest
from rich.style import Style
from textual.color import Color

from tests.tui.small import app, press, settle
from tests.tui.take_snapshots import KEPT, SHOTS, Shot, take


@pytest.mark.parametrize("name", SHOTS)
async def test_a_screen_is_as_it_was(name: str) -> None:
    assert await take(SHOTS[name]) == (KEPT / f"{name}.txt").read_text()


def test_none_is_left_behind() -> None:
    assert sorted(path.stem for path in KEPT.iterdir()) == sorted(SHOTS)


async def test_a_change_of_colour_is_a_change_of_the_screen() -> None:
    dark, light = await take(Shot()), await take(Shot(theme="apkgraph-light"))
    assert dark != light
    assert text_of(dark) == text_of(light), "it is told by the styles alone"


def text_of(screen: str) -> list[str]:
    """What can be read, without the letters for styles and what they stand for."""
    return [line for line in screen.rpartition("\n\n")[0].splitlines() if not line.startswith("│")]


async def test_without_colours_all_is_grey(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    shown = app("git", "curl", "docs", "odd")
    async with shown.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await press(pilot, "t")
        styles = [segment.style or Style() for strip in shown.screen._compositor.render_strips() for segment in strip]
    colors = {color for style in styles for color in (style.color, style.bgcolor) if color is not None}
    assert len(colors) > 3
    for color in colors:
        red, green, blue = Color.from_rich_color(color).rgb
        assert red == green == blue
