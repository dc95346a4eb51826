"""Jump: a letter on each pane, view and line of the focused list; pressing it goes there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from textual.screen import ModalScreen
from textual.widgets import Static

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.app import ComposeResult

LETTERS: Final = "asdfghjklqwertyuiopzxcvbnm1234567890"


class Spot(NamedTuple):
    """Where a letter is shown, and what it is for."""

    x: int
    y: int
    goal: str


class JumpScreen(ModalScreen[str | None]):
    """Letters over the screen. The answer is the goal of the one that was pressed, or None."""

    def __init__(self, spots: Sequence[Spot]) -> None:
        super().__init__()
        self._spots = dict(zip(LETTERS, spots, strict=False))

    def compose(self) -> ComposeResult:
        """One label a spot."""
        for letter, spot in self._spots.items():
            label = Static(letter, classes="jump", markup=False)
            label.styles.offset = (spot.x, spot.y)
            yield label

    def on_key(self, event: events.Key) -> None:
        """Go there, or nowhere."""
        event.stop()
        spot = self._spots.get(event.character or "")
        self.dismiss(spot.goal if spot is not None else None)

    def on_click(self) -> None:
        """Nowhere."""
        self.dismiss(None)
