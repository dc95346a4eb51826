"""The table's lines: sorted, grouped, filtered; pure."""

from __future__ import annotations

from dataclasses import replace

import pytest

from apkgraph.model.size import Size
from apkgraph.tui.backend import ExplorerBackend
from apkgraph.tui.state import edit_actions, view_actions
from apkgraph.tui.state.lines import chain, lines
from apkgraph.tui.state.record import Column, Sort, State
from apkgraph.tui.widgets.compare import differences
from apkgraph.tui.widgets.solution_table import bar
from tests.tui.small import HERE, LATER, explorer


def solved(*names: str, index: str | None = None) -> State:
    state = edit_actions.begin(HERE, names)
    backend = ExplorerBackend(explorer() if index is None else explorer(index))
    return edit_actions.answered(state, backend.answer(state.wanted))


def shown(state: State) -> list[str]:
    return ["  " * line.depth + line.label for line in lines(state)]


def test_before_the_first_answer_there_is_nothing() -> None:
    assert lines(edit_actions.begin(HERE)) == ()


def test_by_request_the_base_is_folded_and_the_largest_comes_first() -> None:
    state = solved("curl", "git")
    assert shown(state) == [
        "git",
        "base",
        "shared by several",
        "  libcurl",
        "  libssl",
        "curl",
    ]


def test_a_group_folds_and_sums_its_members() -> None:
    state = view_actions.fold(solved("git"), "group git")
    head = lines(state)[0]
    assert (head.label, head.folded, head.members) == ("git", True, 3)
    assert state.figures is not None
    assert head.own == state.figures.cost
    assert head.added == state.figures.requests[0].weight


def test_a_lone_base_is_never_folded() -> None:
    assert shown(solved()) == ["base", "  busybox", "  musl"]


def test_by_origin_lone_packages_have_no_group() -> None:
    state = replace(solved("git", "curl"), grouping="origin", show_base=False)
    assert shown(state) == ["git", "curl", "  libcurl", "  curl", "libssl"]


def test_a_cycle_is_one_group() -> None:
    state = replace(solved("ping"), grouping="flat", show_base=False)
    assert shown(state) == ["cycle of ping, pong", "  ping", "  pong"]
    folded = view_actions.fold(state, lines(state)[0].key)
    assert shown(folded) == ["cycle of ping, pong"]


def test_the_base_can_be_left_out() -> None:
    state = replace(solved("git"), grouping="flat", show_base=False)
    assert all(line.row and not line.row.base for line in lines(state))


def test_a_filter_keeps_what_leads_to_a_match() -> None:
    state = view_actions.set_filter(replace(solved("git", "odd"), grouping="flat"), "ssl")
    assert [(line.label, line.ancestor) for line in lines(state)] == [
        ("git", True),
        ("libcurl", True),
        ("libssl", False),
    ]


def test_a_filter_unfolds_groups_and_may_match_nothing() -> None:
    assert shown(view_actions.set_filter(solved("git"), "musl")) == ["base", "  busybox", "  musl"]
    assert shown(view_actions.set_filter(solved("git"), "no such thing")) == []


def test_all_words_of_a_filter_must_match() -> None:
    state = view_actions.set_filter(replace(solved("git"), grouping="flat"), "lib openssl")
    assert [line.label for line in lines(state) if not line.ancestor] == ["libssl"]


@pytest.mark.parametrize(
    ("column", "descending", "expected"),
    [
        ("name", False, ["curl", "libcurl", "libssl", "odd"]),
        ("own", True, ["libcurl", "libssl", "curl", "odd"]),
        ("own", False, ["odd", "curl", "libssl", "libcurl"]),
        ("added", True, ["curl", "libcurl", "libssl", "odd"]),
        ("closure", True, ["curl", "libcurl", "libssl", "odd"]),
        ("download", True, ["libcurl", "libssl", "curl", "odd"]),
        ("because", False, ["libcurl", "libssl", "curl", "odd"]),
        ("version", False, ["libssl", "libcurl", "curl", "odd"]),
        ("repository", False, ["libssl", "libcurl", "curl", "odd"]),
        ("share", True, ["libcurl", "libssl", "curl", "odd"]),
    ],
)
def test_every_column_sorts(column: Column, *, descending: bool, expected: list[str]) -> None:
    state = replace(solved("curl", "odd"), grouping="flat", show_base=False, sort=Sort(column, descending))
    assert shown(state) == expected


def test_the_measure_decides_what_is_summed() -> None:
    state = solved("git")
    head = lines(state)[0]
    assert head.own.by("installed") == 2 * head.own.by("download")


def test_the_chain_leads_from_a_request_down() -> None:
    figures = solved("git").figures
    assert figures is not None
    assert [row.name for row in chain(figures, "libssl")] == ["git", "libcurl", "libssl"]
    assert [row.name for row in chain(figures, "musl")] == ["busybox", "musl"]
    assert chain(figures, "nothing") == ()


def test_the_chain_goes_on_above_what_installed_itself() -> None:
    figures = solved("git", "docs").figures
    assert figures is not None
    assert [row.name for row in chain(figures, "git-doc")] == ["docs", "git-doc"], "one of those that brought it"


def test_what_is_removed_comes_last_however_it_is_sorted_and_grouped() -> None:
    state = solved("git")
    assert state.figures is not None
    gone = replace(state.figures.rows[0], name="gone", origin="gone", own=Size(-7000, -70), change="remove")
    state = replace(state, figures=replace(state.figures, removed=(gone,), by_name={}))
    for _ in range(3):
        state = view_actions.turn_sort(view_actions.next_grouping(state))
        *_, head, line = lines(state)
        assert (head.label, head.own, head.members) == ("removed", Size(-7000, -70), 1)
        assert (line.key, line.own, line.added, line.closure) == ("gone", Size(-7000, -70), None, None)
    assert lines(view_actions.fold(state, "group removed"))[-1].label == "removed"
    assert lines(view_actions.set_filter(state, "git"))[-1].label != "gone"
    assert [line.label for line in lines(view_actions.set_filter(state, "gon"))] == ["removed", "gone"]


def test_differences_say_what_was_added_removed_larger_and_smaller() -> None:
    before, after = solved("git", "curl").figures, solved("git", "odd", index=LATER).figures
    assert before is not None
    assert after is not None
    found = {one.name: one.kind for one in differences(before, after, "installed")}
    assert found == {"git": "larger", "curl": "removed", "odd": "added"}
    assert {one.name: one.kind for one in differences(after, before, "installed")}["git"] == "smaller"
    assert differences(before, after, "installed")[0].name == "git"
    assert differences(before, before, "download") == []


def test_a_bar_is_as_long_as_its_share() -> None:
    assert bar(0, 8) == " " * 8
    assert bar(1, 8) == "█" * 8
    assert bar(0.5, 8) == "████    "
    assert bar(1e-9, 8) == "▏       "
    assert bar(7, 3) == "███"
