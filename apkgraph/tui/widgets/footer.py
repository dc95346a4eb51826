"""The footer: the keys of the focused pane that do something now, as many as fit, help and quit always.

Textual's own Footer shows all bindings of the focus chain in their order, cut where the line ends; this one chooses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from rich.style import Style
from rich.text import Text
from textual.widget import Widget
from textual.widgets import Input

from apkgraph.tui.keys import KEYS, SHOWN, WORKS, pane_of
from apkgraph.tui.theme import palette

if TYPE_CHECKING:
    from textual import events
    from textual.binding import Binding
    from textual.screen import Screen

    from apkgraph.tui.state.record import State

ORDER: Final = tuple(binding.id for binding in KEYS if binding.id is not None)


class Spot(NamedTuple):
    """Where a binding stands in the line."""

    start: int
    end: int
    key: str


class Footer(Widget):
    """One line of keys."""

    def __init__(self) -> None:
        super().__init__(id="keys")
        self._spots: list[Spot] = []
        self._idle: frozenset[str] = frozenset()
        self._pane = "solution"

    def show(self, state: State) -> None:
        """Leave out what would do nothing to this state."""
        idle = frozenset(name for name, works in WORKS.items() if not works(state))
        if (idle, pane_of(state)) != (self._idle, self._pane):
            self._idle, self._pane = idle, pane_of(state)
            self.refresh()

    def on_mount(self) -> None:
        """Follow the bindings."""
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def _changed(self, _screen: Screen[object]) -> None:
        self.refresh()

    def render(self) -> Text:
        """The keys that fit, the last ones (help and quit) first."""
        colors = palette(self.app.theme_variables, dark=self.app.current_theme.dark)
        self._spots = []
        if isinstance(self.screen.focused, Input):
            return Text.assemble(
                (" enter", colors.link),
                (" keeps it   ", colors.faint),
                ("esc", colors.link),
                (" clears it", colors.faint),
            )
        shown: dict[str, Binding] = {}
        for active in self.screen.active_bindings.values():
            if active.binding.show and active.enabled and active.binding.id in ORDER:
                shown.setdefault(active.binding.id, active.binding)
        labels = [
            (self.app.get_key_display(shown[name]), shown[name].description, shown[name].key)
            for name in SHOWN[self._pane]
            if name in shown and name not in self._idle
        ]
        room = self.size.width - 1
        tail, head = labels[-2:], labels[:-2]
        room -= sum(_width(label) for label in tail)
        kept = []
        for label in head:
            room -= _width(label)
            if room < 0:
                break
            kept.append(label)
        line, self._spots = Text(" ", no_wrap=True), []
        for key, description, pressed in [*kept, *tail]:
            start = line.cell_len
            line.append(key, colors.link + Style(bold=True))
            line.append(f" {description}  ", colors.faint)
            self._spots.append(Spot(start, line.cell_len - 1, pressed))
        return line

    def on_click(self, event: events.Click) -> None:
        """Press the key that was clicked."""
        for spot in self._spots:
            if spot.start <= event.x < spot.end:
                self.app.simulate_key(spot.key)


def _width(label: tuple[str, str, str]) -> int:
    return len(label[0]) + len(label[1]) + 3
