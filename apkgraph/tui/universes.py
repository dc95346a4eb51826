"""The universes that are open, and those being opened: each in a thread of its own, so that the screen stays usable."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from apkgraph.errors import ApkgraphError
from apkgraph.tui.messages import Begun, Faulted, Opened, OpenFailed, PlacesKnown, Progressed

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.message import Message

    from apkgraph.model.universe_ref import UniverseRef
    from apkgraph.tui.backend import Backend, UniverseSummary
    from apkgraph.tui.start import Start
    from apkgraph.tui.state.matching import Matcher


class Universes:
    """Doors by place. The threads are daemons: leaving the app does not wait for a mirror."""

    def __init__(self, start: Start, post: Callable[[Message], object]) -> None:
        self._start = start
        self._post = post
        self.backends: dict[UniverseRef, Backend] = {}
        self.abouts: dict[UniverseRef, UniverseSummary] = {}
        self.matchers: dict[UniverseRef, Matcher] = {}
        self._opening: set[UniverseRef] = set()
        self._known: dict[UniverseRef, str] = {}
        self.listing = False

    # Opening

    def read(self, read: Callable[[Callable[[str, int, int | None], None]], Start]) -> None:
        """Have what the set is read from (a Dockerfile) followed, behind the screen."""
        place = self._start.place
        self._opening.add(place)

        def progress(label: str, done: int, total: int | None) -> None:
            self._post(Progressed(place, label, done, total or 0))

        def work() -> None:
            try:
                self._post(Begun(read(progress)))
            except ApkgraphError as error:
                self._post(OpenFailed(place, str(error), error.exit_status))
            except Exception as error:  # noqa: BLE001  # as below
                self._post(OpenFailed(place, f"a fault in apkgraph, please report it: {error!r}", 1))

        threading.Thread(target=work, name="apkgraph-read", daemon=True).start()

    @property
    def opening(self) -> bool:
        """Whether any is being opened."""
        return bool(self._opening)

    def open(self, place: UniverseRef) -> bool:
        """Begin to open a universe; whether that was not under way already."""
        if place in self._opening:
            return False
        self._opening.add(place)
        threading.Thread(target=self._open, args=(place,), name="apkgraph-open", daemon=True).start()
        return True

    def _open(self, place: UniverseRef) -> None:
        def progress(label: str, done: int, total: int | None) -> None:
            self._post(Progressed(place, label, done, total or 0))

        try:
            backend = self._start.open(place, progress)
            self._post(Opened(place, backend, backend.about()))
        except ApkgraphError as error:
            self._post(OpenFailed(place, str(error), error.exit_status))
        except Exception as error:  # noqa: BLE001  # a bug here must not leave the screen waiting forever
            self._post(OpenFailed(place, f"a fault in apkgraph, please report it: {error!r}", 1))

    def opened(self, message: Opened) -> None:
        """A universe is there."""
        self._opening.discard(message.place)
        self.backends[message.place] = message.backend
        self.abouts[message.place] = message.about

    def failed(self, place: UniverseRef) -> None:
        """It is not available."""
        self._opening.discard(place)

    # Which there are

    def find_places(self) -> None:
        """Have the releases and architectures listed, once."""
        if not self._known and not self.listing:
            self.listing = True
            threading.Thread(target=self._find_places, name="apkgraph-places", daemon=True).start()

    def _find_places(self) -> None:
        try:
            found = self._start.places()
        except Exception as error:  # noqa: BLE001  # as above; without a list a place can still be typed
            self._post(Faulted(f"a fault in apkgraph, please report it: {error!r}"))
            found = ()
        self._post(PlacesKnown(tuple(found)))

    def places_known(self, message: PlacesKnown) -> None:
        """They are listed."""
        self.listing = False
        self._known = dict(message.places)

    def places(self, present: UniverseRef) -> tuple[list[UniverseRef], dict[UniverseRef, str]]:
        """What is known so far, the present one and open ones first, and a word about each."""
        found = list(dict.fromkeys([present, *self.backends, *self._known]))
        return found, {place: self._known.get(place, "") for place in found} | dict.fromkeys(self.backends, "open")
