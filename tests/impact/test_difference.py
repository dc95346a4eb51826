"""What is different between two sets, and why."""

from __future__ import annotations

import pytest

from apkgraph.impact.analysis import Analysis
from apkgraph.impact.compare import Cause, Difference, difference, movement
from apkgraph.model.package import Package
from apkgraph.report.blocks import render
from apkgraph.report.changes.difference import report, summary
from tests.impact.worlds import World, record

OLD = {
    "git": record("git", 900, "so:curl.4 zlib perl", version="2.40-r0", provides="cmd:git=2.40-r0"),
    "zlib": record("zlib", 100, provides="so:z.1=1"),
    "perl": record("perl", 4000, version="5-r0"),
    "curl": record("libcurl", 300, "ssl", provides="so:curl.4=4.8 cmd:curl-config=1"),
    "ssl": record("ssl", 50, provides="so:ssl.1=1"),
    "doc": record("git-doc", 70, install_if="git docs"),
    "docs": record("docs", 5),
}


def analysis(*records: str, request: str = "git") -> Analysis:
    world = World("".join(records))
    return world.cost(*request.split()).analysis


def between(after: dict[str, str], request: str = "git", new_request: str = "") -> Difference:
    new = {**OLD, **after}
    return difference(
        analysis(*OLD.values(), request=request), analysis(*filter(None, new.values()), request=new_request or request)
    )


def told(found: Difference) -> dict[str, tuple[str, Cause]]:
    return {one.name: (one.change, one.cause) for one in found.packages}


def test_the_same_set_has_no_difference() -> None:
    found = between({})
    assert found.is_empty
    assert (found.lost, found.gained, found.before, found.after) == ((), (), found.before, found.before)


def test_versions_go_up_and_down_and_are_built_again() -> None:
    found = between(
        {
            "git": record("git", 950, "so:curl.4 zlib perl", version="2.41-r0", provides="cmd:git=2.41-r0"),
            "perl": record("perl", 3900, version="4-r0"),
        }
    )
    assert told(found) == {"git": ("upgraded", Cause("index")), "perl": ("downgraded", Cause("index"))}
    assert {one.name: (one.size, one.installed_size) for one in found.packages} == {
        "git": ("larger", 50),
        "perl": ("smaller", -100),
    }
    again = analysis(*OLD.values())
    rebuilt = analysis(*OLD.values())
    for package in rebuilt.packages:
        if package.name == "zlib":
            package.identity = b"another build of it."
    assert told(difference(again, rebuilt)) == {"zlib": ("rebuilt", Cause("index"))}


def test_what_is_added_says_who_needs_it() -> None:
    found = between(
        {
            "git": record("git", 900, "so:curl.4 zlib perl pcre", version="2.40-r0", provides="cmd:git=2.40-r0"),
            "pcre": record("pcre", 60, provides="so:pcre.2=1"),
        }
    )
    assert told(found)["pcre"] == ("added", Cause("dependency", "git", "pcre"))
    assert [(one.token, one.package) for one in found.gained] == [("so:pcre.2", "pcre")]


def test_what_a_dependent_no_longer_needs() -> None:
    """The lost curl: git is built without it, and whoever used libcurl's commands through git has none."""
    found = between({"git": record("git", 900, "zlib perl", version="2.41-r0", provides="cmd:git=2.41-r0")})
    assert told(found) == {
        "libcurl": ("removed", Cause("dropped", "git", "so:curl.4")),
        "ssl": ("removed", Cause("removed", "libcurl", "ssl")),
        "git": ("upgraded", Cause("index")),
    }
    assert [(one.token, one.cause, one.available) for one in found.lost] == [
        ("cmd:curl-config", Cause("removed", "libcurl"), ("libcurl",)),
        ("so:curl.4", Cause("removed", "libcurl"), ("libcurl",)),
        ("so:ssl.1", Cause("removed", "ssl"), ("ssl",)),
    ]


def test_a_library_that_a_package_no_longer_provides() -> None:
    found = between({"zlib": record("zlib", 100, version="2-r0", provides="so:z.2=2")})
    assert [(one.token, one.cause, one.available) for one in found.lost] == [("so:z.1", Cause("dropped", "zlib"), ())]
    assert [one.token for one in found.gained] == ["so:z.2"]


def test_a_package_that_another_one_replaces() -> None:
    found = between({"perl": record("perl5", 4100, provides="perl=5-r1")})
    assert told(found) == {
        "perl": ("removed", Cause("provider", "perl5", "perl")),
        "perl5": ("added", Cause("dependency", "git", "perl")),
    }


def test_a_library_that_another_package_provides_now() -> None:
    found = between({"curl": record("curl-next", 300, "ssl", provides="so:curl.4=4.9")})
    assert told(found)["libcurl"] == ("removed", Cause("provider", "curl-next", "so:curl.4"))


def test_a_package_that_the_index_lost() -> None:
    found = between({"perl": ""}, request="zlib perl", new_request="zlib")
    assert told(found)["perl"] == ("removed", Cause("missing"))
    assert told(between({}, request="zlib perl", new_request="zlib"))["perl"] == ("removed", Cause("unneeded"))


def test_an_install_if_says_its_triggers() -> None:
    found = between({}, request="git", new_request="git docs")
    assert told(found)["git-doc"] == ("added", Cause("install_if", "", "git docs"))
    assert told(found)["docs"] == ("added", Cause("requested"))


@pytest.mark.parametrize(
    ("before", "after", "word"),
    [(None, 1, "added"), (1, None, "removed"), (1, 2, "larger"), (2, 1, "smaller"), (1, 1, "same")],
)
def test_movements(before: int | None, after: int | None, word: str) -> None:
    packages = [None if size is None else Package("p", "1", installed_size=size) for size in (before, after)]
    assert movement(*packages) == word


def test_the_text() -> None:
    found = between({"git": record("git", 900, "zlib perl", version="2.41-r0", provides="cmd:git=2.41-r0")})
    assert summary(found) == "3 packages, 5.2 KiB → 4.9 KiB (-350 B): 2 removed, 1 upgraded"
    assert render(report(found, 2)).splitlines() == [
        "CHANGE   PACKAGE  BEFORE  AFTER  INSTALLED  BECAUSE",
        "removed  libcurl  1-r0    -         -300 B  git no longer needs so:curl.4",
        "removed  ssl      1-r0    -          -50 B  libcurl is gone",
        "",
        "and 1 package more (--all shows them)",
        "",
        "NO LONGER PROVIDED  WAS IN   WHY              NOW IN",
        "so:curl.4           libcurl  libcurl is gone  libcurl",
        "so:ssl.1            ssl      ssl is gone      ssl",
        "",
        "and 1 token more (--all shows them)",
    ]
