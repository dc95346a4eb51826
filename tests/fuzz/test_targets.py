"""Mutants of everything that is read from outside: an answer, or an error of ours in one line; within bounds.

A hundred of each; APKGRAPH_LONG=1 makes it 10,000.
"""

from __future__ import annotations

import signal
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import pytest

from apkgraph.errors import ApkgraphError
from tests.fuzz.mutants import MUTANTS, mutants
from tests.fuzz.targets import TARGETS

MOST_MEMORY = 16 << 20  # bytes that one mutant may take
MOST_SECONDS = 20  # after which a mutant counts as one that never ends


@contextmanager
def ending() -> Iterator[None]:
    """End what takes far too long: a hang is a failure of its own."""

    def stop(_: int, __: FrameType | None) -> None:
        message = f"one mutant takes more than {MOST_SECONDS} s"
        raise AssertionError(message)

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(MOST_SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("name", TARGETS)
def test_mutants_end_in_an_answer_or_an_error(name: str, tmp_path: Path) -> None:
    target = TARGETS[name]
    read, corpus = target.reader(tmp_path), target.corpus()
    for data in corpus[:5]:
        read(data)  # what is not wounded is read
    errors = 0
    tracemalloc.start()
    try:
        for data in mutants(corpus, target.tokens, len(name)):
            tracemalloc.reset_peak()
            before = tracemalloc.get_traced_memory()[0]
            try:
                with ending():
                    read(data)
            except ApkgraphError as error:
                errors += 1
                assert "\n" not in str(error)  # noqa: PT017  # both ends are good
                assert len(str(error)) < len(data) * 4 + 1000  # noqa: PT017
            assert tracemalloc.get_traced_memory()[1] - before < MOST_MEMORY
    finally:
        tracemalloc.stop()
    assert target.lenient or errors > MUTANTS // 20, "so few are refused that the mutants reach nothing"
