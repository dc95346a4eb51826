"""What a terminal must be able to do, and letters for one whose encoding lacks those that the screen is drawn with."""

from __future__ import annotations

import codecs
from io import TextIOWrapper
from typing import TYPE_CHECKING, Final

from apkgraph.errors import UsageError
from apkgraph.report.text import width

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TextIO

HANDLER: Final = "apkgraph-stand-in"
SCREEN: Final = "╭│▌█●↓"  # some of what every screen is drawn with
STAND_INS: Final = {
    **dict.fromkeys("╭╮╰╯┌┐└┘├┤┬┴┼", "+"),
    **dict.fromkeys("─━", "-"),
    **dict.fromkeys("│┃▏▎▍▌▋▊▉▐▕", "|"),
    **dict.fromkeys("▁▂▃▄▅▆▇", "_"),
    **dict.fromkeys("█■", "#"),
    **dict.fromkeys("▸▶→", ">"),
    **dict.fromkeys("▾▼↓", "v"),
    **dict.fromkeys("▲↑", "^"),
    **dict.fromkeys("●•", "*"),
    **dict.fromkeys("○◦", "o"),
    "▔": "-",
    "…": ".",
    "\ufffd": "?",
}


def check(environ: Mapping[str, str]) -> None:
    """Raise UsageError where nothing but lines of text can be shown."""
    if environ.get("TERM") == "dumb":
        message = "this terminal (TERM=dumb) shows no screens; for plain text there is apkgraph cost"
        raise UsageError(message)


def adapt(stream: TextIO | None) -> None:
    """Have what a stream cannot encode written with other letters, each as wide as what it stands for."""
    if not isinstance(stream, TextIOWrapper):
        return
    try:
        SCREEN.encode(stream.encoding)
    except UnicodeEncodeError:
        codecs.register_error(HANDLER, stand_in)
        stream.reconfigure(errors=HANDLER)


def stand_in(error: UnicodeError) -> tuple[str, int]:
    """Take the place of what cannot be encoded: an error handler as `codecs.register_error` wants it."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    letters = error.object[error.start : error.end]
    return "".join(STAND_INS.get(letter, "?" * width(letter)) for letter in letters), error.end
