"""Little mirrors that nobody signed: releases and architectures as texts."""

from __future__ import annotations

import gzip
import tarfile
from collections.abc import Mapping
from functools import cache
from io import BytesIO
from pathlib import Path

from tests.impact.worlds import record
from tests.mirror.archives import index_part

BASE = "".join(record(name, 1) for name in ("alpine-baselayout", "alpine-keys", "apk-tools", "busybox", "libc-utils"))


def write_index(path: Path, text: str, arch: str = "x86_64") -> Path:
    """An index of these records, all of one architecture."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(index_part(text.replace("T:", f"A:{arch}\nT:").encode()))
    return path


def mirror(directory: Path, releases: Mapping[str, str]) -> list[str]:
    """A mirror with one repository a release, for x86_64; the words that ask it."""
    for release, text in releases.items():
        write_index(directory / release / "main/x86_64/APKINDEX.tar.gz", text)
    return ["--mirror", str(directory), "--arch", "x86_64", "--allow-untrusted", "-q", "--repositories", "main"]


@cache
def records_of(path: Path) -> list[dict[str, str]]:
    """What an index's text says, read without any of the project's code."""
    with gzip.open(path) as text, tarfile.open(fileobj=BytesIO(text.read()), ignore_zeros=True) as tar:
        member = tar.extractfile("APKINDEX")
        assert member is not None
        blocks = member.read().decode().split("\n\n")
    found = [dict(line.split(":", 1) for line in block.splitlines() if ":" in line) for block in blocks]
    return [record for record in found if record]
