"""JSON as `json` reads and writes it, by the compiled part of it alone: `json` itself imports `re`, which is dear."""

from __future__ import annotations

from _json import encode_basestring_ascii, make_encoder, make_scanner

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class _Reader:
    """What the scanner asks of a decoder: the types that it makes of JSON's."""

    strict = True
    object_hook = None
    object_pairs_hook = None
    parse_float = float
    parse_int = int
    parse_constant = float  # NaN and the infinities


def _refuse(value: object) -> None:
    message = f"Object of type {type(value).__name__} is not JSON serializable"
    raise TypeError(message)


_scan = make_scanner(_Reader)  # type: ignore[arg-type]  # typeshed has its own class there
_encode = make_encoder(None, _refuse, encode_basestring_ascii, None, ":", ",", False, False, True)  # has no keywords


def decode(text: str) -> Any:
    """The value that a whole text spells, without space around it. Raises ValueError, RecursionError."""
    try:
        value, end = _scan(text, 0)
    except StopIteration:
        end = -1
    if end != len(text):
        message = "not JSON"
        raise ValueError(message)
    return value


def encode(value: object) -> str:
    """A value on one line, in ASCII, without spaces. Raises TypeError, RecursionError."""
    return "".join(_encode(value, 0))


def indented(value: object, line: str = "\n") -> str:
    """A value with two spaces a level; `line` is a line break with the indent of the value itself."""
    if not value or not isinstance(value, dict | list | tuple):
        return encode(value)
    inner = line + "  "
    parts = []
    if isinstance(value, dict):
        opening, closing = "{}"
        for key, each in value.items():
            parts.append(f"{encode_basestring_ascii(key)}: {indented(each, inner)}")
    else:
        opening, closing = "[]"
        for each in value:
            parts.append(indented(each, inner))  # noqa: PERF401 # a comprehension would be one more frame a level
    return f"{opening}{inner}{f',{inner}'.join(parts)}{line}{closing}"
