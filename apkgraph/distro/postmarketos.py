"""postmarketOS, on top of Alpine. Not tried on a real index; its key is not known here (--keys-dir)."""

from __future__ import annotations

from apkgraph.distro.profile import Distribution

PROFILE = Distribution(
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
