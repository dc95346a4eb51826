"""The keys hang together: names, clashes, and the table in docs/tui.md."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from apkgraph.tui.keys import DO, KEYS
from apkgraph.tui.screens.explore import ExploreScreen

if TYPE_CHECKING:
    from pathlib import Path


def test_no_key_and_no_name_is_given_twice() -> None:
    keys = Counter(key for binding in KEYS for key in binding.key.split(","))
    names = Counter(binding.id for binding in KEYS)
    assert not [key for key, times in (keys + names).items() if times > 1]


def test_every_key_has_a_name_a_title_and_a_line_of_help() -> None:
    assert all(binding.id and binding.description and binding.tooltip for binding in KEYS)


def test_every_action_is_there() -> None:
    for binding in KEYS:
        name, _, argument = binding.action.removeprefix("app.").partition("(")
        assert name == "quit" or hasattr(ExploreScreen, f"action_{name}"), binding
        if name == "do":
            assert argument.strip("')") in DO


def test_the_page_lists_every_key(checkout: Path) -> None:
    page = (checkout / "docs" / "tui.md").read_text()
    for binding in KEYS:
        assert f"| {binding.tooltip} | `{binding.id}` |" in page
