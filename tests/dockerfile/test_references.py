"""What the names of images and platforms say."""

from __future__ import annotations

import pytest

from apkgraph.dockerfile.references import read_reference
from apkgraph.errors import InputError
from apkgraph.image.platforms import of_arch, parse_platform


@pytest.mark.parametrize(
    ("text", "kind", "release"),
    [
        ("alpine", "alpine", None),
        ("alpine:latest", "alpine", None),
        ("alpine:3", "alpine", None),
        ("alpine:3.20", "alpine", "v3.20"),
        ("alpine:3.20.3", "alpine", "v3.20"),
        ("alpine:edge", "alpine", "edge"),
        ("alpine:20240315", "alpine", "edge"),
        ("alpine@sha256:" + "0" * 64, "alpine", None),
        ("alpine:3.20@sha256:" + "0" * 64, "alpine", "v3.20"),
        ("docker.io/library/alpine:3.9", "alpine", "v3.9"),
        ("arm64v8/alpine:3.18", "alpine", "v3.18"),
        ("python:3.12-alpine3.20", "derived", "v3.20"),
        ("php:8.2-fpm-alpine3.18", "derived", "v3.18"),
        ("node:22-alpine", "derived", None),
        ("nginx:alpine", "derived", None),
        ("registry:5000/team/image:1.2-alpine-3.19", "derived", "v3.19"),
        ("ghcr.io/linuxserver/baseimage-alpine:3.20", "derived", "v3.20"),
        ("alpine/git:2.40", "other", None),
        ("debian:12", "foreign", None),
        ("registry:5000/image", "other", None),
        ("scratch", "scratch", None),
    ],
)
def test_references(text: str, kind: str, release: str | None) -> None:
    found = read_reference(text)
    assert (found.kind.value, found.release) == (kind, release)


@pytest.mark.parametrize(
    ("text", "arch", "variant"),
    [
        ("linux/amd64", "x86_64", ""),
        ("amd64", "x86_64", ""),
        ("linux/386", "x86", ""),
        ("linux/arm64", "aarch64", ""),
        ("linux/arm64/v8", "aarch64", ""),
        ("linux/arm", "armv7", "v7"),
        ("linux/arm/v6", "armhf", "v6"),
        ("linux/riscv64", "riscv64", ""),
        ("linux/loong64", "loongarch64", ""),
        ("linux/mips64le", None, ""),
    ],
)
def test_platforms(text: str, arch: str | None, variant: str) -> None:
    platform = parse_platform(text, 1)
    assert (platform.arch, platform.variant) == (arch, variant)
    if arch is not None:
        assert of_arch(arch) == platform


@pytest.mark.parametrize("text", ["", "a/b/c/d", "linux/", "linux/am d64"])
def test_what_is_no_platform(text: str) -> None:
    with pytest.raises(InputError, match="line 3"):
        parse_platform(text, 3)
