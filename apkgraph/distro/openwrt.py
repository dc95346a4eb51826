"""OpenWrt, whose indexes are of apk's third format. Its keys are not known here (--keys-dir)."""

from __future__ import annotations

from apkgraph.distro.profile import Distribution

PROFILE = Distribution(
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
