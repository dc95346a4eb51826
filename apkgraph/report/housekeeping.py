"""What the housekeeping commands (fetch, cache, releases, config) say, as documents and as aligned text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apkgraph.impact.document import timestamp
from apkgraph.mirror.contents import Sizes
from apkgraph.model.size import format_size
from apkgraph.redaction import shown
from apkgraph.report.columns import align
from apkgraph.report.text import clean
from apkgraph.settings import NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from apkgraph.mirror.cache import Metadata
    from apkgraph.mirror.releases import Release, Releases
    from apkgraph.mirror.trust import TrustedIndex
    from apkgraph.settings import Settings

_UNITS = ((604800, "w"), (86400, "d"), (3600, "h"), (60, "m"))


def fetched_document(indexes: Iterable[TrustedIndex]) -> dict[str, object]:
    """`apkgraph.fetch/1`."""
    return {"schema": "apkgraph.fetch/1", "indexes": [_index_document(index) for index in indexes]}


def fetched_text(indexes: Iterable[TrustedIndex]) -> str:
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
    return _text(rows, right=(4,))


def cache_document(directory: str, entries: Iterable[Metadata], sizes: Sizes) -> dict[str, object]:
    """`apkgraph.cache/1`: what is kept, and the bytes of each part."""
    return {
        "schema": "apkgraph.cache/1",
        "directory": directory,
        "indexes": [_entry_document(about) for about in entries if about.repository],
        **{part: {"size": size} for part, size in sizes._asdict().items()},
    }


def cache_text(directory: str, entries: Sequence[Metadata], sizes: Sizes, now: float) -> str:
    """A row an index, and what takes room."""
    rows = [("RELEASE", "ARCH", "REPOSITORY", "SIZE", "AGE", "SIGNED BY")] if entries else []
    rows += [
        (
            about.release or "-",
            about.arch or "-",
            about.repository or about.url,
            format_size(about.size),
            age_text(about.age(now)),
            about.signed_by or "-",
        )
        for about in entries
    ]
    archives, universes, ranks, older = map(format_size, sizes)
    last = f"{directory}: {archives} in archives, {universes} compiled from them, {ranks} in rankings"
    if sizes.older:
        last += f", {older} of older formats"
    return _text(rows, right=(3, 4)) + clean(last) + "\n"


def cleared_document(directory: str, freed: int) -> dict[str, object]:
    """`apkgraph.cache/1` after a clear: nothing is there, `freed` bytes are free again."""
    return {**cache_document(directory, (), Sizes()), "freed": freed}


def releases_document(found: Releases) -> dict[str, object]:
    """`apkgraph.releases/1`."""
    return {
        "schema": "apkgraph.releases/1",
        "source": found.source,
        "fetched_at": timestamp(found.fetched_at),
        "stale": found.stale,
        "releases": [_release_document(release) for release in found.releases],
    }


def releases_text(found: Releases, today: str) -> str:
    """A row a release; `today` is YYYY-MM-DD, by which a release is over or not."""
    rows = [("RELEASE", "SINCE", "END OF LIFE", "ARCHITECTURES")]
    for release in found.releases:
        end = release.end_of_life
        if end:
            end += " (over)" if end < today else ""
        name = release.name + (" (latest-stable)" if release.latest else "")
        rows.append((name, release.branched or "-", end or "-", ", ".join(release.architectures)))
    return _text(rows)


def config_document(settings: Settings) -> dict[str, object]:
    """`apkgraph.config/1`: each setting's value and source; addresses without credentials."""
    found = [{"name": n, "value": _shown_value(n, settings), "source": settings.sources[n]} for n in NAMES]
    return {"schema": "apkgraph.config/1", "settings": found}


def config_text(settings: Settings) -> str:
    """A row a setting: its name, its value, where that came from."""
    return _text([(name, _words(name, _shown_value(name, settings)), settings.sources[name]) for name in NAMES])


def age_text(seconds: float) -> str:
    """An age in its largest unit: `3h`, `2d`; `0s` for what a clock that went back makes younger than now."""
    for size, letter in _UNITS:
        if seconds >= size:
            return f"{int(seconds // size)}{letter}"
    return f"{max(0, int(seconds))}s"


def _shown_value(name: str, settings: Settings) -> object:
    value = getattr(settings, name)
    if name == "distro":
        return str(value)
    if name in ("mirror", "releases_url"):
        return shown(value)
    if isinstance(value, tuple):
        return [" ".join(map(shown, line.split())) for line in value]
    return value


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


def _index_document(index: TrustedIndex) -> Mapping[str, object]:
    return {
        "release": index.repository.release or None,
        "arch": index.repository.arch,
        "repository": index.repository.name,
        "url": index.repository.url,
        "description": index.description,
        "size": index.archive_size,
        "sha256": index.archive_sha256,
        "signed_by": index.signed_by or None,
        "fetched_at": timestamp(index.fetched_at),
        "stale": index.stale,
    }


def _entry_document(about: Metadata) -> Mapping[str, object]:
    return {
        "release": about.release or None,
        "arch": about.arch,
        "repository": about.repository,
        "url": about.url,
        "description": about.description,
        "size": about.size,
        "sha256": about.sha256,
        "signed_by": about.signed_by or None,
        "fetched_at": timestamp(about.fetched_at),
        "checked_at": timestamp(about.checked_at),
    }


def _release_document(release: Release) -> Mapping[str, object]:
    return {
        "name": release.name,
        "branched": release.branched or None,
        "end_of_life": release.end_of_life or None,
        "architectures": list(release.architectures),
        "latest": release.latest,
    }


def _text(rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> str:
    return "".join(line + "\n" for line in align([tuple(map(clean, row)) for row in rows], right=right))
