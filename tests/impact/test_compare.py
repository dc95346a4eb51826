"""Comparisons: what is added, removed, larger and smaller from one column to the next."""

from __future__ import annotations

from apkgraph.impact.compare import Column, Comparison, compare_costs
from apkgraph.report.blocks import render
from apkgraph.report.compare import report, sparkline
from tests.impact.worlds import World, record

OLD = record("git", 900, "zlib perl") + record("zlib", 100) + record("perl", 4000) + record("less", 10)
NEW = record("git", 500, "zlib pcre") + record("zlib", 100) + record("pcre", 60) + record("less", 20)


def compared(*columns: tuple[str, str, str]) -> Comparison:
    return compare_costs([Column(label, World(index).cost(*request.split())) for label, index, request in columns])


def test_each_package_says_how_it_moved() -> None:
    comparison = compared(("v1", OLD, "git less"), ("v2", NEW, "git less"))
    assert {row.name: row.movements for row in comparison.rows} == {
        "perl": ("same", "removed"),
        "git": ("same", "smaller"),
        "zlib": ("same", "same"),
        "pcre": ("absent", "added"),
        "less": ("same", "larger"),
    }
    assert [row.name for row in comparison.rows] == ["perl", "git", "zlib", "pcre", "less"]


def test_the_text_shows_sums_and_what_moved() -> None:
    text = render(report(compared(("v1", OLD, "git less"), ("v2", NEW, "git less"))))
    assert text.splitlines() == [
        "v1 | v2",
        "",
        "    PACKAGES     COST  DOWNLOAD    CHANGE  WITH THE BASE",
        "v1         4  4.9 KiB   2.4 KiB                  4.9 KiB",
        "v2         4    680 B     340 B  -4.2 KiB          680 B",
        "",
        "PACKAGE       v1     v2",
        "perl     3.9 KiB      -  removed",
        "git        900 B  500 B  smaller",
        "pcre           -   60 B  added",
        "less        10 B   20 B  larger",
        "",
        "unchanged: 1 package (--all shows them)",
    ]


def test_a_column_that_fails_is_passed_over() -> None:
    comparison = compared(("v1", OLD, "git"), ("v2", OLD, "git>9"), ("v3", NEW, "git"))
    assert next(row.movements for row in comparison.rows if row.name == "git") == ("same", "absent", "smaller")
    assert "\nv2 cannot be satisfied\n" in render(report(comparison))


def test_a_column_that_could_not_be_asked_says_why() -> None:
    columns = [Column("v0", None, "no such release"), Column("v1", World(OLD).cost("git"))]
    text = render(report(compare_costs(columns)))
    assert "v0: no such release" in text
    assert "not available" in text


def test_a_history_draws_a_line() -> None:
    text = render(report(compared(*((f"v{number}", OLD if number < 5 else NEW, "git") for number in range(8)))))
    assert "installed  █████▂▂▂  4.9 KiB at most" in text
    assert "v5  removed  perl" in text


def test_a_sparkline_goes_from_nothing_to_the_largest() -> None:
    assert sparkline([0, 1, 2, 3, 4, 5, 6, 7]) == "▁▂▃▄▅▆▇█"
    assert sparkline([0, 0]) == "▁▁"
    assert sparkline([-5, 10]) == "▁█"
