"""The ranks of a universe kept in the cache: lines of JSON, whole or as far as somebody came."""

from __future__ import annotations

import json
import os
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from apkgraph import __version__
from apkgraph.impact.rank import RankRow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_FORMAT = 1
_MOST_FILES = 12  # the oldest go
_TYPES = tuple(map(type, RankRow("", "", "", "", True, 0, 0, 0, 0, 0, 0)))


class RankStore:
    """Rows of one universe (`key`: its indexes and base), each a JSON array on a line of its own.

    `NAME.ndjson` is whole: it appears by renaming, with the number of its rows in the first line. `NAME.part` grows by
    whole lines appended at once, by any number of processes; a line that is cut or no row is left out. Another version
    of apkgraph begins anew, as it may solve otherwise. Where there is no directory, or nothing can be written there
    (which `warn` is told once), nothing is kept.
    """

    def __init__(self, directory: str | None, key: str, warn: Callable[[str], None]) -> None:
        name = sha256(f"{_FORMAT} {__version__} {key}".encode()).hexdigest()
        self._directory = None if directory is None else Path(directory)
        self._whole = Path(directory or os.devnull, f"{name}.ndjson")
        self._part = Path(directory or os.devnull, f"{name}.part")
        self._warn = warn

    def load(self) -> list[RankRow] | None:
        """All rows, None where they are not there or not whole."""
        lines = _lines(self._whole)
        if not lines or lines[0] != _head(len(lines) - 1):
            return None
        rows = _rows(lines[1:])
        return rows if len(rows) == len(lines) - 1 else None

    def load_part(self) -> dict[str, RankRow]:
        """What there is so far, by name."""
        return {row.name: row for row in _rows(_lines(self._part))}

    def append(self, rows: Iterable[RankRow]) -> None:
        """Keep some more rows."""
        text = "\n" + "".join(_line(row) for row in rows)  # the newline ends a line that was cut
        if self._directory is not None:
            try:
                _append(self._part, text.encode())
            except OSError as error:
                self._give_up(error)

    def finish(self, rows: Iterable[RankRow]) -> None:
        """Keep all rows, and forget the part and the oldest rankings."""
        lines = [_line(row) for row in rows]
        if self._directory is not None:
            try:
                _write_whole(self._whole, [_head(len(lines)) + "\n", *lines])
                self._part.unlink(missing_ok=True)
                _prune(self._directory)
            except OSError as error:
                self._give_up(error)

    def _give_up(self, error: OSError) -> None:
        self._warn(f"the ranking cannot be kept ({error.strerror}); going on without it")
        self._directory = None


def _append(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, data)
    finally:
        os.close(handle)


def _write_whole(path: Path, lines: Iterable[str]) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".rank-")
    try:
        with open(handle, "w", encoding="ascii") as file:
            file.writelines(lines)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def _prune(directory: Path) -> None:
    files = sorted(directory.iterdir(), key=lambda path: path.stat().st_mtime)
    for path in files[:-_MOST_FILES]:
        path.unlink(missing_ok=True)


def _head(count: int) -> str:
    return json.dumps({"format": _FORMAT, "rows": count})


def _line(row: RankRow) -> str:
    return json.dumps(row, separators=(",", ":")) + "\n"


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        return []


def _rows(lines: Iterable[str]) -> list[RankRow]:
    rows = []
    for line in lines:
        try:
            values = json.loads(line)
        except ValueError:
            continue
        if isinstance(values, list) and tuple(map(type, values)) == _TYPES:
            rows.append(RankRow(*values))
    return rows
