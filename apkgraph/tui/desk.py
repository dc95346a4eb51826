"""The desk where questions are answered: one thread, the urgent ones first, whatever nobody wants any more dropped."""

from __future__ import annotations

import gc
import threading
from typing import TYPE_CHECKING, Final, Literal

from apkgraph.errors import ApkgraphError
from apkgraph.tui.matching import Matcher
from apkgraph.tui.messages import (
    Answered,
    Described,
    Detailed,
    Documented,
    Faulted,
    Named,
    Priced,
    Resolved,
    Reversed,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from textual.message import Message

    from apkgraph.tui.door import Door
    from apkgraph.tui.state import Place, Wanted

    Job = Iterator[Message]

Lane = Literal["answer", "document", "details", "reverse", "names", "prices", "refine"]

LANES: Final[tuple[Lane, ...]] = ("answer", "document", "details", "reverse", "names", "prices", "refine")


class Desk:
    """A lane for each kind of question, in order of urgency; a newer question takes an older one's place in its lane.

    A job is an iterator of messages. Between two of them a more urgent lane goes first, and a job that was replaced
    is not taken up again: so no answer is longer in coming than the one step that is being worked on.
    """

    def __init__(self, post: Callable[[Message], object]) -> None:
        self._post = post
        self._lanes: dict[Lane, Job] = {}
        self._changed = threading.Condition()
        self._closed = False
        self._thread: threading.Thread | None = None

    def put(self, lane: Lane, job: Job) -> None:
        """Ask; the thread starts with the first question."""
        with self._changed:
            self._lanes[lane] = job
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(target=self._work, name="apkgraph-desk", daemon=True)
                self._thread.start()
            self._changed.notify()

    def drop(self, *lanes: Lane) -> None:
        """These questions are of no more interest."""
        with self._changed:
            for lane in lanes:
                self._lanes.pop(lane, None)

    def close(self) -> None:
        """No more answers; what is being worked on ends by itself."""
        with self._changed:
            self._closed = True
            self._lanes.clear()
            self._changed.notify()

    @property
    def idle(self) -> bool:
        """Nothing is asked, and nothing is being worked on."""
        with self._changed:
            return not self._lanes

    def _work(self) -> None:
        while (taken := self._next()) is not None:
            lane, job = taken
            over = True
            try:
                message = _next_message(lane, job)
                over = message is None
            except ApkgraphError as error:
                message = Faulted(str(error), lane)
            except Exception as error:  # noqa: BLE001  # a bug in one answer must not end all others
                message = Faulted(f"a fault in apkgraph, please report it: {error!r}", lane)
            if message is not None and self._still(lane, job):
                self._post(message)
            if over:
                self._done(lane, job)

    def _next(self) -> tuple[Lane, Job] | None:
        with self._changed:
            while not self._closed:
                for lane in LANES:
                    if lane in self._lanes:
                        return lane, self._lanes[lane]
                self._changed.wait()
        return None

    def _still(self, lane: Lane, job: Job) -> bool:
        with self._changed:
            return self._lanes.get(lane) is job

    def _done(self, lane: Lane, job: Job) -> None:
        with self._changed:
            if self._lanes.get(lane) is job:
                del self._lanes[lane]


def _next_message(lane: Lane, job: Job) -> Message | None:
    """What is urgent does not wait for the collector of garbage."""
    if lane != "answer" or not gc.isenabled():
        return next(job, None)
    gc.disable()
    try:
        return next(job, None)
    finally:
        gc.enable()


# The questions


def answer(door: Door, wanted: Wanted) -> Job:
    """The figures of a set; or why there are none, and a moment later what may have been meant."""
    found = door.answer(wanted)
    yield Answered(found)
    near = {name: door.near(name) for name in found.missing}
    meant = tuple(f"{name}: did you mean {', '.join(names)}?" for name, names in near.items() if names)
    if meant:
        yield Answered(found._replace(reasons=(*meant, *found.reasons)))


def refine(door: Door, wanted: Wanted) -> Job:
    """The true added sizes of a set's requests, one by one."""
    for token in wanted.tokens:
        yield Resolved(wanted, token, door.without(wanted, token))


def names(door: Door, place: Place) -> Job:
    """Every name, made ready for the search."""
    yield Named(place, Matcher(door.names()))


def prices(door: Door, wanted: Wanted, tokens: Sequence[str]) -> Job:
    """What each of these names would cost on top of a set; a line about each first, since that is quick."""
    for token in tokens:
        yield Described(token, door.describe(token))
    for token in tokens:
        yield Priced(wanted, token, door.price(wanted, token))


def details(door: Door, wanted: Wanted, name: str) -> Job:
    """All that is known of a package."""
    yield Detailed(wanted, name, door.details(wanted, name))


def dependants(door: Door, place: Place, name: str) -> Job:
    """What in the whole universe would need a package."""
    yield Reversed(place, name, door.dependants(name))


def document(door: Door, wanted: Wanted) -> Job:
    """The JSON contract of a set."""
    yield Documented(wanted, door.document(wanted))
