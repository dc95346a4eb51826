"""What a mirror has, looked at once it did not have what was asked for, so that the error can say so."""

from __future__ import annotations

import os
import re
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import unquote

from apkgraph import limits
from apkgraph.distro.profile import release_number
from apkgraph.errors import ApkgraphError, MirrorError, UsageError
from apkgraph.mirror.cache import ArchiveCache
from apkgraph.mirror.concurrency import run_bounded
from apkgraph.mirror.fetch import Bounds, Clock, NotOnMirrorError, fetch
from apkgraph.mirror.layout import INDEX_FILE, checked, join, local_path
from apkgraph.mirror.releases import IN_CACHE, from_cache, releases
from apkgraph.redaction import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apkgraph.mirror.layout import Repository
    from apkgraph.settings import Settings

# The name is bounded: a page that never ends a link would be scanned again from each of them.
_LINK = re.compile(rb"""href=["']?(?:\./)?([^"'/?#<>\s]{1,100})(/?)["'\s>]""", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")


def explain(error: NotOnMirrorError, repository: Repository, settings: Settings, clock: Clock) -> ApkgraphError:
    """The error to end with: an unknown release or architecture is the question's fault (UsageError), and what the
    mirror offers is said; a repository that it does not have is a MirrorError that names it.
    """
    if not repository.release:
        return MirrorError(f"{repository.url}: there is no repository for {repository.arch} there ({_reason(error)})")
    mirror = checked(settings.mirror)
    release = join(mirror, repository.release)
    of = f"{shown(mirror)} has no"
    if not settings.distro.layout.startswith("{release}/{repository}/{arch}/"):
        place = f"{repository.name} in {repository.release} for {repository.arch}"
        return MirrorError(f"{of} repository {place} ({_reason(error)})" + _in_cache(settings))
    path = local_path(mirror)
    if path is not None and not os.path.isdir(path):
        return MirrorError(f"--mirror {shown(mirror)}: no such directory")
    found = _listed(mirror, clock, settings.distro.release_names)
    if found and repository.release not in found:
        return UsageError(f"{of} release {repository.release}; it offers {_words(found)}")
    found = _listed(release, clock)
    if found and repository.name not in found:
        return MirrorError(f"{of} repository {repository.name} in {repository.release}; it offers {_words(found)}")
    found = _listed(join(release, repository.name), clock)
    if found and repository.arch not in found:
        place = f"{repository.release} {repository.name}"
        return UsageError(f"{of} architecture {repository.arch} in {place}; it offers {_words(found)}")
    missing = f"{of} repository {repository.name} in {repository.release} for {repository.arch} ({_reason(error)})"
    return _by_list(repository, settings, clock) or MirrorError(missing + _in_cache(settings))


def pointed_at(settings: Settings, release: str, clock: Clock) -> str | None:
    """The release that another one's name points to, on a mirror that was copied without its symbolic links: there
    `latest-stable` is a small file that holds the name.
    """
    try:
        data = fetch(join(checked(settings.mirror), release), Bounds(limits.LISTING_SECONDS, 64, clock)).data or b""
    except MirrorError:
        return None
    target = data.decode("ascii", "replace").strip()
    return target if re.fullmatch(settings.distro.release_names, target) and target != release else None


def offered_releases(settings: Settings, clock: Clock | None = None) -> list[str]:
    """The releases of the mirror by its own listing, or else by Alpine's list or the cache; oldest first, edge last.

    Raises MirrorError where neither is available.
    """
    listed = _listed(checked(settings.mirror), clock or Clock(), settings.distro.release_names)
    names = listed or [release.name for release in releases(settings, clock=clock).releases]
    return sorted((name for name in names if release_number(name)), key=_by_number) + ["edge"] * ("edge" in names)


def _by_number(release: str) -> list[int]:
    return [int(number) for number in re.findall(r"[0-9]+", release)]


def _by_list(repository: Repository, settings: Settings, clock: Clock) -> UsageError | None:
    """What Alpine's own list of releases says of its own mirror, which may have no listings."""
    if settings.mirror != settings.distro.mirror or not settings.releases_url:
        return None
    try:
        listed = releases(settings, clock=clock)
    except MirrorError:
        return None
    if listed.source == IN_CACHE:
        return None
    known = {release.name: release.architectures for release in listed.releases}
    if repository.release not in (*known, "edge", "latest-stable"):
        return UsageError(f"{settings.distro.title} has no release {repository.release}; it has {_words(list(known))}")
    architectures = known.get(repository.release, ())
    if architectures and repository.arch not in architectures:
        return UsageError(
            f"{settings.distro.title} has no {repository.arch} in {repository.release}; it has {_words(architectures)}"
        )
    return None


def _in_cache(settings: Settings) -> str:
    with ArchiveCache(settings) as cache:
        held = [f"{release.name} for {', '.join(release.architectures)}" for release in from_cache(cache.entries())]
    return f"; the cache holds {_words(held)}" if held else ""


def _listed(address: str, clock: Clock, releases: str = "") -> list[str]:
    """The names that lie under an address, by the mirror's own listing; none where it does not give one."""
    path = local_path(address)
    names = _from_directory(path) if path is not None else _from_page(address, clock, files=bool(releases))
    wanted = re.compile(releases) if releases else _NAME
    return sorted({name for name in names if wanted.fullmatch(name) and name != INDEX_FILE})


def _from_directory(path: str) -> list[str]:
    try:
        return os.listdir(path)
    except OSError:
        return []


def _from_page(address: str, clock: Clock, *, files: bool) -> list[str]:
    try:
        bounds = Bounds(limits.LISTING_SECONDS, limits.LISTING_BYTES, clock, page=True)
        data = (
            run_bounded(partial(fetch, join(address, ""), bounds), shown(address), limits.LISTING_SECONDS).data or b""
        )
    except MirrorError:
        return []
    return [unquote(name.decode("ascii", "replace")) for name, slash in _LINK.findall(data) if slash or files]


def _words(names: Sequence[str]) -> str:
    more = f" and {len(names) - limits.LISTED_NAMES} more" if len(names) > limits.LISTED_NAMES else ""
    return ", ".join(names[: limits.LISTED_NAMES]) + more


def _reason(error: NotOnMirrorError) -> str:
    return "no such file" if "no such file" in str(error) else "404"
