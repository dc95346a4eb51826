"""Which compiled universe answers which settings, and until when: one small file each.

On the path of a warm query: it imports nothing that costs. A manifest is a line with a checksum, and a line of JSON:

    request       what the settings ask for (a digest of it, where it may hold a password)
    checked_at    when the mirror was last known to have nothing newer, in seconds since 1970
    files         indexes that lie on this machine, with the times and size that they had before they were read
    keys          the keys that the indexes are signed by, likewise: one that is gone or another is trusted no more
    universe      the key of the compiled file, which is its name
    repositories  where each index came from
"""

from __future__ import annotations

import json
import os
from time import time
from zlib import crc32

from apkgraph import limits
from apkgraph.index.store import FORMAT, DamagedUniverseError, open_universe, repository_of
from apkgraph.mirror.directory import UNIVERSES, is_private

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from apkgraph.index.store import Rebuild
    from apkgraph.index.universe import RepositoryInfo, Universe
    from apkgraph.settings import Settings

    Stamp = tuple[str, int, int, int]

_SKEW = 60  # seconds that a clock may have been set back
# what a manifest may make of a reader that expects another
_NO_MANIFEST = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError)
_READ_ANYWAY = ("installed:", "image:")  # bases whose files are many: they are read each time


def find_universe(settings: Settings, rebuild: Rebuild) -> Universe | None:
    """The compiled universe for these settings, if there is one and it is fresh."""
    if settings.refresh:
        return None
    request = request_of(settings)
    if request is None or not is_private(settings, UNIVERSES):
        return None
    directory = os.path.join(settings.cache_dir, UNIVERSES)
    try:
        manifest = _read(manifest_path(directory, request))
        if manifest["request"] != shown_request(request) or not _is_fresh(manifest, settings):
            return None
        repositories = tuple(repository_of(each) for each in manifest["repositories"])
        universe = open_universe(universe_path(directory, manifest["universe"]), repositories, rebuild)
    except (OSError, DamagedUniverseError, *_NO_MANIFEST):
        return None
    return universe if universe.key == manifest["universe"] else None


def write_manifest(
    path: str,
    request: str,
    universe: str,
    *,
    repositories: Sequence[RepositoryInfo],
    checked_at: int,
    files: Sequence[Stamp],
    keys: Sequence[Stamp],
) -> None:
    """Note at `path` that the compiled file of the key `universe` answers a request. Raises OSError."""
    from apkgraph.index.compile import repository_record, write_whole

    text = json.dumps(
        {
            "request": shown_request(request),
            "checked_at": checked_at,
            "files": files,
            "keys": keys,
            "universe": universe,
            "repositories": [repository_record(each) for each in repositories],
        }
    )
    write_whole(path, f"{crc32(text.encode()):08x}\n{text}\n".encode())


def manifest_path(directory: str, request: str) -> str:
    """Where the manifest of a request lies."""
    return os.path.join(directory, f"{crc32(request.encode()):08x}.json")


def universe_path(directory: str, key: str) -> str:
    """Where the compiled universe of a key lies."""
    return os.path.join(directory, f"{key}.universe")


def request_of(settings: Settings) -> str | None:
    """All of the settings that bear on the universe, as text; None where its files must be read anyway."""
    if settings.base.startswith(_READ_ANYWAY):
        return None
    try:
        world = _text(settings.base.removeprefix("world:")) if settings.base.startswith("world:") else ""
        lines = _text(settings.repositories_file) if settings.repositories_file is not None else None
    except OSError:
        return None  # whoever reads it next says what is wrong
    return json.dumps(
        [
            FORMAT,
            _working_directory(
                f"{settings.mirror}/", *settings.repositories, *settings.extra_repositories, lines or ""
            ),
            settings.distro.facts(),
            settings.mirror,
            settings.release,
            settings.arch,
            settings.repositories,
            settings.extra_repositories,
            lines,
            settings.keys_dir,
            settings.allow_untrusted,
            settings.sample,
            settings.apk,
            settings.base,
            world,
        ]
    )


def _working_directory(*texts: str) -> str:
    """The directory that an address in these texts may be relative to; "" where none is."""
    words = (word for text in texts for word in text.split())
    return os.getcwd() if any("/" in word and "://" not in word and word[0] != "/" for word in words) else ""


def shown_request(request: str) -> str:
    """The request as it may be stored: a digest, where an address in it may hold a user and a password."""
    if "@" not in request and "?" not in request:
        return request
    from hashlib import sha256

    return sha256(request.encode()).hexdigest()


def _text(path: str) -> str:
    with open(path, encoding="utf-8", errors="surrogateescape") as file:
        return file.read(limits.MANIFEST_BYTES)


def _read(path: str) -> dict[str, Any]:
    """Raises OSError, ValueError where it is not what was written."""
    with open(path, "rb") as file:
        checksum, _, text = file.read(limits.MANIFEST_BYTES).partition(b"\n")
    text = text.rstrip(b"\n")
    if checksum != b"%08x" % crc32(text):
        raise ValueError(path)
    manifest: dict[str, Any] = json.loads(text)
    return manifest


def _is_fresh(manifest: dict[str, Any], settings: Settings) -> bool:
    """Whether the mirror need not be asked, and neither an index on this machine nor a key has changed."""
    files = manifest["files"]
    if any(stamp_of(path) != (path, *stamp) for path, *stamp in (*files, *manifest["keys"])):
        return False
    local = len(files) == len(manifest["repositories"])
    return local or -_SKEW <= time() - manifest["checked_at"] < settings.max_age


def stamp_of(path: str) -> Stamp:
    """A file's path, what changes when it does, and its size; the size is -1 where there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return path, 0, 0, -1
    return path, found.st_mtime_ns, found.st_ctime_ns, found.st_size
