"""The same keys over the real indexes of v3.18: 20,069 packages, 45,000 names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from apkgraph.model.universe_ref import UniverseRef
from apkgraph.settings import resolve
from apkgraph.tui.app import ApkgraphApp
from apkgraph.tui.backend import ExplorerBackend
from apkgraph.tui.run import at, opener, prepare
from apkgraph.tui.screens.search import SearchScreen
from apkgraph.tui.start import Start
from tests.tui.driving import running, screen_text
from tests.tui.small import press, settle

if TYPE_CHECKING:
    from pathlib import Path

    from apkgraph.settings import Settings
    from apkgraph.tui.backend import Backend
    from apkgraph.tui.start import Progress


@pytest.fixture(scope="module")
def settings(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    flags = {
        "mirror": str(shared / "mirror" / "alpine"),
        "release": "v3.18",
        "arch": "x86_64",
        "cache_dir": str(tmp_path_factory.mktemp("cache")),
    }
    return resolve(flags, {}, "/dev/null")


@pytest.fixture(scope="module")
def backend(settings: Settings) -> Backend:
    return opener(settings)(UniverseRef("v3.18", "x86_64"), lambda *_: None)


def real_app(settings: Settings, backend: Backend, *tokens: str) -> ApkgraphApp:
    def open_at(place: UniverseRef, progress: Progress) -> Backend:
        return backend if place.release == "v3.18" else opener(settings.replace(repositories="main"))(place, progress)

    return ApkgraphApp(Start(UniverseRef("v3.18", "x86_64"), open_at, tokens))


async def test_git_costs_what_it_costs(settings: Settings, backend: Backend) -> None:
    async with running(shown=real_app(settings, backend, "git")) as (shown, _):
        assert shown.state.figures is not None
        assert shown.state.figures.packages == 9
        text = screen_text(shown)
        assert "+10.6 MiB installed   +4.7 MiB download   +9 packages" in text
        assert "Distributed version control system" in text


async def test_search_price_add_walk_reverse_and_back(settings: Settings, backend: Backend) -> None:
    async with running(shown=real_app(settings, backend, "git")) as (shown, pilot):
        await press(pilot, "a", *"python3")
        assert isinstance(shown.screen, SearchScreen)
        assert shown.screen.results.names[0] == "python3"
        assert "of 45,172 names" in screen_text(shown)
        price = shown.screen.results.prices["python3"]
        await press(pilot, "enter")
        assert shown.state.figures is not None
        assert shown.state.figures.cost.installed == 11145216 + price.size.installed
        await press(pilot, "1", "up", "enter", "down", "enter", "down", "enter")
        assert len(shown.state.trail) >= 2
        await press(pilot, "v", "v", "backspace", "backspace")
        assert shown.state.trail == ("git",)
        await press(pilot, "t", "right", "down", "i", "g", "c", "p", "d")
        assert shown.state.wanted.tokens in {("git",), ("python3",), ("git", "python3")}


async def test_true_added_sizes_are_those_of_solving_without(settings: Settings, backend: Backend) -> None:
    async with running(shown=real_app(settings, backend, "git", "curl", "nginx")) as (shown, _):
        assert shown.state.figures is not None
        for one in shown.state.figures.requests:
            assert one.resolved == backend.without(shown.state.wanted, one.token)


async def test_a_set_that_cannot_be(settings: Settings, backend: Backend) -> None:
    async with running(shown=real_app(settings, backend, "git")) as (shown, pilot):
        await press(pilot, "a", *"mosquitto")
        await press(pilot, "greater_than_sign", "9", "9", "enter")
        assert shown.state.reasons
        assert "mosquitto" in screen_text(shown)
        assert "(as last solved)" in screen_text(shown)


async def test_the_same_set_on_an_older_release(settings: Settings, backend: Backend) -> None:
    async with running(shown=real_app(settings, backend, "git")) as (shown, pilot):
        await press(pilot, "r", *"v3.16", "enter")
        assert shown.state.figures_of is not None
        assert shown.state.figures_of.place.release == "v3.16"
        text = screen_text(shown)
        assert "pinned: v3.18 x86_64   now: v3.16 x86_64" in text
        assert shown.main.panes.compare.count > 10


async def test_every_export_of_a_larger_set(settings: Settings, backend: Backend) -> None:
    async with running(shown=real_app(settings, backend, "nginx", "postgresql15", "openssh")) as (shown, pilot):
        begins = ('"apkgraph.cost/1"', "nginx\n", "apk add ", "RUN ", "digraph", "| package |")
        for steps, expected in enumerate(begins):
            await press(pilot, "e", *["down"] * steps, "ctrl+y")
            assert expected in shown.clipboard


async def test_a_desktop_of_its_world_file(shared: Path, settings: Settings) -> None:
    world = shared / "rootfs" / "v3.18-desktop" / "etc" / "apk" / "world"
    start = prepare(settings.replace(base="none"), world=str(world))
    async with running(shown=ApkgraphApp(start)) as (shown, pilot):
        assert shown.state.figures is not None
        assert len(shown.state.figures.rows) > 250
        assert shown.state.figures.base_packages == 0
        await press(pilot, "g", "g", "s", "t")
        await settle(pilot)
        assert "xfce4" in screen_text(shown)


async def test_the_sample_opens_beside_it(settings: Settings, backend: Backend) -> None:
    sample = opener(settings)(UniverseRef("v3.18", "x86_64", sample=True), lambda *_: None)
    assert isinstance(backend, ExplorerBackend)
    assert sample.about().sample
    assert not backend.about().sample
    assert at(settings, UniverseRef("v3.18", "x86_64", sample=True)).sample
