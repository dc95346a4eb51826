"""From settings to trusted index texts: what is cached and young, else what the mirror has, else what is cached.

repositories → kept → asked side by side → verified → kept again → TrustedIndex
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from time import gmtime, strftime
from typing import TYPE_CHECKING

from apkgraph import limits
from apkgraph.errors import ApkgraphError, MirrorError, TrustError
from apkgraph.mirror.cache import ArchiveCache, CacheEntry, Metadata, digest, key_of
from apkgraph.mirror.concurrency import Progress, SerializedProgress, run_concurrently
from apkgraph.mirror.diagnose import explain, pointed_at
from apkgraph.mirror.fetch import Bounds, Clock, Fetched, NotOnMirrorError, Validators, fetch
from apkgraph.mirror.layout import named
from apkgraph.mirror.repositories import repositories as repositories_of
from apkgraph.mirror.trust import TrustedIndex, newest_build, trust

if TYPE_CHECKING:
    from apkgraph.mirror.layout import Repository
    from apkgraph.settings import Settings

__all__ = ["TrustedIndex", "obtain"]

Warn = Callable[[str], None]
Check = Callable[[TrustedIndex], None]

_SKEW = 60  # seconds that a clock may have been set back since an index was checked


@dataclass(frozen=True, slots=True)
class _Known:
    """What the cache holds of one repository: verified, and what was read from it."""

    entry: CacheEntry
    index: TrustedIndex


def obtain(
    settings: Settings,
    progress: Progress | None = None,
    repositories: Sequence[Repository] | None = None,
    *,
    warn: Warn | None = None,
    clock: Clock | None = None,
    check: Check | None = None,
) -> tuple[TrustedIndex, ...]:
    """The trusted index of each repository, in order; those that must be fetched are fetched concurrently.

    Where the mirror fails, or sends what cannot be trusted, the last good index is used and marked stale.
    `check` may refuse what came, by raising a TrustError, before it is kept in place of what was there.
    Raises MirrorError and TrustError where there is none; UsageError for a release or architecture that the mirror
    does not have; what the other repositories sent is still kept.
    """
    wanted = tuple(repositories if repositories is not None else repositories_of(settings))
    time = clock or Clock()
    with ArchiveCache(settings, warn) as cache:
        source = _Source(settings, cache, warn or _ignore, time, check or _ignore)
        known = [source.known(repository) for repository in wanted]
        with SerializedProgress(progress) as announcer:
            answers = source.ask(wanted, known, announcer)
        results = [source.settle(*each) for each in zip(wanted, known, answers, strict=True)]
    for repository, result in zip(wanted, results, strict=True):
        if isinstance(result, NotOnMirrorError):
            raise explain(result, repository, settings, time)
        if isinstance(result, ApkgraphError):
            raise _with_ways_on(result)
        if result.doubt:
            message = f"{result.repository.url} ({result.repository.arch}): {result.doubt}"
            if settings.strict:
                raise TrustError(message)
            (warn or _ignore)(message)
    return tuple(result for result in results if isinstance(result, TrustedIndex))


class _Source:
    """One run's tools, and the steps that each repository goes through."""

    def __init__(self, settings: Settings, cache: ArchiveCache, warn: Warn, clock: Clock, check: Check) -> None:
        self._settings = settings
        self._cache = cache
        self._warn = warn
        self._clock = clock
        self._check = check

    def known(self, repository: Repository) -> _Known | None:
        """What is cached and can be trusted today. Files of this machine are read where they lie."""
        if repository.path is not None:
            return None
        entry = self._cache.get(key_of(repository.index))
        if entry is None:
            return None
        try:
            return _Known(entry, self._trust(repository, entry.data, entry.metadata))
        except TrustError as error:
            self._warn(f"a cached index is not used: {error}")
            return None

    def ask(
        self, wanted: Sequence[Repository], known: Sequence[_Known | None], progress: Progress
    ) -> list[Fetched | ApkgraphError | None]:
        """The mirror's answer for each repository, None for those that it is not asked for."""
        asked = [number for number, each in enumerate(known) if self._must_ask(wanted[number], each)]
        jobs = [partial(self._fetch, wanted[number], known[number], progress) for number in asked]
        names = [wanted[number].url for number in asked]
        answers = dict(zip(asked, run_concurrently(jobs, names, self._settings.timeout), strict=True))
        return [answers.get(number) for number in range(len(wanted))]

    def settle(
        self, repository: Repository, known: _Known | None, answer: Fetched | ApkgraphError | None
    ) -> TrustedIndex | ApkgraphError:
        """The index to use, by what is known and what the mirror answered; or why there is none."""
        if answer is None:
            return self._unasked(repository, known)
        try:
            if isinstance(answer, ApkgraphError):
                raise answer
            return self._take(repository, known, answer)
        except (MirrorError, TrustError) as error:
            if known is None:
                return error
            self._warn(f"{error}; continuing with the index fetched earlier")
            return _marked(known.index)

    def _must_ask(self, repository: Repository, known: _Known | None) -> bool:
        if repository.path is not None:
            return True
        return not self._settings.offline and (
            known is None or self._settings.refresh or not self._is_young(known.entry.metadata)
        )

    def _is_young(self, metadata: Metadata) -> bool:
        return -_SKEW <= metadata.age(self._clock.now()) < self._settings.max_age

    def _fetch(self, repository: Repository, known: _Known | None, progress: Progress) -> Fetched:
        bounds = Bounds(self._settings.timeout, limits.ARCHIVE_BYTES, self._clock)
        validators = known.entry.metadata.validators if known is not None else Validators()
        announce = partial(progress, " ".join(filter(None, (repository.release, repository.name, repository.arch))))
        try:
            return fetch(repository.index, bounds, validators, announce)
        except NotOnMirrorError:
            target = pointed_at(self._settings, repository.release, self._clock) if repository.release else None
            if target is None:
                raise
            pattern = self._settings.distro.layout_of(repository.name) or self._settings.distro.layout
            there = named(self._settings.mirror, pattern, target, repository.name, repository.arch)
            return fetch(there.index, bounds, validators, announce)

    def _unasked(self, repository: Repository, known: _Known | None) -> TrustedIndex | ApkgraphError:
        if known is None:
            missing = f"{repository.url}: not in the cache for {repository.arch}"
            return MirrorError(f"{missing}, and --offline is set; run `apkgraph fetch` while online")
        if self._settings.offline and not self._is_young(known.entry.metadata):
            self._warn(
                f"{repository.url}: older than the maximum age, and --offline is set; run `apkgraph fetch` while online"
            )
            return _marked(known.index)
        return known.index

    def _take(self, repository: Repository, known: _Known | None, answer: Fetched) -> TrustedIndex:
        now = int(self._clock.now())
        if answer.data is None:
            return self._unchanged(repository, known, answer.validators)
        metadata = _metadata(repository, answer, answer.data, now)
        index = self._trust(repository, answer.data, metadata)
        if repository.path is None:
            self._check(index)
            self._refuse_older(known, index)
            metadata = dataclasses.replace(metadata, signed_by=index.signed_by, description=index.description)
            if index.signed_by or known is None or not known.entry.metadata.signed_by:
                self._cache.put(key_of(repository.index), CacheEntry(metadata, answer.data))
        return index

    def _refuse_older(self, known: _Known | None, index: TrustedIndex) -> None:
        """Refuse an index that is older than the one it would replace, unless the user asks for it."""
        if known is None or (self._settings.refresh and self._settings.allow_older):
            return
        if index.signed_by and not known.index.signed_by:
            return  # what nobody trusted has signed keeps nothing out
        before, now = newest_build(known.index), newest_build(index)
        if 0 < now < before:
            days = [strftime("%Y-%m-%d", gmtime(seconds)) for seconds in (now, before)]
            message = (
                f"{index.repository.url}: an index of {days[0]} in place of a newer one of {days[1]}; "
                "--refresh --allow-older accepts it"
            )
            raise TrustError(message)

    def _unchanged(self, repository: Repository, known: _Known | None, validators: Validators) -> TrustedIndex:
        if known is None:
            message = f"{repository.url}: the mirror says that nothing has changed (304), but nothing is cached"
            raise MirrorError(message)
        metadata = known.entry.metadata.checked(self._clock.now(), validators)
        self._cache.put(key_of(repository.index), CacheEntry(metadata, known.entry.data))
        return dataclasses.replace(known.index, checked_at=metadata.checked_at)

    def _trust(self, repository: Repository, data: bytes, metadata: Metadata) -> TrustedIndex:
        return trust(self._settings, repository, data, metadata)


def _with_ways_on(error: ApkgraphError) -> ApkgraphError:
    """Add what to do without a network and without a cached index."""
    if not isinstance(error, MirrorError) or "no network" not in str(error):
        return error
    ways = "try --sample (the built-in index), --mirror PATH (a local copy) or a proxy (HTTPS_PROXY)"
    return MirrorError(f"{error}; {ways}")


def _ignore(_told: object) -> None:
    """Discard progress."""


def _marked(index: TrustedIndex) -> TrustedIndex:
    return dataclasses.replace(index, stale=True)


def _metadata(repository: Repository, answer: Fetched, data: bytes, now: int) -> Metadata:
    return Metadata(
        url=repository.url,
        sha256=digest(data),
        size=len(data),
        fetched_at=now,
        checked_at=now,
        etag=answer.validators.etag,
        last_modified=answer.validators.last_modified,
        repository=repository.name,
        release=repository.release,
        arch=repository.arch,
    )
