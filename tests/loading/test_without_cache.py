"""Commands that lean on the cache, where there is none that can be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.loading.conftest import run


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_rank_does_without(here: dict[str, str], cache: Path, tmp_path: Path, jobs: str) -> None:
    words = ("rank", "--by", "rdeps", "--json", "--jobs", jobs)
    right = run(*words, "--cache-dir", str(tmp_path / "another"))
    cache.write_text("something of somebody's")
    found = run(*words)
    assert (found.status, found.out) == (0, right.out)
    assert len(found.err.splitlines()) == len(found.warnings) == 1
