"""An image's own os-release and repositories choose the distribution whose index it is held against."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from tests import schemas
from tests.commands import Capture, run
from tests.image.images import DATABASE, WORLD, Files, database, docker_save, root, tar
from tests.mirror import adbs
from tests.mirror.archives import INDEX, index_part

ADB = adbs.plain(adbs.values_of([adbs.BUSYBOX]))
V2 = index_part(INDEX)
CHIMERA_LIST = b"""\
set -default CHIMERA_REPO_URL=https://repo.chimera-linux.org
set -default CHIMERA_REPO_RELEASE=current

v3 ${CHIMERA_REPO_URL}/${CHIMERA_REPO_RELEASE}/main
"""
OPENWRT_LIST = b"""\
https://downloads.openwrt.org/releases/25.12.7/targets/x86/64/packages/packages.adb
https://downloads.openwrt.org/releases/25.12.7/packages/x86_64/base/packages.adb
https://downloads.openwrt.org/releases/25.12.7/targets/x86/64/kmods/6.12.1/packages.adb
"""
ALPINE_LIST = b"https://dl-cdn.alpinelinux.org/alpine/v3.20/main\n@edge https://mirror.example/alpine/edge/main\n"
SHAPES: dict[str, tuple[dict[str, bytes], dict[str, bytes], str | None, int]] = {
    # the files of the image, the indexes on the mirror, the release, the number of foreign repositories
    "alpine": (
        {"etc/os-release": b"ID=alpine\nVERSION_ID=3.20.3\n", "etc/apk/repositories": ALPINE_LIST},
        {"v3.20/main/x86_64/APKINDEX.tar.gz": V2, "edge/main/x86_64/APKINDEX.tar.gz": V2},
        "v3.20",
        0,
    ),
    "wolfi": (
        {
            "etc/os-release": b'ID=wolfi\nVERSION_ID="20230201"\n',
            "etc/apk/repositories": b"https://packages.wolfi.dev/os\n",
        },
        {"os/x86_64/APKINDEX.tar.gz": V2},
        None,
        0,
    ),
    "chainguard": (  # the newer wolfi-base: Wolfi by its os-release, with Chainguard's packages
        {
            "etc/os-release": b'ID=wolfi\nVERSION_ID="20230201"\n',
            "etc/apk/repositories": b"https://apk.cgr.dev/chainguard\nhttps://apk.cgr.dev/extra-packages\n",
        },
        {"chainguard/x86_64/APKINDEX.tar.gz": V2, "extra-packages/x86_64/APKINDEX.tar.gz": V2},
        None,
        0,
    ),
    "openwrt": (
        {
            "etc/os-release": b'ID="openwrt"\nVERSION_ID="25.12.7"\n',
            "etc/apk/repositories.d/distfeeds.list": OPENWRT_LIST,
        },
        {
            "25.12.7/targets/x86/64/packages/packages.adb": ADB,
            "25.12.7/packages/x86_64/base/packages.adb": ADB,
        },
        "25.12.7",
        1,
    ),
    "chimera": (
        {"usr/lib/os-release": b"ID=chimera\n", "usr/lib/apk/repositories.d/01-repo-main.list": CHIMERA_LIST},
        {"current/main/x86_64/APKINDEX.tar.gz": ADB},
        "current",
        0,
    ),
}


@pytest.fixture(autouse=True)
def _workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("APKGRAPH_CACHE_DIR", str(tmp_path / "cache"))


def files_of(shape: str) -> Files:
    return {**SHAPES[shape][0], DATABASE: database("busybox"), WORLD: b"busybox\n"}


def mirror_of(shape: str) -> str:
    for name, data in SHAPES[shape][1].items():
        Path("mirror", name).parent.mkdir(parents=True, exist_ok=True)
        Path("mirror", name).write_bytes(data)
    return str(Path("mirror").absolute())


@pytest.mark.parametrize("form", ["image", "root"])
@pytest.mark.parametrize("shape", SHAPES)
def test_an_upgrade_asks_the_image_s_own_distribution(capsys: Capture, shape: str, form: str) -> None:
    _, _, release, foreign = SHAPES[shape]
    files = files_of(shape)
    path = docker_save(Path("image.tar"), [tar(files)]) if form == "image" else root(Path("root"), files)
    words = ("--mirror", mirror_of(shape), "--allow-untrusted", "-q", "image", str(path), "--upgrade")
    status, out, err = run(capsys, *words, "--json")
    assert (status, err) == (0, "")
    document: dict[str, Any] = json.loads(out)
    assert schemas.errors(document) == []
    assert (document["distro"], document["release"]) == (shape, release)
    upgrade = document["upgrade"]
    assert upgrade["universe"]["distro"] == shape
    assert len(upgrade["foreign_repositories"]) == foreign
    assert [change["version"] for change in upgrade["changes"]] == ["1.36.1-r5"]
    assert upgrade["universe"]["arch"] == "x86_64"
    assert run(capsys, *words)[0] == 0


def test_a_distribution_that_is_asked_for_wins(capsys: Capture) -> None:
    path = str(root(Path("root"), files_of("wolfi")))
    mirror = mirror_of("alpine")
    words = ("--mirror", mirror, "--release", "v3.20", "--distro", "alpine", "--arch", "x86_64", "--allow-untrusted")
    status, out, _ = run(capsys, *words, "--repositories", "main", "-q", "image", path, "--upgrade", "--json")
    assert (status, json.loads(out)["upgrade"]["universe"]["distro"]) == (0, "alpine")


def test_the_sample_is_no_index_of_another_distribution(capsys: Capture) -> None:
    path = str(root(Path("root"), files_of("wolfi")))
    status, _, err = run(capsys, "--sample", "image", path, "--upgrade")
    assert (status, err.count("\n"), "Wolfi" in err) == (2, 1, True)


def test_a_distribution_that_nobody_knows(capsys: Capture) -> None:
    files = {**files_of("alpine"), "etc/os-release": b"ID=nobody\n", "etc/apk/repositories": b"https://host/packages\n"}
    status, _, err = run(capsys, "image", str(root(Path("root"), files)), "--upgrade")
    assert (status, err.count("\n"), "'nobody'" in err) == (2, 1, True)


@pytest.mark.parametrize(("kind", "read"), [("installed", "root.read_installed"), ("image", "image.read_image")])
@pytest.mark.parametrize("shape", ["wolfi", "openwrt"])
def test_a_base_chooses_its_distribution_and_is_read_once(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, shape: str, kind: str, read: str
) -> None:
    home, name = read.split(".")
    module = importlib.import_module(f"apkgraph.image.{home}")
    reader = Mock(side_effect=getattr(module, name))
    monkeypatch.setattr(module, name, reader)
    path = root(Path("root"), files_of(shape))
    where = ("--mirror", mirror_of(shape), "--allow-untrusted", "--arch", "x86_64", "-q")
    lists = {"wolfi": "os", "openwrt": "base"}
    words = [*where, "--repositories", lists[shape], "cost", "busybox", "--base", f"{kind}:{path}", "--json"]
    if shape == "openwrt":
        words = ["--release", "25.12.7", *words]
    status, out, _ = run(capsys, *words)
    assert (status, json.loads(out)["universe"]["distro"], reader.call_count) == (0, shape, 1)
    status, out, _ = run(capsys, "--distro", "chimera", *words)
    assert status != 0 or json.loads(out)["universe"]["distro"] == "chimera"
