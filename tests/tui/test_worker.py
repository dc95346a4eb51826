"""The worker: urgent questions first, stale ones dropped, faults told."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from apkgraph.errors import NotFoundError
from apkgraph.tui import worker
from apkgraph.tui.backend import ExplorerBackend
from apkgraph.tui.messages import Faulted, Priced, Resolved
from apkgraph.tui.worker import Worker
from tests.tui.small import explorer, wanted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.message import Message


def notes(name: str, count: int, gate: threading.Event | None = None) -> Iterator[Message]:
    for number in range(count):
        if gate is not None:
            assert gate.wait(10)
        yield Faulted(f"{name}{number}")


class Heard:
    """What was posted, in order."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.worker = Worker(self.messages.append)

    def wait(self) -> list[str]:
        done = threading.Event()
        deadline = threading.Timer(10, done.set)
        deadline.start()
        while not self.worker.idle and not done.is_set():
            done.wait(0.002)
        deadline.cancel()
        assert self.worker.idle
        return [message.problem for message in self.messages if isinstance(message, Faulted)]


@pytest.fixture
def heard() -> Iterator[Heard]:
    found = Heard()
    yield found
    found.worker.close()


def test_an_urgent_question_goes_before_what_is_left_of_another(heard: Heard) -> None:
    gate = threading.Event()
    heard.worker.put("refine", notes("slow", 3, gate))
    heard.worker.put("answer", notes("quick", 2))
    gate.set()
    told = heard.wait()
    assert sorted(told) == ["quick0", "quick1", "slow0", "slow1", "slow2"]
    assert told.index("quick1") < told.index("slow1")


def test_a_newer_question_takes_the_place_of_an_older(heard: Heard) -> None:
    gate = threading.Event()
    heard.worker.put("answer", notes("old", 5, gate))
    heard.worker.put("answer", notes("new", 1))
    gate.set()
    assert heard.wait() == ["new0"]


def test_what_is_dropped_is_not_answered(heard: Heard) -> None:
    gate = threading.Event()
    heard.worker.put("prices", notes("price", 5, gate))
    heard.worker.drop("prices", "refine")
    gate.set()
    assert heard.wait() == []


def test_a_fault_is_told_and_the_desk_goes_on(heard: Heard) -> None:
    def faulty(error: Exception) -> Iterator[Message]:
        if error.args:
            raise error
        yield Faulted("never")

    heard.worker.put("details", faulty(NotFoundError("nobody knows it")))
    heard.wait()
    heard.worker.put("details", faulty(KeyError("oops")))
    heard.wait()
    heard.worker.put("details", notes("after", 1))
    heard.wait()
    problems = [message.problem for message in heard.messages if isinstance(message, Faulted)]
    assert problems[0] == "nobody knows it"
    assert "please report it" in problems[1]
    assert len(heard.messages) == 3


def test_a_closed_desk_answers_nothing(heard: Heard) -> None:
    heard.worker.close()
    heard.worker.put("answer", notes("late", 1))
    assert heard.messages == []


def test_refining_solves_without_each_request_in_turn() -> None:
    backend, asked = ExplorerBackend(explorer()), wanted("git", "curl")
    told = list(worker.refine(backend, asked))
    assert [(message.token, message.size) for message in told if isinstance(message, Resolved)] == [
        ("git", backend.without(asked, "git")),
        ("curl", backend.without(asked, "curl")),
    ]


def test_prices_come_after_the_lines_about_all_hits() -> None:
    told = list(worker.prices(ExplorerBackend(explorer()), wanted("git"), ("curl", "odd")))
    assert [type(message).__name__ for message in told] == ["Described", "Described", "Priced", "Priced"]
    assert isinstance(told[2], Priced)
    assert told[2].price.packages == 1
