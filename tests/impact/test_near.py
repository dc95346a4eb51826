"""Near names: what people mean when they mistype, on a universe of a dozen names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apkgraph.impact.search import edits, nearest_names
from tests.impact.worlds import World, record

NAMES = (
    *("git", "git-doc", "gtk", "gti-tools", "python3", "python3-dev", "py3-pip"),
    *("pipewire", "nginx", "vim", "libpng"),
)
INDEX = "".join(record(name, 10, provides=f"cmd:{name}=1") for name in NAMES) + record("a", 1, "ghost")
UNIVERSE = World(INDEX, "").universe


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [
        ("gti", "git"),
        ("GIT", "git"),
        ("phyton3", "python3"),
        ("pip", "py3-pip"),
        ("png", "libpng"),
        ("ngnix", "nginx"),
        ("vmi", "vim"),
        ("pytho", "python3"),
        ("wire", "pipewire"),
        ("cmd:gti", "cmd:git"),
    ],
)
def test_what_was_meant_comes_first(typed: str, nearest: str) -> None:
    assert nearest_names(UNIVERSE, typed)[0] == nearest


def test_a_name_that_nobody_has_is_not_offered() -> None:
    assert nearest_names(UNIVERSE, "ghosts") == ()
    assert nearest_names(UNIVERSE, "zzzzzz") == ()


def plain(left: str, right: str) -> int:
    """The same by its definition."""
    if not left or not right:
        return len(left) + len(right)
    ways = [plain(left[1:], right) + 1, plain(left, right[1:]) + 1, plain(left[1:], right[1:]) + (left[0] != right[0])]
    if left[:2] == right[1::-1] and len(left) > 1 < len(right):
        ways.append(plain(left[2:], right[2:]) + 1)
    return min(ways)


words = st.text("abc", max_size=5)


@given(words, words, st.integers(0, 3))
def test_edits_are_the_plain_ones(left: str, right: str, most: int) -> None:
    assert edits(left, right, most) == min(plain(left, right), most + 1)
