"""Edits of a file's text: applied, shown as a unified diff, and written whole or not at all."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from difflib import unified_diff

from apkgraph.errors import InputError
from apkgraph.redaction import Redactor

_CONTEXT = 3  # lines around a change, as diff -u has them


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Characters `start` to `end` of a text replaced by others."""

    start: int
    end: int
    text: str


class ConflictingEditsError(Exception):
    """Two edits want different things of the same characters."""

    def __init__(self, first: Edit, second: Edit) -> None:
        super().__init__(f"{first.text} and {second.text} would be written in the same place")
        self.first = first
        self.second = second


def apply(text: str, edits: Iterable[Edit]) -> str:
    """The text with all edits made. Raises ConflictingEditsError where two overlap and are not the same."""
    parts: list[str] = []
    at = 0
    last: Edit | None = None
    for edit in sorted(set(edits)):
        if last is not None and edit.start < last.end:
            raise ConflictingEditsError(last, edit)
        parts += [text[at : edit.start], edit.text]
        at, last = edit.end, edit
    return "".join([*parts, text[at:]])


def diff(path: str, before: str, after: str, redact: Redactor | None = None) -> str:
    """The change as a unified diff that `patch -p1` takes; "" where there is none.

    Line endings are kept. Context that holds a secret is left out; where a changed line holds one, it is redacted.
    """
    redact = redact or Redactor()
    text = _diff(path, before, after, _CONTEXT)
    return text if redact(text) == text else redact(_diff(path, before, after, 0))


def _diff(path: str, before: str, after: str, context: int) -> str:
    name = path.lstrip("/")
    lines = unified_diff(_lines(before), _lines(after), f"a/{name}", f"b/{name}", n=context)
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _lines(text: str) -> list[str]:
    """The lines with their ends; only a newline ends one, as for diff and patch."""
    parts = text.split("\n")
    return [f"{part}\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def write(path: str, before: str, after: str) -> None:
    """Put `after` in the place of `before`: a new file beside it is written, and then renamed over it.

    The mode is kept. Raises InputError, and leaves the file as it is, where `path` is a symbolic link, is read-only,
    is not a regular file, or no longer holds `before`.
    """
    mode = check(path, before)
    try:
        _replace(path, after.encode(), mode)
    except OSError as error:
        message = f"{path}: not written: {error.strerror or error}"
        raise InputError(message) from None


def check(path: str, before: str) -> int:
    """The mode of a file that holds `before` and that may be replaced. Raises InputError as `write` does."""
    try:
        mode = _checked_mode(path)
        with open(path, "rb") as file:
            if file.read(len(before.encode()) + 1) != before.encode():
                message = f"{path}: not written: it has changed since it was read"
                raise InputError(message)
    except OSError as error:
        message = f"{path}: not written: {error.strerror or error}"
        raise InputError(message) from None
    return mode


def _checked_mode(path: str) -> int:
    mode = os.lstat(path).st_mode
    if stat.S_ISLNK(mode):
        message = f"{path}: not written: it is a symbolic link to {os.readlink(path)}; name that file"
        raise InputError(message)
    if not stat.S_ISREG(mode):
        message = f"{path}: not written: it is not a regular file"
        raise InputError(message)
    if not mode & stat.S_IWUSR or not os.access(path, os.W_OK):
        message = f"{path}: not written: it is read-only"
        raise InputError(message)
    return stat.S_IMODE(mode)


def _replace(path: str, data: bytes, mode: int) -> None:
    directory, name = os.path.split(path)
    _remove_leftovers(directory, name)
    beside = os.path.join(directory, f".{name}.{os.getpid()}.{os.urandom(4).hex()}.part")
    try:
        with open(beside, "xb", opener=_private) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(beside, mode)
        os.replace(beside, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(beside)
        raise


def _remove_leftovers(directory: str, name: str) -> None:
    """Remove the new files of writers of `name` that were killed: each has its process in its own name."""
    leftover = re.compile(rf"\.{re.escape(name)}\.([0-9]{{1,9}})\.[0-9a-f]{{8}}\.part")
    for entry in os.listdir(directory or "."):
        found = leftover.fullmatch(entry)
        if found and not _is_running(int(found[1])):
            with suppress(OSError):
                os.unlink(os.path.join(directory, entry))


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # another user's
        return True
    return True


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
