"""A project's config comes with a pull request: its size and the depth of its keys are bounded."""

from __future__ import annotations

from pathlib import Path

import pytest

from apkgraph.audit.config import read_config
from apkgraph.errors import InputError


@pytest.mark.parametrize(
    ("text", "words"),
    [("check." + ".".join("a" * 20_000) + " = 1", "a key of more than 8 words"), ("#" * (65 << 10), "65536")],
)
def test_a_config_beyond_its_bounds_is_refused_before_it_is_parsed(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / ".apkgraph.toml"
    path.write_text(text)
    with pytest.raises(InputError, match=words):
        read_config(str(path))
