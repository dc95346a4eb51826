"""What a check is given: limits as they are written, and what was saved of an earlier run, to hold growth against."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from apkgraph import limits
from apkgraph.audit.budget import Limits
from apkgraph.errors import InputError, UsageError
from apkgraph.image.files import read_file, text_of
from apkgraph.model.size import parse_size

if TYPE_CHECKING:
    from fractions import Fraction

_PERCENT = re.compile(r"^(\d{1,9}(?:\.\d{1,9})?)\s*%?$")
_WHAT = "saved JSON"
_PATHS = {
    ("cost", "total"): ("total", "installed_size"),
    ("cost", "cost"): ("cost", "installed_size"),
    ("dockerfile", "total"): ("total", "image_size"),
    ("image", "total"): ("total", "installed_size"),
}


def read_limits(written: Mapping[str, object], under: Limits | None = None) -> Limits:
    """The limits that are written, over those that are there already; UsageError for one that means nothing."""
    limits = under or Limits()
    for name, value in written.items():
        field, read = _READERS[name]
        try:
            limits = limits._replace(**{field: read(value)})  # type: ignore[arg-type]  # each reader knows its field
        except UsageError as error:
            message = f"{name}: {error}"
            raise UsageError(message) from None
    return limits


def _size(value: object) -> int:
    if not isinstance(value, str | int) or isinstance(value, bool):
        message = f'invalid size {value!r}: write "40MiB", "1.5GB" or a whole number of bytes'
        raise UsageError(message)
    return parse_size(str(value))


def _number(value: object) -> int:
    text = str(value)
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        message = f"invalid number of packages {text!r}: write a whole number, as 60"
        raise UsageError(message)
    return int(text)


def _percent(value: object) -> Fraction:
    from fractions import Fraction

    found = _PERCENT.match(str(value).strip())
    if found is None:
        message = f"invalid percentage {value!r}: write 5%"
        raise UsageError(message)
    return Fraction(found[1]) / 100


def _of(value: object) -> str:
    if value not in ("total", "cost"):
        message = f"invalid value {value!r}: write total or cost"
        raise UsageError(message)
    return str(value)


def _names(value: object) -> tuple[str, ...]:
    return tuple(name for text in _texts(value) for name in text.split(",") if name)


def _licenses(value: object) -> frozenset[str]:
    from apkgraph.audit.licenses import allowed_licenses

    return allowed_licenses(_texts(value))


def _texts(value: object) -> list[str]:
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(text, str) for text in values):
        message = f"invalid value {value!r}: write a word or a list of words"
        raise UsageError(message)
    return values


_READERS: Mapping[str, tuple[str, Callable[[object], object]]] = {
    "allow-license": ("allowed_licenses", _licenses),
    "forbid": ("forbid", _names),
    "growth-floor": ("growth_floor", _size),
    "max-download": ("max_download", _size),
    "max-growth": ("max_growth", _percent),
    "max-installed": ("max_installed", _size),
    "max-packages": ("max_packages", _number),
    "of": ("of", _of),
}


def saved_size(path: str, kind: str, of: str) -> int:
    """The installed bytes that the document at `path` tells for a subject of this kind; InputError if it does not."""
    try:
        document = json.loads(text_of(read_file(path, limits.SAVED_JSON_BYTES, _WHAT), path, _WHAT))
    except (ValueError, RecursionError):
        message = f"{path}: not JSON; save one with apkgraph check --json > {path}"
        raise InputError(message) from None
    schema = document.get("schema") if isinstance(document, dict) else None
    name = str(schema).removeprefix("apkgraph.").partition("/")[0]
    size = _of_check(document, kind, of) if name == "check" else _at(document, _PATHS.get((name, of), ()))
    if size is None or size < 0:
        message = f"{path}: has no installed size of the {of} of {kind}; save one with apkgraph check --json"
        raise InputError(message)
    return size


def _of_check(document: Mapping[str, object], kind: str, of: str) -> int | None:
    subjects = document.get("subjects")
    for subject in subjects if isinstance(subjects, list) else ():
        if isinstance(subject, dict) and subject.get("kind") == kind:
            return _at(subject, (of, "installed_size"))
    return None


def _at(document: object, path: tuple[str, ...]) -> int | None:
    for key in path:
        document = document.get(key) if isinstance(document, dict) else None
    return document if isinstance(document, int) and not isinstance(document, bool) and path else None
