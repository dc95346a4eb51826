"""Search over every name of a universe: exact, prefix, word, substring, typing errors, scattered letters."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ENOUGH: Final = 200
ENOUGH_TO_SEE: Final = 50  # with more solid hits than that, nobody looks for scattered letters
ENOUGH_FOR_NEAR: Final = 20  # with more hits than that, nothing was mistyped
_SEPARATORS: Final = r"[-_.:/+@ ]"


class Hits(NamedTuple):
    """The best names in order of merit, and how many matched in all."""

    names: tuple[str, ...]
    total: int
    solid: int = 0  # the first so many hold the query, or what it was mistyped from


class Matcher:
    """All names, lower-cased once; remembers what the last query kept, so that a longer one asks only those.

    Substrings and subsequences are monotone: what a query does not match, no longer query that starts with it matches.
    """

    __slots__ = ("_exact", "_kept", "_lower", "_masks", "_merits", "_names", "_offsets", "_query", "_text")

    def __init__(self, names: Iterable[str]) -> None:
        """Equals are shown shortest first, then in the order given; names of tokens (`so:…`, `/bin/sh`) last."""
        self._names = tuple(names)
        self._lower = [name.lower().replace("\n", " ") for name in self._names]
        self._merits = [
            ((":" in name or name[:1] == "/") << 60) + (len(name) << 30) + at for at, name in enumerate(self._lower)
        ]
        self._text = "\n" + "\n".join(self._lower)
        self._offsets = list(accumulate((len(name) + 1 for name in self._lower), initial=0))
        self._masks = [_letters(name) for name in self._lower]
        self._exact = frozenset(self._lower)
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
        if len(kept) < ENOUGH_FOR_NEAR:
            best += self._near(query, frozenset(best))
        solid = len(best)
        if len(best) < min(limit, ENOUGH_TO_SEE):
            best += self._fuzzy(query, frozenset(best))
        return Hits(tuple(self._names[at] for at in best[:limit]), max(len(kept), len(best)), min(solid, limit))

    def has(self, token: str) -> bool:
        """Whether a name exists, whatever version or tag stands behind it."""
        name = next((token[:at] for at, letter in enumerate(token) if letter in "<>=~@"), token).lower()
        return name in self._exact

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

    def _near(self, query: str, taken: frozenset[int]) -> list[int]:
        """Names of packages that a typing error or two made the query of, or their beginnings; the nearest first.

        Letters as bits leave few candidates: an edit changes at most two of them.
        """
        allowed = 1 if len(query) < 5 else 2
        if len(query) < 3 or ":" in query or query[:1] == "/":
            return []
        letters, least, most = _letters(query), len(query) - allowed, len(query) + allowed
        found: list[tuple[int, int, int, int]] = []
        for at, mask in enumerate(self._masks):
            if (mask ^ letters).bit_count() <= 2 * allowed and at not in taken:
                name = self._lower[at]
                if least <= len(name) <= most and ":" not in name:
                    edits = min(edit_distance(query, name), edit_distance(query, name[: len(query)]))
                    if edits <= allowed:
                        lacking = (letters & ~mask).bit_count()
                        found.append((edits, lacking, self._merits[at], at))
        found.sort()
        return [at for *_, at in found]

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


def _letters(text: str) -> int:
    mask = 0
    for letter in text:
        mask |= 1 << (ord(letter) & 63)
    return mask


def edit_distance(one: str, other: str) -> int:
    """Insertions, deletions, substitutions and swaps of neighbours that make one text of the other.

    Optimal string alignment: no part is edited twice.
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        last, before, row = before, row, [i]
        for j, wanted in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]
