"""The flavour of apk that a universe resolves with: by the base, by the setting, and never from another's cache."""

from __future__ import annotations

from pathlib import Path

import pytest

import apkgraph
from apkgraph.errors import UsageError
from apkgraph.image.base import BaseRequest
from apkgraph.index.build import build_universe
from apkgraph.index.parse import parse_index
from apkgraph.index.universe import RepositoryInfo, Universe
from apkgraph.loading.cold import with_base
from apkgraph.model.dependency import parse_world
from apkgraph.report.documents import document


def test_the_base_says_which_apk_it_is() -> None:
    assert any(str(package).startswith("apk-tools-2.14") for package in opened().base.packages)
    assert said(opened()) == "2.14"
    assert said(opened(base="none")) == "3"
    assert said(opened(base="pkg:musl")) == "3"


@pytest.mark.parametrize("apk", ["3", "2.14", 3, 2.14])
def test_the_setting_says_it(apk: object) -> None:
    assert said(opened(apk=apk)) == str(apk)
    assert said(opened(apk=apk, base="none")) == str(apk)


def test_a_flavour_that_is_not_there() -> None:
    with pytest.raises(UsageError, match=r"--apk: invalid value '2': give one of auto, 3, 2\.14"):
        opened(apk="2")


def test_what_is_compiled_for_one_flavour_is_not_used_for_another(tmp_path: Path) -> None:
    for _ in range(2):  # compiled, then from the cache
        explorers = {apk: opened(apk=apk, cache_dir=tmp_path) for apk in ("auto", "3", "2.14")}
        assert {apk: said(explorer) for apk, explorer in explorers.items()} == {
            "auto": "2.14",
            "3": "3",
            "2.14": "2.14",
        }
        assert len({explorer.universe.key for explorer in explorers.values()}) == 3


def test_a_world_from_nothing_goes_by_the_base() -> None:
    assert opened().plain.apk == "2.14"
    assert opened(base="none").plain.apk == "3"


INDEX = """\
C:Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=
P:apk-tools
V:{}
I:1

C:Q1AAAAAAAAAAAAAAAAAAAAAAAAABB=
P:splits
V:1
I:1
i:apk-tools !other

C:Q1AAAAAAAAAAAAAAAAAAAAAAAAACC=
P:other
V:1
I:1

"""


def based(version: str, apk: str, world: str = "apk-tools") -> Universe:
    index = parse_index(INDEX.format(version).encode(), repositories=1)
    plain = build_universe([(RepositoryInfo("main"), index)]).with_apk(apk)
    return with_base(plain, BaseRequest("base", parse_world(world)))


@pytest.mark.parametrize(
    ("version", "apk", "names"),
    [
        ("2.14.0-r2", "auto", ["apk-tools"]),
        ("3.0.0-r2", "auto", ["apk-tools", "splits"]),
        ("2.14.0-r2", "3", ["apk-tools", "splits"]),
        ("3.0.0-r2", "2.14", ["apk-tools"]),
    ],
)
def test_the_base_is_resolved_with_its_own_apk(version: str, apk: str, names: list[str]) -> None:
    assert [package.name for package in based(version, apk).installed] == names


def test_a_base_without_apk_is_resolved_with_apk_3() -> None:
    universe = based("2.14.0-r2", "auto", "other")
    assert (universe.apk, [package.name for package in universe.installed]) == ("3", ["other"])


def opened(**options: object) -> apkgraph.Explorer:
    return apkgraph.open(sample=True, **options)


def said(explorer: apkgraph.Explorer) -> object:
    return document(explorer.cost(["tini"]))["apk"]
