"""The figures of the screen are those of the cost contract, and hang together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given

from apkgraph.impact.analysis import BASE, SHARED
from apkgraph.tui.backend import ExplorerBackend
from apkgraph.tui.state.figures import Figures, InstallReason, figures_of
from tests.impact.worlds import World, worlds
from tests.tui.small import KIB, explorer, wanted

if TYPE_CHECKING:
    from apkgraph.tui.state.figures import Row


def ask(*tokens: str) -> Figures:
    figures = ExplorerBackend(explorer()).answer(wanted(*tokens)).figures
    assert figures is not None
    return figures


def row(figures: Figures, name: str) -> Row:
    found = figures.row(name)
    assert found is not None
    return found


@given(worlds())
def test_figures_say_what_the_contract_says(drawn: tuple[World, tuple[str, ...]]) -> None:
    world, tokens = drawn
    cost = world.cost(*tokens)
    if not cost.satisfied:
        return
    figures = figures_of(cost.analysis)
    assert figures.cost == cost.amount.size
    assert (figures.packages, figures.total_packages) == (cost.packages, cost.total.packages)
    assert figures.total == cost.total.size
    assert [one.added.installed for one in figures.requests] == [one.added_size for one in cost.requests]
    assert [one.share.installed for one in figures.requests] == [one.fair_share for one in cost.requests]
    for change, because in zip(cost.changes, cost.because, strict=True):
        if change.action != "remove":
            told = row(figures, change.package.name)
            assert (told.change, told.because.kind) == (change.action, because.kind)


@given(worlds())
def test_sizes_of_packages_hang_together(drawn: tuple[World, tuple[str, ...]]) -> None:
    world, tokens = drawn
    analysis = world.ask(*tokens)
    if not analysis.satisfied:
        return
    figures = figures_of(analysis)
    assert sum(one.own.installed for one in figures.rows) == figures.total.installed
    assert sum(one.share.download for one in figures.requests) == figures.cost.download
    for one in figures.rows:
        reached = naive_closure(figures, one.name)
        assert one.closure.installed == sum(row(figures, name).own.installed for name in reached)
        assert one.added.installed >= one.own.installed
        mutual = {name for name in reached if one.name in naive_closure(figures, name)}
        assert (one.cycle >= 0) == (len(mutual) > 1)
        assert all(row(figures, name).cycle == one.cycle for name in mutual)


def naive_closure(figures: Figures, name: str) -> set[str]:
    reached, pending = {name}, [name]
    while pending:
        for edge in row(figures, pending.pop()).needs:
            if edge.package not in reached:
                reached.add(edge.package)
                pending.append(edge.package)
    return reached


def test_the_owner_is_the_only_request_that_needs_a_package() -> None:
    figures = ask("git", "curl", "odd")
    owners = {one.name: one.owner for one in figures.rows}
    assert owners == {
        "busybox": BASE,
        "musl": BASE,
        "git": 0,
        "curl": 1,
        "libcurl": SHARED,
        "libssl": SHARED,
        "odd": 2,
    }


def test_each_package_says_why_it_is_here() -> None:
    figures = ask("git", "docs")
    assert row(figures, "git").because == InstallReason("requested")
    assert str(row(figures, "libcurl").because) == "git needs so:libcurl.so.4"
    assert str(row(figures, "git-doc").because) == "with git + docs"
    assert str(row(figures, "busybox").because) == "base"
    assert str(row(figures, "musl").because) == "busybox needs so:libc.musl.so.1"


def test_install_if_is_seen_from_both_ends() -> None:
    figures = ask("git", "docs")
    assert row(figures, "git").brings == ("git-doc",)
    assert row(figures, "docs").brings == ("git-doc",)
    assert row(figures, "git-doc").owner == SHARED


def test_needs_are_turned_round() -> None:
    figures = ask("git")
    assert [edge.package for edge in row(figures, "libcurl").needed_by] == ["git"]
    assert [edge.token for edge in row(figures, "git").needs] == ["so:libcurl.so.4", "/bin/sh"]


def test_a_cycle_counts_once_in_closures() -> None:
    figures = ask("ping")
    assert row(figures, "ping").closure.installed == 70 * KIB == row(figures, "pong").closure.installed
    assert row(figures, "ping").cycle == row(figures, "pong").cycle >= 0


def test_a_set_that_cannot_be_says_why() -> None:
    answer = ExplorerBackend(explorer()).answer(wanted("git", "nogit"))
    assert answer.figures is None
    assert any("nogit" in reason for reason in answer.reasons)


def test_a_token_that_is_none_is_a_reason_too() -> None:
    answer = ExplorerBackend(explorer()).answer(wanted("git>"))
    assert answer.figures is None
    assert "git>" in answer.reasons[0]


def test_prices_and_true_sizes_are_differences_of_costs() -> None:
    backend = ExplorerBackend(explorer())
    both, git, curl = (ask(*names) for names in (("git", "curl"), ("git",), ("curl",)))
    assert backend.price(wanted("git"), "curl").size == both.cost - git.cost
    assert backend.price(wanted("git"), "curl").packages == 1
    assert backend.without(wanted("git", "curl"), "git") == both.cost - curl.cost
    assert backend.price(wanted("git"), "nogit").problem
    assert backend.without(wanted("git", "nogit"), "git") is None


def test_details_name_those_who_could_serve_instead() -> None:
    backend = ExplorerBackend(explorer())
    details = backend.details(wanted("git"), "libcurl")
    assert details is not None
    assert [(need.token, need.chosen, need.others) for need in details.needs] == [
        ("so:libssl.so.3", "libssl", ("otherssl",))
    ]
    outside = backend.details(wanted("git"), "nogit")
    assert outside is not None
    assert outside.needs[0].conflict
    assert backend.details(wanted("git"), "never-heard-of") is None


def test_dependants_are_looked_for_in_the_whole_universe() -> None:
    backend = ExplorerBackend(explorer())
    assert {edge.package for edge in backend.dependants("libcurl")} == {"curl", "git"}
    assert ("install_if docs", "git-doc") in backend.dependants("docs")
    assert ("not with git", "nogit") in backend.dependants("git")


def test_a_line_about_every_name() -> None:
    backend = ExplorerBackend(explorer())
    assert backend.describe("curl") == "Fetch from a URL"
    assert backend.describe("so:libssl.so.3") == "in libssl, otherssl"
    assert backend.describe("so:nowhere.so.1") == "no package provides it"
    assert "cmd:git" in backend.names()
