"""The ranks of a universe: kept in the cache, or else worked out and kept there."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

from apkgraph import __version__, limits
from apkgraph.errors import ApkgraphError
from apkgraph.impact.rank import RankRow, rank_universe
from apkgraph.index.compile import write_whole
from apkgraph.loading import load_universe
from apkgraph.mirror.directory import RANKS, UnusableCacheError, cache_directory
from apkgraph.settings import NAMES, Settings
from apkgraph.solve.problem import InitialState
from apkgraph.solve.solver import add

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from apkgraph.impact.rank import Add
    from apkgraph.index.universe import Universe

    Progress = Callable[[int, int], None]
    Warn = Callable[[str], None]

_FORMAT = 2
_TYPES = tuple(map(type, RankRow("", "", "", "", True, 0, 0, 0, 0, 0, 0)))


def ranks(settings: Settings, universe: Universe, jobs: int, progress: Progress, warn: Warn) -> list[RankRow]:
    """What every name of the settings' universe costs, by `jobs` processes where there is a cache that they share."""
    try:
        directory = cache_directory(settings, RANKS)
    except UnusableCacheError as error:
        warn(str(error))
        directory = None
    store = RankStore(directory, universe.key, warn)
    rows = store.load()
    if rows is not None:
        return rows
    again = partial(_open_from_cache, {name: getattr(settings, name) for name in NAMES})
    if jobs > 1 and _opens(again):
        return rank_universe(again, store, jobs, progress)
    return rank_universe(partial(_with_add, universe), store, 1, progress)


def _opens(open_universe: Callable[[], object]) -> bool:
    """Whether other processes could have the universe, too: not where there is no cache to have it from."""
    try:
        open_universe()
    except ApkgraphError:
        return False
    return True


def _open_from_cache(chosen: dict[str, object]) -> tuple[Universe, Add]:
    settings = Settings({**chosen, "refresh": False, "offline": not chosen["sample"]}, {})
    return _with_add(load_universe(settings))


def _with_add(universe: Universe) -> tuple[Universe, Add]:
    initial = InitialState(universe)
    return universe, lambda request: add(initial, universe.base_world, request)


class RankStore:
    """Rows of one universe (`key`: its indexes and base), each a checksum and a JSON array on a line of its own.

    `NAME.ndjson` is whole: it appears by renaming, with the number of its rows in the first line. `NAME.part` grows by
    whole lines appended at once, by any number of processes; a line that is cut or no row is left out. Another version
    of apkgraph starts again, as it may solve differently. Where there is no directory, or nothing can be written there
    (`warn` says so once), nothing is kept.
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
                if not self._part.exists():
                    _prune(self._directory)
                _append(self._part, text.encode())
            except OSError as error:
                self._give_up(error)

    def finish(self, rows: Iterable[RankRow]) -> None:
        """Keep all rows, and forget the part and the oldest rankings."""
        lines = [_line(row) for row in rows]
        if self._directory is not None:
            try:
                write_whole(str(self._whole), "".join([_head(len(lines)) + "\n", *lines]).encode())
                self._part.unlink(missing_ok=True)
                _prune(self._directory)
            except OSError as error:
                self._give_up(error)

    def _give_up(self, error: OSError) -> None:
        self._warn(f"the ranking cannot be kept ({error.strerror}); continuing without it")
        self._directory = None


def _append(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, data)
    finally:
        os.close(handle)


def _prune(directory: Path) -> None:
    """Leave the newest. Others may do the same at the same time."""
    written: list[tuple[float, Path]] = []
    for path in directory.iterdir():
        with suppress(FileNotFoundError):
            written.append((path.stat().st_mtime, path))
    for _, path in sorted(written)[: -limits.RANKINGS]:
        path.unlink(missing_ok=True)


def _head(count: int) -> str:
    return json.dumps({"format": _FORMAT, "rows": count})


def _line(row: RankRow) -> str:
    text = json.dumps(row, separators=(",", ":"))
    return f"{crc32(text.encode()):08x} {text}\n"


def _lines(path: Path) -> list[str]:
    try:
        with path.open(encoding="ascii") as file:
            return file.read(limits.RANKING_BYTES).splitlines()
    except (OSError, UnicodeDecodeError):
        return []


def _rows(lines: Iterable[str]) -> list[RankRow]:
    rows = []
    for line in lines:
        checksum, _, text = line.partition(" ")
        if checksum != f"{crc32(text.encode()):08x}":
            continue
        try:
            values = json.loads(text)
        except (ValueError, RecursionError):
            continue
        if isinstance(values, list) and tuple(map(type, values)) == _TYPES:
            rows.append(RankRow(*values))
    return rows
