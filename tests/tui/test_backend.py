"""The backend: what is asked of a real universe, and what happens when its compiled form turns out to be damaged."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from apkgraph.explorer import Explorer
from apkgraph.settings import resolve
from apkgraph.tui.backend import ExplorerBackend
from tests.tui.small import explorer, wanted

if TYPE_CHECKING:
    from pathlib import Path


def test_damage_anywhere_in_the_file_loses_no_answer(tmp_path: Path) -> None:
    settings = resolve({"sample": True, "cache_dir": str(tmp_path)}, {}, os.devnull)
    expected = ExplorerBackend(Explorer(settings)).answer(wanted("git", "nginx"))
    assert expected.figures is not None
    files = sorted(tmp_path.rglob("*.universe"))
    assert files
    for path in files:
        whole = path.read_bytes()
        for at in range(len(whole) // 20, len(whole), len(whole) // 5):
            said: list[str] = []
            path.write_bytes(whole[:at] + bytes(byte ^ 0xFF for byte in whole[at : at + 64]) + whole[at + 64 :])
            backend = ExplorerBackend(Explorer(settings, None, said.append), said)
            assert backend.answer(wanted("git", "nginx")) == expected
            assert backend.details(wanted("git", "nginx"), "git") is not None


def test_only_the_request_whose_version_breaks_is_to_blame() -> None:
    answer = ExplorerBackend(explorer()).answer(wanted("curl", "git", "git>99"))
    assert dict(answer.culprits) == {"git>99": "its version does not fit"}
