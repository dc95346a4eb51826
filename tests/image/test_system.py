"""An installed system by apk's few files: what is missing or is none of them is said."""

from __future__ import annotations

import pytest

from apkgraph.errors import InputError
from apkgraph.image.system import DATABASES, REPOSITORIES, WORLD, system_of

DATABASE = b"C:Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=\nP:musl\nV:1.2.5-r0\nA:aarch64\nI:1000\n\n"


def test_what_the_files_say() -> None:
    files = {DATABASES[1]: DATABASE, WORLD: b"musl\n", REPOSITORIES: b"# no\nhttps://host/alpine/v3.20/main\n\n"}
    system = system_of("root", files)
    assert ([str(package) for package in system.packages], system.installed_size) == (["musl-1.2.5-r0"], 1000)
    assert [str(dependency) for dependency in system.world] == ["musl"]
    assert system.repositories == ("https://host/alpine/v3.20/main",)
    assert (system.release, system.arch) == ("v3.20", "aarch64")


def test_without_an_installed_db_there_is_no_system() -> None:
    with pytest.raises(InputError, match="root: no installed db in it"):
        system_of("root", {WORLD: b"musl\n"})


def test_without_a_world_one_must_be_given() -> None:
    with pytest.raises(InputError, match=r"root: no world in it .* --world FILE"):
        system_of("root", {DATABASES[0]: DATABASE})


def test_an_empty_db_is_a_system_with_nothing_installed() -> None:
    for nothing in (b"", b"\n\n"):
        system = system_of("root", {DATABASES[0]: nothing, WORLD: b""})
        assert (system.packages, system.arch, system.release) == ((), None, None)


@pytest.mark.parametrize("data", [b"P:musl\n", b"F:etc\n\n"])
def test_a_text_without_a_whole_package_is_no_db(data: bytes) -> None:
    with pytest.raises(InputError, match="not an installed db"):
        system_of("root", {DATABASES[0]: data, WORLD: b""})


@pytest.mark.parametrize(
    ("files", "distro"),
    [
        ({}, "alpine"),
        ({"etc/os-release": b'NAME=x\nID="wolfi"\n'}, "wolfi"),
        ({"usr/lib/os-release": b"ID=openwrt\n"}, "openwrt"),
        ({"etc/apk/repositories": b"https://packages.wolfi.dev/os\n"}, "wolfi"),
        ({"etc/os-release": b"ID=../x\n"}, "alpine"),
    ],
)
def test_whose_system_it_is(files: dict[str, bytes], distro: str) -> None:
    base = {DATABASES[0]: DATABASE, WORLD: b"musl\n"}
    assert system_of("root", {**base, **files}).distro == distro
