"""The screen on top of what an image holds: `--base image:PATH`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from apkgraph.settings import resolve
from apkgraph.tui.app import ApkgraphApp
from apkgraph.tui.run import prepare
from apkgraph.tui.screens.errors import ErrorScreen
from tests.image.images import docker_save, oci_tar, system, tar
from tests.tui.driving import running, screen_text
from tests.tui.small import press, settle

if TYPE_CHECKING:
    from pathlib import Path

HELD = ("musl", "busybox", "libcurl", "gone", "lost")


def app_on(image: Path, *tokens: str) -> ApkgraphApp:
    """The app on the sample, where this image's packages are installed (none of which provides anything)."""
    flags = {"sample": True, "base": f"image:{image}", "cache_dir": str(image.parent / "cache")}
    return ApkgraphApp(prepare(resolve(flags, {}, os.devnull), tokens))


async def test_the_base_is_what_the_image_holds(tmp_path: Path) -> None:
    layers = [tar(system(*HELD, world="libcurl gone lost"))]
    for image in (docker_save(tmp_path / "saved.tar", layers), oci_tar(tmp_path / "oci.tar", layers)):
        async with running(shown=app_on(image)) as (shown, pilot):
            figures = shown.state.figures
            assert figures is not None
            assert figures.base_packages == len(HELD)
            assert figures.base.installed == 1000 * len(HELD)
            assert f"image:{image}"[:20] in screen_text(shown)
            await press(pilot, "1", "enter")
            assert "base (5)" in screen_text(shown)


async def test_what_the_image_has_and_the_set_puts_out_is_shown(tmp_path: Path) -> None:
    image = docker_save(tmp_path / "image.tar", [tar(system(*HELD, world="libcurl"))])
    async with running(shown=app_on(image, "git")) as (shown, pilot):
        figures = shown.state.figures
        assert figures is not None
        assert {row.name: row.own.installed for row in figures.removed} == {"gone": -1000, "lost": -1000}
        assert sum(row.own.installed for row in figures.rows) == figures.total.installed
        await press(pilot, "end")
        assert "removed (2)" in screen_text(shown)
        assert "- gone" in screen_text(shown)
        await press(pilot, "f", *"lost", "enter")
        assert "removed (1)" in screen_text(shown)


async def test_an_image_that_is_none_is_told_and_may_be_mended(tmp_path: Path) -> None:
    image = tmp_path / "image.tar"
    image.write_bytes(b"no tar at all")
    shown = app_on(image, "git")
    async with shown.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        assert isinstance(shown.screen, ErrorScreen)
        text = screen_text(shown)
        assert "This cannot be opened" in text
        assert "browse the sample" not in text, "it would be of no help"
        await press(pilot, "s")
        assert isinstance(shown.screen, ErrorScreen)
        docker_save(image, [tar(system(*HELD, world="libcurl"))])
        await press(pilot, "r")
        assert shown.state.figures is not None


async def test_leaving_ends_as_the_command_line_does(tmp_path: Path) -> None:
    shown = app_on(tmp_path / "nothing.tar")
    async with shown.run_test() as pilot:
        await settle(pilot)
        await pilot.press("q")
        await pilot.pause()
    assert shown.return_code == 6
