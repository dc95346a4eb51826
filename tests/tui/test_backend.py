"""The backend: what is asked of a real universe, and what happens when its compiled form turns out to be damaged."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from apkgraph.explorer import Explorer
from apkgraph.index.store import DamagedUniverseError
from apkgraph.settings import resolve
from apkgraph.tui.backend import ExplorerBackend
from tests.tui.small import explorer, wanted

if TYPE_CHECKING:
    from pathlib import Path

QUESTIONS = (
    ("answer", (wanted("git", "curl"),)),
    ("details", (wanted("git"), "git")),
    ("price", (wanted("git"), "curl")),
    ("without", (wanted("git", "curl"), "curl")),
    ("dependants", ("musl",)),
    ("describe", ("curl",)),
    ("near", ("crul",)),
    ("names", ()),
    ("about", ()),
    ("document", (wanted("git"),)),
)


@pytest.mark.parametrize(("question", "about"), QUESTIONS, ids=[question for question, _ in QUESTIONS])
def test_a_damaged_compiled_index_is_given_up_and_the_question_answered(
    question: str, about: tuple[object, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = ExplorerBackend(explorer())
    expected = getattr(backend, question)(*about)
    given_up: list[str] = []
    monkeypatch.setattr(backend._explorer, "give_up_compiled", lambda error: given_up.append(error.path))
    damaged = ["here.universe"]

    class Damaged:
        """Stands in for the explorer until it is given up."""

        def __getattr__(self, name: str) -> object:
            if damaged and name != "give_up_compiled":
                raise DamagedUniverseError(damaged.pop())
            return getattr(real, name)

    real = backend._explorer
    backend._last = None
    backend._explorer = Damaged()  # type: ignore[assignment]  # it is one in all that counts
    assert getattr(backend, question)(*about) == expected
    assert given_up == ["here.universe"]


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
