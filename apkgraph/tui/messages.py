"""Messages from the workers to the app. A worker never touches widgets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from apkgraph.model.size import Size
    from apkgraph.model.universe_ref import UniverseRef
    from apkgraph.tui.backend import Backend, Details, Price, UniverseSummary
    from apkgraph.tui.start import Start
    from apkgraph.tui.state.figures import Edge
    from apkgraph.tui.state.matching import Matcher
    from apkgraph.tui.state.record import Answer, Wanted, WayDown


@dataclass
class Begun(Message):
    """What the set is read from has been read."""

    start: Start


@dataclass
class Opened(Message):
    """A universe has been opened."""

    place: UniverseRef
    backend: Backend
    about: UniverseSummary


@dataclass
class OpenFailed(Message):
    """A universe is not available; `problem` is one line, `status` the exit status if the user quits now."""

    place: UniverseRef
    problem: str
    status: int


@dataclass
class Progressed(Message):
    """How far the fetch of a universe is (`total` 0: unknown)."""

    place: UniverseRef
    text: str
    done: int = 0
    total: int = 0


@dataclass
class PlacesKnown(Message):
    """The releases and architectures that there are, each with a word about it."""

    places: tuple[tuple[UniverseRef, str], ...]


@dataclass
class Answered(Message):
    """The figures of a set, or why there are none."""

    answer: Answer


@dataclass
class Resolved(Message):
    """The true added size of a request of a set."""

    wanted: Wanted
    token: str
    size: Size | None


@dataclass
class Named(Message):
    """Every name of a universe, ready to be searched."""

    place: UniverseRef
    matcher: Matcher


@dataclass
class Found(Message):
    """The packages whose description holds the words of a query."""

    query: str
    names: tuple[str, ...]


@dataclass
class Priced(Message):
    """What a name would cost on top of a set, and a line about it."""

    wanted: Wanted
    token: str
    price: Price


@dataclass
class Described(Message):
    """A line about a name."""

    name: str
    text: str


@dataclass
class Detailed(Message):
    """All that is known of a package."""

    wanted: Wanted
    name: str
    details: Details | None


@dataclass
class Reversed(Message):
    """What in the whole universe would need a package."""

    place: UniverseRef
    name: str
    edges: tuple[Edge, ...]


@dataclass
class WaysDown(Message):
    """Which requests, removed, bring a set under its budget: cheapest loss first; found by solving without them."""

    wanted: Wanted
    ways: tuple[WayDown, ...]


@dataclass
class Documented(Message):
    """A set in the formats that are made of all of it (`json`, `dot`), for an export."""

    wanted: Wanted
    texts: dict[str, str]


@dataclass
class Faulted(Message):
    """A question could not be answered: one line, and which priority it was in."""

    problem: str
    priority: str = ""


# What the main screen asks of the app


@dataclass
class BudgetAsked(Message):
    """Open the budget dialog."""


@dataclass
class PlaceAsked(Message):
    """Open the picker of releases and architectures."""


@dataclass
class SampleAsked(Message):
    """Switch to the sample."""


@dataclass
class ExportAsked(Message):
    """Open the export dialog."""
