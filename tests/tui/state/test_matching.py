"""The search against a plain filter, and the order of its hits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apkgraph.tui.state.matching import Matcher, edit_distance

NAMES = st.lists(st.text("abC-:/", min_size=1, max_size=6), max_size=30, unique=True)
QUERIES = st.text("abC-", min_size=1, max_size=4)


def holds_in_order(query: str, name: str) -> bool:
    letters = iter(name)
    return all(letter in letters for letter in query)


def _distances(query: str, name: str) -> set[int]:
    """How far a query is from a name, and from its beginning."""
    return {edit_distance(query, name), edit_distance(query, name[: len(query)])}


@given(NAMES, QUERIES)
def test_hits_are_those_of_a_plain_filter(names: list[str], query: str) -> None:
    hits = Matcher(names).find(query)
    plain = {name for name in names if holds_in_order(query.lower(), name.lower())}
    near = {name for name in names if len(query) >= 3 and 1 in _distances(query.lower(), name.lower())}
    assert plain <= set(hits.names) <= plain | near
    assert hits.total == len(hits.names)


@given(NAMES, QUERIES)
def test_substrings_come_before_scattered_letters(names: list[str], query: str) -> None:
    together = [query.lower() in name.lower() for name in Matcher(names).find(query).names]
    assert together == sorted(together, reverse=True)


@given(NAMES, st.lists(QUERIES, max_size=6))
def test_what_was_typed_before_does_not_matter(names: list[str], queries: list[str]) -> None:
    used = Matcher(names)
    for query in queries:
        for end in range(1, len(query) + 1):
            assert used.find(query[:end]) == Matcher(names).find(query[:end])


def test_exact_then_prefix_then_word_then_substring_then_scattered() -> None:
    names = ["legit", "git-lfs", "git", "py3-git", "g-i-t", "cmd:git"]
    assert Matcher(names).find("git").names == ("git", "git-lfs", "py3-git", "cmd:git", "legit", "g-i-t")


def test_case_does_not_matter_and_names_keep_theirs() -> None:
    assert Matcher(["libR.so"]).find("LIBR").names == ("libR.so",)


def test_an_empty_query_finds_nothing() -> None:
    assert Matcher(["git"]).find("  ").names == ()


def test_no_more_than_the_limit_is_returned_but_all_are_counted() -> None:
    hits = Matcher([f"name-{number}" for number in range(500)]).find("name", limit=10)
    assert len(hits.names) == 10
    assert hits.total == 500


def test_signs_of_regular_expressions_are_letters_like_others() -> None:
    assert Matcher(["g++", "gxx", "so:libstdc++.so.6"]).find("g++").names == ("g++",)
    assert Matcher(["a\nb", "ab"]).find("a b").names[0] == "a\nb"


@pytest.mark.parametrize(
    ("typed", "meant"), [("phyton3", "python3"), ("gitt", "git"), ("ngnix", "nginx"), ("vmi", "vim")]
)
def test_near_names_come_before_scattered_letters(typed: str, meant: str) -> None:
    names = ["python3", "git", "nginx", "vim", "p-h-y-t-o-n-3", "g-i-t-t", "n-g-n-i-x", "v-m-i"]
    assert Matcher(names).find(typed).names[0] == meant


def test_an_error_in_the_beginning_of_a_name_finds_it_before_other_words() -> None:
    assert Matcher(["phonon", "python3", "pythia"]).find("phyton").names[0] == "python3"
