"""Graphs, and each form that they are written in, read back by somebody else's reader."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
from io import StringIO
from typing import TYPE_CHECKING

import networkx as nx
import pytest
from hypothesis import given

from apkgraph.impact.graph import WORLD, solution_graph, universe_graph
from apkgraph.report.graph import data, dot, mermaid
from apkgraph.report.text import clean
from tests.impact.test_cost import GIT
from tests.impact.worlds import World, record, worlds

if TYPE_CHECKING:
    from apkgraph.impact.graph import PackageGraph
    from apkgraph.index.universe import Provider
    from apkgraph.model.dependency import Dependency

HOSTILE = record('a"b<c>#&\\', 9, "d;e|f", version='1"<&>\x1b[31m') + record("d;e|f", 8, "+g") + record("+g", 2, "-h")
HOSTILE += record("-h")


def graph_of(*request: str) -> PackageGraph:
    return solution_graph(World(GIT, "busybox").ask(*request))


def graph_of_everything() -> PackageGraph:
    world = World(GIT, "busybox")

    def take(token: Dependency) -> Provider | None:
        return world.add((token,)).chosen(token.name)

    return universe_graph(world.universe, take)


def hostile() -> PackageGraph:
    return universe_graph(World(HOSTILE).universe, lambda _: None)


def test_a_solution_hangs_from_its_world() -> None:
    graph = graph_of("git")
    assert list(graph.successors[WORLD]) == ["busybox", "git"]
    assert graph.successors["git"]["libcurl"] == {"tokens": ["so:curl=8"], "triggers": []}
    assert graph.successors["libssl"]["ssl_client"] == {"tokens": [], "triggers": ["busybox=1-r0", "libssl"]}
    assert graph.successors["busybox"]["ssl_client"]["triggers"] == ["busybox=1-r0", "libssl"]
    assert graph.nodes["git"]["added_size"] == 6309
    assert (graph.nodes["busybox"]["base"], graph.nodes["git"]["requested"]) == (True, True)


def test_a_universe_has_all_that_could_serve_and_what_apk_takes() -> None:
    index = record("app", 1, "cmd:x") + record("b", 1, provides="cmd:x=1") + record("c", 1, provides="cmd:x=2")
    world = World(index)
    graph = universe_graph(world.universe, lambda token: world.add((token,)).chosen(token.name))
    assert graph.successors["app-1-r0"]["b-1-r0"] == {"tokens": ["cmd:x"], "triggers": []}
    assert graph.successors["app-1-r0"]["c-1-r0"] == {"tokens": ["cmd:x"], "triggers": [], "taken": ["cmd:x"]}


@given(worlds())
def test_everything_in_a_solution_hangs_from_its_world(given_world: tuple[World, tuple[str, ...]]) -> None:
    world, request = given_world
    analysis = world.ask(*request)
    if analysis.satisfied:
        graph = solution_graph(analysis)
        assert nx.descendants(graph.to_networkx(), WORLD) == {package.name for package in analysis.packages}
        assert all(facts["tokens"] or facts["triggers"] for _, _, facts in graph.edges())


@pytest.mark.parametrize("graph", [graph_of("git"), graph_of_everything(), hostile()])
def test_node_link_is_read_back_by_networkx(graph: PackageGraph) -> None:
    document = json.loads(json.dumps(data.node_link(graph, {"schema": data.SCHEMA})))
    read = nx.node_link_graph(document, edges="edges")
    assert nx.utils.graphs_equal(read, graph.to_networkx())


@pytest.mark.parametrize("graph", [graph_of("git"), graph_of_everything(), hostile()])
def test_graphml_is_read_back_by_networkx(graph: PackageGraph) -> None:
    read = nx.parse_graphml(data.graphml(graph))
    assert nx.utils.graphs_equal(read, nx.parse_graphml("\n".join(nx.generate_graphml(flat(graph)))))


def flat(graph: PackageGraph) -> nx.DiGraph[str]:
    """The graph as networkx's own writer takes it: no lists, and no character that XML forbids."""
    plain: nx.DiGraph[str] = nx.DiGraph()
    for node, facts in graph.nodes.items():
        cleaned = {key: clean(fact) if isinstance(fact, str) else fact for key, fact in facts.items()}
        plain.add_node(clean(node), **cleaned)
    for node, other, tokens in graph.edges():
        plain.add_edge(clean(node), clean(other), **{key: clean(" ".join(words)) for key, words in tokens.items()})
    return plain


@pytest.mark.parametrize("graph", [graph_of("git"), hostile()])
def test_csv_has_a_row_an_edge(graph: PackageGraph) -> None:
    rows = list(csv.DictReader(StringIO(data.edge_list(graph))))
    assert len(rows) == len(list(graph.edges()))
    assert not any(cell.startswith(("=", "+", "-")) for row in rows for cell in row.values())


def test_csv_names_who_needs_whom_through_what() -> None:
    rows = list(csv.reader(StringIO(data.edge_list(graph_of("git")))))
    assert ["git", "libcurl", "dependency", "so:curl=8", "", "1-r0", "600", "300", "main", "libcurl", "MIT"] in rows
    assert rows[1][:3] == ["@world", "busybox", "dependency"]


@pytest.mark.parametrize("graph", [graph_of("git"), graph_of_everything(), hostile()])
def test_graphviz_draws_it(graph: PackageGraph) -> None:
    if shutil.which("dot") is None:
        pytest.skip("no Graphviz here (Debian: graphviz)")
    drawn = subprocess.run(["dot", "-Tplain"], input=dot.render(graph), text=True, capture_output=True, check=True)
    assert drawn.stderr == ""
    lines = drawn.stdout.splitlines()
    assert sum(line.startswith("node ") for line in lines) == len(graph)
    assert sum(line.startswith("edge ") for line in lines) == len(list(graph.edges()))


def test_dot_says_sizes_tokens_and_triggers() -> None:
    text = dot.render(graph_of("git"))
    assert '"git" -> "libcurl" [label="so:curl=8"];' in text
    assert 'label="install_if\\nbusybox=1-r0\\nlibssl", style=dashed' in text
    assert '"git" [label="git\\n1-r0\\n4.9 KiB"' in text


def test_mermaid_escapes_what_it_would_read_as_syntax() -> None:
    assert mermaid.render(graph_of("curl")).splitlines()[:2] == ["flowchart LR", "  n0((world))"]
    assert '["a#quot;b#lt;c#gt;#35;#amp;\\ 1#quot;#lt;#amp;#gt;\ufffd[31m<br/>9 B"]' in mermaid.render(hostile())
