"""The base of each release is what the official image holds; worlds of real images are solved to their packages."""

from __future__ import annotations

from pathlib import Path

import pytest

import apkgraph
from apkgraph.distro import ALPINE
from apkgraph.distro.profile import release_number
from apkgraph.image.root import read_installed

PLAIN = {"alpine-baselayout", "alpine-keys", "apk-tools", "busybox"}
IMAGES = (
    "v3.12-x86_64",
    "v3.17-x86_64",
    "v3.19-x86_64-sandbox",
    "v3.21-x86_64-php",
    "v3.22-aarch64-zen",
    "v3.23-x86_64",
    "v3.24-x86_64-base",
)


@pytest.mark.parametrize(
    ("names", "more"),
    [
        (("v3.12.0-355-gd6f249c14e", "latest-stable"), {"libc-utils"}),
        (("v3.20",), {"libc-utils"}),
        (("v3.21",), {"alpine-release", "libc-utils"}),
        (("v3.22.2-230-g2e97d754a30", "latest-stable"), {"alpine-release", "libc-utils"}),
        (("v3.23.0-1-gabc", "latest-stable"), {"alpine-release", "musl-utils"}),
        (("3.24",), {"alpine-release", "musl-utils"}),
        (("v20251224-1-g2", "edge"), {"alpine-release", "musl-utils"}),
        ((), {"alpine-release", "musl-utils"}),
        (("my own packages", "v3.18"), {"libc-utils"}),
        (("v4.0.1", "v3.18"), {"alpine-release", "musl-utils"}),
    ],
)
def test_the_first_name_of_a_release_decides_and_edge_is_the_newest(names: tuple[str, ...], more: set[str]) -> None:
    world = ALPINE.base_world(names).split()
    assert set(world) == PLAIN | more
    assert len(world) == len(set(world))


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("v3.18", (3, 18)),
        ("3.18.5", (3, 18)),
        ("v3.18.5-143-g0", (3, 18)),
        ("v3.23_alpha1", (3, 23)),
        ("edge", None),
        ("v20251224-1-g2", None),
        ("v٣.١٨", None),
    ],
)
def test_a_release_is_known_by_its_number(name: str, number: tuple[int, int] | None) -> None:
    assert release_number(name) == number


@pytest.mark.parametrize("image", IMAGES)
def test_the_world_of_a_real_image_holds_the_base_of_its_release(shared: Path, image: str) -> None:
    world = {str(dependency) for dependency in read_installed(str(shared / "images" / image), None).world}
    base = set(ALPINE.base_world((image.partition("-")[0],)).split())
    assert base <= world
    assert not (world - base) & {"alpine-release", "libc-utils", "musl-utils"}


@pytest.mark.parametrize("image", IMAGES[:5])
def test_the_world_of_a_real_image_brings_its_packages(shared: Path, image: str, tmp_path: Path) -> None:
    """The indexes are as old as the images or younger, none of which carries a package of another repository."""
    release, arch = image.split("-")[:2]
    system = read_installed(str(shared / "images" / image), None)
    mirror = str(shared / "indexes" / "alpine")
    explorer = apkgraph.open(mirror=mirror, release=release, arch=arch, base="none", cache_dir=str(tmp_path))
    solution = explorer.solve(system.world)
    assert {package.name for package in solution.packages} == {package.name for package in system.packages}


def test_the_docker_base_of_v3_22_is_the_official_image(shared: Path, tmp_path: Path) -> None:
    mirror = str(shared / "indexes" / "alpine")
    explorer = apkgraph.open(mirror=mirror, release="v3.22", arch="aarch64", cache_dir=str(tmp_path))
    system = read_installed(str(shared / "images" / "v3.22-aarch64-zen"), None)
    assert [package.name for package in explorer.base.packages] == sorted(package.name for package in system.packages)
    assert len(system.packages) == 16
