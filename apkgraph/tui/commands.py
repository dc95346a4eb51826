"""The command palette: everything that has a key, and what has none."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.command import DiscoveryHit, Hit, Provider

from apkgraph.tui.keys import KEYS
from apkgraph.tui.state.record import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.command import Hits

    Command = tuple[str, str, str]


class Commands(Provider):
    """Commands of the main screen, by what they do."""

    def _all(self) -> Iterator[Command]:
        for binding in KEYS:
            if not binding.action.startswith(("pane", "next_pane", "leave")):
                yield f"{binding.description}: {binding.tooltip}", binding.action, binding.key
        for column in COLUMNS:
            yield f"Sort by {'package' if column == 'name' else column}", f"sort('{column}')", ""
        yield "Jump: a letter on each pane, view and line; press it to go there", "jump", ""
        yield "Clear: take everything out of the set", "do('clear')", ""
        yield "Sample: browse the sample that ships with apkgraph", "sample", ""

    def _run(self, action: str) -> None:
        self.screen.call_later(self.screen.run_action, action)

    async def discover(self) -> Hits:
        """Before anything is typed: all of them."""
        for title, action, _ in self._all():
            yield DiscoveryHit(title, partial(self._run, action))

    async def search(self, query: str) -> Hits:
        """Those that match."""
        matcher = self.matcher(query)
        for title, action, _ in self._all():
            score = matcher.match(title)
            if score > 0:
                yield Hit(score, matcher.highlight(title), partial(self._run, action))
