"""The screen's state as one frozen record; `edit_actions` and `view_actions` are the functions that change it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

if TYPE_CHECKING:
    from apkgraph.model.size import Measure, Size
    from apkgraph.model.universe_ref import UniverseRef
    from apkgraph.tui.state.figures import Figures

View = Literal["solution", "treemap", "compare"]
Pane = Literal["set", "middle", "details"]
Grouping = Literal["flat", "request", "origin", "line"]
Column = Literal["name", "own", "added", "closure", "download", "version", "repository", "because", "bar"]

SetSort = Literal["asked", "name", "frees", "share"]

SET_SORTS: Final[tuple[SetSort, ...]] = ("asked", "name", "frees", "share")
GROUPINGS: Final[tuple[Grouping, ...]] = ("flat", "request", "origin")
COLUMNS: Final[tuple[Column, ...]] = (
    "name",
    "own",
    "added",
    "closure",
    "download",
    "version",
    "repository",
    "because",
)
ASCENDING_FIRST: Final = ("name", "version", "repository", "because")
BASE_GROUP: Final = "group base"


class Request(NamedTuple):
    """One token that a person asked for; switched off, it stays in the list and out of the world."""

    token: str
    on: bool = True
    line: int = 0  # of the Dockerfile that asks for it


class Wanted(NamedTuple):
    """All that a solution depends on; what undo and redo walk over."""

    requests: tuple[Request, ...]
    place: UniverseRef
    removed: tuple[str, ...] = ()  # entries of the base's world that are left out, to see what that frees

    @property
    def tokens(self) -> tuple[str, ...]:
        """The request for the solver, in order."""
        return tuple(request.token for request in self.requests if request.on)

    def without(self, *tokens: str) -> Wanted:
        """The set without some of its requests, or with more entries of the base left out."""
        asked = {request.token for request in self.requests}
        left = tuple(request for request in self.requests if request.token not in tokens)
        return Wanted(left, self.place, (*self.removed, *(token for token in tokens if token not in asked)))

    def plus(self, *tokens: str) -> Wanted:
        """The set with more requests."""
        return Wanted((*self.requests, *(Request(token) for token in tokens)), self.place, self.removed)


class Sort(NamedTuple):
    """By which column, and which way."""

    column: Column
    descending: bool


BY_ADDED: Final = Sort("added", descending=True)


class Answer(NamedTuple):
    """What the worker says about a wanted set: its figures, or why there are none."""

    wanted: Wanted
    figures: Figures | None
    reasons: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()  # names that no package has or provides
    culprits: Mapping[str, str] = {}  # requests that make the set fail, and why, in a few words


class Budget(NamedTuple):
    """What the whole set, base included, may weigh in bytes by one measure."""

    limit: int
    measure: Measure


class WayDown(NamedTuple):
    """Requests that can be removed together, and the total of the set without them."""

    tokens: tuple[str, ...]
    total: Size


class Pinned(NamedTuple):
    """The set that the present one is compared against."""

    wanted: Wanted
    figures: Figures


@dataclass(frozen=True, slots=True)
class State:
    """Everything that decides what the screen shows, except cursors and scrolling."""

    wanted: Wanted
    past: tuple[Wanted, ...] = ()
    future: tuple[Wanted, ...] = ()
    figures: Figures | None = None
    figures_of: Wanted | None = None
    reasons: tuple[str, ...] = ()
    culprits: Mapping[str, str] = field(default_factory=dict)
    set_sort: SetSort = "asked"
    budget: Budget | None = None
    sort: Sort = BY_ADDED
    measure: Measure = "installed"
    grouping: Grouping = "request"
    filter: str = ""
    folded: tuple[str, ...] = (BASE_GROUP,)
    show_base: bool = True
    base_unfolded: bool = False
    view: View = "solution"
    pane: Pane = "middle"
    trail: tuple[str, ...] = ()
    reverse: bool = False
    pinned: Pinned | None = None
    unchanged: bool = False
    zoom: str | None = None  # the request (or "") whose packages alone the treemap shows
    find: str = ""
    ways_down: tuple[WayDown, ...] | None = None  # None: they are being worked out, or there is no need

    @property
    def selected(self) -> str | None:
        """The package whose details are shown."""
        return self.trail[-1] if self.trail else None

    @property
    def over_budget(self) -> int:
        """Size over the budget (negative: under it; 0 without one)."""
        if self.budget is None or self.figures is None:
            return 0
        return self.figures.total.by(self.budget.measure) - self.budget.limit

    @property
    def solving(self) -> bool:
        """The screen shows an older set than the one that is wanted."""
        return self.figures_of != self.wanted and not self.reasons

    @property
    def lines(self) -> Mapping[str, int]:
        """The Dockerfile's line of each request that has one."""
        return {request.token: request.line for request in self.wanted.requests if request.line}

    @property
    def requests(self) -> tuple[Request, ...]:
        """What was asked for, off ones included."""
        return self.wanted.requests


def bare_name(token: str) -> str:
    """The name of a token, without its version and tag."""
    return next((token[:at] for at, letter in enumerate(token) if letter in "<>=~@"), token)


def slots(state: State) -> tuple[int, ...]:
    """For each request of the figures, its place in the set: what colours and letters go by, off ones included."""
    places = {request.token: place for place, request in enumerate(state.requests)}
    return tuple(places.get(request.token, 0) for request in (state.figures.requests if state.figures else ()))
