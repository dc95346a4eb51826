"""An index that is rightly signed, and that apk would give up: it never takes the place of a good one."""

from __future__ import annotations

import pytest

from tests.loading.conftest import cost
from tests.loading.mirrors import Mirror
from tests.mirror.archives import Key

BROKEN = b"C:Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=\nP:git\nV:1\nno field\n\n"


def test_the_last_good_index_stays(here: dict[str, str], mirror: Mirror, key: Key) -> None:
    right = cost()
    mirror.replace(key, BROKEN)
    again = cost("--refresh")
    assert (again.status, again.stale) == (0, [True, False])
    assert again.document["cost"] == right.document["cost"]
    assert len(again.warnings) == 1
    assert "line 4" in again.warnings[0]
    assert cost("--offline").document["cost"] == right.document["cost"]


@pytest.mark.parametrize("twice", [False, True])
def test_without_one_the_error_names_the_index_and_the_line(
    here: dict[str, str], mirror: Mirror, key: Key, twice: bool
) -> None:
    mirror.replace(key, BROKEN)
    found = cost()
    if twice:
        found = cost()
    assert (found.status, found.out) == (5, "")
    (line,) = found.err.splitlines()
    assert f"{mirror.url}/v3.18/main" in line
    assert "line 4" in line
