"""The search: every name of the universe, filtered as one types, each hit with what it would cost more.

The list is our own, not Textual's OptionList: it draws only the lines on the screen of tens of thousands.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding
from textual.containers import Vertical
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from apkgraph.errors import DependencyError
from apkgraph.model.dependency import parse_request
from apkgraph.model.size import format_change
from apkgraph.report.text import clean
from apkgraph.tui.base_app import TypingScreen
from apkgraph.tui.state.matching import Hits
from apkgraph.tui.widgets.line_view import LineView, Piece, fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from apkgraph.tui.backend import Price
    from apkgraph.tui.state.matching import Matcher

PRICE: Final = 21
SHORT_PRICE: Final = 13
ROOM_FOR_PACKAGES: Final = 48
NAME: Final = 30
ABOUT_AT_LEAST: Final = 20
LEAST_TO_DESCRIBE: Final = 3
OPERATORS: Final = "<>=~"
REST: Final = 0.12  # seconds without a key, after which what is seen is priced


class Results(LineView, can_focus=False):
    """The hits; posts which of them are visible and need a price."""

    LIT: ClassVar = True

    class Seen(Message):
        """Names visible for a moment that have no price yet; empty: the list is changing."""

        def __init__(self, names: tuple[str, ...]) -> None:
            super().__init__()
            self.names = names

    def __init__(self) -> None:
        super().__init__(id="results")
        self.names: tuple[str, ...] = ()
        self.there: frozenset[str] = frozenset()
        self.prices: dict[str, Price] = {}
        self.lines_about: dict[str, str] = {}
        self.constraint = ""
        self._rests: asyncio.TimerHandle | None = None

    def token_at(self, index: int) -> str:
        """What a hit adds: its name with the constraint that was typed."""
        return self.names[index] + self.constraint

    def show(self, names: tuple[str, ...], *, keep: bool = False) -> None:
        """Show other hits, from the best one on, or from where the cursor is."""
        here = self.names[self.cursor] if keep and self.cursor < len(self.names) else None
        self.names = names
        if here is None or here not in names:
            self.scroll_to(y=0, animate=False)
        self.set_count(len(names), names.index(here) if here in names else 0)
        self.tell_seen()

    def go(self, index: int, step: int = 1) -> None:
        """Move, and have prices asked for what comes into sight."""
        super().go(index, step)
        self.tell_seen()

    def renew(self, text: str) -> None:
        """Repaint the line of a name or token."""
        top = round(self.scroll_y)
        for at in range(top, min(self.count, top + max(1, self.lines_high))):
            if text in (self.names[at], self.token_at(at)):
                self.refresh_line(at + self.HEADER)

    @property
    def resting(self) -> bool:
        """Prices are about to be asked for."""
        return self._rests is not None

    def tell_seen(self) -> None:
        """Post what is visible once typing pauses: earlier prices would be wasted."""
        if self._rests is not None:
            self._rests.cancel()
        self.app.post_message(self.Seen(()))  # not by bubbling, which ends at the screen that is the sender
        self._rests = asyncio.get_running_loop().call_later(REST, self._tell_seen)  # as in ApkgraphApp._when_at_rest

    def on_unmount(self) -> None:
        """Nothing is on the screen any more."""
        if self._rests is not None:
            self._rests.cancel()

    def _tell_seen(self) -> None:
        """Say what is without a price, the line under the cursor first."""
        self._rests = None
        top = round(self.scroll_y)
        seen = self.names[top : top + max(1, self.lines_high)]
        here = self.names[self.cursor : self.cursor + 1]
        tokens = (name + self.constraint for name in dict.fromkeys((*here, *seen)))
        wanted = tuple(token for token in tokens if token not in self.prices)
        self.app.post_message(self.Seen(wanted))

    def draw(self, index: int, width: int) -> Sequence[Piece]:
        """A name, a line about it, and its price."""
        name = self.names[index]
        colors = self.palette
        cost = PRICE if width >= ROOM_FOR_PACKAGES else SHORT_PRICE
        about = width - NAME - cost - 2 if width - NAME - cost - 2 >= ABOUT_AT_LEAST else 0
        wide = width - cost - about - 2
        return (
            Piece(fit(name, wide), colors.strong if ":" not in name and name[:1] != "/" else colors.link),
            Piece(" " + fit(self.lines_about.get(name, ""), about) + " ", colors.faint),
            self._price(name, cost),
        )

    def _price(self, name: str, wide: int) -> Piece:
        if name + self.constraint in self.there:
            return Piece(fit("in the set", wide, right=True), self.palette.faint)
        price = self.prices.get(name + self.constraint)
        if price is None:
            return Piece(fit("…", wide, right=True), self.palette.faint)
        if price.problem:
            return Piece(fit("cannot be", wide, right=True), self.palette.warning)
        if not price.packages and not price.size.installed:
            return Piece(fit("there already", wide, right=True), self.palette.less)
        text = format_change(price.size.installed)
        if wide >= PRICE:
            text += f"  {price.packages:>+4d} pkg"
        return Piece(fit(text, wide, right=True), self.palette.more)


class WordsAsked(Message):
    """Descriptions are to be searched for the words of a query."""

    def __init__(self, query: str) -> None:
        super().__init__()
        self.query = query


class SearchScreen(ModalScreen[tuple[str, ...] | None], TypingScreen):
    """A line to type in, and the hits. The answer is the tokens to add, or None."""

    BINDINGS: ClassVar = [
        Binding("escape", "dismiss(None)", "Close", id="search.close"),
        Binding("up", "move(-1)", "Up", show=False, priority=True, id="search.up"),
        Binding("down", "move(1)", "Down", show=False, priority=True, id="search.down"),
        Binding("pageup", "page(-1)", "Page up", show=False, priority=True, id="search.page-up"),
        Binding("pagedown", "page(1)", "Page down", show=False, priority=True, id="search.page-down"),
    ]

    def __init__(self, matcher: Matcher | None, there: frozenset[str], prices: dict[str, Price]) -> None:
        super().__init__()
        self._matcher = matcher
        self.results = Results()
        self.results.there = there
        self.results.prices = prices
        self._hits = Hits((), 0)
        self._described: tuple[str, ...] = ()

    def compose(self) -> ComposeResult:
        """The box."""
        with Vertical(id="search-box") as box:
            box.border_title = "Add a package"
            yield Input(self.typed_ahead, placeholder="names, words about it, cmd:…, so:…, name>=1.2", id="query")
            yield self.results
            yield Static(id="search-status", markup=False)

    def on_mount(self) -> None:
        """Say how much there is to search."""
        self._say()

    def set_matcher(self, matcher: Matcher) -> None:
        """The names have come in."""
        self._matcher = matcher
        self.find()

    def describe(self, name: str, text: str) -> None:
        """A line about a name has come in."""
        self.results.lines_about[name] = text
        self.results.renew(name)

    @property
    def query_text(self) -> str:
        """What was typed."""
        return self.query_one("#query", Input).value.strip()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search again with every keystroke."""
        event.stop()
        self.find()

    def find(self) -> None:
        """Filter by the name part of what was typed; several names that all exist are one hit, the first."""
        if self._matcher is not None:
            query = self.query_text
            name, self.results.constraint = split_constraint(query)
            words = query.split()
            together = (" ".join(words),) if len(words) > 1 and all(self._matcher.has(word) for word in words) else ()
            if together:
                self.results.constraint = ""
            self._described = ()
            self._hits = self._matcher.find(name) if not together else Hits(together, 1)
            self.results.show(self._hits.names)
            if len(name) >= LEAST_TO_DESCRIBE and ":" not in name and not together:
                self.app.post_message(WordsAsked(name))
        self._say()

    def add_described(self, query: str, names: tuple[str, ...]) -> None:
        """Packages that were found by their descriptions: before names that only have the letters scattered."""
        if query != split_constraint(self.query_text)[0] or self._matcher is None:
            return
        solid = self._hits.names[: self._hits.solid]
        new = tuple(name for name in names if name not in set(solid))
        loose = tuple(name for name in self._hits.names[self._hits.solid :] if name not in set(new))
        self._hits = Hits((*solid, *new, *loose), max(self._hits.total, len(solid) + len(new) + len(loose)))
        self.results.show(self._hits.names, keep=True)
        self._say()

    def _say(self) -> None:
        status = self.query_one("#search-status", Static)
        if self._matcher is None:
            status.update("reading the names…")
        elif not self.query_text:
            status.update(f"{len(self._matcher):,} names")
        elif not self._hits.total:
            status.update("nothing matches; Enter adds it as it stands")
        else:
            status.update(f"{self._hits.total:,} of {len(self._matcher):,} names   Enter adds   Esc closes")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Add the hit under the cursor, with the constraint that was typed."""
        event.stop()
        self._choose()

    def on_line_view_chosen(self, message: LineView.Chosen) -> None:
        """A double click adds, too."""
        message.stop()
        self._choose()

    def _choose(self) -> None:
        """Take the hit at the cursor, or the typed text; what apk would refuse stays in the field, with a reason."""
        typed = self.query_text
        wanted = self.results.token_at(self.results.cursor) if self._hits.names else typed
        try:
            tokens = tuple(str(token) for token in parse_request(wanted.split()))
        except DependencyError as error:
            self.query_one("#search-status", Static).update(clean(f"{error}; nothing was added"))
            return
        self.dismiss(tokens or None)

    def action_move(self, step: int) -> None:
        """Move the cursor among the hits."""
        self.results.action_move(step)

    def action_page(self, step: int) -> None:
        """Move it by a page."""
        self.results.action_page(step)


def split_constraint(text: str) -> tuple[str, str]:
    """`git>=2.40` as a name to search for and what is put behind the hit."""
    text = text.strip()
    at = next((place for place, letter in enumerate(text) if letter in OPERATORS), len(text))
    return text[:at].strip(), text[at:].strip()
