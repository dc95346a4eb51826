"""Wolfi. Not tried on a real index; Chainguard's, of the same making, was."""

from __future__ import annotations

from apkgraph.distro.profile import Distribution

PROFILE = Distribution(
    "wolfi",
    title="Wolfi",
    mirror="https://packages.wolfi.dev",
    layout="{repository}/{arch}/APKINDEX.tar.gz",
    repositories=("os",),
    keys="wolfi",
    bases=(((0, 0), "wolfi-base"),),
    base_images=("cgr.dev/*/wolfi-base", "chainguard/wolfi-base"),
)
