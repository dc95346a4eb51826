"""What the screen starts from: words, files, preferences."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from apkgraph.errors import ApkgraphError, DependencyError, InputError
from apkgraph.model.universe_ref import UniverseRef
from apkgraph.settings import resolve
from apkgraph.tui.app import ApkgraphApp
from apkgraph.tui.preferences import Preferences, SavedView, read_preferences, read_view, save_view
from apkgraph.tui.run import at, places, prepare
from apkgraph.tui.start import Start, read_document
from apkgraph.tui.state.record import Budget, Sort
from tests.tui.driving import WIDE, running, said, screen_text, until
from tests.tui.small import HERE, Mirror, press, settle

if TYPE_CHECKING:
    from pathlib import Path

    from apkgraph.settings import Settings
    from apkgraph.tui.start import Progress


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
    assert read_preferences(str(tmp_path / "nothing")) == Preferences()


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


def test_a_budget_of_the_config(tmp_path: Path) -> None:
    assert read_preferences(write(tmp_path, '[tui]\nmax_installed = "100 MiB"\n')).budget == Budget(
        100 << 20, "installed"
    )
    assert read_preferences(write(tmp_path, "[tui]\nmax_download = 1000\n")).budget == Budget(1000, "download")
    both = read_preferences(write(tmp_path, "[tui]\nmax_installed = 1\nmax_download = 2\n"))
    assert both.budget == Budget(1, "installed")
    assert "there is one budget" in both.notices[0]
    broken = read_preferences(write(tmp_path, '[tui]\nmax_installed = "lots"\n'))
    assert broken.budget is None
    assert "tui.max_installed" in broken.notices[0]


def test_what_is_kept_is_read_again_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "new" / "tui.json"
    view = SavedView("nord", "", "download", "origin", Sort("name", descending=False), show_base=False)
    save_view(str(path), view)
    assert read_view(str(path)) == view
    assert [one.name for one in path.parent.iterdir()] == ["tui.json"]
    for text in ("{", "[]", '{"sort": 1}', '{"theme": 1, "over": 2, "measure": 3, "grouping": [], "sort": ["x", 1]}'):
        path.write_text(text)
        assert read_view(str(path)) == SavedView()
    assert read_view(str(tmp_path / "nothing")) == SavedView()


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    save_view(str(tmp_path / "file" / "tui.json"), SavedView("nord"))
    assert (tmp_path / "file").read_text() == ""


async def test_the_screen_looks_as_it_was_left(tmp_path: Path) -> None:
    view_file = str(tmp_path / "tui.json")
    async with running(shown=ApkgraphApp(Start(HERE, Mirror().open, ("git",), view_file=view_file))) as (shown, pilot):
        await press(pilot, "i", "g", "S")
        shown.theme = "nord"
    async with running(shown=ApkgraphApp(Start(HERE, Mirror().open, ("git",), view_file=view_file))) as (again, _):
        assert (again.theme, again.state.measure, again.state.grouping) == ("nord", "download", "origin")
        assert not again.state.sort.descending
    changed = Start(HERE, Mirror().open, ("git",), view_file=view_file, theme="apkgraph-light")
    async with running(shown=ApkgraphApp(changed)) as (third, _):
        assert third.theme == "apkgraph-light", "the config has changed since"


async def test_a_dockerfile_is_read_behind_the_screen_and_each_line_is_a_group() -> None:
    go = threading.Event()
    real = Start(HERE, Mirror().open, ("git", "curl", "docs"), lines={"git": 2, "curl": 2, "docs": 5}, notices=("hm",))

    def read(progress: Progress) -> Start:
        progress("solving stages", 1, 4)
        assert go.wait(10)
        return real

    shown = ApkgraphApp(Start(HERE, Mirror().open, read=read))
    async with shown.run_test(size=WIDE, notifications=True) as pilot:
        await until(lambda: "solving stages 25%" in screen_text(shown))
        go.set()
        await until(lambda: bool(shown.state.requests))
        await settle(pilot)
        text = screen_text(shown)
        assert "line 2 (" in text
        assert "by line" in text
        assert [shown.main.panes.set.entry(at).words for at in (0, 3)] == ["line 2", "line 5"]
        assert said(shown) == "hm"
        await press(pilot, "u")
        assert shown.state.requests, "there is nothing to undo"


async def test_what_cannot_be_read_is_said_and_can_be_tried_again() -> None:
    tries: list[int] = []

    def read(_progress: Progress) -> Start:
        tries.append(1)
        if len(tries) == 1:
            message = "line 3: nobody knows"
            raise InputError(message)
        return Start(HERE, Mirror().open, ("git",), lines={"git": 1})

    shown = ApkgraphApp(Start(HERE, Mirror().open, read=read))
    async with shown.run_test(size=WIDE) as pilot:
        await until(lambda: "line 3: nobody knows" in screen_text(shown))
        await pilot.press("r")
        await until(lambda: bool(shown.state.requests))
        await settle(pilot)
        assert "git" in screen_text(shown)
