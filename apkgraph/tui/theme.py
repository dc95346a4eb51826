"""The colours: apkgraph's two themes, and from whichever theme is on, the styles that lines are drawn with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rich.style import Style
from textual.color import Color
from textual.theme import Theme

from apkgraph.impact.analysis import BASE, SHARED

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


CURSOR: Final = 0.32  # how much of a theme's own colour the ground of the cursor takes
LEAST_CONTRAST: Final = 4.5  # WCAG 2.2, 1.4.3, level AA


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
    cap: Style
    more: Style
    less: Style
    warning: Style
    owners: tuple[Color, ...]
    shared: Color
    base: Color
    surface: Color
    foreground: Color
    under_cursor: Color
    extreme: Color

    def lit(self, style: Style) -> Style:
        """The same on the line under the cursor, where what is faint elsewhere must be read, too."""
        color = Color.from_rich_color(style.color) if style.color is not None else self.foreground
        readable = _readable(color, self.under_cursor, self.extreme)
        return style if readable == color else style + Style(color=readable.rich_color)

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
    extreme = Color.parse("#ffffff" if dark else "#000000")
    foreground = _readable(color("foreground", "#d3dae3" if dark else "#222a32"), surface, extreme)
    primary = color("primary", "#5fb0dc")
    accent = color("accent", "#e6b566")
    faint = foreground.blend(surface, 0.45, alpha=1.0)
    under_cursor = surface.blend(primary, CURSOR, alpha=1.0)

    def ink(of: Color, *, bold: bool = False) -> Style:
        return Style(color=_readable(of, surface, foreground).rich_color, bold=bold or None)

    return Palette(
        text=ink(foreground),
        strong=ink(foreground, bold=True),
        faint=ink(faint),
        header=ink(faint),
        sorted=ink(accent, bold=True),
        cursor=Style(bgcolor=under_cursor.rich_color, bold=True),
        cursor_away=Style(bgcolor=surface.blend(foreground, 0.12, alpha=1.0).rich_color),
        accent=ink(accent, bold=True),
        link=ink(primary),
        cap=Style(color=surface.rich_color, bgcolor=_readable(primary, surface, foreground).rich_color, bold=True),
        more=ink(color("warning", "#e3b15f")),
        less=ink(color("success", "#86c58b")),
        warning=ink(color("error", "#e57f86"), bold=True),
        owners=tuple(Color.parse(text) for text in (_ON_DARK if dark else _ON_LIGHT)),
        shared=Color.parse("#9fb0c3" if dark else "#5d6f83"),
        base=faint,
        surface=surface,
        foreground=foreground,
        under_cursor=under_cursor,
        extreme=extreme,
    )


def contrast(one: Color, other: Color) -> float:
    """How well one can be read on the other: 1 to 21, as WCAG 2.2 defines it."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: Color) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in color.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _readable(ink: Color, ground: Color, towards: Color) -> Color:
    """A colour that some theme has, mixed with another until it can be read on this ground."""
    for step in range(11):
        mixed = ink.blend(towards, step / 10, alpha=1.0)
        if contrast(mixed, ground) >= LEAST_CONTRAST:
            return mixed
    return towards
