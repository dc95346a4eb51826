"""The picker: the same set on another release or architecture."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from apkgraph.model.universe_ref import UniverseRef
from apkgraph.report.text import clean
from apkgraph.tui.widgets.line_view import LineView, Piece, fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult


class Places(LineView, can_focus=False):
    """One line a release and architecture; what is cached already, or open, is marked."""

    LIT: ClassVar = True

    def __init__(self, present: UniverseRef) -> None:
        super().__init__(id="places")
        self.present = present
        self.places: tuple[UniverseRef, ...] = ()
        self.notes: dict[UniverseRef, str] = {}

    def show(self, places: Sequence[UniverseRef], notes: dict[UniverseRef, str], text: str) -> None:
        """Show the places that match what was typed."""
        self.notes = notes
        words = text.lower().split()
        self.places = tuple(place for place in places if all(word in str(place).lower() for word in words))
        cursor = self.places.index(self.present) if self.present in self.places else 0
        self.set_count(len(self.places), cursor)

    def draw(self, index: int, width: int) -> Sequence[Piece]:
        """A release, an architecture, and what is known of them."""
        place = self.places[index]
        here = place == self.present
        return (
            Piece("● " if here else "  ", self.palette.accent),
            Piece(fit(place.release, 16), self.palette.strong if here else self.palette.text),
            Piece(fit(place.arch, 14), self.palette.text),
            Piece(fit(self.notes.get(place, ""), max(0, width - 32)), self.palette.faint),
        )


class PickerScreen(ModalScreen[UniverseRef | None]):
    """A line to narrow the list with, or to name a release that is not in it."""

    BINDINGS: ClassVar = [
        Binding("escape", "dismiss(None)", "Close", id="picker.close"),
        Binding("up", "move(-1)", "Up", show=False, priority=True, id="picker.up"),
        Binding("down", "move(1)", "Down", show=False, priority=True, id="picker.down"),
    ]

    def __init__(
        self, present: UniverseRef, places: Sequence[UniverseRef], notes: dict[UniverseRef, str], *, listing: bool
    ) -> None:
        """`listing`: more places are on their way."""
        super().__init__()
        self.places = Places(present)
        self._given, self._notes, self._listing = tuple(places), notes, listing

    def compose(self) -> ComposeResult:
        """The box."""
        with Vertical(id="picker-box") as box:
            box.border_title = "The same set on"
            yield Input(placeholder="a release and an architecture: edge aarch64", id="place")
            yield self.places
            yield Static(id="picker-status", markup=False)

    def on_mount(self) -> None:
        """Show all."""
        self._show()

    def offer(self, places: Sequence[UniverseRef], notes: dict[UniverseRef, str]) -> None:
        """More places have come in, or will not come."""
        self._given, self._notes, self._listing = tuple(places), notes, False
        self._show()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the list."""
        event.stop()
        self._show()

    def _show(self) -> None:
        typed = self.query_one("#place", Input).value
        self.places.show(self._given, self._notes, typed)
        self.query_one("#picker-status", Static).update(self._status(self._typed(typed)))

    def _status(self, typed: UniverseRef | None) -> str:
        if not self.places.places and typed is not None:
            return clean(f"Enter goes to {typed}   Esc closes")
        if self._listing:
            return "reading which releases there are…"
        if len({place.release for place in self._given if not place.sample}) < 2:
            return "no list of releases; type one   Enter goes   Esc closes"
        return "Enter goes; this set becomes A   Esc closes"

    def _typed(self, text: str) -> UniverseRef | None:
        words = text.split()
        return UniverseRef(words[0], words[1] if len(words) > 1 else self.places.present.arch) if words else None

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go to the place under the cursor, or to the one that was typed."""
        event.stop()
        self._choose(event.value)

    def on_line_view_chosen(self, message: LineView.Chosen) -> None:
        """Enter in the list, or a double click."""
        message.stop()
        self._choose("")

    def _choose(self, text: str) -> None:
        typed = self._typed(text)
        if self.places.places:
            self.dismiss(self.places.places[self.places.cursor])
        elif typed is not None:
            self.dismiss(typed)

    def action_move(self, step: int) -> None:
        """Move the cursor in the list."""
        self.places.action_move(step)
