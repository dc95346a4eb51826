"""apk's order of versions, and its prefix match.

A version is `digits(.digits)* [a-z]? (_suffix digits?)* (~hex)? (-rdigits)?`. It is read into tokens from left to
right; what stands where the grammar does not allow it makes one last token of kind INVALID, so that any two strings
can be compared (package versions are never validated when they are loaded).

Source: apk-tools 3, `apk-package(5)` on versions; the comparison as observed of apk 3.0.6.
"""

from __future__ import annotations

EQUAL = 1
LESS = 2
GREATER = 4
FUZZY = 8
ANY = EQUAL | LESS | GREATER

# Kinds of token, the strongest first: where two versions part, the one at the larger kind is the lesser.
FIRST_NUMBER, NUMBER, LETTER, SUFFIX, SUFFIX_NUMBER, HASH, REVISION, END, INVALID = range(9)

SUFFIXES = ("alpha", "beta", "pre", "rc", "cvs", "svn", "git", "hg", "p")
_LAST_PRE_RELEASE = SUFFIXES.index("rc")
_DIGITS = "0123456789"
_HEX = "0123456789abcdef"
_WRAP = 2**64

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    Token: TypeAlias = tuple[int, int | str]


def tokens(version: str) -> list[Token]:
    """Read a version into (kind, value) pairs; the last is of kind END or INVALID."""
    found: list[Token] = []
    kind, at = INVALID, 0
    while True:
        kind, value, at = _next_token(version, kind if found else -1, at)
        found.append((kind, value))
        if kind >= END:
            return found


def is_valid(version: str) -> bool:
    """Whether the whole string is a version."""
    numbers, dash, revision = version.partition("-r")
    plain = numbers.replace(".", "").isdigit() and (revision.isdigit() or not dash) and version.isascii()
    if plain and numbers[0] != "." != numbers[-1] and ".." not in numbers:
        return True  # as nearly all are
    return tokens(version)[-1][0] == END


def compare(left: str, right: str) -> int:
    """-1, 0 or 1: how `left` stands to `right` in apk's order; total on any two strings."""
    return 0 if left == right else compare_tokens(tokens(left), tokens(right), prefix=False)


def matches(version: str, operator: int, constraint: str) -> bool:
    """Whether `version` stands to `constraint` as one of the operator's bits says."""
    if operator & ANY == ANY:
        return True
    order = compare_tokens(tokens(version), tokens(constraint), prefix=bool(operator & FUZZY))
    return bool(operator & (LESS, EQUAL, GREATER)[order + 1])


def compare_tokens(left: list[Token], right: list[Token], *, prefix: bool) -> int:
    """Compare two read versions; with `prefix`, a `right` that ends where they part counts as equal."""
    for (left_kind, left_value), (right_kind, right_value) in zip(left, right, strict=False):
        if left_kind != right_kind:
            return _order_of_kinds(left_kind, left_value, right_kind, right_value, prefix=prefix)
        if left_kind >= END:
            return 0
        if left_value != right_value:
            order = _order_of_values(left_kind, left_value, right_value)
            if order:
                return order
    return 0


def _order_of_kinds(
    left_kind: int, left_value: int | str, right_kind: int, right_value: int | str, *, prefix: bool
) -> int:
    if prefix and right_kind == END:
        return 0
    if left_kind == SUFFIX and int(left_value) <= _LAST_PRE_RELEASE:
        return -1
    if right_kind == SUFFIX and int(right_value) <= _LAST_PRE_RELEASE:
        return 1
    return -1 if left_kind > right_kind else 1


def _order_of_values(kind: int, left: int | str, right: int | str) -> int:
    """Numbers by value, further numbers as text when either begins with a zero, all else by bytes."""
    if kind == NUMBER and str(left)[0] != "0" and str(right)[0] != "0":
        left, right = _value(str(left)), _value(str(right))
    if left == right:
        return 0
    return -1 if left < right else 1  # type: ignore[operator]  # one kind, so one type


def _next_token(text: str, previous: int, at: int) -> tuple[int, int | str, int]:
    """The (kind, value) that begins at `at`, and where it ends. `previous` is -1 at the start."""
    if at == len(text):
        return (END if previous >= 0 else INVALID), 0, at
    first = text[at]
    if previous < 0:
        return _number(text, FIRST_NUMBER, at) if first in _DIGITS else (INVALID, 0, at)
    if first in _DIGITS and previous == SUFFIX:
        return _number(text, SUFFIX_NUMBER, at)
    if first in _READERS and previous <= _READERS[first][0]:
        return _READERS[first][1](text, at + 1) or (INVALID, 0, at)
    if "a" <= first <= "z" and previous <= NUMBER:
        return LETTER, first, at + 1
    return INVALID, 0, at


def _further_number(text: str, at: int) -> tuple[int, str, int] | None:
    end = _span(text, at, _DIGITS)
    return (NUMBER, text[at:end], end) if end > at else None


def _hash(text: str, at: int) -> tuple[int, str, int] | None:
    end = _span(text, at, _HEX)
    return (HASH, text[at:end], end) if end > at else None


def _revision(text: str, at: int) -> tuple[int, int, int] | None:
    end = _span(text, at + 1, _DIGITS)
    return _number(text, REVISION, at + 1) if text[at : at + 1] == "r" and end > at + 1 else None


def _number(text: str, kind: int, at: int) -> tuple[int, int, int]:
    end = _span(text, at, _DIGITS)
    return kind, _value(text[at:end]), end


def _value(digits: str) -> int:
    """The number as 64 bits hold it. `int()` refuses very long strings of digits, so those are read in parts."""
    if len(digits) < 20:
        return int(digits)
    value = 0
    for at in range(0, len(digits), 4000):
        part = digits[at : at + 4000]
        value = (value * pow(10, len(part), _WRAP) + int(part)) % _WRAP
    return value


def _suffix(text: str, at: int) -> tuple[int, int, int] | None:
    end = at
    while end < len(text) and "a" <= text[end] <= "z":
        end += 1
    word = text[at:end]
    if word in SUFFIXES:
        return SUFFIX, SUFFIXES.index(word), end
    return None


def _span(text: str, at: int, characters: str) -> int:
    while at < len(text) and text[at] in characters:
        at += 1
    return at


# By its first character: the last kind that a token may follow, and what reads the rest of it.
_READERS: dict[str, tuple[int, Callable[[str, int], tuple[int, int | str, int] | None]]] = {
    ".": (NUMBER, _further_number),
    "_": (SUFFIX_NUMBER, _suffix),
    "~": (SUFFIX_NUMBER, _hash),
    "-": (HASH, _revision),
}
