"""What is asked for: functions from state to state that change the set, walk its history, and take answers in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from apkgraph.model.size import Size
from apkgraph.tui.state.record import Pinned, Request, State, Wanted, bare_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from apkgraph.model.universe_ref import UniverseRef
    from apkgraph.tui.state.figures import Figures
    from apkgraph.tui.state.record import Answer

HISTORY: Final = 500


def _want(state: State, wanted: Wanted) -> State:
    if wanted == state.wanted:
        return state
    past = (*state.past, state.wanted)[-HISTORY:]
    return replace(state, wanted=wanted, past=past, future=(), reasons=(), culprits={})


def _with_requests(state: State, requests: Iterable[Request]) -> State:
    return _want(state, state.wanted._replace(requests=tuple(requests)))


def add(state: State, *tokens: str) -> State:
    """Ask for more; what is there already is switched on in its place, and selected."""
    requests = {request.token: request for request in state.requests}
    for token in tokens:
        requests[token] = requests.get(token, Request(token))._replace(on=True)
    added = _with_requests(state, requests.values())
    if added is not state or state.figures is None:
        return added
    trail = [one.package for one in state.figures.requests if one.token in tokens and one.package is not None]
    return replace(state, trail=tuple(trail[-1:])) if trail else state


def drop(state: State, token: str) -> State:
    """Ask for less."""
    return _with_requests(state, (request for request in state.requests if request.token != token))


def switch(state: State, token: str) -> State:
    """What if it were not there, or there again."""
    return _with_requests(
        state,
        (request._replace(on=not request.on) if request.token == token else request for request in state.requests),
    )


def remove_from_base(state: State, token: str) -> State:
    """See what it frees to take an entry out of the base's world; once more puts it back."""
    removed = state.wanted.removed
    if token in removed:
        return _want(state, state.wanted._replace(removed=tuple(other for other in removed if other != token)))
    return _want(state, state.wanted._replace(removed=(*removed, token)))


def clear(state: State) -> State:
    """Ask for nothing."""
    return _with_requests(state, ())


def begin(place: UniverseRef, tokens: Iterable[str] = (), lines: Mapping[str, int] | None = None) -> State:
    """The state to start from, with nothing to undo; `lines` are those of a Dockerfile that ask for the tokens."""
    lines = lines or {}
    requests = tuple(Request(token, line=lines.get(token, 0)) for token in dict.fromkeys(tokens))
    return State(Wanted(requests, place), grouping="line" if lines else "request")


def move_to(state: State, place: UniverseRef) -> State:
    """The same set on another release or architecture; the set before becomes A, unless one is pinned."""
    moved = _want(state, state.wanted._replace(place=place, removed=()))
    if moved is state or moved.pinned is not None:
        return moved
    return replace(moved, pinned=pinned_now(state), view="compare" if state.figures else state.view)


def give_up_move(state: State) -> State:
    """The chosen universe is not available: go back, and drop a pinned set that the user did not pin."""
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
    return replace(state, wanted=wanted, past=tuple(past), future=future, reasons=(), culprits={})


def redo(state: State) -> State:
    """Take an undo back."""
    if not state.future:
        return state
    wanted, *future = state.future
    past = (*state.past, state.wanted)
    return replace(state, wanted=wanted, past=past, future=tuple(future), reasons=(), culprits={})


# Answers of the worker; what is no longer wanted is dropped


def answered(state: State, answer: Answer) -> State:
    """Take figures in, or the reasons why there are none: then the last good figures stay."""
    if answer.wanted != state.wanted:
        return state
    if answer.figures is None:
        reasons = answer.reasons or ("this set cannot be satisfied",)
        return replace(state, reasons=reasons, culprits=answer.culprits)
    left = state.figures.by_name.keys() - answer.figures.by_name.keys() if state.figures is not None else frozenset()
    left -= {bare_name(request.token) for request in state.requests if not request.on}  # so that Space brings it back
    trail = _arrived(state, answer.figures) or tuple(name for name in state.trail if name not in left)
    trail = trail or _first(answer.figures)
    return replace(state, figures=answer.figures, figures_of=answer.wanted, reasons=(), culprits={}, trail=trail)


def _arrived(state: State, figures: Figures) -> tuple[str, ...]:
    """The package of the last request that is new on the screen, to be selected."""
    if state.figures is None:
        return ()
    before = {request.token for request in state.figures.requests}
    new = [one.package for one in figures.requests if one.token not in before and one.package is not None]
    return tuple(new[-1:])


def _first(figures: Figures) -> tuple[str, ...]:
    """Where a walk begins: at the heaviest request, or else package; the table begins there, too."""
    there = [request for request in figures.requests if request.package is not None]
    heaviest = max(there, key=lambda request: request.added.installed, default=None)
    if heaviest is not None and heaviest.package is not None:
        return (heaviest.package,)
    largest = max(figures.rows, key=lambda row: row.added.installed, default=None)
    return (largest.name,) if largest is not None else ()


def resolved(state: State, wanted: Wanted, token: str, size: Size | None) -> State:
    """The true added size of one request has come in (None: without it the rest could not be satisfied)."""
    if wanted != state.figures_of or state.figures is None or size is None:
        return state
    requests = tuple(
        figures._replace(resolved=size) if figures.token == token else figures for figures in state.figures.requests
    )
    return replace(state, figures=replace(state.figures, requests=requests, by_name={}))


# A, to compare with


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
