"""Text from an index or a mirror made safe for a terminal, and as wide as it looks."""

from __future__ import annotations

_SAFE = frozenset(map(chr, range(0x20, 0x7F)))

# Unicode's categories: Cc controls (escapes, too), Cf format characters (bidi overrides, zero widths, tags),
# Cs lone surrogates, Co private use, Cn not assigned, Zl and Zp line and paragraph separators.
_UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def clean(text: str) -> str:
    """`text` on one line with nothing in it that a terminal would obey: what is unsafe becomes U+FFFD, a tab a space.

    A terminal's escapes begin with a control character, so that without those what is left of them is plain text.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_clean_character, text))


def _clean_character(character: str) -> str:
    if character in _SAFE:
        return character
    if character in "\t\n\r":
        return " "
    import unicodedata

    return "\ufffd" if unicodedata.category(character) in _UNSAFE_CATEGORIES else character


def width(text: str) -> int:
    """Columns that `text` takes: wide characters two, combining ones none."""
    if text.isascii():
        return len(text)
    import unicodedata

    columns = 0
    for character in text:
        if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
            continue
        columns += 2 if unicodedata.east_asian_width(character) in "WF" else 1
    return columns


def pad(text: str, columns: int, *, right: bool = False) -> str:
    """`text` filled with spaces to `columns`, at its end, or before it where `right` is set."""
    space = " " * (columns - width(text))
    return space + text if right else text + space


def truncate(text: str, columns: int) -> str:
    """`text` cut to `columns`, with an ellipsis where something was cut."""
    if width(text) <= columns:
        return text
    if text.isascii():
        return text[: columns - 1] + "…" if columns > 0 else ""
    kept: list[str] = []
    used = 0
    for character in text:
        used += width(character)
        if used > columns - 1:
            break
        kept.append(character)
    return "".join(kept) + "…" if columns > 0 else ""
