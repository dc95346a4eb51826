"""A cost as JSON, as plain text, and as a table: the same figures, and nothing from an index raw."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from apkgraph.report.blocks import render
from apkgraph.report.cost import bar, report
from apkgraph.report.documents import document, to_json, to_json_lines
from apkgraph.report.text import width
from tests.impact.worlds import World, record

if TYPE_CHECKING:
    from pathlib import Path

    from apkgraph.impact.cost import Cost

INDEX = (
    record("base", 10_000)
    + record("git", 5_000_000, "curl so:pcre", version="2.40-r1")
    + record("curl", 500_000, "zlib")
    + record("zlib", 100_000, provides="so:z=1")
    + record("pcre", 700_000, provides="so:pcre=2")
    + record("docs", 4_000)
    + record("git-doc", 900_000, install_if="git=2.40-r1 docs")
    + record("other", 70_000, "!base")
    + record("wide-日本", 2_000, "zlib")
)


@pytest.fixture(scope="module")
def world() -> World:
    return World(INDEX, "base")


def plain(cost: Cost) -> str:
    return render(report(cost))


def screen(cost: Cost, width: int) -> str:
    """What a terminal shows, without its colours."""
    return re.sub(r"\x1b\[[0-9;]*m", "", render(report(cost, width), width, color=True))


def test_plain(world: World) -> None:
    assert plain(world.cost("git", "docs")).splitlines() == [
        "git docs on test, Alpine v0 x86_64, apk 3",
        "",
        "  PACKAGE  VERSION  INSTALLED   DOWNLOAD  SHARE  WHY",
        "+ docs     1-r0       3.9 KiB    2.0 KiB    <1%  requested",
        "+ zlib     1-r0      97.7 KiB   48.8 KiB     1%  curl → zlib",
        "+ curl     1-r0     488.3 KiB  244.1 KiB     7%  git → curl",
        "+ pcre     1-r0     683.6 KiB  341.8 KiB    10%  git → so:pcre",
        "+ git      2.40-r1    4.8 MiB    2.4 MiB    69%  requested",
        "+ git-doc  1-r0     878.9 KiB  439.5 KiB    12%  install_if git=2.40-r1 docs",
        "",
        "REQUEST        ADDED  FAIR SHARE",
        "git          6.9 MiB     6.4 MiB",
        "docs       882.8 KiB   443.4 KiB",
        "shared    -878.9 KiB              counted more than once: removing any one of them frees it",
        "together     6.9 MiB     6.9 MiB",
        "",
        "base     1 package   9.8 KiB installed   4.9 KiB download",
        "cost   +6 packages  +6.9 MiB installed  +3.4 MiB download",
        "total   7 packages   6.9 MiB installed   3.4 MiB download",
    ]


def test_a_terminal_shows_what_a_pipe_gets(world: World) -> None:
    cost = world.cost("git", "docs")
    rows = screen(cost, 200).splitlines()
    for piped, shown in zip(plain(cost).splitlines(), rows, strict=True):
        assert re.sub("[▏▎▍▌▋▊▉█]", "", shown).split() == piped.split()


@pytest.mark.parametrize("columns", [40, 60, 69, 80, 99, 100, 120, 200])
def test_the_table_fits(world: World, columns: int) -> None:
    for request in (["git", "docs"], ["wide-日本"]):
        assert max(map(width, screen(world.cost(*request), columns).splitlines())) <= columns


def test_a_bar_fills_by_eighths() -> None:
    assert [bar(fraction, 2) for fraction in (0, 0.01, 0.5, 0.75, 1, 7)] == ["", "", "█", "█▌", "██", "██"]


def test_nothing_changes(world: World) -> None:
    assert plain(world.cost("base")).splitlines() == [
        "base on test, Alpine v0 x86_64, apk 3",
        "already in the base: base",
        "",
        "base    1 package  9.8 KiB installed  4.9 KiB download",
        "cost   0 packages      0 B installed      0 B download",
        "total   1 package  9.8 KiB installed  4.9 KiB download",
    ]


def test_a_terminal_is_never_spoken_to() -> None:
    evil = World(record("git", 1000, "so:\x1b[31mx", version="1-r0") + record("x", 1, provides="so:\x1b[31mx=1"))
    cost = evil.cost("git")
    for text in (plain(cost), screen(cost, 100)):
        assert "\x1b" not in text
    assert "so:\ufffd[31mx" in plain(cost)
    assert "\x1b" not in to_json(document(cost))


def test_markup_is_data() -> None:
    cost = World(record("git", 1000, "so:[red]x[/red]") + record("x", 1, provides="so:[red]x[/red]=1")).cost("git")
    assert "so:[red]x[/red]" in screen(cost, 100)


def test_json_is_one_object_in_ascii(world: World) -> None:
    text = to_json(document(world.cost("wide-日本")))
    assert text.isascii()
    assert text.endswith("}\n")
    assert json.loads(text)["changes"][-1]["name"] == "wide-日本"


def test_ndjson_is_one_object_a_line() -> None:
    text = to_json_lines([{"a": 1}, {"b": "\n"}])
    assert [json.loads(line) for line in text.splitlines()] == [{"a": 1}, {"b": "\n"}]


def test_the_schema_knows_every_field(world: World, checkout: Path) -> None:
    schema = json.loads((checkout / "docs/schema/apkgraph.cost-1.json").read_text())
    found = document(world.cost("git", "docs"))
    assert found.keys() == schema["properties"].keys()
    change = found["changes"]
    assert isinstance(change, list)
    assert set(change[0]) | {"old_version"} == schema["$defs"]["change"]["properties"].keys()


def test_what_goes_has_no_share() -> None:
    cost = World(INDEX, "git").cost("!git")
    assert plain(cost).splitlines()[2:5] == [
        "  PACKAGE  VERSION   INSTALLED  DOWNLOAD  SHARE  WHY",
        "- git      2.40-r1    -4.8 MiB         -      -  conflicts with !git",
        "- curl     1-r0     -488.3 KiB         -      -  no longer needed",
    ]


def test_a_change_of_version_shows_both() -> None:
    world = World(record("b", 1000, version="1-r0") + record("b", 3000, version="2-r0"), "b<2")
    line = plain(world.cost("b>=2")).splitlines()[3]
    assert line.split() == ["↑", "b", "1-r0", "→", "2-r0", "2.0", "KiB", "1.5", "KiB", "100%", "requested"]
