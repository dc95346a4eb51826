"""The arithmetic of sizes, each figure against its naive twin on random graphs with cycles and install_if."""

from __future__ import annotations

from fractions import Fraction

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from apkgraph.impact.sizes import added_sizes, bits, closure_sizes, components, fair_shares, lost_without, reached_from

Alternatives = list[list[tuple[int, ...]]]


@st.composite
def alternatives(draw: st.DrawFn, joint: bool = True) -> Alternatives:
    count = draw(st.integers(1, 9))
    node = st.integers(0, count - 1)
    way = st.lists(node, min_size=1, max_size=3 if joint else 1, unique=True).map(tuple)
    root = st.just(())
    ways = st.lists(st.one_of(way, way, way, root), max_size=4)
    return [draw(ways) for _ in range(count)]


@st.composite
def sized(draw: st.DrawFn) -> tuple[Alternatives, list[int]]:
    graph = draw(alternatives())
    sizes = draw(st.lists(st.integers(-50, 1000), min_size=len(graph), max_size=len(graph)))
    return graph, sizes


@st.composite
def linked(draw: st.DrawFn) -> tuple[list[list[int]], list[int]]:
    count = draw(st.integers(1, 9))
    links = draw(st.lists(st.lists(st.integers(0, count - 1)), min_size=count, max_size=count))
    return links, draw(st.lists(st.integers(0, 1000), min_size=count, max_size=count))


def held_up(graph: Alternatives, without: int = -1) -> set[int]:
    """The plain fixpoint: what is there when one node is taken away."""
    there: set[int] = set()
    while True:
        more = {
            node
            for node, ways in enumerate(graph)
            if node != without and any(all(member in there for member in way) for way in ways)
        }
        if more == there:
            return there
        there = more


@given(alternatives())
def test_lost_without_is_removal_one_by_one(graph: Alternatives) -> None:
    lost = lost_without(graph)
    there = held_up(graph)
    for node in there:
        assert set(bits(lost[node])) == {gone for gone in range(len(graph)) if node not in held_up(graph, gone)}
    for node in set(range(len(graph))) - there:
        assert lost[node] == (2 << len(graph)) - 1


@given(alternatives(joint=False))
def test_lost_without_is_networkx_dominators_where_nothing_is_joint(graph: Alternatives) -> None:
    digraph: nx.DiGraph[int] = nx.DiGraph()
    digraph.add_nodes_from(range(-1, len(graph)))
    digraph.add_edges_from((way[0] if way else -1, node) for node, ways in enumerate(graph) for way in ways)
    above = nx.immediate_dominators(digraph, -1)
    lost = lost_without(graph)
    for node in nx.descendants(digraph, -1):
        expected = {node}
        step = node
        while above[step] != -1:
            step = above[step]
            expected.add(step)
        assert set(bits(lost[node])) == expected


@given(sized())
def test_added_size_is_what_leaves_when_one_leaves(given_graph: tuple[Alternatives, list[int]]) -> None:
    graph, sizes = given_graph
    there = held_up(graph)
    expected = [
        sum(sizes[other] for other in there - held_up(graph, node)) if node in there else sizes[node]
        for node in range(len(graph))
    ]
    assert added_sizes(lost_without(graph), sizes) == expected


def test_an_install_if_package_goes_with_any_of_its_triggers() -> None:
    # 0 git and 1 docs are asked for; 2 git-doc needs both; 3 mandoc is kept by git-doc alone
    graph: Alternatives = [[()], [()], [(0, 1)], [(2,)]]
    assert added_sizes(lost_without(graph), [100, 10, 5, 1]) == [106, 16, 6, 1]


def test_a_cycle_does_not_hold_itself_up() -> None:
    graph: Alternatives = [[()], [(0,), (2,)], [(1,)]]
    assert added_sizes(lost_without(graph), [1, 10, 100]) == [111, 110, 100]


@given(linked())
def test_closure_size_is_a_plain_search(given_graph: tuple[list[list[int]], list[int]]) -> None:
    links, sizes = given_graph
    expected = []
    for start in range(len(links)):
        seen = {start}
        stack = [start]
        while stack:
            for other in links[stack.pop()]:
                if other not in seen:
                    seen.add(other)
                    stack.append(other)
        expected.append(sum(sizes[node] for node in seen))
    assert closure_sizes(links, sizes) == expected


@given(linked(), st.data())
def test_marks_reach_whom_a_search_reaches(given_graph: tuple[list[list[int]], list[int]], data: st.DataObject) -> None:
    links, _ = given_graph
    marks = data.draw(st.lists(st.sampled_from([0, 1, 2, 4]), min_size=len(links), max_size=len(links)))
    digraph: nx.DiGraph[int] = nx.DiGraph()
    digraph.add_nodes_from(range(len(links)))
    digraph.add_edges_from((node, other) for node, others in enumerate(links) for other in others)
    for node, reached in enumerate(reached_from(links, marks)):
        sources = nx.ancestors(digraph, node) | {node}
        assert set(bits(reached)) == {bit for source in sources for bit in bits(marks[source])}


shares = st.integers(1, 6).flatmap(
    lambda count: st.tuples(
        st.just(count), st.lists(st.tuples(st.integers(-999, 9999), st.integers(0, (1 << count) - 1)), max_size=8)
    )
)


@given(shares)
def test_fair_shares_are_the_exact_ones_rounded_and_add_up(given_shares: tuple[int, list[tuple[int, int]]]) -> None:
    count, pairs = given_shares
    exact = [Fraction(0)] * count
    for size, mark in pairs:
        needing = [one for one in range(count) if mark >> one & 1] or list(range(count))
        for one in needing:
            exact[one] += Fraction(size, len(needing))
    got = fair_shares([size for size, _ in pairs], [mark for _, mark in pairs], count)
    assert sum(got) == sum(size for size, _ in pairs)
    assert all(abs(one - share) < 1 for one, share in zip(exact, got, strict=True))
    rounded_up = [one % 1 for one, share in zip(exact, got, strict=True) if share > one]
    rounded_down = [one % 1 for one, share in zip(exact, got, strict=True) if share < one]
    assert not rounded_up or not rounded_down or min(rounded_up) >= max(rounded_down)


def test_the_byte_that_is_left_goes_to_the_earlier_request() -> None:
    assert fair_shares([10], [0b111], 3) == [4, 3, 3]
    assert fair_shares([], [], 2) == [0, 0]
    assert fair_shares([5], [0], 0) == []


@given(linked())
def test_components_are_networkxs_and_link_to_smaller_numbers(given_graph: tuple[list[list[int]], list[int]]) -> None:
    links, _ = given_graph
    digraph: nx.DiGraph[int] = nx.DiGraph()
    digraph.add_nodes_from(range(len(links)))
    digraph.add_edges_from((node, other) for node, others in enumerate(links) for other in others)
    component = components(links)
    found: dict[int, set[int]] = {}
    for node, number in enumerate(component):
        found.setdefault(number, set()).add(node)
    assert sorted(map(sorted, found.values())) == sorted(map(sorted, nx.strongly_connected_components(digraph)))
    assert all(component[other] <= component[node] for node, others in enumerate(links) for other in others)


def test_a_long_chain_needs_no_recursion() -> None:
    count = 5_000
    chain: Alternatives = [[(node - 1,) if node else ()] for node in range(count)]
    assert added_sizes(lost_without(chain), [1] * count) == list(range(count, 0, -1))
    assert closure_sizes([*([node + 1] for node in range(count - 1)), []], [1] * count) == list(range(count, 0, -1))
