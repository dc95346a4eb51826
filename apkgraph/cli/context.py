"""What a command is given: its arguments, the settings, the explorer, and where to write."""

from __future__ import annotations

import errno
import os
import sys

from apkgraph.errors import ApkgraphError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Mapping
    from typing import BinaryIO, TextIO

    from apkgraph.cli.progress import Bars, Steps
    from apkgraph.explorer import Explorer
    from apkgraph.report.blocks import Block
    from apkgraph.settings import Settings

_DEFAULT_WIDTH, _WIDEST = 80, 1000
LONGEST_LINE = 4000  # characters of an error, a warning or a reason


class Context:
    """One run of one command. The explorer is opened when first asked for, and kept."""

    __slots__ = ("_bars", "_explorer", "_said", "_steps", "arguments", "settings")

    def __init__(self, arguments: argparse.Namespace, settings: Settings) -> None:
        self.arguments = arguments
        self.settings = settings
        self._explorer: Explorer | None = None
        self._bars: Bars | None = None
        self._said: list[str] = []
        self._steps: Steps | None = None

    def explorer(self) -> Explorer:
        """The explorer of these settings; its warnings go to stderr."""
        if self._explorer is None:
            from apkgraph.explorer import Explorer

            self._explorer = Explorer(self.settings, progress=self.progress, warn=self.warn)
        return self._explorer

    @property
    def json(self) -> bool:
        """Whether JSON is asked for."""
        return self.settings.json

    @property
    def color(self) -> bool:
        """Whether stdout shows colours."""
        return wants_color(self.settings.color, sys.stdout)

    @property
    def width(self) -> int | None:
        """Columns to fit a text into; None for a pipe or a file, which take it as it is."""
        return columns(sys.stdout) if self.color or sys.stdout.isatty() else None

    def write(self, text: str) -> None:
        """Write to stdout, with a newline at the end."""
        self.close()
        write(text)

    def write_json(self, document: Mapping[str, object]) -> None:
        """Write one document, indented."""
        from apkgraph.report.documents import to_json

        self.write(to_json(document))

    def write_blocks(self, blocks: Iterable[Block]) -> None:
        """Write a text report."""
        from apkgraph.report.blocks import render

        self.write(render(blocks, self.width, color=self.color))

    def warn(self, text: str) -> None:
        """Say on stderr what the user should know, once, unless --quiet."""
        if not self.settings.quiet and text not in self._said:
            self._said.append(text)
            self.close()
            complain("warning", text)

    def progress(self, label: str, done: int, total: int | None) -> None:
        """Show on stderr, where it is a terminal, how far something is: `done` of `total`, if that is known."""
        if self._steps is not None:
            self._steps.show(label, done, total)
        if not self.settings.quiet and self.settings.progress and sys.stderr.isatty():
            if self._bars is None:
                from apkgraph.cli.progress import Bars

                self._bars = Bars()
            self._bars.show(label, done, total)

    def announce_steps(self, label: str, what: str) -> None:
        """Where no terminal shows bars, say on stderr what is going to take minutes, and then each tenth of it."""
        if not self.settings.quiet and self.settings.progress and not sys.stderr.isatty():
            from apkgraph.cli.progress import Steps

            self._steps = Steps(label, what, lambda text: complain("note", text))

    def close(self) -> None:
        """Take what progress there is off the screen."""
        if self._bars is not None:
            self._bars.stop()


def write(text: str) -> None:
    """Write `text` to stdout, one newline at its end; a closed pipe is the caller's to handle."""
    write_to(sys.stdout, text)


def write_to(stream: TextIO, text: str) -> None:
    """As `write`, to any stream."""
    whole = text if text.endswith("\n") else text + "\n"
    try:
        buffer = getattr(stream, "buffer", None)
        if buffer is None:  # a StringIO
            stream.write(whole)
        else:
            stream.flush()
            _write_all(buffer, _encoded(stream, whole))
        stream.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        silence(stream)
        message = f"cannot write the answer: {error.strerror or error}"
        raise ApkgraphError(message) from error


def silence(stream: TextIO) -> None:
    """Point a stream that failed to the null device, so that the interpreter's own flush at its end stays quiet."""
    try:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, stream.fileno())
        os.close(null)
    except (OSError, ValueError):
        return


def _write_all(buffer: BinaryIO, data: bytes) -> None:
    """Write all of `data`. With PYTHONUNBUFFERED the buffer is a raw file, which may take a part and say so only by
    its return value, and which TextIOWrapper does not look at.
    """
    rest = memoryview(data)
    while rest:
        written = buffer.write(rest)
        if written is None:
            raise BlockingIOError(errno.EAGAIN, "it is non-blocking and full")
        rest = rest[written:]


def _encoded(stream: TextIO, text: str) -> bytes:
    """The text in the stream's encoding, a question mark in place of each character that it lacks."""
    encoding = stream.encoding or "ascii"
    try:
        return text.encode(encoding, stream.errors or "strict")
    except UnicodeEncodeError:
        return text.encode(encoding, "replace")


def complain(kind: str, text: str) -> None:
    """One line on stderr, of bounded length and with nothing in it that a terminal would obey."""
    from apkgraph.redaction import redact

    try:
        sys.stderr.write(
            f"apkgraph: {kind}: {shorten(redact(text[: 16 * LONGEST_LINE]))}\n"
        )  # stderr escapes what it cannot encode
        sys.stderr.flush()
    except OSError:
        return  # stderr is closed


def shorten(text: str) -> str:
    """`text` cleaned, and cut to a length that still reads as one line: what is quoted in it may be a whole file."""
    from apkgraph.report.text import clean

    return clean(text if len(text) <= LONGEST_LINE else text[:LONGEST_LINE] + "…")


def wants_color(color: str, stream: TextIO) -> bool:
    """Whether `stream` gets colours: `always`, `never`, or else where it is a terminal that knows them."""
    return color == "always" or (color != "never" and stream.isatty() and os.environ.get("TERM") != "dumb")


def columns(stream: TextIO) -> int:
    """Columns that `stream` shows: COLUMNS, the terminal's own, or 80."""
    asked = os.environ.get("COLUMNS", "")
    if asked.isascii() and asked.isdigit() and int(asked[:9]) > 0:
        return min(int(asked[:9]), _WIDEST)
    try:
        return os.get_terminal_size(stream.fileno()).columns or _DEFAULT_WIDTH
    except (OSError, ValueError):
        return _DEFAULT_WIDTH
