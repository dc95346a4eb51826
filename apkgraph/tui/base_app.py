"""How the app behaves in a terminal, whatever it shows: plain text, configured themes and keys, a clean exit."""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import App
from textual.binding import Binding
from textual.widgets import Input

from apkgraph.report.text import clean
from apkgraph.tui.theme import DARK, LIGHT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from textual import events
    from textual.app import SystemCommand
    from textual.notifications import SeverityLevel
    from textual.screen import Screen

KEY_NAMES: Final = {"⏎": "enter", "⌫": "backspace"}


class TypingScreen:
    """A screen that opens with a field: keys that arrive before it is mounted are kept for it."""

    typed_ahead = ""


class BaseApp(App[None]):
    """An app without animation, in which text is never markup."""

    BINDINGS: ClassVar = [
        Binding("ctrl+c", "interrupt", "Leave", show=False, priority=True, id="interrupt", tooltip="leave at once")
    ]

    def __init__(self) -> None:
        super().__init__()
        self.animation_level = "none"  # what is pressed is done

    def use(self, theme: str, keys: Mapping[str, str]) -> None:
        """Apply a theme, the default one where it is unknown, and keys by the names of their actions."""
        for own in (DARK, LIGHT):
            self.register_theme(own)
        known = theme in self.available_themes
        self.theme = theme if known else DARK.name
        if theme and not known:
            self.notify(f"there is no theme {theme!r}; Ctrl+P lists them", severity="warning")
        self.set_keymap(keys)

    def follow_signals(self) -> None:
        """A terminal that is closed, or SIGTERM: leave as after `q`, and restore the terminal."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self.exit, None, 128 + number)

    async def _on_key(self, event: events.Key) -> None:
        """What was typed before a field had the focus (a paste, a slow line) is text for it, and no command."""
        if not event.is_printable or event.character is None:
            return
        if isinstance(self.focused, Input):
            self.focused.insert_text_at_cursor(event.character)
            event.prevent_default()  # which would look for a command of that key
        elif isinstance(self.screen, TypingScreen) and not self.screen.is_mounted:
            self.screen.typed_ahead += event.character
            event.prevent_default()

    def action_interrupt(self) -> None:
        """Ctrl+C."""
        self.exit(return_code=130)

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,  # noqa: ARG002  # ignored: text is never markup
    ) -> None:
        """Show a notice as plain text, since most notices quote an index or a file."""
        super().notify(clean(message), title=clean(title), severity=severity, timeout=timeout, markup=False)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Textual's own commands, except those that apkgraph replaces."""
        return (command for command in super().get_system_commands(screen) if command.title == "Theme")

    def get_key_display(self, binding: Binding) -> str:
        """A key in letters that every font has; whatever a config file calls a key."""
        shown = super().get_key_display(binding)
        return clean(KEY_NAMES.get(shown, shown))
