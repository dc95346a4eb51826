"""The export: pick a format, see it, put it in a file or on the clipboard."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from apkgraph.errors import ApkgraphError, InputError
from apkgraph.report.text import clean
from apkgraph.tui.state.exports import FORMATS
from apkgraph.tui.widgets.line_view import LineView, Piece, fit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from textual.app import ComposeResult

    from apkgraph.tui.state.exports import Format
    from apkgraph.tui.state.record import State

PREVIEW = 200


class Formats(LineView):
    """One line a format."""

    def __init__(self) -> None:
        super().__init__(id="formats")

    def draw(self, index: int, width: int) -> Sequence[Piece]:
        """Its name."""
        return (Piece(fit(FORMATS[index].title, width), self.palette.text),)


class ExportScreen(ModalScreen[None]):
    """Formats, a preview, and the file's name. Nothing is lost when a file cannot be written: the screen stays."""

    BINDINGS: ClassVar = [
        Binding("escape", "dismiss(None)", "Close", id="export.close"),
        Binding("ctrl+s", "save", "Save", id="export.save"),
        Binding("ctrl+y", "copy", "Copy", id="export.copy"),
    ]

    def __init__(self, state: State) -> None:
        super().__init__()
        self._state = state
        self._texts: Mapping[str, str] | None = None  # None: not there yet
        self._typed = ""
        self.formats = Formats()

    def compose(self) -> ComposeResult:
        """The box."""
        with Vertical(id="export-box") as box:
            box.border_title = "Export"
            yield self.formats
            with VerticalScroll(id="preview", can_focus=False):
                yield Static(id="preview-text", markup=False)
            yield Input(id="path")
            yield Static("Enter or Ctrl+S saves   Ctrl+Y copies   Esc closes", id="export-status", markup=False)

    def on_mount(self) -> None:
        """Show the first format."""
        self.formats.set_count(len(FORMATS), 0)
        self._show()
        self.formats.focus()

    @property
    def format(self) -> Format:
        """The format under the cursor."""
        return FORMATS[self.formats.cursor]

    def set_texts(self, texts: Mapping[str, str]) -> None:
        """Take the formats that the worker made of the whole set."""
        self._texts = texts
        self._show()

    def text(self) -> str:
        """What would be written."""
        make, texts = self.format.make, self._texts
        if make is not None:
            return make(self._state)
        if texts is not None and self.format.key in texts:
            return texts[self.format.key]
        late = "it is not there yet; try again in a moment"
        message = late if texts is None else "JSON has no words for entries removed from the base; put them back first"
        raise InputError(message)

    def _show(self) -> None:
        try:
            shown = "\n".join(clean(line) for line in self.text().splitlines()[:PREVIEW])
        except ApkgraphError as error:
            shown = clean(str(error))
        self.query_one("#preview-text", Static).update(shown)
        path = self.query_one("#path", Input)
        if path.value in ("", self._typed):
            path.value = self._typed = self.format.file_name

    def on_line_view_moved(self, message: LineView.Moved) -> None:
        """Another format."""
        message.stop()
        self._show()

    def on_line_view_chosen(self, message: LineView.Chosen) -> None:
        """Enter on a format saves it."""
        message.stop()
        self.action_save()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the file's name saves."""
        event.stop()
        self.action_save()

    def action_save(self) -> None:
        """Write the file; where that fails, say so and stay."""
        path = os.path.expanduser(self.query_one("#path", Input).value.strip())
        try:
            write_new(path, self.text())
        except ApkgraphError as error:
            self.notify(str(error), severity="error")
        else:
            self.notify(f"written to {path}")
            self.dismiss(None)

    def action_copy(self) -> None:
        """Put it on the clipboard (by the terminal's OSC 52)."""
        try:
            text = self.text()
        except ApkgraphError as error:
            self.notify(str(error), severity="error")
            return
        self.app.copy_to_clipboard(text)
        self.notify("copied")
        self.dismiss(None)


def write_new(path: str, text: str) -> None:
    """Write a file that is not there yet, whole or not at all (InputError where it cannot be)."""
    if not path:
        message = "name a file to write to"
        raise InputError(message)
    try:
        _write_new(path, text.encode())
    except FileExistsError:
        message = f"{path} is there already; choose another name"
        raise InputError(message) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        message = f"{path} cannot be written ({reason}); choose another place"
        raise InputError(message) from None


def _write_new(path: str, data: bytes) -> None:
    file = open(path, "xb")  # noqa: SIM115  # what cannot be opened is not ours to remove
    try:
        with file:
            file.write(data)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(path)
        raise
