"""Chimera Linux, whose indexes are of apk's third format under the name of the second. Not tried on a real index."""

from __future__ import annotations

from apkgraph.distro.profile import Distribution

PROFILE = Distribution(
    "chimera",
    title="Chimera",
    mirror="https://repo.chimera-linux.org",
    layout="{release}/{repository}/{arch}/APKINDEX.tar.gz",
    repositories=("main", "user"),
    keys="chimera",
    bases=(((0, 0), "base-bootstrap"),),
    base_images=("chimeralinux/chimera",),
)
