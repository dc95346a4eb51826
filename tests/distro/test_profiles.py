"""Profiles: those that ship, a user's own, and what is trusted for each."""

from __future__ import annotations

import os
import pickle
import shutil
from pathlib import Path

import pytest

import apkgraph
from apkgraph import host
from apkgraph.distro import ALPINE, NAMES, Distribution, distribution_of_image, find_distribution
from apkgraph.errors import InputError, MirrorError, SignatureError, UsageError
from apkgraph.mirror import trust
from apkgraph.mirror.repositories import repositories
from apkgraph.settings import Settings, resolve

INDEXES = {
    "alpine": "https://dl-cdn.alpinelinux.org/alpine/latest-stable/main/aarch64/APKINDEX.tar.gz",
    "postmarketos": "https://mirror.postmarketos.org/postmarketos/main/aarch64/APKINDEX.tar.gz",
    "wolfi": "https://packages.wolfi.dev/os/aarch64/APKINDEX.tar.gz",
    "chainguard": "https://apk.cgr.dev/chainguard/aarch64/APKINDEX.tar.gz",
    "openwrt": "https://downloads.openwrt.org/releases/25.12.0/packages/aarch64/base/packages.adb",
    "chimera": "https://repo.chimera-linux.org/current/main/aarch64/APKINDEX.tar.gz",
}
OWN = """
[distro]
use = "acme"
[distro.acme]
title = "Acme"
mirror = "https://packages.acme.example/apk"
layout = "{arch}/{repository}/APKINDEX.tar.gz"
repositories = ["stable"]
base = "acme-base"
keys_dir = "/etc/acme/keys"
"""


def settings_of(**flags: object) -> Settings:
    return resolve({"arch": "aarch64", **flags}, os.environ)


def configured(tmp_path: Path, text: str, **flags: object) -> Settings:
    (tmp_path / "config.toml").write_text(text)
    return resolve(flags, {"HOME": "/", "APKGRAPH_CONFIG": str(tmp_path / "config.toml")})


@pytest.mark.parametrize("name", NAMES)
def test_each_distribution_has_its_mirror_layout_and_repositories(name: str) -> None:
    settings = settings_of(distro=name)
    found = repositories(settings)
    assert found[0].index == INDEXES[name]
    assert found[0].release == settings.distro.release
    assert len(found) == len(settings.distro.repositories)


def test_openwrt_s_targets_have_a_layout_of_their_own() -> None:
    (found,) = repositories(settings_of(distro="openwrt", repositories="targets/x86/64", release="25.12.1"))
    assert found.index == "https://downloads.openwrt.org/releases/25.12.1/targets/x86/64/packages/packages.adb"
    with pytest.raises(UsageError, match="not a repository"):
        repositories(settings_of(distro="openwrt", repositories="targets/../etc"))


def test_postmarketos_stands_on_alpine() -> None:
    found = repositories(settings_of(distro="postmarketos"))
    assert [each.url.rpartition("/alpine/")[2] for each in found[1:]] == ["edge/main", "edge/community"]
    assert not any(each.release for each in found[1:])


def test_keys_of_one_distribution_are_trusted_for_no_other(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(trust, "OS_RELEASE", str(tmp_path / "os-release"))
    folders = {name: trust.key_directories(settings_of(distro=name)) for name in NAMES}
    for name in ("wolfi", "chainguard", "chimera"):
        assert folders[name] == (host.keys_directory(name),)
        assert all(os.path.isfile(path) for path in map(str, Path(folders[name][0]).glob("*.pub")))
    assert folders["alpine"] == (host.keys_directory("alpine"), trust.SYSTEM_KEYS)
    assert folders["openwrt"] == folders["postmarketos"] == ()
    postmarketos = settings_of(distro="postmarketos")
    assert trust.key_directories(postmarketos, under_mirror=False) == (host.keys_directory("alpine"),)
    (tmp_path / "os-release").write_text('NAME="Wolfi"\nID="wolfi"\n')
    assert trust.key_directories(settings_of(distro="wolfi"))[-1] == trust.SYSTEM_KEYS
    assert trust.SYSTEM_KEYS not in trust.key_directories(settings_of())


def test_an_unknown_distribution_is_told_its_near_name() -> None:
    with pytest.raises(UsageError, match=r"^unknown distribution 'wolf': did you mean wolfi\?$"):
        settings_of(distro="wolf")
    with pytest.raises(UsageError, match="known: alpine, postmarketos, wolfi"):
        find_distribution("zzz")


def test_the_environment_and_the_config_name_a_distribution(tmp_path: Path) -> None:
    assert resolve({}, {"HOME": "/", "APKGRAPH_DISTRO": "wolfi"}).distro.name == "wolfi"
    settings = configured(tmp_path, 'distro = "chimera"\n')
    assert (settings.distro.name, settings.sources["distro"]) == ("chimera", str(tmp_path / "config.toml"))
    assert settings.repositories == ("main", "user")
    assert configured(tmp_path, 'distro = "chimera"\n', distro="wolfi").repositories == ("os",)


def test_a_config_holds_distributions_of_the_user_s_own(tmp_path: Path) -> None:
    settings = configured(tmp_path, OWN, arch="x86_64")
    assert repositories(settings)[0].index == "https://packages.acme.example/apk/x86_64/stable/APKINDEX.tar.gz"
    assert settings.distro.base_world(["v3.1"]) == "acme-base"
    assert trust.key_directories(settings) == ("/etc/acme/keys",)
    assert configured(tmp_path, OWN, distro="alpine").distro == ALPINE


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("distro = 3", "distro"),
        ("[distro]\nuse = 3", "distro.use"),
        ("[distro]\nacme = 3", r"give a table \[distro.NAME\]"),
        ('[distro.acme]\nmirorr = "x"', "unknown key mirorr: did you mean mirror"),
        ("[distro.acme]\nmirror = 3", "distro.acme.mirror"),
        ('[distro.acme]\nmirror = "/m"', "needs mirror and repositories"),
        ('[distro.acme]\nlayout = "../{arch}/x"', "invalid layout"),
        ('[distro.acme]\nlayout = "{release.__class__}/x"', "invalid layout"),
        ("a.b.c.d.e.f.g.h.i = 1", "a key of more than 8 words"),
        ('x = {a."b".c.d.e.f.g.h.i = 1}', "a key of more than 8 words"),
        ("[a.b.c.d.e.f.g.h.i]", "a key of more than 8 words"),
        ("#" * (65 << 10), "65536"),
    ],
)
def test_a_config_s_errors_name_file_key_and_what_would_be_right(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        configured(tmp_path, text)
    assert "config.toml" in str(caught.value)


def test_dots_in_texts_and_comments_are_no_keys(tmp_path: Path) -> None:
    text = 'mirror = "/a.b.c.d.e.f.g.h.i.j"  # a.b.c.d.e.f.g.h.i.j\n'
    assert configured(tmp_path, text).mirror == "/a.b.c.d.e.f.g.h.i.j"


@pytest.mark.parametrize("name", NAMES)
def test_a_profile_is_a_frozen_value(name: str) -> None:
    profile = find_distribution(name)
    again = pickle.loads(pickle.dumps(profile))  # noqa: S301  # processes that rank are given settings so
    assert again == profile
    assert hash(again) == hash(profile)
    assert again is not profile
    with pytest.raises(AttributeError):
        profile.name = "other"
    assert profile != Distribution("other", mirror="/", layout="{arch}/x", repositories=("main",))


def test_chainguard_s_real_index_is_trusted_by_its_keys_alone(shared: Path, tmp_path: Path) -> None:
    """The index says aarch64 in every package, so it is put where that lies."""
    place = tmp_path / "mirror" / "chainguard" / "aarch64"
    place.mkdir(parents=True)
    shutil.copy(shared / "indexes" / "chainguard" / "x86_64" / "APKINDEX.tar.gz", place)
    given = {"mirror": str(tmp_path / "mirror"), "arch": "aarch64", "cache_dir": str(tmp_path / "cache")}
    explorer = apkgraph.open(distro="chainguard", **given)
    cost = explorer.cost(["wolfi-baselayout"])
    assert cost.solution.satisfied
    assert explorer.ref.distro == "chainguard"
    assert "wolfi-base" in {package.name for package in explorer.base.packages}
    with pytest.raises(SignatureError):
        apkgraph.open(distro="wolfi", repositories="chainguard", **given).cost(["curl"])


@pytest.mark.parametrize(
    ("given", "arch"),
    [("arm64", "aarch64"), ("amd64", "x86_64"), ("linux/arm/v7", "armv7"), ("arm/v6", "armhf"), ("s390x", "s390x")],
)
def test_docker_s_names_of_architectures_are_understood(given: str, arch: str) -> None:
    assert settings_of(arch=given).arch == arch


def test_no_list_of_releases_is_known_for_others(tmp_path: Path) -> None:
    from apkgraph.mirror.releases import releases

    with pytest.raises(MirrorError, match="Wolfi: no list of its releases is known"):
        releases(settings_of(distro="wolfi", cache_dir=str(tmp_path)))


@pytest.mark.parametrize(
    ("image", "name", "base"),
    [
        ("cgr.dev/chainguard/python", "chainguard", False),
        ("cgr.dev/chainguard/wolfi-base", "wolfi", True),
        ("cgr.dev/acme.com/chainguard-base", "chainguard", True),
        ("docker.io/chimeralinux/chimera", "chimera", True),
        ("openwrt/rootfs", "openwrt", True),
        ("openwrt/sdk", "openwrt", False),
    ],
)
def test_an_image_is_of_its_distribution(image: str, name: str, base: bool) -> None:
    found = distribution_of_image(image)
    assert found is not None
    assert (found[0].name, found[1]) == (name, base)


@pytest.mark.parametrize("image", ["alpine", "debian", "notcgr.dev/x", "my/openwrt/rootfs"])
def test_an_unknown_image_is_of_none(image: str) -> None:
    assert distribution_of_image(image) is None
