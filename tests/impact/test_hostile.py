"""What an index says is never obeyed: no escape of its own, no markup, no line break reaches a terminal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from apkgraph.impact.compare import Column, compare_costs
from apkgraph.impact.drop import find_droppable
from apkgraph.impact.graph import solution_graph
from apkgraph.impact.rank import Ranker, by_origin, own_names
from apkgraph.impact.rdeps import find_dependents
from apkgraph.impact.search import search
from apkgraph.impact.show import describe, find_package
from apkgraph.impact.tree import grow
from apkgraph.impact.why import explain, explain_failure
from apkgraph.report import compare, drop, show, tree, universe, why
from apkgraph.report.blocks import Span, render
from apkgraph.report.graph import data, dot, mermaid
from tests.impact.worlds import World, record

if TYPE_CHECKING:
    from apkgraph.report.blocks import Block

BAD = "[red]x[/red]\x1b[31m\x9b2J\x07\u202e\u2028"
NAME = f"ev{BAD}il".replace("\u2028", "")
INDEX = record("app", 9, f"{NAME} !no{NAME}", origin=BAD, description=BAD, provides=f"cmd:{NAME}=1")
INDEX += record(NAME, 8, version=f"1{BAD}", description=BAD, install_if=f"app {NAME}x") + record(f"no{NAME}", 1)


def reports() -> dict[str, list[Block]]:
    world = World(INDEX)
    analysis = world.ask("app")
    rows = Ranker(world.universe, world.add).rows(own_names(world.universe))
    described = describe(analysis, find_package(world.universe, "app"), lambda names: world.cost(*names))
    return {
        "why": why.report(explain(analysis, NAME, lambda _: world.add(()))),
        "why-not": why.report_failure(explain_failure(world.ask("app", f"no{NAME}"), world.add)),
        "tree": tree.report(grow(analysis)),
        "rdeps": universe.rdeps(find_dependents(world.universe, NAME)),
        "search": universe.search(search(world.universe, "app")),
        "search for it": universe.search(search(world.universe, BAD)),
        "show": show.report(described),
        "rank": universe.rank(world.universe, BAD, rows, "cost", 9),
        "rank by origin": universe.rank_origins(world.universe, by_origin(world.universe), 9),
        "compare": compare.report(
            compare_costs([Column("a", world.cost("app")), Column(BAD, world.cost(f"no{NAME}"))])
        ),
        "drop": drop.report(find_droppable(world.ask("app", NAME), lambda _done, _total: None)),
    }


REPORTS = reports()


@pytest.mark.parametrize("name", REPORTS)
def test_a_pipe_gets_nothing_that_a_terminal_would_obey(name: str) -> None:
    text = render(REPORTS[name])
    assert [character for character in text if not (character.isprintable() or character == "\n")] == []


@pytest.mark.parametrize("name", REPORTS)
def test_a_terminal_gets_our_own_colours_only(name: str) -> None:
    screen = re.sub(r"\x1b\[[0-9;]*m", "", render(REPORTS[name], 200, color=True))
    assert [character for character in screen if not (character.isprintable() or character == "\n")] == []
    assert "[red]" in screen or name in ("search", "search for it")


def test_a_span_is_clean_however_it_is_made() -> None:
    assert Span("a\x1b[1mb\nc").text == "a\ufffd[1mb c"


@pytest.mark.parametrize("write", [dot.render, data.graphml, mermaid.render, data.edge_list])
def test_exports_are_clean(write: object) -> None:
    assert callable(write)
    text = write(solution_graph(World(INDEX).ask("app")))
    assert [character for character in text if not (character.isprintable() or character == "\n")] == []


@pytest.mark.parametrize("cell", ["=1+1", "\t=1+1", " +1", "\r-1", "@a"])
def test_no_csv_cell_is_a_formula(cell: str) -> None:
    world = World(record("app", 9) + record("other", 1, version=cell, install_if="app"))
    (row,) = [line for line in data.edge_list(solution_graph(world.ask("app"))).splitlines() if "other" in line]
    assert re.search(r",'\s*[-=+@]", row)
