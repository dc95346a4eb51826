"""Screens of the small universe as text, kept in `snapshots/`: `python -m tests.tui.take_snapshots` takes them anew.

What is kept is what apkgraph draws itself, widget by widget and without borders, scrollbars and fields: those are
Textual's, and each of its releases may draw them in its own way.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from textual.widgets import Input, Static

from apkgraph.tui.widgets.footer import Footer
from apkgraph.tui.widgets.line_view import LineView
from apkgraph.tui.widgets.summary import Summary
from apkgraph.tui.widgets.tabs import Tabs
from apkgraph.tui.widgets.treemap import Treemap
from tests.tui.small import Mirror, app, press, settle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.style import Style
    from textual.strip import Strip
    from textual.widget import Widget

    from apkgraph.tui.app import ApkgraphApp

KEPT: Final = Path(__file__).with_name("snapshots")
TINY, NARROW, SHORT = (40, 10), (40, 20), (112, 30)
SMALL, MEDIUM, LARGE = (80, 24), (120, 36), (160, 48)
LETTERS: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
DRAWN: Final = (LineView, Summary, Tabs, Footer, Treemap)


class Shot(NamedTuple):
    """What is asked for, the keys that are pressed, and how large the terminal is."""

    keys: tuple[str, ...] = ()
    size: tuple[int, int] = LARGE
    tokens: tuple[str, ...] = ("git", "curl", "docs", "odd")
    theme: str = ""
    broken: bool = False


LOOKS: Final = {
    "solution": (),
    "set": ("1",),
    "details": ("3",),
    "treemap": ("t",),
    "search": ("a", *"curl"),
    "compare": ("p", "d", "c"),
    "cannot-be": ("a", *"nogit", "enter"),
}
SHOTS: Final = {
    **{f"{name}-{width}x{height}": Shot(keys, (width, height)) for name, keys in LOOKS.items()
       for width, height in (SMALL, LARGE)},
    **{f"{name}-40x10": Shot(keys, TINY) for name, keys in LOOKS.items()},
    **{f"{name}-{width}x{height}": Shot(keys, (width, height)) for name, keys in LOOKS.items()
       for width, height in (SHORT, NARROW)},
    "help-80x24": Shot(("question_mark",), SMALL),
    "help-40x10": Shot(("question_mark",), TINY),
    "export-80x24": Shot(("e", "down", "down"), SMALL),
    "picker-80x24": Shot(("r",), SMALL),
    "picker-typed-80x24": Shot(("r", *"edge"), SMALL),
    "no-match-80x24": Shot(("f", *"zzz", "enter"), SMALL),
    "empty-80x24": Shot(size=SMALL, tokens=()),
    "empty-without-base-80x24": Shot(("b",), SMALL, tokens=()),
    "typo-80x24": Shot(size=SMALL, tokens=("git", "crul")),
    "light-120x36": Shot(("g", "g", "s"), MEDIUM, theme="apkgraph-light"),
    "nothing-to-ask-80x24": Shot(size=SMALL, tokens=("git",), broken=True),
}  # fmt: skip


async def take(shot: Shot) -> str:
    """The screen after these keys."""
    mirror = Mirror()
    mirror.broken = shot.broken
    shown = app(*shot.tokens, mirror=mirror, theme=shot.theme)
    async with shown.run_test(size=shot.size) as pilot:
        await settle(pilot)
        await press(pilot, *shot.keys)
        return written(shown)


def written(shown: ApkgraphApp) -> str:
    """Every widget's head, text and styles; then what the letters of the styles stand for."""
    strips = shown.screen._compositor.render_strips()
    styles: dict[str, str] = {}
    blocks = ["\n".join(_block(widget, strips, styles)) for widget in _in_sight(shown)]
    return "\n\n".join([*blocks, "\n".join(f"{letter}  {style}" for style, letter in styles.items())]) + "\n"


def _in_sight(shown: ApkgraphApp) -> list[Widget]:
    widgets = [one for one in shown.screen.walk_children() if isinstance(one, (*DRAWN, Static, Input))]
    found = [one for one in widgets if one.scrollable_content_region.intersection(shown.screen.region).area]
    return sorted(found, key=lambda one: (one.region.y, one.region.x))


def _block(widget: Widget, strips: list[Strip], styles: dict[str, str]) -> Iterator[str]:
    region = widget.scrollable_content_region
    titles = [str(title) for title in (widget.border_title, widget.border_subtitle) if title]
    yield "  ".join((f"── #{widget.id} {region.width}x{region.height}", *titles))
    if isinstance(widget, Input):
        yield widget.value or f"({widget.placeholder})"
        return
    lines = [strip.crop(region.x, region.right) for strip in strips[region.y : region.bottom]]
    yield from (line.text.rstrip() for line in lines)
    if isinstance(widget, DRAWN):
        yield from ("│" + "".join(_letters(line, styles)) for line in lines)


def _letters(line: Strip, styles: dict[str, str]) -> Iterator[str]:
    """A letter for the style of each character; where nothing stands, only the ground counts, and not at the end."""
    names = [_said(style) if letter != " " else _ground(style) for text, style, _ in line for letter in text]
    while len(names) > 1 and names[-1] == names[-2] and names[-1].startswith("on "):
        names.pop()
    for name in names:
        yield styles.setdefault(name, LETTERS[len(styles)])


def _said(style: Style | None) -> str:
    color = style.color.name if style is not None and style.color is not None else "default"
    marks = "".join(f" {mark}" for mark in ("bold", "dim", "reverse") if style is not None and getattr(style, mark))
    return f"{color} {_ground(style)}{marks}"


def _ground(style: Style | None) -> str:
    return f"on {style.bgcolor.name if style is not None and style.bgcolor is not None else 'default'}"


async def main() -> None:
    """All of them, or those that are named."""
    KEPT.mkdir(exist_ok=True)
    for name in sys.argv[1:] or SHOTS:
        (KEPT / f"{name}.txt").write_text(await take(SHOTS[name]))


if __name__ == "__main__":
    asyncio.run(main())
