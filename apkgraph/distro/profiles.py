"""The distributions that use apk, one profile each: facts, without any I/O.

Alpine's ends of life: https://alpinelinux.org/releases/, as of the last release in the table. Base worlds:
/etc/apk/world of the official images.
"""

from __future__ import annotations

from apkgraph.distro.profile import Distribution

# The distribution that is taken where no other is named.
ALPINE = Distribution(
    "alpine",
    title="Alpine",
    mirror="https://dl-cdn.alpinelinux.org/alpine",
    layout="{release}/{repository}/{arch}/APKINDEX.tar.gz",
    release="latest-stable",
    repositories=("main", "community"),
    keys="alpine",
    bases=(
        ((0, 0), "alpine-baselayout alpine-keys apk-tools busybox libc-utils"),
        ((3, 21), "alpine-baselayout alpine-keys alpine-release apk-tools busybox libc-utils"),
        ((3, 23), "alpine-baselayout alpine-keys alpine-release apk-tools busybox musl-utils"),
    ),
    releases_url="https://alpinelinux.org/releases.json",
    landmarks=(("main", "apk-tools"), ("community", "firefox")),
    release_names=r"v[0-9]+\.[0-9]+|edge|latest-stable",
    numbered=True,
    ends_of_life=(
        ("v3.0", "2016-05-01"),
        ("v3.1", "2016-11-01"),
        ("v3.2", "2017-05-01"),
        ("v3.3", "2017-11-01"),
        ("v3.4", "2018-05-01"),
        ("v3.5", "2018-11-01"),
        ("v3.6", "2019-05-01"),
        ("v3.7", "2019-11-01"),
        ("v3.8", "2020-05-01"),
        ("v3.9", "2020-11-01"),
        ("v3.10", "2021-05-01"),
        ("v3.11", "2021-11-01"),
        ("v3.12", "2022-05-01"),
        ("v3.13", "2022-11-01"),
        ("v3.14", "2023-05-01"),
        ("v3.15", "2023-11-01"),
        ("v3.16", "2024-05-23"),
        ("v3.17", "2024-11-22"),
        ("v3.18", "2025-05-09"),
        ("v3.19", "2025-11-01"),
        ("v3.20", "2026-04-01"),
        ("v3.21", "2026-11-01"),
        ("v3.22", "2027-05-01"),
        ("v3.23", "2027-11-01"),
    ),
)

# On top of Alpine. Not tried on a real index; its key is not known here (--keys-dir).
POSTMARKETOS = Distribution(
    "postmarketos",
    title="postmarketOS",
    mirror="https://mirror.postmarketos.org/postmarketos",
    layout="{release}/{arch}/APKINDEX.tar.gz",
    release="main",
    repositories=(
        "postmarketos",
        "https://dl-cdn.alpinelinux.org/alpine/edge/main",
        "https://dl-cdn.alpinelinux.org/alpine/edge/community",
    ),
    foreign_keys="alpine",
    bases=(((0, 0), "postmarketos-base"),),
)

# Not tried on a real index; Chainguard's, of the same making, was.
WOLFI = Distribution(
    "wolfi",
    title="Wolfi",
    mirror="https://packages.wolfi.dev",
    layout="{repository}/{arch}/APKINDEX.tar.gz",
    repositories=("os",),
    keys="wolfi",
    bases=(((0, 0), "wolfi-base"),),
    base_images=("cgr.dev/*/wolfi-base", "chainguard/wolfi-base"),
)

# Tried on a real index.
CHAINGUARD = Distribution(
    "chainguard",
    title="Chainguard",
    mirror="https://apk.cgr.dev",
    layout="{repository}/{arch}/APKINDEX.tar.gz",
    repositories=("chainguard",),
    keys="chainguard",
    bases=(((0, 0), "wolfi-base"),),
    base_images=("cgr.dev/*/chainguard-base", "chainguard/chainguard-base"),
    images=("cgr.dev/*", "chainguard/*"),
)

# Its indexes are of apk's third format. Its keys are not known here (--keys-dir).
OPENWRT = Distribution(
    "openwrt",
    title="OpenWrt",
    mirror="https://downloads.openwrt.org/releases",
    layout="{release}/packages/{arch}/{repository}/packages.adb",
    nested=(("targets/", "{release}/{repository}/packages/packages.adb"),),
    release="25.12.0",
    repositories=("base", "luci", "packages", "routing", "telephony"),
    base_images=("openwrt/rootfs", "ghcr.io/openwrt/rootfs"),
    images=("openwrt/*", "ghcr.io/openwrt/*"),
)

# Its indexes are of apk's third format under the name of the second. Not tried on a real index.
CHIMERA = Distribution(
    "chimera",
    title="Chimera",
    mirror="https://repo.chimera-linux.org",
    layout="{release}/{repository}/{arch}/APKINDEX.tar.gz",
    repositories=("main", "user"),
    keys="chimera",
    bases=(((0, 0), "base-bootstrap"),),
    base_images=("chimeralinux/chimera",),
)

PROFILES = {profile.name: profile for profile in (ALPINE, POSTMARKETOS, WOLFI, CHAINGUARD, OPENWRT, CHIMERA)}
