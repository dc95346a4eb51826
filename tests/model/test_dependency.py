"""Dependencies: what a token says, what satisfies it, and how apk writes it again."""

from __future__ import annotations

from itertools import takewhile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apkgraph.errors import DependencyError
from apkgraph.model.dependency import (
    Dependency,
    _split_operator,
    parse_dependency,
    parse_identity,
    parse_request,
    parse_world,
    split_tokens,
)
from apkgraph.model.package import Package
from apkgraph.model.version import ANY, EQUAL, FUZZY, GREATER, LESS

IDENTITY = "Q1EyN5AdpAOBJWKMR89pp/C66o+OE="
PACKAGE = Package("git", "2.40.1-r0", identity=parse_identity(IDENTITY) or b"")

names = st.text("abz+-.:/_0", min_size=1, max_size=6)
tokens = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["", "!"]),
    names,
    st.just("") | names.map("@{}".format),
    st.just("") | st.builds("{}{}".format, st.text("<>=~", min_size=1, max_size=4), st.sampled_from(["1.2-r3", "Q1x"])),
)


@pytest.mark.parametrize(
    ("token", "operator", "written"),
    [
        ("a", ANY, "a"),
        ("a=1", EQUAL, "a=1"),
        ("a==1", EQUAL, "a=1"),
        ("a<1", LESS, "a<1"),
        ("a=<1", LESS | EQUAL, "a<=1"),
        ("a>1", GREATER, "a>1"),
        ("a=>1", GREATER | EQUAL, "a>=1"),
        ("a~1", FUZZY | EQUAL, "a~1"),
        ("a=~1", FUZZY | EQUAL, "a~1"),
        ("a<~1", LESS | FUZZY | EQUAL, "a<~1"),
        ("a~>1", GREATER | FUZZY | EQUAL, "a>~1"),
        ("a<>1", LESS | GREATER, "a><1"),
        ("a><=1", ANY, "a"),
        ("a><~1", ANY | FUZZY, "a?1"),
        ("!a@t>1", GREATER, "!a@t>1"),
        ("so:libz.so.1", ANY, "so:libz.so.1"),
        ("/bin/sh", ANY, "/bin/sh"),
    ],
)
def test_operators(token: str, operator: int, written: str) -> None:
    dependency = parse_dependency(token, allow_tag=True)
    assert dependency.operator == operator
    assert str(dependency) == written


@pytest.mark.parametrize("token", ["a=", "a@t", "!a>", "a@=1"])
def test_what_is_no_dependency(token: str) -> None:
    with pytest.raises(DependencyError):
        parse_dependency(token)


@pytest.mark.parametrize(
    ("token", "broken"),
    [("a=1..2", True), ("a<x", True), ("a<>=..", False), ("a><nonsense", False), ("!a><nonsense", False), ("a", False)],
)
def test_only_a_comparison_needs_a_valid_version(token: str, *, broken: bool) -> None:
    assert parse_dependency(token).broken is broken


@pytest.mark.parametrize(
    ("token", "version", "satisfied"),
    [
        ("git", "1", True),
        ("!git", "1", False),
        ("git>1", "2", True),
        ("!git>1", "2", False),
        ("!git>1", "1", True),
        ("git<1", None, True),
        ("git<~1", None, True),
        ("git=1", None, False),
        ("git>1", None, False),
        ("git~1", None, False),
        ("!git<1", None, False),
        ("!git>1", None, True),
        (f"git><{IDENTITY}", "1", True),
        ("git><Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=", "1", False),
        ("!git><1", "1", True),
        ("!git><1", "2", False),
    ],
)
def test_what_satisfies(token: str, version: str | None, *, satisfied: bool) -> None:
    assert parse_dependency(token).satisfied_by(PACKAGE, version) is satisfied


def test_nothing_satisfies_conflicts_only() -> None:
    assert parse_dependency("!git>1").satisfied_by(None, None)
    assert not parse_dependency("git>1").satisfied_by(None, None)


def test_nobody_conflicts_with_itself() -> None:
    assert parse_dependency("!git").satisfied_by(PACKAGE, "1", PACKAGE)
    assert not parse_dependency("git>5").satisfied_by(PACKAGE, "1", PACKAGE)


@given(tokens)
def test_a_token_reads_back(token: str) -> None:
    dependency = parse_dependency(token, allow_tag=True)
    again = parse_dependency(dependency.token, allow_tag=True)
    assert again == dependency
    assert hash(again) == hash(dependency)
    assert again.broken == dependency.broken


def test_dependencies_are_equal_by_value() -> None:
    assert Dependency("a", EQUAL, "1") == parse_dependency("a=1")
    assert Dependency("a") != parse_dependency("!a")
    assert Dependency("a") != "a"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("a b", ["a", "b"]),
        ("a  b\nc ", ["a", "b", "c"]),
        (" a", ["", "a"]),
        (" ", [""]),
        ("a\tb", ["a\tb"]),
    ],
)
def test_tokens_of_a_line(text: str, expected: list[str]) -> None:
    assert split_tokens(text) == expected


def test_a_world() -> None:
    assert [str(each) for each in parse_world("b@edge>1\n!a\n")] == ["b@edge>1", "!a"]
    assert parse_world("\n") == ()
    with pytest.raises(DependencyError):
        parse_world("a b=")


@pytest.mark.parametrize("argument", ["", "a b", "a=", "a=1..2", "@edge", "!"])
def test_what_nobody_may_ask_for(argument: str) -> None:
    with pytest.raises(DependencyError, match="is not a valid world dependency"):
        list(parse_request([argument]))


@pytest.mark.parametrize(
    "text",
    [
        "Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=and more",
        "X10000000000000000000000000000000000000000",
        "X1" + "0" * 41,
        "Q2" + "A" * 43 + "=",
        "X2" + "0" * 64,
    ],
)
def test_identities(text: str) -> None:
    assert parse_identity(text) == bytes(20)


@pytest.mark.parametrize(
    "text", ["", "Q1", "Q1AAAA", "Q2AAAAAAAAAAAAAAAAAAAAAAAAAAA=", "Q3" + "A" * 44, "X1zz" + "0" * 40, "Z1" + "0" * 40]
)
def test_what_is_no_identity(text: str) -> None:
    assert parse_identity(text) is None


@given(st.text("ab1.=<>~!", max_size=8))
def test_a_token_is_split_at_its_first_sign_and_behind_the_last_of_that_run(token: str) -> None:
    named = "".join(takewhile(lambda character: character not in "=<>~", token))
    signs = "".join(takewhile(lambda character: character in "=<>~", token[len(named) :]))
    bits = {"=": EQUAL, "<": LESS, ">": GREATER, "~": FUZZY | EQUAL}
    operator = sum({bit for sign in signs for bit in (EQUAL, LESS, GREATER, FUZZY) if bits[sign] & bit})
    assert _split_operator(token) == (named, operator, token[len(named) + len(signs) :])
