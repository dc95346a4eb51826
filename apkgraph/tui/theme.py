"""The colours: apkgraph's two themes, and from whichever theme is on, the styles that lines are drawn with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rich.style import Style
from textual.color import Color
from textual.theme import Theme

from apkgraph.tui.figures import BASE, SHARED

if TYPE_CHECKING:
    from collections.abc import Mapping

DARK: Final = Theme(
    name="apkgraph-dark",
    primary="#5fb0dc",
    secondary="#88a4c4",
    accent="#e6b566",
    foreground="#d3dae3",
    background="#0e1318",
    surface="#131a21",
    panel="#1b242e",
    success="#86c58b",
    warning="#e3b15f",
    error="#e57f86",
    dark=True,
    variables={"border": "#2b3846", "scrollbar": "#2b3846", "scrollbar-background": "#131a21"},
)
LIGHT: Final = Theme(
    name="apkgraph-light",
    primary="#0d597f",
    secondary="#4c6b8a",
    accent="#9a5b00",
    foreground="#222a32",
    background="#f6f5f1",
    surface="#fcfbf8",
    panel="#e9e7e0",
    success="#2c7a36",
    warning="#9a6200",
    error="#b3303b",
    dark=False,
    variables={"border": "#cbc8bd", "scrollbar": "#cbc8bd", "scrollbar-background": "#fcfbf8"},
)
_ON_DARK: Final = ("#6cb4ea", "#e9a56b", "#8ecb86", "#cf92dc", "#e2cb68", "#68cfc2", "#ea8b9c", "#a59af2")
_ON_LIGHT: Final = ("#1f6fae", "#b25c12", "#2f7f36", "#8b3fa0", "#8a6d00", "#0f7f77", "#b33a55", "#5a4cc0")


LEAST_CONTRAST: Final = 0.3


@dataclass(frozen=True, slots=True)
class Palette:
    """The styles of one theme. Each says more than a colour: what matters has a sign or a weight of its own, too."""

    text: Style
    strong: Style
    faint: Style
    header: Style
    sorted: Style
    cursor: Style
    cursor_away: Style
    accent: Style
    link: Style
    more: Style
    less: Style
    warning: Style
    owners: tuple[Color, ...]
    shared: Color
    base: Color
    surface: Color
    foreground: Color

    def owner_color(self, owner: int) -> Color:
        """The colour of a requested package; those of more than there are colours come round again."""
        if owner == BASE:
            return self.base
        if owner == SHARED:
            return self.shared
        return self.owners[owner % len(self.owners)]

    def owner(self, owner: int) -> Style:
        """The same, to draw with."""
        return Style(color=self.owner_color(owner).rich_color)


def palette(variables: Mapping[str, str], *, dark: bool) -> Palette:
    """The styles that go with a theme's variables."""

    def color(name: str, default: str) -> Color:
        try:
            found = Color.parse(variables.get(name, default))
        except ValueError:
            return Color.parse(default)
        solid = found.ansi is None and found.a == 1  # the terminal's own colours cannot be mixed
        return found if solid else Color.parse(default)

    surface = color("surface", "#131a21" if dark else "#fcfbf8")
    foreground = color("foreground", "#d3dae3" if dark else "#222a32")
    primary = color("primary", "#5fb0dc")
    accent = color("accent", "#e6b566")
    faint = foreground.blend(surface, 0.45, alpha=1.0)

    def ink(of: Color, *, bold: bool = False) -> Style:
        for _ in range(4):  # some themes have accents that cannot be read on their own surface
            if abs(of.brightness - surface.brightness) >= LEAST_CONTRAST:
                break
            of = of.blend(foreground, 0.35, alpha=1.0)
        return Style(color=of.rich_color, bold=bold or None)

    return Palette(
        text=ink(foreground),
        strong=ink(foreground, bold=True),
        faint=ink(faint),
        header=ink(faint),
        sorted=ink(accent, bold=True),
        cursor=Style(bgcolor=surface.blend(primary, 0.32, alpha=1.0).rich_color, bold=True),
        cursor_away=Style(bgcolor=surface.blend(foreground, 0.12, alpha=1.0).rich_color),
        accent=ink(accent, bold=True),
        link=ink(primary),
        more=ink(color("warning", "#e3b15f")),
        less=ink(color("success", "#86c58b")),
        warning=ink(color("error", "#e57f86"), bold=True),
        owners=tuple(Color.parse(text) for text in (_ON_DARK if dark else _ON_LIGHT)),
        shared=Color.parse("#9fb0c3" if dark else "#5d6f83"),
        base=faint,
        surface=surface,
        foreground=foreground,
    )
