"""What the screen starts from: words, files, preferences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from apkgraph.errors import ApkgraphError, DependencyError, InputError
from apkgraph.model.universe_ref import UniverseRef
from apkgraph.settings import resolve
from apkgraph.tui.preferences import read_preferences
from apkgraph.tui.run import at, places, prepare
from apkgraph.tui.start import read_document

if TYPE_CHECKING:
    from pathlib import Path

    from apkgraph.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    flags = {"mirror": "/nowhere", "release": "v3.18", "arch": "x86_64", "cache_dir": str(tmp_path / "cache")}
    return resolve({**flags, "releases_url": (tmp_path / "no-list").as_uri()}, {}, "/dev/null")


def test_a_set_on_the_command_line(settings: Settings) -> None:
    start = prepare(settings, ["git", "curl>=8"])
    assert start.tokens == ("git", "curl>=8")
    assert start.place == UniverseRef("v3.18", "x86_64")


def test_a_word_that_is_no_package_is_refused(settings: Settings) -> None:
    with pytest.raises(DependencyError):
        prepare(settings, ["git>"])


def test_a_world_file(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "world").write_text("git\ncurl\n")
    assert prepare(settings, ["odd"], world=str(tmp_path / "world")).tokens == ("odd", "git", "curl")
    with pytest.raises(InputError):
        prepare(settings, world=str(tmp_path / "nothing"))


def test_an_exported_set_opens_where_it_was_asked(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "set.json"
    path.write_text('{"request": ["git"], "universe": {"release": "edge", "arch": "aarch64"}}')
    start = prepare(settings, document=str(path))
    assert (start.tokens, start.place) == (("git",), UniverseRef("edge", "aarch64"))


@pytest.mark.parametrize(
    "written",
    [
        b"",
        b"[]",
        b"{}",
        b"null",
        b"7",
        b'{"request": "git"}',
        b'{"request": [7]}',
        b'{"request": ["git>"]}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
def test_what_is_no_exported_set_is_refused(written: bytes, tmp_path: Path) -> None:
    path = tmp_path / "set.json"
    path.write_bytes(written)
    with pytest.raises(InputError, match=r"set\.json"):
        read_document(str(path))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_document(str(tmp_path / "nothing"))


def test_a_release_that_is_none_in_an_exported_set_is_refused(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "set.json"
    path.write_text('{"request": [], "universe": {"release": "../../etc"}}')
    with pytest.raises(InputError, match=r"set\.json"):
        prepare(settings, document=str(path))


# Preferences


def write(tmp_path: Path, text: str) -> str:
    path = tmp_path / "config.toml"
    path.write_text(text)
    return str(path)


def test_theme_and_keys_come_from_the_config_file(tmp_path: Path) -> None:
    found = read_preferences(write(tmp_path, '[tui]\ntheme = "nord"\n[tui.keys]\nadd = "plus,insert"\n'))
    assert (found.theme, found.keys, found.notices) == ("nord", {"add": "plus,insert"}, ())


def test_no_file_prefers_nothing(tmp_path: Path) -> None:
    assert read_preferences(str(tmp_path / "nothing")) == ("", {}, ())


@pytest.mark.parametrize(
    "text",
    [
        "tui = 7",
        "[tui]\ntheme = 7",
        "[tui.keys]\nfly = 'x'",
        "[tui.keys]\nadd = 7",
        "[tui.keys]\nadd = 'a,,b'",
        "[tui\n",
        "\0",
    ],
)
def test_what_is_wrong_becomes_a_notice(tmp_path: Path, text: str) -> None:
    found = read_preferences(write(tmp_path, text))
    assert len(found.notices) == 1
    assert (found.theme, found.keys) == ("", {})


def test_settings_leave_the_table_to_the_tui(tmp_path: Path) -> None:
    path = write(tmp_path, 'release = "edge"\n[tui]\ntheme = "nord"\n')
    assert resolve({}, {"APKGRAPH_CONFIG": path}).release == "edge"


# Places


def test_the_sample_is_a_place_of_its_own(settings: Settings) -> None:
    sample = at(settings, UniverseRef("v3.18", "x86_64", sample=True))
    assert sample.sample
    assert sample.cache_dir == settings.cache_dir
    assert at(settings, UniverseRef("v3.18", "x86_64")) is settings
    assert at(settings, UniverseRef("edge", "aarch64")).arch == "aarch64"
    with pytest.raises(ApkgraphError):
        at(sample, UniverseRef("edge", "aarch64"))


def test_without_a_list_of_releases_there_is_still_the_sample(settings: Settings) -> None:
    assert [place.sample for place, _ in places(settings)] == [True]


def test_the_list_of_releases_is_offered_this_machines_architecture_first(tmp_path: Path, settings: Settings) -> None:
    listed = tmp_path / "releases.json"
    listed.write_text(
        '{"latest_stable": "v3.18", "release_branches": '
        '[{"rel_branch": "v3.18", "arches": ["aarch64", "x86_64"], "eol_date": "2025-05-09"}]}'
    )
    found = places(settings.replace(releases_url=listed.as_uri()))
    assert [place for place, _ in found][:2] == [UniverseRef("v3.18", "x86_64"), UniverseRef("v3.18", "aarch64")]
    assert found[0][1] == "until 2025-05-09"
