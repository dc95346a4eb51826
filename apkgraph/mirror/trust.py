"""From an archive's bytes to the index that may be used: signatures first, and only then the text.

archive bytes → signatures → verified → text
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from apkgraph.errors import SignatureError
from apkgraph.mirror import archive, signature

if TYPE_CHECKING:
    from apkgraph.mirror.kept import About
    from apkgraph.mirror.layout import Repository
    from apkgraph.settings import Settings


@dataclass(frozen=True, slots=True)
class TrustedIndex:
    """An index whose signature holds (or need not: --allow-untrusted); times in seconds since 1970, sizes in bytes."""

    repository: Repository
    description: str
    text: bytes
    archive_sha256: str
    archive_size: int
    signed_by: str  # "" where nobody trusted has signed
    key_file: str  # the same key, where it lies
    fetched_at: int
    checked_at: int
    stale: bool = False


def trust(settings: Settings, repository: Repository, data: bytes, about: About) -> TrustedIndex:
    """The index in this archive. SignatureError where nobody trusted has signed it, ArchiveError where broken."""
    where = f"{repository.url} ({repository.arch})"
    signed = archive.take_apart(data, where)
    key_file = _key_file(settings, signed, where)
    read = archive.read_index(signed.content, where, verified=bool(key_file))
    return TrustedIndex(
        repository=repository,
        description=read.description,
        text=read.text,
        archive_sha256=about.sha256,
        archive_size=about.size,
        signed_by=os.path.basename(key_file),
        key_file=key_file,
        fetched_at=about.fetched_at,
        checked_at=about.checked_at,
    )


def _key_file(settings: Settings, signed: archive.Signed, where: str) -> str:
    try:
        return signature.verify(signed, signature.key_directories(settings), where)
    except SignatureError:
        if settings.allow_untrusted:
            return ""
        raise
