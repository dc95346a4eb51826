"""What fetch, cache, releases and config say, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apkgraph.model.size import format_size
from apkgraph.report.blocks import Column, Table, line
from apkgraph.report.documents.housekeeping import shown_value
from apkgraph.settings import NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from apkgraph.mirror.cache import Metadata, Sizes
    from apkgraph.mirror.releases import Releases
    from apkgraph.mirror.trust import TrustedIndex
    from apkgraph.report.blocks import Block
    from apkgraph.settings import Settings

_UNITS = ((604800, "w"), (86400, "d"), (3600, "h"), (60, "m"))
_RELEASE, _ARCH, _REPOSITORY, _SIGNED = Column("RELEASE"), Column("ARCH"), Column("REPOSITORY"), Column("SIGNED BY")
_FETCHED = (_RELEASE, _ARCH, _REPOSITORY, Column("DESCRIPTION", flexible=True), Column("SIZE", right=True), _SIGNED)
_CACHED = (
    _RELEASE,
    _ARCH,
    _REPOSITORY,
    Column("SIZE", right=True),
    Column("AGE", right=True),
    Column("MIRROR", flexible=True),
    Column("SIGNED BY", flexible=True),
)
_RELEASES = (_RELEASE, Column("SINCE"), Column("END OF LIFE"), Column("ARCHITECTURES", wrapped=True))
_SETTINGS = (Column(""), Column("", wrapped=True), Column("", wrapped=True))


def fetched(indexes: Iterable[TrustedIndex]) -> list[Block]:
    """A row an index: where it is from, its description, its size, its signer."""
    rows = [
        (
            index.repository.release or "-",
            index.repository.arch,
            index.repository.name,
            index.description,
            format_size(index.archive_size),
            "stale" if index.stale else index.signed_by or "untrusted",
        )
        for index in indexes
    ]
    return [Table(_FETCHED, rows)]


def cached(directory: str, entries: Sequence[Metadata], sizes: Sizes, now: float) -> list[Block]:
    """A row an index, and what takes room."""
    rows = [
        (
            about.release or "-",
            about.arch or "-",
            about.repository or about.url,
            format_size(about.size),
            age(about.age(now)),
            about.url.partition(f"/{about.release}/")[0] if about.release else "-",
            about.signed_by or "-",
        )
        for about in entries
    ]
    archives, universes, ranks, older = map(format_size, sizes)
    last = f"{directory}: {archives} in archives, {universes} compiled from them, {ranks} in rankings"
    if sizes.older:
        last += f", {older} of older formats"
    return [*([Table(_CACHED, rows)] if rows else []), line(last)]


def cleared(directory: str, freed: int) -> list[Block]:
    """What a clear has freed."""
    return [line(f"{directory}: {format_size(freed)} freed")]


def releases(found: Releases, today: str) -> list[Block]:
    """A row a release; `today` is YYYY-MM-DD, by which a release is over or not."""
    rows = []
    for release in found.releases:
        end = release.end_of_life
        if end:
            end += " (over)" if end < today else ""
        name = release.name + (" (latest-stable)" if release.latest else "")
        rows.append((name, release.branched or "-", end or "-", ", ".join(release.architectures)))
    return [Table(_RELEASES, rows)]


def config(settings: Settings) -> list[Block]:
    """A row a setting: its name, its value, where that came from."""
    rows = [(name, _words(name, shown_value(name, settings)), settings.sources[name]) for name in NAMES]
    return [Table(_SETTINGS, rows, header=False)]


def age(seconds: float) -> str:
    """An age in its largest unit: `3h`, `2d`; `0s` for what a clock that went back makes younger than now."""
    for size, letter in _UNITS:
        if seconds >= size:
            return f"{int(seconds // size)}{letter}"
    return f"{max(0, int(seconds))}s"


def _words(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(value) or "-"
    if name in ("max_age", "timeout") and isinstance(value, int):
        return _duration(value)
    return "-" if value is None else str(value)


def _duration(seconds: int) -> str:
    for size, letter in _UNITS:
        if seconds and seconds % size == 0:
            return f"{seconds // size}{letter}"
    return f"{seconds}s"
