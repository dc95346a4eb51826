"""The app: it holds the state, queues jobs for the worker and applies the results; all else is panes and values."""

from __future__ import annotations

import asyncio
import gc
import os
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from textual import on

from apkgraph.tui import messages, worker
from apkgraph.tui.base_app import BaseApp
from apkgraph.tui.preferences import SavedView, read_view, save_view
from apkgraph.tui.screens.budget import BudgetScreen
from apkgraph.tui.screens.errors import ErrorScreen
from apkgraph.tui.screens.explore import ExploreScreen
from apkgraph.tui.screens.export import ExportScreen
from apkgraph.tui.screens.picker import PickerScreen
from apkgraph.tui.screens.search import Results, SearchScreen, WordsAsked
from apkgraph.tui.start import SAMPLE
from apkgraph.tui.state import edit_actions, view_actions
from apkgraph.tui.state.detail_lines import Known, alternatives
from apkgraph.tui.state.record import Answer, State
from apkgraph.tui.state.selection import follow
from apkgraph.tui.theme import DARK
from apkgraph.tui.universes import Universes

if TYPE_CHECKING:
    from collections.abc import Callable

    from apkgraph.model.universe_ref import UniverseRef
    from apkgraph.tui.backend import Backend, Price
    from apkgraph.tui.start import Start
    from apkgraph.tui.state.record import Budget, Wanted

PATIENCE: Final = 0.08  # seconds; most answers come sooner
REST: Final = 0.1  # seconds


class ApkgraphApp(BaseApp):
    """Browse what a set of packages costs."""

    CSS_PATH = os.path.join(os.path.dirname(__file__), "app.tcss")
    TITLE = "apkgraph"
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012  # Textual declares it so
        (0, "-narrow"),
        (112, "-medium"),
        (144, "-wide"),
        (170, "-vast"),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (34, "-high")]  # noqa: RUF012  # as above

    def __init__(self, start: Start) -> None:
        super().__init__()
        self.start = start
        self._saved_view = read_view(start.view_file) if start.view_file else SavedView()
        self.state: State = self._begin(start)
        self.worker = worker.Worker(self.post_message)
        self.universes = Universes(start, self.post_message)
        self.known = Known()
        self.note = f"opening {start.place}"
        self.prices: dict[str, Price] = {}
        self._looked_at: tuple[object, ...] = ()
        self._sizes: list[messages.Resolved] = []
        self.resting = 0  # timers after which something is asked or painted
        self.main = ExploreScreen(self)

    def get_default_screen(self) -> ExploreScreen:
        """The panes."""
        return self.main

    def on_mount(self) -> None:
        """Theme and keys; the index is opened only once the skeleton is painted."""
        theme = self._saved_view.theme if self._saved_view.over == self.start.theme else ""
        self.use(theme or self.start.theme, self.start.keys)
        self._tell_notices()
        self.follow_signals()
        self.call_after_refresh(self._ask if self.start.read is None else partial(self.universes.read, self.start.read))

    def on_unmount(self) -> None:
        """Stop the workers; save how the screen looked."""
        self.worker.close()
        view = SavedView.of(
            self.state, "" if self.theme == (self.start.theme or DARK.name) else self.theme, self.start.theme
        )
        if self.start.view_file and view != self._saved_view:
            save_view(self.start.view_file, view)

    def _begin(self, start: Start) -> State:
        state = self._saved_view.applied_to(edit_actions.begin(start.place, start.tokens, start.lines))
        return replace(state, budget=start.budget, grouping="line" if start.lines else state.grouping)

    def _tell_notices(self) -> None:
        for notice in self.start.notices:
            self.notify(notice, severity="warning", timeout=12)

    @on(messages.Begun)
    def _begun(self, message: messages.Begun) -> None:
        """A Dockerfile has been followed: begin with its set."""
        self.start = message.start
        self.universes = Universes(self.start, self.post_message)
        self.state = self._begin(self.start)
        self._tell_notices()
        self._ask()

    # The state

    @property
    def backend(self) -> Backend | None:
        """The universe of the set, where it is open."""
        return self.universes.backends.get(self.state.wanted.place)

    def apply(self, state: State) -> None:
        """Adopt a new state: paint it, and request what it lacks."""
        before = self.state
        if state is before:
            return
        state = self.state = follow(before, state)
        if state.wanted != before.wanted:
            self.prices = {}
            self._ask()
            if self.backend is not None:  # most answers come sooner than that, and then one painting does for both
                asyncio.get_running_loop().call_later(PATIENCE, self.call_later, self.refresh_screen)
                return
        self._find_ways_down(before)
        self._look()
        self.refresh_screen()

    def refresh_screen(self) -> None:
        """Bring the panes up to the state."""
        note = self.note or ("solving" if self.state.solving and self.backend is not None else "")
        if self.main.is_mounted and not self._exit:
            about = self.universes.abouts.get(self.state.wanted.place)
            self.main.show(self.state, about, self.known, note)

    def _ask(self) -> None:
        """Have the wanted set answered, where its universe is open; else open that."""
        wanted, backend = self.state.wanted, self.backend
        self.worker.drop("prices", "refine")
        if backend is not None:
            self.worker.put("answer", worker.answer(backend, wanted))
        elif self.universes.open(wanted.place):
            self.note = f"opening {wanted.place}"
            self.refresh_screen()

    def _look(self) -> None:
        """Have details fetched when another package is looked at."""
        state, name, backend = self.state, self.state.selected, self.backend
        looked_at = (name, state.reverse, state.figures_of)
        if name is None or looked_at == self._looked_at or backend is None or state.figures_of is None:
            return
        self._looked_at = looked_at
        details = self.known.details
        self.known = Known(details if details is not None and details.name == name else None)
        if state.figures_of.place == state.wanted.place:
            self.worker.put("details", worker.details(backend, state.figures_of, name))
            if state.reverse:
                self.worker.put("reverse", worker.dependants(backend, state.wanted.place, name))

    # Opening a universe

    @on(messages.Progressed)
    def _progressed(self, message: messages.Progressed) -> None:
        if message.done < message.total or not message.total:
            share = f" {100 * message.done // message.total}%" if message.total else ""
            self.note = f"{message.text}{share}"
        else:  # it is here, and is being read
            self.note = f"opening {message.place}"
        self.refresh_screen()

    @on(messages.Opened)
    def _opened(self, message: messages.Opened) -> None:
        self.universes.opened(message)
        self.note = ""
        for warning in message.about.warnings:
            self.notify(warning, severity="warning", timeout=10)
        if message.place == self.state.wanted.place:
            self._ask()
        self.worker.put("names", worker.names(message.backend, message.place))
        self.refresh_screen()

    @on(messages.OpenFailed)
    def _open_failed(self, message: messages.OpenFailed) -> None:
        self.universes.failed(message.place)
        self.note = ""
        if message.place == self.state.wanted.place and self.state.figures is not None and self.state.past:
            self.notify(message.problem, severity="error", timeout=10)
            self.apply(edit_actions.give_up_move(self.state))
        elif message.place == self.state.wanted.place:
            self.refresh_screen()
            self.push_screen(
                ErrorScreen(message.problem, message.status), partial(self._out_of_trouble, message.status)
            )

    def _out_of_trouble(self, status: int, choice: str | None) -> None:
        if choice == "sample":
            self._to_sample()
        elif choice == "retry" and self.start.read is not None:
            self.universes.read(self.start.read)
        elif choice == "retry":
            self._ask()
        else:
            self.exit(return_code=status)

    @on(messages.SampleAsked)
    def _to_sample(self) -> None:
        self.apply(edit_actions.move_to(self.state, SAMPLE))

    # Answers

    @on(messages.Answered)
    def _answered(self, message: messages.Answered) -> None:
        self.apply(edit_actions.answered(self.state, message.answer))
        if self.state.figures_of == message.answer.wanted and len(self.state.wanted.tokens) > 1:
            self._when_at_rest(partial(self._refine, message.answer.wanted))

    def _when_at_rest(self, then: Callable[[], None]) -> None:
        """Do it in a moment: while the set or the selection changes, solving for more would only delay that.

        Not by Textual's set_timer, which never calls where its first look at the clock comes too late (a busy machine).
        """

        def rested() -> None:
            self.resting -= 1
            then()

        self.resting += 1
        asyncio.get_running_loop().call_later(REST, self.call_later, rested)

    def _refine(self, wanted: Wanted) -> None:
        """Compute resolved added sizes."""
        if wanted == self.state.wanted and self.backend is not None:
            self.worker.put("refine", worker.refine(self.backend, wanted))

    @on(messages.Resolved)
    def _resolved(self, message: messages.Resolved) -> None:
        """Sizes come one by one, and are painted some at a time."""
        if not self._sizes:
            self._when_at_rest(self._take_sizes)
        self._sizes.append(message)

    def _take_sizes(self) -> None:
        state = self.state
        for one in self._sizes:
            state = edit_actions.resolved(state, one.wanted, one.token, one.size)
        self._sizes.clear()
        self.apply(state)

    @on(messages.Detailed)
    def _detailed(self, message: messages.Detailed) -> None:
        if message.name == self.state.selected and message.wanted == self.state.figures_of:
            self.known = self.known._replace(details=message.details)
            if alternatives(message.details):
                self._when_at_rest(partial(self._price_alternatives, message))
            self.refresh_screen()

    def _price_alternatives(self, message: messages.Detailed) -> None:
        """Price what could serve the dependencies instead, while its package is still looked at."""
        if self.backend is not None and (message.name, message.wanted) == (self.state.selected, self.state.wanted):
            self.worker.put("prices", worker.prices(self.backend, message.wanted, alternatives(message.details)))

    @on(messages.Reversed)
    def _reversed(self, message: messages.Reversed) -> None:
        if message.name == self.state.selected:
            self.known = self.known._replace(dependants=message.edges)
            self.refresh_screen()

    @on(messages.Faulted)
    def _faulted(self, message: messages.Faulted) -> None:
        if message.priority == "answer":
            self.apply(edit_actions.answered(self.state, Answer(self.state.wanted, None, (message.problem,))))
            return
        self.notify(message.problem, severity="error")

    # Searching

    def search(self) -> None:
        """Open the search."""
        there = frozenset(request.token for request in self.state.requests if request.on)
        matcher = self.universes.matchers.get(self.state.wanted.place)
        self.push_screen(SearchScreen(matcher, there, self.prices), self._add)

    def _add(self, tokens: tuple[str, ...] | None) -> None:
        if tokens:
            self.apply(edit_actions.add(self.state, *tokens))

    @on(WordsAsked)
    def _words(self, message: WordsAsked) -> None:
        if self.backend is not None:
            self.worker.put("words", worker.words(self.backend, message.query))

    @on(messages.Found)
    def _found(self, message: messages.Found) -> None:
        if isinstance(self.screen, SearchScreen):
            self.screen.add_described(message.query, message.names)

    # The budget

    @on(messages.BudgetAsked)
    def _ask_budget(self) -> None:
        self.push_screen(BudgetScreen(self.state.budget, self.state.measure), self._set_budget)

    def _set_budget(self, answer: tuple[Budget | None] | None) -> None:
        if answer is not None:
            self.apply(view_actions.set_budget(self.state, answer[0]))

    @on(messages.WaysDown)
    def _ways_down(self, message: messages.WaysDown) -> None:
        if message.wanted == self.state.figures_of:
            self.apply(replace(self.state, ways_down=message.ways))

    def _find_ways_down(self, before: State) -> None:
        """Find what would bring the set under the budget, when either has changed."""
        state, backend = self.state, self.backend
        if state.budget is before.budget and state.figures_of == before.figures_of:
            return
        self.state = replace(state, ways_down=None)
        self.worker.drop("budget")
        if state.budget is not None and state.over_budget > 0 and backend is not None and state.figures_of is not None:
            self.worker.put("budget", worker.ways_down(backend, state.figures_of, state.budget))

    @on(messages.Named)
    def _named(self, message: messages.Named) -> None:
        self.universes.matchers[message.place] = message.matcher
        gc.freeze()  # the universe stays; there is no use in looking through it for garbage
        if isinstance(self.screen, SearchScreen) and message.place == self.state.wanted.place:
            self.screen.set_matcher(message.matcher)

    @on(Results.Seen)
    def _seen(self, message: Results.Seen) -> None:
        self.worker.drop("prices")
        if self.backend is not None and message.names:
            self.worker.put("prices", worker.prices(self.backend, self.state.wanted, message.names))

    @on(messages.Described)
    def _described(self, message: messages.Described) -> None:
        if isinstance(self.screen, SearchScreen):
            self.screen.describe(message.name, message.text)

    @on(messages.Priced)
    def _priced(self, message: messages.Priced) -> None:
        if message.wanted == self.state.wanted:
            self.prices[message.token] = message.price
            self.known = self.known._replace(prices=dict(self.prices))
            if isinstance(self.screen, SearchScreen):
                self.screen.results.renew(message.token)
            else:
                self.refresh_screen()

    # Places and exports

    @on(messages.PlaceAsked)
    def _pick(self) -> None:
        present = self.state.wanted.place
        self.universes.find_places()
        listing = self.universes.listing
        self.push_screen(PickerScreen(present, *self.universes.places(present), listing=listing), self._move_to)

    @on(messages.PlacesKnown)
    def _places_known(self, message: messages.PlacesKnown) -> None:
        self.universes.places_known(message)
        if isinstance(self.screen, PickerScreen):
            self.screen.offer(*self.universes.places(self.state.wanted.place))

    def _move_to(self, place: UniverseRef | None) -> None:
        if place is not None:
            self.apply(edit_actions.move_to(self.state, place))

    @on(messages.ExportAsked)
    def _export(self) -> None:
        wanted = self.state.figures_of
        backend = self.universes.backends.get(wanted.place) if wanted is not None else None
        if backend is None or wanted is None:
            self.notify("there is nothing to export yet")
            return
        self.push_screen(ExportScreen(self.state))
        self.worker.put("document", worker.document(backend, wanted))

    @on(messages.Documented)
    def _documented(self, message: messages.Documented) -> None:
        if isinstance(self.screen, ExportScreen):
            self.screen.set_texts(message.texts)
