"""Find a package in the release's repositories that a question does not ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apkgraph.errors import ApkgraphError
from apkgraph.index.formats import parse
from apkgraph.mirror.repositories import repositories
from apkgraph.mirror.source import obtain

if TYPE_CHECKING:
    from apkgraph.mirror.trust import TrustedIndex
    from apkgraph.settings import Settings


def repositories_with(settings: Settings, name: str) -> tuple[str, ...]:
    """The names of those repositories; none where they cannot be asked: this only helps an error along."""
    if settings.repositories_file is not None or not name.isprintable():
        return ()
    asked = {word for line in (*settings.repositories, *settings.extra_repositories) for word in line.split()}
    others = [repository for repository in settings.distro.repositories if repository not in asked]
    if not others:
        return ()
    elsewhere = settings.replace(repositories=others, extra_repositories=(), refresh=False)
    try:
        indexes = obtain(elsewhere, None, repositories(elsewhere))
    except ApkgraphError:
        return ()
    return tuple(index.repository.name for index in indexes if _holds(index, name))


def _holds(index: TrustedIndex, name: str) -> bool:
    if index.is_adb:
        return any(package.name == name for package in parse(index).packages)
    return f"\nP:{name}\n".encode() in index.content  # a tenth of the time
