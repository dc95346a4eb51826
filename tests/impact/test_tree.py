"""Trees: each package unfolded once, whatever the cycles, and as deep as one likes."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given

from apkgraph.errors import NotFoundError
from apkgraph.impact.tree import Tree, grow
from apkgraph.report.blocks import render
from apkgraph.report.tree import report
from tests.impact.test_cost import GIT
from tests.impact.worlds import World, record, worlds


def shape(tree: Tree) -> list[str]:
    return ["  " * node.depth + node.package.name + (f" ({node.folded})" if node.folded else "") for node in tree.nodes]


def test_a_tree_goes_down_from_what_was_asked_for() -> None:
    assert shape(grow(World(GIT, "busybox").ask("git"))) == [
        "git",
        "  libcurl",
        "    ca-certificates",
        "      busybox (base)",
        "      libssl",
        "        zlib",
        "        ssl_client",
        "          libssl (repeated)",
        "    libssl (repeated)",
        "    zlib",
        "  zlib",
    ]


def test_depth_ends_it_and_says_so() -> None:
    tree = grow(World(GIT, "busybox").ask("git"), depth=1)
    assert shape(tree) == ["git", "  libcurl (depth)", "  zlib"]


def test_an_inverted_tree_goes_up_from_what_all_stands_on() -> None:
    tree = grow(World(GIT).ask("curl"), inverted=True)
    assert shape(tree) == [
        "zlib",
        "  libssl",
        "    ssl_client",
        "      busybox",
        "        ca-certificates",
        "          libcurl",
        "            curl",
        "      libssl (repeated)",
        "    ca-certificates (repeated)",
        "    libcurl (repeated)",
        "  libcurl (repeated)",
    ]
    of = grow(World(GIT).ask("curl"), inverted=True, of=["libcurl"])
    assert shape(of) == ["libcurl", "  curl"]


def test_a_start_that_is_not_there_is_an_error() -> None:
    with pytest.raises(NotFoundError, match="git is not in this set"):
        grow(World(GIT).ask("curl"), of=["git"])


def test_the_text_draws_branches_that_fit() -> None:
    text = render(report(grow(World(GIT, "busybox").ask("git"), depth=2)))
    assert text.splitlines()[2:] == [
        "    OWN  CLOSURE    ADDED  PACKAGE",
        "4.9 KiB  7.0 KiB  6.2 KiB  git 1-r0",
        "  600 B  2.1 KiB  1.2 KiB  ├── libcurl 1-r0  so:curl=8",
        "  200 B  1.6 KiB    200 B  │   ├── ca-certificates 1-r0 …",
        "  400 B    500 B    409 B  │   ├── libssl 1-r0  so:ssl …",
        "  100 B    100 B    100 B  │   └── zlib 1-r0  so:z",
        "  100 B    100 B    100 B  └── zlib 1-r0  so:z",
    ]
    for width in (40, 80, 120):
        assert max(map(len, drawn_plain(text_of(width)))) <= width


def text_of(width: int) -> str:
    return render(report(grow(World(GIT, "busybox").ask("git"))), width, color=True)


def drawn_plain(screen: str) -> list[str]:
    return re.sub(r"\x1b\[[0-9;]*m", "", screen).splitlines()


def test_a_chain_of_thousands_does_not_recurse() -> None:
    index = "".join(record(f"p{number:04}", 1, f"p{number + 1:04}") for number in range(3000)) + record("p3000")
    analysis = World(index).ask("p0000")
    tree = grow(analysis)
    assert (len(tree.nodes), tree.nodes[-1].depth) == (3001, 3000)
    top = analysis.resolved.position[tree.nodes[0].package]
    assert analysis.closure_sizes[top] == analysis.added_sizes[top] == 3001


@given(worlds())
def test_every_package_that_is_reached_is_unfolded_once(given_world: tuple[World, tuple[str, ...]]) -> None:
    world, request = given_world
    analysis = world.ask(*request)
    if not analysis.satisfied:
        return
    for inverted in (False, True):
        nodes = grow(analysis, inverted=inverted).nodes
        unfolded = {node.package for node in nodes if not node.folded}
        with_children = [node.package for node, after in pairwise(nodes) if after.depth > node.depth]
        assert len(set(with_children)) == len(with_children)
        assert {node.package for node in nodes if node.folded == "repeated"} <= unfolded
        if inverted:
            assert {node.package for node in nodes} == set(analysis.packages)


def test_a_tree_of_any_depth_is_a_line_of_bounded_width_each() -> None:
    index = "".join(record(f"p{number}", 1, f"p{number + 1}") for number in range(400)) + record("p400", 1)
    rows = render(report(grow(World(index).ask("p0")))).splitlines()
    assert max(map(len, rows)) < 250
    assert rows[-1].endswith("└── p400 1-r0")
    assert "[359] " in rows[-1]
