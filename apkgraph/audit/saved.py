"""What was saved of an earlier run, to hold growth against: any JSON document of this program that tells a size."""

from __future__ import annotations

import json
from collections.abc import Mapping

from apkgraph import limits
from apkgraph.errors import InputError
from apkgraph.image.files import read_file, text_of

_WHAT = "saved JSON"
_PATHS = {
    ("cost", "total"): ("total", "installed_size"),
    ("cost", "cost"): ("cost", "installed_size"),
    ("dockerfile", "total"): ("total", "image_size"),
    ("image", "total"): ("total", "installed_size"),
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
