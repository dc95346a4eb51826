"""Names that are nowhere, and the nearest ones that are somewhere."""

from __future__ import annotations

from apkgraph.errors import NotFoundError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from apkgraph.index.universe import Universe

_SUGGESTIONS = 3
_PREFIXES = ("py3-", "perl-", "ruby-", "lua-", "lib")  # what Alpine puts in front of the name that others use
_COMMAND = "cmd:"
_ONE_WRONG = 3  # the last rank at which a command is as near as a package


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
