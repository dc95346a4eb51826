"""The screen's state as one frozen record, and the functions from state to state that keys call; no Textual here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from apkgraph.tui.figures import Bytes, Figures, Measure

View = Literal["solution", "treemap", "compare"]
Pane = Literal["set", "middle", "details"]
Grouping = Literal["flat", "request", "origin"]
Column = Literal["name", "own", "added", "closure", "download", "version", "repository", "because", "bar"]

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
HISTORY: Final = 500


class Place(NamedTuple):
    """Which universe a set is asked of."""

    release: str
    arch: str
    sample: bool = False

    def __str__(self) -> str:
        return f"{self.release} {self.arch}" + (" sample" if self.sample else "")


class Request(NamedTuple):
    """One token that a person asked for; switched off, it stays in the list and out of the world."""

    token: str
    on: bool = True


class Wanted(NamedTuple):
    """All that a solution depends on; what undo and redo walk over."""

    requests: tuple[Request, ...]
    place: Place

    @property
    def tokens(self) -> tuple[str, ...]:
        """What is asked of the solver, in order."""
        return tuple(request.token for request in self.requests if request.on)


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


class Pinned(NamedTuple):
    """The set that the present one is compared against."""

    wanted: Wanted
    figures: Figures


@dataclass(frozen=True, slots=True)
class State:
    """Everything that decides what the screen shows, but for cursors and scrolling."""

    wanted: Wanted
    past: tuple[Wanted, ...] = ()
    future: tuple[Wanted, ...] = ()
    figures: Figures | None = None
    figures_of: Wanted | None = None
    reasons: tuple[str, ...] = ()
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

    @property
    def looking_at(self) -> str | None:
        """The package whose details are shown."""
        return self.trail[-1] if self.trail else None

    @property
    def solving(self) -> bool:
        """The screen shows an older set than the one that is wanted."""
        return self.figures_of != self.wanted and not self.reasons

    @property
    def requests(self) -> tuple[Request, ...]:
        """What was asked for, off ones included."""
        return self.wanted.requests


def slots(state: State) -> tuple[int, ...]:
    """For each request of the figures, its place in the set: what colours and letters go by, off ones included."""
    places = {request.token: place for place, request in enumerate(state.requests)}
    return tuple(places.get(request.token, 0) for request in (state.figures.requests if state.figures else ()))


# The set, with a history


def _want(state: State, wanted: Wanted) -> State:
    if wanted == state.wanted:
        return state
    past = (*state.past, state.wanted)[-HISTORY:]
    return replace(state, wanted=wanted, past=past, future=(), reasons=())


def _with_requests(state: State, requests: Iterable[Request]) -> State:
    return _want(state, state.wanted._replace(requests=tuple(requests)))


def add(state: State, *tokens: str) -> State:
    """Ask for more; what is there already, but off, is switched on in its place."""
    requests = {request.token: request for request in state.requests}
    for token in tokens:
        requests[token] = Request(token)
    return _with_requests(state, requests.values())


def drop(state: State, token: str) -> State:
    """Ask for less."""
    return _with_requests(state, (request for request in state.requests if request.token != token))


def switch(state: State, token: str) -> State:
    """What if it were not there, or there again."""
    return _with_requests(
        state,
        (request._replace(on=not request.on) if request.token == token else request for request in state.requests),
    )


def clear(state: State) -> State:
    """Ask for nothing."""
    return _with_requests(state, ())


def begin(place: Place, tokens: Iterable[str] = ()) -> State:
    """The state to start from, with nothing to undo."""
    return State(Wanted(tuple(Request(token) for token in dict.fromkeys(tokens)), place))


def move_to(state: State, place: Place) -> State:
    """The same set on another release or architecture; the set before becomes A, unless one is pinned."""
    moved = _want(state, state.wanted._replace(place=place))
    if moved is state or moved.pinned is not None:
        return moved
    return replace(moved, pinned=pinned_now(state), view="compare" if state.figures else state.view)


def give_up_move(state: State) -> State:
    """The universe that was moved to could not be had: back, and no A that nobody asked for."""
    back = undo(state)
    if back.pinned is None or back.pinned.wanted != back.wanted:
        return back
    return replace(back, pinned=None, view="solution" if back.view == "compare" else back.view)


def undo(state: State) -> State:
    """The set before the last change."""
    if not state.past:
        return state
    *past, wanted = state.past
    future = (state.wanted, *state.future)
    return replace(state, wanted=wanted, past=tuple(past), future=future, reasons=())


def redo(state: State) -> State:
    """Take an undo back."""
    if not state.future:
        return state
    wanted, *future = state.future
    past = (*state.past, state.wanted)
    return replace(state, wanted=wanted, past=past, future=tuple(future), reasons=())


# Answers of the worker; what is no longer wanted is dropped


def answered(state: State, answer: Answer) -> State:
    """Take figures in, or the reasons why there are none: then the last good figures stay."""
    if answer.wanted != state.wanted:
        return state
    if answer.figures is None:
        return replace(state, reasons=answer.reasons or ("this set cannot be satisfied",))
    left = state.figures.by_name.keys() - answer.figures.by_name.keys() if state.figures is not None else frozenset()
    trail = tuple(name for name in state.trail if name not in left) or _first(answer.figures)
    return replace(state, figures=answer.figures, figures_of=answer.wanted, reasons=(), trail=trail)


def _first(figures: Figures) -> tuple[str, ...]:
    """Where a walk begins: at the heaviest request, or else package; the table begins there, too."""
    there = [request for request in figures.requests if request.package is not None]
    heaviest = max(there, key=lambda request: request.added.installed, default=None)
    if heaviest is not None and heaviest.package is not None:
        return (heaviest.package,)
    largest = max(figures.rows, key=lambda row: row.added.installed, default=None)
    return (largest.name,) if largest is not None else ()


def resolved(state: State, wanted: Wanted, token: str, size: Bytes | None) -> State:
    """The true added size of one request has come in (None: without it the rest could not be satisfied)."""
    if wanted != state.figures_of or state.figures is None or size is None:
        return state
    requests = tuple(
        figures._replace(resolved=size) if figures.token == token else figures for figures in state.figures.requests
    )
    return replace(state, figures=replace(state.figures, requests=requests, by_name={}))


# How it is looked at


def sort_by(state: State, column: Column) -> State:
    """Sort by a column, in its natural direction first; once more turns it round."""
    if state.sort.column == column:
        return replace(state, sort=Sort(column, not state.sort.descending))
    return replace(state, sort=Sort(column, column not in ASCENDING_FIRST))


def next_sort(state: State, columns: Sequence[Column] = COLUMNS) -> State:
    """Sort by the next of these columns (those that are shown)."""
    here = columns.index(state.sort.column) if state.sort.column in columns else -1
    return sort_by(state, columns[(here + 1) % len(columns)])


def turn_sort(state: State) -> State:
    """The other way round."""
    return sort_by(state, state.sort.column)


def toggle_measure(state: State) -> State:
    """Bytes on disk, or over the wire."""
    return replace(state, measure="download" if state.measure == "installed" else "installed")


def next_grouping(state: State) -> State:
    """By request, by origin, flat, and round again."""
    position = (GROUPINGS.index(state.grouping) + 1) % len(GROUPINGS)
    return replace(state, grouping=GROUPINGS[position])


def fold(state: State, group: str) -> State:
    """Fold a group, or unfold it."""
    if group in state.folded:
        return replace(state, folded=tuple(other for other in state.folded if other != group))
    return replace(state, folded=(*state.folded, group))


def set_filter(state: State, text: str) -> State:
    """Keep what matches."""
    return replace(state, filter=text)


def toggle_base(state: State) -> State:
    """Show the packages of the base, or not."""
    return replace(state, show_base=not state.show_base)


def unfold_base(state: State) -> State:
    """List the base's packages in the set pane, or not."""
    return replace(state, base_unfolded=not state.base_unfolded)


def show_view(state: State, view: View) -> State:
    """Show a view in the middle; asked for again, it gives way to the solution."""
    return replace(state, view="solution" if state.view == view else view, pane="middle")


def show_pane(state: State, pane: Pane) -> State:
    """A pane has the focus."""
    return replace(state, pane=pane)


# Walking


def look_at(state: State, name: str) -> State:
    """A new walk begins at this package."""
    return state if state.trail == (name,) else replace(state, trail=(name,))


def walk_to(state: State, name: str) -> State:
    """One step further; to where one came from is a step back."""
    if name == state.looking_at:
        return state
    if name in state.trail:
        return replace(state, trail=state.trail[: state.trail.index(name) + 1])
    return replace(state, trail=(*state.trail, name))


def walk_back(state: State) -> State:
    """To where one came from."""
    return replace(state, trail=state.trail[:-1]) if len(state.trail) > 1 else state


def toggle_reverse(state: State) -> State:
    """The package, or what in the whole universe would need it."""
    return replace(state, reverse=not state.reverse)


# Compare


def pinned_now(state: State) -> Pinned | None:
    """What is on the screen, as an A."""
    if state.figures is None or state.figures_of is None:
        return None
    return Pinned(state.figures_of, state.figures)


def pin(state: State) -> State:
    """Pin what is shown as A; pinned already, let it go."""
    if state.pinned is not None:
        return replace(state, pinned=None, view="solution" if state.view == "compare" else state.view)
    return replace(state, pinned=pinned_now(state))
