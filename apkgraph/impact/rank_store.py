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
    from collections.abc import Iterable

_FORMAT = 1
_TYPES = tuple(map(type, RankRow("", "", "", "", True, 0, 0, 0, 0, 0, 0)))


class RankStore:
    """Rows of one universe (`key`: its indexes and base), each a JSON array on a line of its own.

    `NAME.ndjson` is whole: it appears by renaming, with the number of its rows in the first line. `NAME.part` grows by
    whole lines appended at once, by any number of processes; a line that is cut or no row is left out. Another version
    of apkgraph begins anew, as it may solve otherwise.
    """

    def __init__(self, directory: str, key: str) -> None:
        name = sha256(f"{_FORMAT} {__version__} {key}".encode()).hexdigest()
        self._directory = Path(directory) / "rank"
        self._whole = self._directory / f"{name}.ndjson"
        self._part = self._directory / f"{name}.part"

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
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        text = "".join(_line(row) for row in rows)
        handle = os.open(self._part, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, ("\n" + text).encode())  # the newline ends a line that was cut
        finally:
            os.close(handle)

    def finish(self, rows: list[RankRow]) -> None:
        """Keep all rows, and forget the part."""
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._directory, prefix=".rank-")
        with open(handle, "w", encoding="ascii") as file:
            file.write(_head(len(rows)) + "\n")
            file.writelines(_line(row) for row in rows)
        os.replace(name, self._whole)
        self._part.unlink(missing_ok=True)


def _head(count: int) -> str:
    return json.dumps({"format": _FORMAT, "rows": count})


def _line(row: RankRow) -> str:
    return json.dumps(row, separators=(",", ":")) + "\n"


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="ascii").splitlines()
    except (FileNotFoundError, UnicodeDecodeError):
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
