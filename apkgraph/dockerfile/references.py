"""What the name of an image says of the Alpine inside: its release, its architecture, its packages, its variables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple

from apkgraph.dockerfile.shell.values import Value

_RELEASE = r"v?(\d{1,2}\.\d{1,2})(?![\d])"
_OF_ALPINE = re.compile(rf"^{_RELEASE}")
_IN_TAG = re.compile(rf"alpine[-_.]?{_RELEASE}")
_NOT_ALPINE = frozenset(  # repositories on Docker Hub; the part before a slash is an owner
    (
        "almalinux", "amazonlinux", "archlinux", "busybox", "centos", "chimeralinux/", "clearlinux", "debian", "fedora",
        "gentoo/", "kalilinux/", "mageia", "nixos/", "opensuse/", "openwrt/", "oraclelinux", "photon", "redhat/",
        "rockylinux", "ubuntu", "voidlinux/",
    )
)  # fmt: skip
_NOT_ALPINE_REGISTRIES = ("cgr.dev/", "gcr.io/distroless/", "registry.access.redhat.com/", "registry.suse.com/")
# Images of files alone, without a package: they are made to be copied, `COPY --from=tonistiigi/xx / /`.
_ONLY_FILES = frozenset(("crazymax/yasu", "tonistiigi/xx"))
_DEBIAN_UNLESS_SAID = frozenset(  # official images whose tags say so where they are Alpine's
    (
        "buildpack-deps", "eclipse-temurin", "gcc", "golang", "haproxy", "httpd", "mariadb", "memcached", "mongo",
        "mysql", "nginx", "node", "openjdk", "perl", "php", "postgres", "python", "rabbitmq", "redis", "ruby", "rust",
        "tomcat", "wordpress",
    )
)  # fmt: skip
_OTHER_IN_TAG = re.compile(
    r"(?:^|[-_.])(bookworm|bullseye|buster|debian\d*|distroless|focal|jammy|noble|oracle|slim|stretch|trixie|ubi\d*|ubuntu)(?:$|[-_.\d])"
)
# Images whose tag is a release of Alpine, whatever comes after it.
_TAGGED_BY_RELEASE = re.compile(
    r"(?:^|/)(?:alpine|alpine-(?:s6|base|arm|arm64|armhf|aarch64|amd64)|base-alpine|baseimage-alpine[\w.-]*"
    r"|alpine-base[\w.-]*|home-?assistant/(?:aarch64|amd64|armhf|armv7|i386)-base|balenalib/[\w-]+-alpine)$"
)
_ARCH = "aarch64|amd64|arm32v6|arm32v7|arm64v8|armhf|armv7|i386|ppc64le|riscv64|s390x|x86_64"
_ARCH_IN_TAG = re.compile(rf"^({_ARCH})-")
_ARCH_IN_NAME = re.compile(rf"(?:^|/)home-?assistant/({_ARCH})-base$")
_SNAPSHOT = re.compile(r"^20\d{6}$")
_EXACT = re.compile(r"^v?\d{1,2}\.\d{1,2}\.\d{1,2}(?!\d)")
_DOCKER_HUB = ("docker.io/", "index.docker.io/", "registry-1.docker.io/", "public.ecr.aws/docker/", "mirror.gcr.io/")
_ARCHITECTURES = {  # the official images of one architecture: `arm64v8/alpine`
    "amd64": "x86_64", "arm32v6": "armhf", "arm32v7": "armv7", "arm64v8": "aarch64", "i386": "x86",
    "ppc64le": "ppc64le", "riscv64": "riscv64", "s390x": "s390x", "loong64": "loongarch64", "aarch64": "aarch64",
    "armhf": "armhf", "armv7": "armv7", "x86_64": "x86_64",
}  # fmt: skip
# Variables that official images on Alpine document, by which `$PHPIZE_DEPS` and its like are known; `--base` overrides
# them. A version is known where the tag has all of its three numbers.
# Source: PHPIZE_DEPS is that of docker-library/php's `Dockerfile-linux.template` (commit 0104cfd3b43f) for Alpine; the
# variables of golang, postgres and ruby were read in the image histories of docker-library/repo-info in November 2026;
# those of nginx, node and python are as their images' pages have them.
_ENV: Mapping[str, Mapping[str, str]] = {
    "golang": {"GOPATH": "/go", "GOLANG_VERSION": "{exact}"},
    "nginx": {"NGINX_VERSION": "{exact}"},
    "node": {"NODE_VERSION": "{exact}"},
    "php": {
        "PHPIZE_DEPS": "autoconf dpkg-dev dpkg file g++ gcc libc-dev make pkgconf re2c",
        "PHP_INI_DIR": "/usr/local/etc/php",
        "PHP_VERSION": "{exact}",
    },
    "postgres": {"PG_MAJOR": "{major}"},
    "python": {"PYTHON_VERSION": "{exact}"},
    "ruby": {"RUBY_VERSION": "{exact}"},
}
_VERSION = re.compile(r"^(\d{1,3})(?:\.\d{1,3})?(\.\d{1,3})?(?=-|$)")


class Kind(Enum):
    """What is known of an image's packages."""

    ALPINE = "alpine"  # Alpine's base and nothing else
    DERIVED = "derived"  # Alpine's base, and what is not known
    OTHER = "other"  # nothing says which system it is
    FOREIGN = "foreign"  # another system than Alpine
    SCRATCH = "scratch"  # no package is in it
    STAGE = "stage"  # what an earlier stage left


class Reference(NamedTuple):
    """An image's name taken apart; `release` and `arch` are None where the name does not say."""

    text: str
    repository: str
    tag: str
    digest: str
    kind: Kind
    release: str | None = None
    arch: str | None = None

    @property
    def is_latest(self) -> bool:
        """Whether it is what its makers take for the newest: no tag, or `latest`."""
        return self.tag in ("", "latest") and not self.digest

    @property
    def is_dated(self) -> bool:
        """Whether it always names the same image, which an index may have left behind."""
        return bool(self.digest or _EXACT.match(self.tag) or _SNAPSHOT.match(self.tag))


def read_reference(text: str) -> Reference:
    """`alpine:3.20`, `python:3.12-alpine3.20`, `registry:5000/team/image@sha256:…`."""
    name, _, digest = text.partition("@")
    repository, tag = name, ""
    if ":" in name.rsplit("/", 1)[-1]:
        repository, _, tag = name.rpartition(":")
    path = _on_docker_hub(repository)
    if path == "scratch" or path in _ONLY_FILES:
        return Reference(text, repository, tag, digest, Kind.SCRATCH)
    owner, _, last = path.rpartition("/")
    if last == "alpine" and (owner == "" or owner in _ARCHITECTURES):
        return Reference(text, repository, tag, digest, Kind.ALPINE, _alpine_release(tag), _ARCHITECTURES.get(owner))
    in_tag = _ARCH_IN_TAG.match(tag)
    in_name = _ARCH_IN_NAME.search(path)
    release = _derived_release(path, tag[in_tag.end() :] if in_tag else tag)
    arch = _ARCHITECTURES.get(in_tag[1] if in_tag else in_name[1] if in_name else owner)
    return Reference(text, repository, tag, digest, _kind(path, owner, last, tag, release), release, arch)


def _kind(path: str, owner: str, last: str, tag: str, release: str | None) -> Kind:
    if path.startswith(_NOT_ALPINE_REGISTRIES) or path in _NOT_ALPINE or f"{path.partition('/')[0]}/" in _NOT_ALPINE:
        return Kind.FOREIGN
    if release is not None or "alpine" in last or "alpine" in tag:
        return Kind.DERIVED
    unsaid = not owner and last in _DEBIAN_UNLESS_SAID and "$" not in tag
    return Kind.FOREIGN if unsaid or _OTHER_IN_TAG.search(tag) else Kind.OTHER


def _on_docker_hub(repository: str) -> str:
    for prefix in _DOCKER_HUB:
        repository = repository.removeprefix(prefix)
    return repository.removeprefix("library/")


def _alpine_release(tag: str) -> str | None:
    if tag == "edge" or tag.startswith("edge-") or _SNAPSHOT.match(tag):
        return "edge"
    found = _OF_ALPINE.match(tag)
    return f"v{found[1]}" if found else None


def _derived_release(path: str, tag: str) -> str | None:
    found = _IN_TAG.search(tag)
    if found:
        return f"v{found[1]}"
    if re.search(r"alpine[-_]?edge|^edge-alpine", tag):
        return "edge"
    if _TAGGED_BY_RELEASE.search(path):
        return _alpine_release(tag)
    return None


def documented_environment(image: Reference) -> dict[str, Value]:
    """What is known of the variables that an image sets; nothing for any but official ones on Alpine."""
    name = re.sub(
        r"^(?:(?:[a-z0-9.-]*docker\.(?:io|com)|public\.ecr\.aws/docker)/)?(?:library/)?", "", image.repository
    )
    if image.kind is not Kind.DERIVED or name not in _ENV:
        return {}
    version = _VERSION.match(image.tag)
    given = {"major": version[1] if version else "", "exact": version[0] if version and version[2] else ""}
    found = {variable: text.format_map(given) for variable, text in _ENV[name].items()}
    return {variable: (text,) for variable, text in found.items() if text}
