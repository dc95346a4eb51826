"""What the name of an image says of the Alpine inside: its release, its architecture, what is known of its packages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

_RELEASE = r"v?(\d{1,2}\.\d{1,2})(?![\d])"
_OF_ALPINE = re.compile(rf"^{_RELEASE}")
_IN_TAG = re.compile(rf"alpine[-_.]?{_RELEASE}")
_SNAPSHOT = re.compile(r"^20\d{6}$")
_DOCKER_HUB = ("docker.io/", "index.docker.io/", "registry-1.docker.io/", "public.ecr.aws/docker/", "mirror.gcr.io/")
_ARCHITECTURES = {  # the official images of one architecture: `arm64v8/alpine`
    "amd64": "x86_64", "arm32v6": "armhf", "arm32v7": "armv7", "arm64v8": "aarch64", "i386": "x86",
    "ppc64le": "ppc64le", "riscv64": "riscv64", "s390x": "s390x", "loong64": "loongarch64",
}  # fmt: skip


class Kind(Enum):
    """What is known of an image's packages."""

    ALPINE = "alpine"  # Alpine's base and nothing else
    DERIVED = "derived"  # Alpine's base, and what is not known
    OTHER = "other"  # nothing says that it is Alpine
    SCRATCH = "scratch"  # nothing is in it
    STAGE = "stage"  # what an earlier stage left


@dataclass(frozen=True, slots=True)
class Reference:
    """An image's name taken apart; `release` and `arch` are None where the name does not say."""

    text: str
    repository: str
    tag: str
    digest: str
    kind: Kind
    release: str | None = None
    arch: str | None = None


def read_reference(text: str) -> Reference:
    """`alpine:3.20`, `python:3.12-alpine3.20`, `registry:5000/team/image@sha256:…`."""
    name, _, digest = text.partition("@")
    repository, tag = name, ""
    if ":" in name.rsplit("/", 1)[-1]:
        repository, _, tag = name.rpartition(":")
    path = _on_docker_hub(repository)
    if path == "scratch":
        return Reference(text, repository, tag, digest, Kind.SCRATCH)
    owner, _, last = path.rpartition("/")
    if last == "alpine" and (owner == "" or owner in _ARCHITECTURES):
        return Reference(text, repository, tag, digest, Kind.ALPINE, _alpine_release(tag), _ARCHITECTURES.get(owner))
    release = _derived_release(last, tag)
    alpine = release is not None or "alpine" in last or "alpine" in tag
    kind = Kind.DERIVED if alpine else Kind.OTHER
    return Reference(text, repository, tag, digest, kind, release, _ARCHITECTURES.get(owner))


def _on_docker_hub(repository: str) -> str:
    for prefix in _DOCKER_HUB:
        repository = repository.removeprefix(prefix)
    return repository.removeprefix("library/")


def _alpine_release(tag: str) -> str | None:
    if tag == "edge" or _SNAPSHOT.match(tag):
        return "edge"
    found = _OF_ALPINE.match(tag)
    return f"v{found[1]}" if found else None


def _derived_release(last: str, tag: str) -> str | None:
    found = _IN_TAG.search(tag)
    if found:
        return f"v{found[1]}"
    if re.search(r"alpine[-_]?edge|^edge-alpine", tag):
        return "edge"
    if last == "alpine" or last.startswith(("baseimage-alpine", "base-alpine", "alpine-base")):
        return _alpine_release(tag)
    return None
