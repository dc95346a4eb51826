"""Chainguard, tried on a real index."""

from __future__ import annotations

from apkgraph.distro.profile import Distribution

PROFILE = Distribution(
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
