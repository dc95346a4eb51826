"""Whatever theme is on, all text can be read: on the ground of the panes and on that of the cursor."""

from __future__ import annotations

import pytest
from rich.style import Style
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from apkgraph.tui.theme import DARK, LEAST_CONTRAST, LIGHT, contrast, palette

INKS = ("text", "strong", "faint", "header", "sorted", "accent", "link", "more", "less", "warning")
GRAPHIC = 3.0  # WCAG 2.2, 1.4.11: dots and bars need less than letters


def color(style: Style) -> Color:
    assert style.color is not None
    return Color.from_rich_color(style.color)


@pytest.mark.parametrize("theme", [DARK, LIGHT, *BUILTIN_THEMES.values()], ids=lambda theme: str(theme.name))
def test_all_text_can_be_read(theme: Theme) -> None:
    found = palette(theme.to_color_system().generate(), dark=theme.dark)
    for ink in INKS:
        style = getattr(found, ink)
        assert contrast(color(style), found.surface) >= LEAST_CONTRAST, ink
        assert contrast(color(found.lit(style)), found.under_cursor) >= LEAST_CONTRAST, ink
    for owner in found.owners:
        assert contrast(owner, found.surface) >= GRAPHIC
    assert contrast(found.under_cursor, found.surface) > 1.2, "the cursor can be seen"


def test_contrast_is_as_defined() -> None:
    black, white, grey = Color.parse("#000000"), Color.parse("#ffffff"), Color.parse("#767676")
    assert contrast(black, white) == contrast(white, black) == pytest.approx(21)
    assert contrast(white, white) == pytest.approx(1)
    assert contrast(grey, white) == pytest.approx(4.54, abs=0.01)


def test_what_can_be_read_stays_as_it_is() -> None:
    found = palette(DARK.to_color_system().generate(), dark=True)
    assert color(found.text) == Color.parse(str(DARK.foreground))
    assert found.lit(found.text) == found.text
    assert found.lit(found.faint) != found.faint
