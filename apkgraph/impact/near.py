"""Names that are nowhere, and the nearest ones that are somewhere."""

from __future__ import annotations

from apkgraph.errors import NotFoundError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from apkgraph.index.universe import Universe

_SUGGESTIONS = 3
_PREFIXES = ("py3-", "perl-", "ruby-", "lua-", "lib")  # what Alpine puts in front of the name that others use


def no_such_name(universe: Universe, name: str) -> NotFoundError:
    """The error for a name that no package has or provides."""
    return NotFoundError(f"{name}: no such package in this universe", nearest_names(universe, name))


def nearest_names(universe: Universe, name: str) -> tuple[str, ...]:
    """The names that resemble `name` most, best first: of packages, or of what they provide where it looks so.

    In this order: another case; one of Alpine's prefixes in front; the same letters in another order; one letter
    wrong; `name` as a beginning; two letters wrong; `name` anywhere within. Among equals the shorter name.
    """
    wants_token = _is_token(name)
    wanted = name.casefold()
    ranked = [
        (rank, len(known), known)
        for known in universe.names()
        if _is_token(known) is wants_token and (rank := _rank(wanted, known.casefold())) is not None
    ]
    found: list[str] = []
    for _, _, known in sorted(ranked):
        if universe.providers(known):
            found.append(known)
            if len(found) == _SUGGESTIONS:
                break
    return tuple(found)


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


def _is_token(name: str) -> bool:
    return ":" in name or name.startswith("/")


def _rank(wanted: str, known: str) -> int | None:
    """How near a name is, 0 the nearest; None for one that is not near."""
    if known == wanted:
        return 0
    if known.endswith(wanted) and known.removesuffix(wanted) in _PREFIXES:
        return 1
    most = 1 if len(wanted) < 5 else 2
    distance = most + 1
    if abs(len(known) - len(wanted)) <= most and len(set(known) ^ set(wanted)) <= 2 * most:
        distance = edits(wanted, known, most)
    if distance <= most and sorted(known) == sorted(wanted):
        return 2
    if distance == 1:
        return 3
    if len(wanted) > 2 and known.startswith(wanted):
        return 4
    if distance <= most:
        return 5
    return 6 if len(wanted) > 2 and wanted in known else None
