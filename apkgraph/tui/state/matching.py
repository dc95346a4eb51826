"""Search over every name of a universe: exact, then prefix, word, substring, fuzzy; narrowed as one types."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ENOUGH: Final = 200
_SEPARATORS: Final = r"[-_.:/+@ ]"


class Hits(NamedTuple):
    """The best names in order of merit, and how many matched in all."""

    names: tuple[str, ...]
    total: int


class Matcher:
    """All names, lower-cased once; remembers what the last query kept, so that a longer one asks only those.

    Substrings and subsequences are monotone: what a query does not match, no longer query that starts with it matches.
    """

    __slots__ = ("_kept", "_lower", "_merits", "_names", "_offsets", "_query", "_text")

    def __init__(self, names: Iterable[str]) -> None:
        """Equals are shown shortest first, then in the order given; names of tokens (`so:…`, `/bin/sh`) last."""
        self._names = tuple(names)
        self._lower = [name.lower().replace("\n", " ") for name in self._names]
        self._merits = [
            ((":" in name or name[:1] == "/") << 60) + (len(name) << 30) + at for at, name in enumerate(self._lower)
        ]
        self._text = "\n" + "\n".join(self._lower)
        self._offsets = list(accumulate((len(name) + 1 for name in self._lower), initial=0))
        self._query = ""
        self._kept: Sequence[int] = range(len(self._names))

    def __len__(self) -> int:
        return len(self._names)

    def find(self, query: str, limit: int = ENOUGH) -> Hits:
        """The best matches of a query; an empty one matches nothing."""
        query = query.strip().lower()
        if not query:
            return Hits((), 0)
        lower = self._lower
        candidates = self._kept if query.startswith(self._query) else range(len(lower))
        kept = [at for at in candidates if query in lower[at]]
        self._query, self._kept = query, kept
        best: list[int] = []
        for ranked in (self._prefixed, self._at_words, self._anywhere):
            if len(best) < limit:
                chosen = ranked(query, kept, best)
                chosen.sort(key=self._merits.__getitem__)
                best += chosen
        if len(kept) < limit:
            best += self._fuzzy(query, frozenset(kept))
        return Hits(tuple(self._names[at] for at in best[:limit]), max(len(kept), len(best)))

    def _prefixed(self, query: str, kept: list[int], best: list[int]) -> list[int]:
        lower = self._lower
        chosen = [at for at in kept if lower[at].startswith(query)]
        exact = [at for at in chosen if lower[at] == query]
        best += exact
        return [at for at in chosen if at not in exact] if exact else chosen

    def _at_words(self, query: str, kept: list[int], best: list[int]) -> list[int]:
        search = re.compile(_SEPARATORS + re.escape(query)).search
        lower, taken = self._lower, frozenset(best)
        return [at for at in kept if at not in taken and search(lower[at])]

    def _anywhere(self, _query: str, kept: list[int], best: list[int]) -> list[int]:
        taken = frozenset(best)
        return [at for at in kept if at not in taken]

    def _fuzzy(self, query: str, taken: frozenset[int]) -> list[int]:
        """Names that hold the query's letters in order, the most compact first.

        One pass over all names as one text: each step skips what is not the next letter, so nothing is tried twice.
        """
        steps = "".join(f"[^{re.escape(letter)}\n]*{re.escape(letter)}" for letter in query)
        found: list[tuple[int, int, int]] = []
        for match in re.finditer("\n" + steps, self._text):
            at = bisect_right(self._offsets, match.start()) - 1
            if at not in taken:
                first = self._lower[at].find(query[0])
                found.append((match.end() - match.start() - first, self._merits[at], at))
        found.sort()
        return [at for _, _, at in found]
