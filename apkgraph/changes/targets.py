"""What `--from` and `--to` name: a release, index files, a directory or a URL; as settings."""

from __future__ import annotations

import os
import re

from apkgraph.errors import UsageError
from apkgraph.mirror.layout import is_index_file, located
from apkgraph.settings import Settings

_PLACE = re.compile(r"://|/")


def settings_at(settings: Settings, target: str) -> Settings:
    """The settings that ask a target.

    - a release: `v3.22`, `edge`;
    - an index file or several with commas between them; their path may say which release they are of;
    - the address of a repository (`…/v3.22/main`), of a release (`…/v3.22`), or of another mirror.

    Raises UsageError for anything else, and where the sample, which has one release, is asked for another.
    """
    words = [word for word in target.split(",") if word]
    if words and all(map(is_index_file, words)):
        return _with_repositories(settings, words)
    if len(words) != 1:
        message = f"invalid target {target!r}: give a release, index files with commas, a directory or a URL"
        raise UsageError(message)
    if not _PLACE.search(target) and not os.path.isdir(target):
        if settings.sample and target != settings.release:
            message = f"the sample has {settings.release} only: give --to an index file, a directory or a URL"
            raise UsageError(message)
        return settings.replace(release=target)
    address = target.rstrip("/")
    if release_of(settings, address) is not None or os.path.isdir(os.path.join(address, settings.arch)):
        return _with_repositories(settings, [address])
    mirror, _, last = address.rpartition("/")
    if mirror and re.fullmatch(settings.distro.release_names, last):
        return settings.replace(mirror=mirror, release=last)
    return settings.replace(mirror=address)


def _with_repositories(settings: Settings, addresses: list[str]) -> Settings:
    """The settings that ask these repositories alone, and take their release from the first that says one."""
    changes: dict[str, object] = {"repositories": addresses, "extra_repositories": (), "repositories_file": None}
    release = next(filter(None, (release_of(settings, address) for address in addresses)), None)
    if release is not None:
        changes["release"] = release
    return settings.replace(**changes)


def release_of(settings: Settings, address: str) -> str | None:
    """The release that the address of a repository or of its index names; None where it names none."""
    place = located(settings.distro, address)
    return None if place is None else place[1]
