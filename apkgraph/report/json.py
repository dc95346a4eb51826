"""Documents as JSON: ASCII only, so that nothing in an index can reach a terminal raw."""

from __future__ import annotations

from json import dumps

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def to_json(value: Mapping[str, object]) -> str:
    """One object, indented for people who look at it."""
    return dumps(value, indent=2) + "\n"


def to_json_lines(values: Iterable[Mapping[str, object]]) -> str:
    """One object on each line (NDJSON)."""
    return "".join(dumps(value, separators=(",", ":")) + "\n" for value in values)
