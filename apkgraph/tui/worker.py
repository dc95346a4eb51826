"""One thread that answers questions in order of priority; superseded jobs are dropped."""

from __future__ import annotations

import gc
import threading
from typing import TYPE_CHECKING, Final, Literal

from apkgraph.errors import ApkgraphError
from apkgraph.model.size import Size
from apkgraph.tui.messages import (
    Answered,
    Described,
    Detailed,
    Documented,
    Faulted,
    Found,
    Named,
    Priced,
    Resolved,
    Reversed,
    WaysDown,
)
from apkgraph.tui.state.matching import Matcher
from apkgraph.tui.state.record import WayDown, bare_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from textual.message import Message

    from apkgraph.model.universe_ref import UniverseRef
    from apkgraph.tui.backend import Backend
    from apkgraph.tui.state.record import Budget, Wanted

    Job = Iterator[Message]

Priority = Literal["answer", "document", "details", "reverse", "names", "words", "prices", "refine", "budget"]

PRIORITIES: Final[tuple[Priority, ...]] = (
    "answer", "document", "details", "reverse", "names", "words", "prices", "refine", "budget",
)  # fmt: skip


class Worker:
    """One job per priority; a newer job replaces the older one of the same priority.

    A job is an iterator of messages. Between two messages the worker switches to the most urgent job, and a replaced
    job is not resumed. So an urgent answer waits for one step of another job at most.
    """

    def __init__(self, post: Callable[[Message], object]) -> None:
        self._post = post
        self._jobs: dict[Priority, Job] = {}
        self._changed = threading.Condition()
        self._closed = False
        self._thread: threading.Thread | None = None

    def put(self, priority: Priority, job: Job) -> None:
        """Ask; the thread starts with the first question."""
        with self._changed:
            self._jobs[priority] = job
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(target=self._work, name="apkgraph-worker", daemon=True)
                self._thread.start()
            self._changed.notify()

    def drop(self, *priorities: Priority) -> None:
        """Cancel these jobs."""
        with self._changed:
            for priority in priorities:
                self._jobs.pop(priority, None)

    def close(self) -> None:
        """Stop: no more answers; the running job ends by itself."""
        with self._changed:
            self._closed = True
            self._jobs.clear()
            self._changed.notify()

    @property
    def idle(self) -> bool:
        """Nothing is asked, and nothing is being worked on."""
        with self._changed:
            return not self._jobs

    def _work(self) -> None:
        while (taken := self._next()) is not None:
            priority, job = taken
            over = True
            try:
                message = _next_message(priority, job)
                over = message is None
            except ApkgraphError as error:
                message = Faulted(str(error), priority)
            except Exception as error:  # noqa: BLE001  # a bug in one answer must not end all others
                message = Faulted(f"a fault in apkgraph, please report it: {error!r}", priority)
            if message is not None and self._still(priority, job):
                self._post(message)
            if over:
                self._done(priority, job)

    def _next(self) -> tuple[Priority, Job] | None:
        with self._changed:
            while not self._closed:
                for priority in PRIORITIES:
                    if priority in self._jobs:
                        return priority, self._jobs[priority]
                self._changed.wait()
        return None

    def _still(self, priority: Priority, job: Job) -> bool:
        with self._changed:
            return self._jobs.get(priority) is job

    def _done(self, priority: Priority, job: Job) -> None:
        with self._changed:
            if self._jobs.get(priority) is job:
                del self._jobs[priority]


def _next_message(priority: Priority, job: Job) -> Message | None:
    """Urgent jobs do not wait for the garbage collector."""
    if priority != "answer" or not gc.isenabled():
        return next(job, None)
    gc.disable()
    try:
        return next(job, None)
    finally:
        gc.enable()


# The questions


def answer(backend: Backend, wanted: Wanted) -> Job:
    """The figures of a set; or why there are none, and a moment later what may have been meant."""
    found = backend.answer(wanted)
    yield Answered(found)
    near = {name: backend.near(name) for name in found.missing}
    meant = tuple(f"{name}: did you mean {', '.join(names)}?" for name, names in near.items() if names)
    if meant:
        yield Answered(found._replace(reasons=(*meant, *found.reasons)))


def refine(backend: Backend, wanted: Wanted) -> Job:
    """The true added sizes of a set's requests, one by one."""
    for token in wanted.tokens:
        yield Resolved(wanted, token, backend.without(wanted, token))


def words(backend: Backend, query: str) -> Job:
    """The packages whose description holds all words of a query."""
    yield Found(query, backend.described(query))


def ways_down(backend: Backend, wanted: Wanted, budget: Budget) -> Job:
    """What brings a set under its budget: single requests that suffice, the cheapest loss first; else several.

    Where no single one suffices, requests go one after the other, the largest first, each time solved again; then
    those that turn out not to be needed come back.
    """
    entries = wanted.tokens or backend.base_entries()
    totals: dict[tuple[str, ...], Size] = {}
    for token in entries:
        total = backend.total(wanted.without(token))
        if total is not None:
            totals[token,] = total
    alone = [WayDown(tokens, total) for tokens, total in totals.items() if total.by(budget.measure) <= budget.limit]
    alone.sort(key=lambda way: -way.total.by(budget.measure))
    if alone:
        yield WaysDown(wanted, tuple(alone))
        return
    gone: list[str] = []
    for (token,), _ in sorted(totals.items(), key=lambda pair: pair[1].by(budget.measure)):
        gone.append(token)
        total = backend.total(wanted.without(*gone))
        if total is not None and total.by(budget.measure) <= budget.limit:
            yield WaysDown(wanted, (_fewest(backend, wanted, gone, budget),))
            return
    yield WaysDown(wanted, ())


def _fewest(backend: Backend, wanted: Wanted, gone: list[str], budget: Budget) -> WayDown:
    for token in tuple(gone):
        fewer = [other for other in gone if other != token]
        total = backend.total(wanted.without(*fewer))
        if total is not None and total.by(budget.measure) <= budget.limit:
            gone = fewer
    return WayDown(tuple(gone), backend.total(wanted.without(*gone)) or Size(0, 0))


def names(backend: Backend, place: UniverseRef) -> Job:
    """Every name, made ready for the search."""
    yield Named(place, Matcher(backend.names()))


def prices(backend: Backend, wanted: Wanted, tokens: Sequence[str]) -> Job:
    """What each of these names would cost on top of a set; a line about each first, since that is quick."""
    for token in tokens:
        name = bare_name(token)
        yield Described(name, backend.describe(name) if " " not in token else "all of them")
    for token in tokens:
        yield Priced(wanted, token, backend.price(wanted, token))


def details(backend: Backend, wanted: Wanted, name: str) -> Job:
    """All that is known of a package."""
    yield Detailed(wanted, name, backend.details(wanted, name))


def dependants(backend: Backend, place: UniverseRef, name: str) -> Job:
    """What in the whole universe would need a package."""
    yield Reversed(place, name, backend.dependants(name))


def document(backend: Backend, wanted: Wanted) -> Job:
    """A set in the formats that are made of all of it."""
    yield Documented(wanted, backend.documents(wanted))
