"""Find packages by name, by what they provide, or by their description; and names near to one that is nowhere."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import translate
from typing import NamedTuple

from apkgraph.errors import NotFoundError
from apkgraph.index.search_table import Line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from apkgraph.index.search_table import SearchTable
    from apkgraph.index.universe import Universe
    from apkgraph.model.package import Package

_FUZZY = 10  # how many near names to offer
_SIMILARITY = 0.65  # of difflib's ratio
_BINARIES = ("/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/", "/usr/local/bin/")
_TIERS = ("name", "name", "name", "name", "provides", "description")
_SUGGESTIONS = 3
_PREFIXES = ("py3-", "perl-", "ruby-", "lua-", "lib")  # what Alpine puts in front of the name that others use
_COMMAND = "cmd:"
_ONE_WRONG = 3  # the last rank at which a command is as near as a package


@dataclass(frozen=True, slots=True)
class Hit:
    """One package; `match` says how it was found, `token` is what it provides, where it was found by that."""

    package: Package
    description: str
    match: str
    token: str = ""


@dataclass(frozen=True, slots=True)
class Hits:
    """The answer, best first, cut to what was asked for; `total` counts all."""

    universe: Universe
    query: str
    total: int
    hits: tuple[Hit, ...]


class _Found(NamedTuple):
    """A package that was found, or its line in the table; `token` may be the place of what it provides."""

    source: Package | Line
    match: str
    token: str | int = ""


def search(universe: Universe, query: str, *, limit: int | None = None) -> Hits:
    """All packages that match, best first; only those within the limit are read.

    - A pattern with `*`, `?` or `[` is matched with whole names, whatever their case, as apk does; where none matches,
      with what packages provide.
    - `so:X`, `cmd:X` and the like, and `/path`, look for what packages provide: exactly, else as a beginning, else
      anywhere.
    - Any other text looks for its words, whatever their case, in names, in what is provided, and in descriptions.

    Text that matches nothing is compared with every name.
    """
    table = universe.search_table()
    if any(sign in query for sign in "*?["):
        found = _pattern(table, query)
    else:
        ways = _tokens(universe, query) if is_token(query) else _words(table, query.casefold().split())
        found = list(ways) or list(_fuzzy(universe, table, query))
    return Hits(universe, query, len(found), tuple([_hit(universe, table, *each) for each in found[:limit]]))


def _hit(universe: Universe, table: SearchTable, source: Package | Line, match: str, token: str | int) -> Hit:
    package = table.package(source) if isinstance(source, Line) else source
    if not isinstance(token, str):
        token = package.provides[token].name
    return Hit(package, universe.details(package).description, match, token)


def _pattern(table: SearchTable, query: str) -> list[_Found]:
    matches = re.compile(translate(query.casefold())).match
    lines = [line for line in table.lines() if line.is_newest]
    named = sorted((line for line in lines if matches(line.name.casefold())), key=_rank)
    if named:
        return [_Found(line, "name") for line in named]
    provided = ((line, [place for place, name in enumerate(line.provides) if matches(name)]) for line in lines)
    found = [(_rank(line), _Found(line, "provides", places[0])) for line, places in provided if places]
    return [found for _, found in sorted(found, key=lambda each: each[0])]


def _tokens(universe: Universe, query: str) -> Iterator[_Found]:
    wanted = [query, *(f"cmd:{query.removeprefix(home)}" for home in _BINARIES if query.startswith(home))]
    for token in wanted:
        exact = [provider.package for provider in universe.providers(token)]
        if exact:
            yield from (_Found(package, "provides", token) for package in dict.fromkeys(exact))
            return
    kind = query.partition(":")[0] + ":" if not query.startswith("/") else "/"
    rest = query.removeprefix(kind)
    names = [name for name in universe.names() if name.startswith(kind) and rest in name.removeprefix(kind)]
    for name in sorted(names, key=lambda name: (not name.startswith(query), len(name), name)):
        for package in dict.fromkeys(provider.package for provider in universe.providers(name)):
            yield _Found(package, "provides", name)


def _words(table: SearchTable, words: list[str]) -> Iterator[_Found]:
    if not words:
        return
    ranked = []
    for line in table.containing(max(words, key=len)):
        tier, place = _tier(line, words) if line.is_newest else (None, -1)
        if tier is not None:
            ranked.append((tier, _rank(line), _Found(line, _TIERS[tier], "" if place < 0 else place)))
    ranked.sort(key=lambda each: each[:2])
    yield from (found for _, _, found in ranked)


def _rank(line: Line) -> tuple[bool, int, str]:
    """Packages before subpackages, then short names first."""
    return line.origin != line.name, len(line.name), line.name


def _tier(line: Line, words: list[str]) -> tuple[int | None, int]:
    """How good a match is, 0 the best, and the place of what is provided, where it was found by that."""
    name = line.name.casefold()
    joined = "-".join(words)
    if name.startswith(joined):
        return int(name != joined), -1
    parts = name.replace("_", "-").replace(".", "-").split("-")
    if all(word in parts for word in words):
        return 2, -1
    if all(word in name for word in words):
        return 3, -1
    if len(words) == 1:
        for place, provided in enumerate(line.provides):
            if words[0] in (provided, provided.partition(":")[2]):
                return 4, place
    return (5, -1) if all(word in line.text for word in words) else (None, -1)


def _fuzzy(universe: Universe, table: SearchTable, query: str) -> Iterator[_Found]:
    from difflib import get_close_matches

    token = is_token(query)
    names = (
        [name for name in universe.names() if is_token(name)]
        if token
        else list(dict.fromkeys(line.name for line in table.lines()))
    )
    for name in get_close_matches(query, _possible_matches(query, names), n=_FUZZY, cutoff=_SIMILARITY):
        package = universe.newest(name) or next((provider.package for provider in universe.providers(name)), None)
        if package is not None:
            yield _Found(package, "fuzzy", name if token else "")


def _possible_matches(query: str, names: list[str]) -> list[str]:
    """Return the names with enough letters of the query for difflib's ratio, which takes much longer to find that."""
    counts = [(letter, query.count(letter)) for letter in dict.fromkeys(query)]
    found = []
    for name in names:
        shared = 0
        for letter, count in counts:
            has = name.count(letter)
            shared += min(count, has)
        if 2 * shared >= _SIMILARITY * (len(name) + len(query)):
            found.append(name)
    return found


def no_such_name(universe: Universe, name: str) -> NotFoundError:
    """The error for a name that no package has or provides."""
    return NotFoundError(f"{name}: no such package in this universe", nearest_names(universe, name))


def nearest_names(universe: Universe, name: str) -> tuple[str, ...]:
    """The names that resemble `name` most, best first: of packages, or of what they provide where it looks so.

    In this order: another case; one of Alpine's prefixes in front; the same letters in another order; one letter
    wrong; `name` as a beginning; two letters wrong; `name` anywhere within. Among equals the shorter name. Commands
    (`cmd:NAME`) come after packages as near, up to one letter wrong, and not beside the package that is named so.
    """
    wants_token = is_token(name)
    rank = _Rank(name.casefold())
    ranked = []
    for known in universe.names():
        command = not wants_token and known.startswith(_COMMAND)
        if command or is_token(known) is wants_token:
            found = rank.of((known.removeprefix(_COMMAND) if command else known).casefold())
            if found is not None and not (command and found > _ONE_WRONG):
                ranked.append((max(found, int(command)), command, len(known), known))
    near: list[str] = []
    for _, command, _, known in sorted(ranked):
        if not (command and known.removeprefix(_COMMAND) in near) and universe.providers(known):
            near.append(known)
            if len(near) == _SUGGESTIONS:
                break
    return tuple(near)


def edits(left: str, right: str, most: int) -> int:
    """Letters inserted, left out, replaced, or swapped with a neighbour between two words; `most` + 1 where more.

    Source: the optimal string alignment distance.
    """
    before: list[int] = []
    row = list(range(len(right) + 1))
    for at, letter in enumerate(left, 1):
        earlier, before, row = before, row, [at]
        for other_at, other in enumerate(right, 1):
            cost = min(before[other_at] + 1, row[-1] + 1, before[other_at - 1] + (letter != other))
            if at > 1 < other_at and letter == right[other_at - 2] and other == left[at - 2]:
                cost = min(cost, earlier[other_at - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def is_token(name: str) -> bool:
    """Whether it looks like what packages provide: `so:X`, `cmd:X`, `/path`."""
    return name.startswith("/") or (":" in name and " " not in name.partition(":")[0])


class _Rank:
    """How near names are to the one that is wanted."""

    def __init__(self, wanted: str) -> None:
        self._wanted = wanted
        self._most = 1 if len(wanted) < 5 else 2
        self._lengths = range(len(wanted) - self._most, len(wanted) + self._most + 1)
        self._letters = set(wanted)
        self._sorted = sorted(wanted)
        self._partial = len(wanted) > 2

    def of(self, known: str) -> int | None:
        """0 the nearest; None for one that is not near."""
        wanted = self._wanted
        within = wanted in known
        if within:
            if known == wanted:
                return 0
            if known.endswith(wanted) and known.removesuffix(wanted) in _PREFIXES:
                return 1
        distance = self._most + 1
        if len(known) in self._lengths and len(self._letters.symmetric_difference(known)) <= 2 * self._most:
            distance = edits(wanted, known, self._most)
            if distance <= self._most and sorted(known) == self._sorted:
                return 2
            if distance == 1:
                return 3
        if within and self._partial and known.startswith(wanted):
            return 4
        if distance <= self._most:
            return 5
        return 6 if within and self._partial else None
