"""What an index has for a pin, and which constraint could take its place."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apkgraph.changes.pins import BREAKS, Pin, examine, is_pin, kind_of, loosened, major_minor, pinned, updated
from apkgraph.changes.sources import World
from apkgraph.model.dependency import parse_dependency
from apkgraph.model.version import EQUAL, FUZZY, matches
from tests.impact.worlds import World as Small
from tests.impact.worlds import record

INDEX = "".join(
    (
        record("git", version="2.40.1-r0"),
        record("node", version="18.18.2-r0"),
        record("node-next", version="20.8.1-r0", provides="node=20.8.1-r0"),
        record("jpeg", version="9e-r1"),
        record("certificates", version="20230506-r0"),
        record("ssl", version="3.1.4_alpha2-r4"),
    )
)


def pin(token: str, *, foreign: bool = False) -> Pin:
    universe = Small(INDEX).universe
    return examine(
        universe, parse_dependency(token, allow_tag=True), file="f", line=1, place="v0 x86_64", foreign=foreign
    )


@pytest.mark.parametrize(
    ("token", "kind", "have", "newest", "state"),
    [
        ("git=2.40.1-r0", "exact", "2.40.1-r0", "2.40.1-r0", "current"),
        ("git=2.40.0-r0", "exact", None, "2.40.1-r0", "gone"),
        ("git=2.40.1", "exact", None, "2.40.1-r0", "gone"),  # apk compares the revision, too
        ("git~2.40", "fuzzy", "2.40.1-r0", "2.40.1-r0", "current"),
        ("git~2.4", "fuzzy", None, "2.40.1-r0", "gone"),
        ("git>=2.40", "floor", "2.40.1-r0", "2.40.1-r0", "current"),
        ("git>3", "floor", None, "2.40.1-r0", "gone"),
        ("git<3", "ceiling", "2.40.1-r0", "2.40.1-r0", "current"),
        ("node=18.18.2-r0", "exact", "18.18.2-r0", "20.8.1-r0", "outdated"),  # another package provides a newer one
        ("node<20", "ceiling", "18.18.2-r0", "20.8.1-r0", "outdated"),
        ("!git<2", "conflict", "2.40.1-r0", "2.40.1-r0", "current"),
        ("hg=1", "exact", None, None, "gone"),
        ("git@edge=2.40.1-r0", "exact", "2.40.1-r0", "2.40.1-r0", "current"),
    ],
)
def test_states(token: str, kind: str, have: str | None, newest: str | None, state: str) -> None:
    found = pin(token)
    assert (found.kind, found.have, found.newest, found.state) == (kind, have, newest, state)
    assert is_pin(found.dependency)
    assert BREAKS[found.kind]


def test_what_may_come_from_elsewhere_is_not_gone() -> None:
    assert pin("git=1", foreign=True).state == "unknown"
    assert pin("git=2.40.1-r0", foreign=True).state == "current"


def test_a_name_alone_is_no_pin() -> None:
    assert not is_pin(parse_dependency("git"))
    assert not is_pin(parse_dependency("!git"))
    assert kind_of(parse_dependency("git><Q1abc")) == "checksum"


@pytest.mark.parametrize(
    ("token", "update", "loosen", "exact"),
    [
        ("git=2.40.0-r0", "git=2.40.1-r0", "git~2.40", "git=2.40.1-r0"),
        ("git=2.40.1-r0", None, "git~2.40", None),
        ("git~2.39", "git~2.40", "git~2.40", "git=2.40.1-r0"),
        ("git~1", "git~2", "git~2.40", "git=2.40.1-r0"),
        ("git~2.39.5", "git~2.40.1", "git~2.40", "git=2.40.1-r0"),
        ("git~2.40.1", None, "git~2.40", "git=2.40.1-r0"),
        ("git~2", None, None, "git=2.40.1-r0"),  # looser than what would take its place
        ("git>1", None, None, "git=2.40.1-r0"),
        ("git>3", None, None, None),
        ("jpeg=9d-r0", "jpeg=9e-r1", "jpeg~9e", "jpeg=9e-r1"),
        ("certificates=2", "certificates=20230506-r0", "certificates~20230506", "certificates=20230506-r0"),
        ("ssl=3.1", "ssl=3.1.4_alpha2-r4", "ssl~3.1", "ssl=3.1.4_alpha2-r4"),
        ("git@edge=1", "git@edge=2.40.1-r0", "git@edge~2.40", "git@edge=2.40.1-r0"),
        ("hg=1", None, None, None),
        ("!git<2", None, None, None),
    ],
)
def test_edits(token: str, update: str | None, loosen: str | None, exact: str | None) -> None:
    found = pin(token)
    assert [made and made.token for made in (updated(found), loosened(found), pinned(found))] == [update, loosen, exact]


NUMBERS = st.lists(st.integers(0, 30), min_size=1, max_size=4).map(lambda parts: ".".join(map(str, parts)))
VERSIONS = st.builds(
    lambda numbers, letter, suffix, revision: f"{numbers}{letter}{suffix}-r{revision}",
    NUMBERS,
    st.sampled_from(("", "a", "z")),
    st.sampled_from(("", "_alpha1", "_p2", "_git20240101")),
    st.integers(0, 9),
)


@given(VERSIONS)
def test_a_version_satisfies_its_own_major_and_minor(version: str) -> None:
    assert matches(version, FUZZY | EQUAL, major_minor(version))


@given(VERSIONS, VERSIONS, st.sampled_from("=~"))
def test_an_update_is_satisfied_by_the_newest(old: str, new: str, operator: str) -> None:
    universe = Small(record("p", version=new)).universe
    found = examine(universe, parse_dependency(f"p{operator}{old}"), file="f", line=1, place="")
    for made in (updated(found), loosened(found), pinned(found)):
        assert made is None or matches(new, made.operator, made.version)


def test_a_world(world: Callable[[str], World]) -> None:
    text = "# bash=1\nbash=5.2.15-r0 git\r\n  nodejs~16\t curl>=8\r\n"
    source = world(text)
    assert [(pin.line, pin.token, pin.state) for pin in source.pins] == [
        (2, "bash=5.2.15-r0", "gone"),
        (3, "nodejs~16", "gone"),
        (3, "curl>=8", "current"),
    ]
    assert source.edited(updated).text == text.replace("5.2.15-r0", "5.2.15-r5").replace("~16", "~18")
    assert source.edited(loosened).text == text.replace("=5.2.15-r0", "~5.2").replace("~16", "~18.18")


def test_what_would_not_solve_is_refused(world: Callable[[str], World]) -> None:
    source = world("bash=5.2.15-r0 !readline")
    edited = source.edited(updated)
    assert edited.text == source.text
    ((refused, reason),) = edited.refused
    assert str(refused.dependency) == "bash=5.2.15-r0"
    assert "readline" in reason
