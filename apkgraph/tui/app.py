"""The app: it holds the state, asks the workers, and takes in what they say; everything else is panes and values."""

from __future__ import annotations

import gc
import os
from functools import partial
from typing import TYPE_CHECKING, Final

from textual import on

from apkgraph.errors import DependencyError
from apkgraph.tui import asking, desk, messages
from apkgraph.tui.detail_lines import Known, alternatives
from apkgraph.tui.explore import ExploreScreen
from apkgraph.tui.export import ExportScreen
from apkgraph.tui.opening import SAMPLE, normal
from apkgraph.tui.picker import PickerScreen
from apkgraph.tui.plain import PlainApp
from apkgraph.tui.search import Results, SearchScreen
from apkgraph.tui.state import Answer, State
from apkgraph.tui.trouble import TroubleScreen
from apkgraph.tui.universes import Universes

if TYPE_CHECKING:
    from apkgraph.tui.door import Door, Price
    from apkgraph.tui.opening import Start
    from apkgraph.tui.state import Place

PATIENCE: Final = 0.04  # seconds


class ApkgraphApp(PlainApp):
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
        self.state: State = asking.begin(start.place, start.tokens)
        self.desk = desk.Desk(self.post_message)
        self.universes = Universes(start, self.post_message)
        self.known = Known()
        self.note = f"opening {start.place}"
        self.prices: dict[str, Price] = {}
        self._looked_at: tuple[object, ...] = ()
        self.main = ExploreScreen()

    def get_default_screen(self) -> ExploreScreen:
        """The panes."""
        return self.main

    def on_mount(self) -> None:
        """Theme and keys; the index is opened only once the skeleton is painted."""
        self.use(self.start.theme, self.start.keys)
        for notice in self.start.notices:
            self.notify(notice, severity="warning", timeout=12)
        self.follow_signals()
        self.call_after_refresh(self._ask)

    def on_unmount(self) -> None:
        """Nothing more is asked."""
        self.desk.close()

    # The state

    @property
    def door(self) -> Door | None:
        """The universe that the set is asked of, where it is open."""
        return self.universes.doors.get(self.state.wanted.place)

    def apply(self, state: State) -> None:
        """Take a new state on: paint it, and ask for what it lacks."""
        before, self.state = self.state, state
        if state is before:
            return
        if state.wanted != before.wanted:
            self.prices = {}
            self._ask()
            if self.door is not None:  # most answers come sooner than that, and then one painting does for both
                self.set_timer(PATIENCE, self.refresh_screen)
                return
        self._look()
        self.refresh_screen()

    def refresh_screen(self) -> None:
        """Bring the panes up to the state."""
        note = self.note or ("solving" if self.state.solving and self.door is not None else "")
        if self.main.is_mounted and not self._exit:
            about = self.universes.abouts.get(self.state.wanted.place)
            self.main.show(self.state, about, self.known, note)

    def _ask(self) -> None:
        """Have the wanted set answered, where its universe is open; else open that."""
        wanted, door = self.state.wanted, self.door
        self.desk.drop("prices", "refine")
        if door is not None:
            self.desk.put("answer", desk.answer(door, wanted))
        elif self.universes.open(wanted.place):
            self.note = f"opening {wanted.place}"
            self.refresh_screen()

    def _look(self) -> None:
        """Have details fetched when another package is looked at."""
        state, name, door = self.state, self.state.looking_at, self.door
        looked_at = (name, state.reverse, state.figures_of)
        if name is None or looked_at == self._looked_at or door is None or state.figures_of is None:
            return
        self._looked_at = looked_at
        details = self.known.details
        self.known = Known(details if details is not None and details.name == name else None)
        if state.figures_of.place == state.wanted.place:
            self.desk.put("details", desk.details(door, state.figures_of, name))
            if state.reverse:
                self.desk.put("reverse", desk.dependants(door, state.wanted.place, name))

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
        self.desk.put("names", desk.names(message.door, message.place))
        self.refresh_screen()

    @on(messages.OpenFailed)
    def _open_failed(self, message: messages.OpenFailed) -> None:
        self.universes.failed(message.place)
        self.note = ""
        if message.place == self.state.wanted.place and self.state.figures is not None and self.state.past:
            self.notify(message.problem, severity="error", timeout=10)
            self.apply(asking.give_up_move(self.state))
        elif message.place == self.state.wanted.place:
            self.refresh_screen()
            self.push_screen(
                TroubleScreen(message.problem, message.status), partial(self._out_of_trouble, message.status)
            )

    def _out_of_trouble(self, status: int, choice: str | None) -> None:
        if choice == "sample":
            self._to_sample()
        elif choice == "retry":
            self._ask()
        else:
            self.exit(return_code=status)

    @on(messages.SampleAsked)
    def _to_sample(self) -> None:
        self.apply(asking.move_to(self.state, SAMPLE))

    # Answers

    @on(messages.Answered)
    def _answered(self, message: messages.Answered) -> None:
        self.apply(asking.answered(self.state, message.answer))
        if self.state.figures_of == message.answer.wanted and self.door and len(self.state.wanted.tokens) > 1:
            self.desk.put("refine", desk.refine(self.door, message.answer.wanted))

    @on(messages.Resolved)
    def _resolved(self, message: messages.Resolved) -> None:
        self.apply(asking.resolved(self.state, message.wanted, message.token, message.size))

    @on(messages.Detailed)
    def _detailed(self, message: messages.Detailed) -> None:
        if message.name == self.state.looking_at and message.wanted == self.state.figures_of:
            self.known = self.known._replace(details=message.details)
            others = alternatives(message.details)
            if self.door is not None and others and message.wanted == self.state.wanted:
                self.desk.put("prices", desk.prices(self.door, message.wanted, others))
            self.refresh_screen()

    @on(messages.Reversed)
    def _reversed(self, message: messages.Reversed) -> None:
        if message.name == self.state.looking_at:
            self.known = self.known._replace(dependants=message.edges)
            self.refresh_screen()

    @on(messages.Faulted)
    def _faulted(self, message: messages.Faulted) -> None:
        if message.lane == "answer":
            self.apply(asking.answered(self.state, Answer(self.state.wanted, None, (message.problem,))))
            return
        self.notify(message.problem, severity="error")

    # Searching

    @on(messages.SearchAsked)
    def _search(self) -> None:
        there = frozenset(request.token for request in self.state.requests if request.on)
        matcher = self.universes.matchers.get(self.state.wanted.place)
        self.push_screen(SearchScreen(matcher, there, self.prices), self._add)

    def _add(self, token: str | None) -> None:
        if token is None:
            return
        try:
            self.apply(asking.add(self.state, normal(token)))
        except DependencyError as error:
            self.notify(str(error), severity="error")

    @on(messages.Named)
    def _named(self, message: messages.Named) -> None:
        self.universes.matchers[message.place] = message.matcher
        gc.freeze()  # the universe stays; there is no use in looking through it for garbage
        if isinstance(self.screen, SearchScreen) and message.place == self.state.wanted.place:
            self.screen.set_matcher(message.matcher)

    @on(Results.Seen)
    def _seen(self, message: Results.Seen) -> None:
        if self.door is not None and message.names:
            self.desk.put("prices", desk.prices(self.door, self.state.wanted, message.names))

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
                self.screen.results.refresh()
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

    def _move_to(self, place: Place | None) -> None:
        if place is not None:
            self.apply(asking.move_to(self.state, place))

    @on(messages.ExportAsked)
    def _export(self) -> None:
        wanted = self.state.figures_of
        door = self.universes.doors.get(wanted.place) if wanted is not None else None
        if door is None or wanted is None:
            self.notify("there is nothing to export yet")
            return
        self.push_screen(ExportScreen(self.state))
        self.desk.put("document", desk.document(door, wanted))

    @on(messages.Documented)
    def _documented(self, message: messages.Documented) -> None:
        if isinstance(self.screen, ExportScreen):
            self.screen.set_document(message.document)
