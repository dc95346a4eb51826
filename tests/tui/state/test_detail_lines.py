"""The details pane's lines; pure."""

from __future__ import annotations

from apkgraph.model.size import Size
from apkgraph.tui.backend import ExplorerBackend
from apkgraph.tui.state import edit_actions, view_actions
from apkgraph.tui.state.detail_lines import DetailLine, Known, alternatives, detail_lines
from apkgraph.tui.state.figures import Edge
from apkgraph.tui.state.record import State
from tests.tui.small import HERE, explorer

DOOR = ExplorerBackend(explorer())


def solved(*names: str, at: str) -> State:
    state = edit_actions.begin(HERE, names)
    return view_actions.look_at(edit_actions.answered(state, DOOR.answer(state.wanted)), at)


def known(state: State, *, dependants: bool = False, prices: bool = False) -> Known:
    name = state.selected or ""
    details = DOOR.details(state.wanted, name)
    return Known(
        details,
        DOOR.dependants(name) if dependants else None,
        {other: DOOR.price(state.wanted, other) for other in alternatives(details)} if prices else {},
    )


def text(found: list[DetailLine]) -> str:
    return "\n".join("".join(part.text for part in line.parts) for line in found)


def targets(found: list[DetailLine]) -> list[tuple[str, str]]:
    return [(line.target, line.name) for line in found if line.target]


def test_before_anything_is_known_there_is_a_word() -> None:
    assert "Nothing to look at" in text(detail_lines(edit_actions.begin(HERE), Known(), 40))


def test_figures_show_at_once_and_facts_fill_in() -> None:
    state = solved("git", at="git")
    early = text(detail_lines(state, Known(), 40))
    assert "5.9 MiB" in early
    assert "…" in early
    late = text(detail_lines(state, known(state), 40))
    assert "Keep versions" in late
    assert "MIT" in late
    assert "repository  main" in late


def test_the_chain_and_all_that_it_needs_can_be_walked() -> None:
    state = solved("git", at="libcurl")
    found = targets(detail_lines(state, known(state), 40))
    assert found == [
        ("walk", "git"),
        ("walk", "libssl"),
        ("switch", "otherssl"),
        ("walk", "git"),
    ]


def test_other_providers_show_what_they_would_change() -> None:
    state = solved("git", at="libcurl")
    shown = text(detail_lines(state, known(state, prices=True), 60))
    price = DOOR.price(state.wanted, "otherssl")
    assert price.size != Size(0, 0)
    assert "or otherssl  " in shown
    assert "KiB" in shown.split("or otherssl", 1)[1].splitlines()[0]


def test_a_walk_shows_its_breadcrumbs_cut_at_the_front() -> None:
    state = view_actions.walk_to(view_actions.walk_to(solved("git", at="git"), "libcurl"), "libssl")
    assert text(detail_lines(state, Known(), 60)).startswith("git > libcurl > libssl")
    assert text(detail_lines(state, Known(), 12)).startswith("…")


def test_install_if_shows_on_both_sides() -> None:
    state = solved("git", "docs", at="docs")
    assert "Brings along (install_if)" in text(detail_lines(state, known(state), 40))
    state = view_actions.look_at(state, "git-doc")
    shown = text(detail_lines(state, known(state), 40))
    assert "with git + docs" in shown
    assert "Installs itself with" in shown


def test_a_package_outside_of_the_set_can_be_added() -> None:
    state = solved("git", at="nogit")
    found = detail_lines(state, known(state), 40)
    assert "Not in this set." in text(found)
    assert ("switch", "nogit") in targets(found)
    assert "not with git" in text(found)


def test_reverse_lists_who_in_the_universe_would_need_it() -> None:
    state = view_actions.toggle_reverse(solved("git", at="libcurl"))
    assert "…" in text(detail_lines(state, known(state), 40))
    found = detail_lines(state, known(state, dependants=True), 40)
    assert "2 packages would need it" in text(found)
    assert sorted(targets(found)) == [("walk", "curl"), ("walk", "git")]
    lonely = view_actions.look_at(state, "odd")
    assert "Nothing needs it." in text(detail_lines(lonely, known(lonely, dependants=True), 40))


def test_reverse_lists_them_by_name() -> None:
    state = view_actions.toggle_reverse(solved("git", at="libcurl"))
    edges = tuple(Edge("libcurl", name) for name in ("zoo", "ant", "mole"))
    assert targets(detail_lines(state, Known(None, edges), 40)) == [("walk", name) for name in ("ant", "mole", "zoo")]


def test_a_true_size_that_differs_from_the_graphs_is_told() -> None:
    state = edit_actions.resolved(
        solved("git", "curl", at="git"), solved("git", "curl", at="git").wanted, "git", Size(5, 3)
    )
    assert "solved again without the request" in text(detail_lines(state, Known(), 40))


def test_nothing_that_a_terminal_would_obey_gets_through() -> None:
    state = solved("odd", at="odd")
    shown = text(detail_lines(state, known(state), 40))
    assert "\x1b" not in shown
    assert "[bold]no markup[/]" in shown


def test_lines_are_wrapped_to_the_width() -> None:
    state = solved("odd", at="odd")
    described = [line for line in detail_lines(state, known(state), 20) if "markup" in text([line])]
    assert all(len(text([line])) <= 20 for line in described)
