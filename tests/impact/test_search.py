"""Search by the table of a universe, against a plain scan of its packages; and how little of it is read."""

from __future__ import annotations

import os
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apkgraph.impact.search import nearest_names, search
from apkgraph.impact.show import _siblings, find_package
from apkgraph.index.store import StoredRows
from apkgraph.loading import load_universe
from apkgraph.settings import resolve
from tests.impact.worlds import World, record
from tests.index.stored import reopened, sample

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from apkgraph.index.universe import Universe

    Answer = list[tuple[str, str, str, str]]

SHOP = (
    record("nginx", 10, description="HTTP and reverse proxy server", provides="cmd:nginx=1")
    + record("nginx-doc", 10, description="HTTP and reverse proxy server (documentation)", origin="nginx")
    + record("py3-requests", 10, description="HTTP library, ÄÖ", provides="py3.11:requests=2")
    + record("py3-requests-doc", 10, origin="py3-requests")
    + record("PY3-Req", 10, provides="cmd:req=1 cmd:Request=1")
    + record("busybox", 10, description="Size optimized toolbox", provides="/bin/sh cmd:httpd=1")
)
letters = st.text("aehnpqrtx3-. Ä\x1f", max_size=7)
records = st.lists(
    st.tuples(st.text("aehp3-", min_size=1, max_size=4), letters, st.text("aehR", min_size=1, max_size=3))
)


def answer(universe: Universe, query: str, limit: int | None = None) -> Answer:
    """Name, version, match and token of each hit."""
    hits = search(universe, query, limit=limit).hits
    return [(hit.package.name, hit.package.version, hit.match, hit.token) for hit in hits]


def plain_words(universe: Universe, words: list[str]) -> Answer:
    """The same by looking at each package."""
    ranked = []
    for name in dict.fromkeys(package.name for package in universe.packages()):
        package = universe.newest(name)
        assert package is not None
        folded, joined = name.casefold(), "-".join(words)
        text = f"{folded} {universe.details(package).description.casefold()}"
        parts = folded.replace("_", "-").replace(".", "-").split("-")
        tokens = [
            provided.name
            for provided in package.provides
            if len(words) == 1 and words[0] in (provided.name.casefold(), provided.name.casefold().partition(":")[2])
        ]
        tiers = (
            folded == joined,
            folded.startswith(joined),
            all(word in parts for word in words),
            all(word in folded for word in words),
            bool(tokens),
            all(word in text for word in words),
        )
        if words and any(tiers):
            tier = tiers.index(True)
            match = ("name", "name", "name", "name", "provides", "description")[tier]
            hit = (name, package.version, match, tokens[0] if tier == 4 else "")
            ranked.append(((tier, package.origin not in ("", name), len(name), name), hit))
    return [hit for _, hit in sorted(ranked)]


def plain_fuzzy(universe: Universe, query: str) -> Answer:
    names = list(dict.fromkeys(package.name for package in universe.packages()))
    near = [universe.newest(name) for name in get_close_matches(query, names, n=10, cutoff=0.65)]
    return [(package.name, package.version, "fuzzy", "") for package in near if package is not None]


@given(records, letters)
def test_words_find_what_a_plain_scan_finds(shop: list[tuple[str, str, str]], query: str) -> None:
    index = "".join(
        record(name, number, description=text, provides=f"cmd:{token}=1", version=f"{number}")
        for number, (name, text, token) in enumerate(shop)
    )
    universe = World(index).universe
    expected = plain_words(universe, query.casefold().split()) or plain_fuzzy(universe, query)
    assert answer(universe, query) == expected
    assert answer(universe, query, limit=2) == expected[:2]


@pytest.mark.parametrize(
    "query", ["http", "HTTP server", "e", "git", "ngnix", "documentation", "ssl", "python3", "c++"]
)
def test_a_compiled_universe_finds_what_a_plain_scan_finds(query: str) -> None:
    universe = sample("busybox")
    expected = plain_words(universe, query.casefold().split()) or plain_fuzzy(universe, query)
    assert answer(reopened(universe), query) == answer(universe, query) == expected


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("py3-req*", ["PY3-Req", "py3-requests", "py3-requests-doc"]),
        ("py3-req", ["PY3-Req", "py3-requests", "py3-requests-doc"]),
        ("*req", ["PY3-Req"]),
        ("ngin?", ["nginx"]),
        ("[bn]*x", ["nginx", "busybox"]),
        ("cmd:REQ*", ["PY3-Req"]),
        ("/bin/*", ["busybox"]),
        ("nothing*", []),
    ],
)
def test_a_pattern_is_matched_with_whole_names(pattern: str, names: list[str]) -> None:
    assert [name for name, *_ in answer(World(SHOP).universe, pattern)] == names


@given(st.text("py3-req*?[]x", max_size=6))
def test_patterns_are_those_of_fnmatch(pattern: str) -> None:
    universe = World(SHOP).universe
    names = {package.name for package in universe.packages() if fnmatchcase(package.name.casefold(), pattern)}
    found = {name for name, _, match, _ in answer(universe, pattern) if match == "name"}
    assert not any(sign in pattern for sign in "*?[") or found == names


def test_what_is_provided_is_shown_as_it_is_written() -> None:
    assert answer(World(SHOP).universe, "request") == [
        ("py3-requests", "1-r0", "name", ""),
        ("py3-requests-doc", "1-r0", "name", ""),
        ("PY3-Req", "1-r0", "provides", "cmd:Request"),
    ]


def test_the_compiled_table_is_the_one_made_in_memory() -> None:
    universe = sample("busybox")
    assert reopened(universe).search_table()._text == universe.search_table()._text
    assert list(reopened(universe).names()) == list(universe.names())


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [("node", "cmd:node"), ("nod", "cmd:node"), ("httpd", "cmd:httpd"), ("nginx", "nginx"), ("nginy", "nginx")],
)
def test_commands_are_near_too(typed: str, nearest: str) -> None:
    index = SHOP + record("nodejs", 10, provides="cmd:node=1")
    found = nearest_names(World(index).universe, typed)
    assert found[0] == nearest
    assert not (nearest == "nginx" and "cmd:nginx" in found)


def test_only_what_is_shown_is_read(shared: Path, tmp_path: Path) -> None:
    """No question decodes every record."""
    chosen = {"mirror": f"{shared}/mirror/alpine", "release": "v3.18", "arch": "x86_64", "cache_dir": str(tmp_path)}
    settings = resolve(chosen, {}, os.devnull)
    load_universe(settings)

    def read(question: Callable[[Universe], object]) -> tuple[int, int]:
        universe = load_universe(settings)
        rows = universe._rows
        assert isinstance(rows, StoredRows)
        before = len(rows._rows), len(rows._packages)  # what is installed
        assert question(universe)
        return len(rows._rows) - before[0], len(rows._packages) - before[1]

    rows, packages = read(lambda universe: search(universe, "http", limit=20).total > 200)
    assert (rows, packages) == (0, 20)
    rows, packages = read(lambda universe: search(universe, "ngnix", limit=20).total)
    assert max(rows, packages) <= 20
    rows, packages = read(lambda universe: nearest_names(universe, "gti")[0] == "git")
    assert max(rows, packages) <= 10
    rows, packages = read(lambda universe: _siblings(universe, find_package(universe, "npm")))
    assert max(rows, packages) <= 10
