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
    ("text", "release", "arch"),
    [
        ("crazymax/alpine-s6:3.18-2.2.0.3", "v3.18", None),
        ("crazymax/alpine-s6:edge-3.1.5.0", "edge", None),
        ("ghcr.io/linuxserver/baseimage-alpine:arm64v8-3.18", "v3.18", "aarch64"),
        ("lscr.io/linuxserver/baseimage-alpine:3.19", "v3.19", None),
        ("lscr.io/linuxserver/baseimage-alpine:arm64v8-edge", "edge", "aarch64"),
        ("lscr.io/linuxserver/baseimage-alpine-nginx:3.20-version", "v3.20", None),
        ("ghcr.io/hassio-addons/base-alpine:3.18", "v3.18", None),
        ("homeassistant/amd64-base:3.19", "v3.19", "x86_64"),
        ("ghcr.io/home-assistant/aarch64-base:3.20", "v3.20", "aarch64"),
        ("example/alpine-arm:3.18", "v3.18", None),
        ("multiarch/alpine:armhf-v3.18", "v3.18", "armhf"),
        ("balenalib/raspberrypi3-alpine:3.18-run", "v3.18", None),
        ("team/app:1.2.3-alpine3.20", "v3.20", None),
        ("team/app:1.2-alpine-3.20.1-fpm", "v3.20", None),
        ("php:8.3-fpm-alpine3.20", "v3.20", None),
        ("docker:27-dind", None, None),
        ("gcr.io/kaniko-project/alpine:3.18", "v3.18", None),
    ],
)
def test_tags_that_name_a_release(text: str, release: str | None, arch: str | None) -> None:
    found = read_reference(text)
    assert (found.release, found.arch) == (release, arch)


@pytest.mark.parametrize(
    ("text", "dated"),
    [
        ("alpine:3.18", False),
        ("alpine:3.18.4", True),
        ("alpine:20230901", True),
        ("alpine@sha256:" + "0" * 64, True),
        ("alpine:latest", False),
        ("python:3.12-alpine3.20", False),
        ("python:3.12.1-alpine3.20", True),
        ("alpine:edge", False),
    ],
)
def test_images_that_always_are_the_same(text: str, dated: bool) -> None:
    assert read_reference(text).is_dated is dated


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
