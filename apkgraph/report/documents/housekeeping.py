"""The JSON documents of fetch, cache, releases and config."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apkgraph.mirror.cache import Sizes
from apkgraph.redaction import shown
from apkgraph.report.documents.parts import timestamp
from apkgraph.settings import NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from apkgraph.mirror.cache import Metadata
    from apkgraph.mirror.releases import Release, Releases
    from apkgraph.mirror.trust import TrustedIndex
    from apkgraph.settings import Settings


def fetched_document(indexes: Iterable[TrustedIndex]) -> dict[str, object]:
    """`apkgraph.fetch/1`."""
    return {"schema": "apkgraph.fetch/1", "indexes": [_index_document(index) for index in indexes]}


def cache_document(directory: str, entries: Iterable[Metadata], sizes: Sizes) -> dict[str, object]:
    """`apkgraph.cache/1`: what is kept, and the bytes of each part."""
    return {
        "schema": "apkgraph.cache/1",
        "directory": directory,
        "indexes": [_entry_document(about) for about in entries if about.repository],
        **{part: {"size": size} for part, size in sizes._asdict().items()},
    }


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


def config_document(settings: Settings) -> dict[str, object]:
    """`apkgraph.config/1`: each setting's value and source; addresses without credentials."""
    found = [{"name": n, "value": shown_value(n, settings), "source": settings.sources[n]} for n in NAMES]
    return {"schema": "apkgraph.config/1", "settings": found}


def shown_value(name: str, settings: Settings) -> object:
    """A setting's value as it is shown: without credentials."""
    value = getattr(settings, name)
    if name == "distro":
        return str(value)
    if name in ("mirror", "releases_url"):
        return shown(value)
    if isinstance(value, tuple):
        return [" ".join(map(shown, line.split())) for line in value]
    return value


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
