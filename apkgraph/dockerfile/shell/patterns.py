"""Shell patterns on short texts: what `case` matches, and what `${x#…}`, `${x%…}` and `${x/…/…}` take away.

Source: "Pattern Matching Notation", chapter 2.14 of the Shell Command Language (POSIX.1-2024).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from apkgraph import limits

_OF_BASH = re.compile(r"[?*+@!]\(")


def matches(text: str, pattern: str) -> bool | None:
    """Whether a pattern matches the whole text; None where they are too long to be tried, or bash knows more signs."""
    if _OF_BASH.search(pattern) or len(text) > limits.PATTERN_CHARACTERS or len(pattern) > limits.PATTERN_CHARACTERS:
        return None
    return fnmatchcase(text, pattern.replace("[^", "[!"))


def cut_prefix(text: str, pattern: str, *, longest: bool) -> str | None:
    """The text without the prefix that the pattern matches."""
    lengths = range(len(text), -1, -1) if longest else range(len(text) + 1)
    return _cut(((text[:n], text[n:]) for n in lengths), pattern, text)


def cut_suffix(text: str, pattern: str, *, longest: bool) -> str | None:
    """The text without the suffix that the pattern matches."""
    lengths = range(len(text) + 1) if longest else range(len(text), -1, -1)
    return _cut(((text[n:], text[:n]) for n in lengths), pattern, text)


def _cut(splits: Iterator[tuple[str, str]], pattern: str, text: str) -> str | None:
    if matches(text, pattern) is None:
        return None
    return next((kept for tried, kept in splits if fnmatchcase(tried, pattern)), text)


def replaced(text: str, pattern: str, replacement: str, *, everywhere: bool) -> str | None:
    """The text with a plain string replaced; None for a pattern that is more than a plain string."""
    if not pattern or any(sign in pattern for sign in "*?[#%"):
        return None
    return text.replace(pattern, replacement, -1 if everywhere else 1)
