"""Alpine's releases, from releases.json; where that is not available, those that the cache knows."""

from __future__ import annotations

import dataclasses
import json
import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from apkgraph import limits
from apkgraph.errors import MirrorError
from apkgraph.mirror.cache import ArchiveCache, CacheEntry, Metadata, digest, key_of
from apkgraph.mirror.concurrency import run_bounded
from apkgraph.mirror.fetch import Bounds, Clock, fetch
from apkgraph.mirror.layout import checked, local_path
from apkgraph.redaction import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from apkgraph.settings import Settings

IN_CACHE = "cache"
_WORD = re.compile(r"[A-Za-z0-9._-]{1,40}")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Release:
    """One release; dates as YYYY-MM-DD, "" where unknown."""

    name: str
    branched: str
    end_of_life: str
    architectures: tuple[str, ...]
    latest: bool = False


@dataclass(frozen=True, slots=True)
class Releases:
    """The releases, newest first, and how this is known: `source` is a URL as it may be shown, or IN_CACHE."""

    source: str
    releases: tuple[Release, ...]
    fetched_at: int | None
    stale: bool = False


def releases(settings: Settings, warn: Callable[[str], None] | None = None, clock: Clock | None = None) -> Releases:
    """What releases.json lists, cached like an index. Raises MirrorError where not even the cache knows a release."""
    if not settings.releases_url:
        message = f"{settings.distro.title}: no list of its releases is known; choose one with --release"
        raise MirrorError(message)
    tell, time = warn or (lambda _text: None), clock or Clock()
    local = local_path(settings.releases_url) is not None  # such a file is read where it lies
    with ArchiveCache(settings, warn) as cache:
        key = key_of(settings.releases_url)
        entry = None if local else cache.get(key)
        if entry is not None and not _must_ask(settings, entry.metadata, time.now()):
            return _listed(entry)
        try:
            entry = _ask(settings, entry, time)
            if not local:
                cache.put(key, entry)
            return _listed(entry)
        except MirrorError as error:
            return _remembered(cache, key, error, tell)


def _must_ask(settings: Settings, metadata: Metadata, now: float) -> bool:
    return not settings.offline and (settings.refresh or not 0 <= metadata.age(now) < settings.max_age)


def _ask(settings: Settings, entry: CacheEntry | None, time: Clock) -> CacheEntry:
    address = checked(settings.releases_url)
    if settings.offline and local_path(address) is None:
        message = f"{shown(address)}: not in the cache, and --offline is set"
        raise MirrorError(message)
    bounds = Bounds(min(settings.timeout, limits.RELEASES_SECONDS), limits.RELEASES_BYTES, time)
    validators = entry.metadata.validators if entry is not None else None
    answer = run_bounded(partial(fetch, address, bounds, validators), shown(address), bounds.seconds)
    now = int(time.now())
    if answer.data is None:
        if entry is None:
            message = f"{shown(address)}: says that nothing has changed (304), but nothing is cached"
            raise MirrorError(message)
        return CacheEntry(entry.metadata.checked(now, answer.validators), entry.data)
    metadata = Metadata(
        url=shown(address),
        sha256=digest(answer.data),
        size=len(answer.data),
        fetched_at=now,
        checked_at=now,
        etag=answer.validators.etag,
        last_modified=answer.validators.last_modified,
    )
    parse(answer.data, metadata.url)  # what cannot be read is not kept
    return CacheEntry(metadata, answer.data)


def _remembered(cache: ArchiveCache, key: str, error: MirrorError, tell: Callable[[str], None]) -> Releases:
    entry = cache.get(key)
    if entry is not None:
        tell(f"{error}; continuing with the list fetched earlier")
        return dataclasses.replace(_listed(entry), stale=True)
    found = from_cache(cache.entries())
    if not found:
        raise error
    tell(f"{error}; these are the releases that the cache holds")
    return Releases(IN_CACHE, found, None, stale=True)


def _listed(entry: CacheEntry) -> Releases:
    return Releases(entry.metadata.url, parse(entry.data, entry.metadata.url), entry.metadata.fetched_at)


def from_cache(entries: Iterable[Metadata]) -> tuple[Release, ...]:
    """The releases of the indexes that are cached, by name."""
    architectures: dict[str, set[str]] = {}
    for metadata in entries:
        if metadata.release:
            architectures.setdefault(metadata.release, set()).add(metadata.arch)
    return tuple(Release(name, "", "", tuple(sorted(found))) for name, found in sorted(architectures.items()))


def parse(data: bytes, where: str) -> tuple[Release, ...]:
    """The releases in releases.json; MirrorError where it is something else. What it has beyond is left alone."""
    try:
        document = json.loads(data)
        latest = document.get("latest_stable", "")
        return tuple(_release(branch, latest) for branch in document["release_branches"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        message = f"{where}: not a list of releases like alpinelinux.org/releases.json"
        raise MirrorError(message) from None


def _release(branch: dict[str, object], latest: object) -> Release:
    name = branch["rel_branch"]
    architectures = branch.get("arches")
    if not isinstance(name, str) or not isinstance(architectures, list):
        raise TypeError
    if not all(isinstance(word, str) and _WORD.fullmatch(word) for word in (name, *architectures)):
        raise ValueError
    dates = (_date(branch.get("branch_date")), _date(branch.get("eol_date")))
    return Release(name, *dates, tuple(architectures), latest=name == latest)


def _date(value: object) -> str:
    return value if isinstance(value, str) and _DATE.fullmatch(value) else ""
