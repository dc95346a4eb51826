"""The lines of the solution table: a state's figures sorted, filtered and grouped. Pure; no Textual here."""

from __future__ import annotations

from functools import cmp_to_key
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from apkgraph.impact.analysis import BASE, SHARED
from apkgraph.model.size import Size
from apkgraph.model.version import compare
from apkgraph.tui.state.figures import Figures, Row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from apkgraph.tui.state.record import Column, State

Kind = Literal["package", "cycle", "group"]

BASE_NAME: Final = "base"
SHARED_NAME: Final = "shared by several"
REMOVED_NAME: Final = "removed"


class Line(NamedTuple):
    """A line of the table: a package, a cycle or a group.

    `ancestor`: here only because it leads to a match. `package` is the package that a line is about: a group is about
    the one that was requested, or else its largest.
    """

    kind: Kind
    key: str
    label: str
    depth: int
    row: Row | None
    owner: int
    own: Size
    added: Size | None
    closure: Size | None
    members: int = 0
    folded: bool = False
    ancestor: bool = False
    package: str = ""


class _Block(NamedTuple):
    """A head, and the lines that hang below it."""

    head: Line
    below: tuple[Line, ...] = ()


def lines(state: State) -> tuple[Line, ...]:
    """What the table shows, top to bottom."""
    figures = state.figures
    if figures is None:
        return ()
    rows = [row for row in figures.rows if state.show_base or not row.base]
    matched, kept = _filtered(rows, figures, state.filter)
    if state.grouping == "flat":
        blocks = _with_cycles(state, kept, matched, depth=0)
    else:
        groups = list(_grouped(state, figures, kept))
        blocks = [
            _Block(_line(members[0], 0, matched))
            if len(members) == 1 and (state.grouping == "origin" or members[0].owner >= 0)
            else _group(state, figures, name, members, matched, alone=len(groups) == 1)
            for name, members in groups
        ]
    blocks = [*_sorted(state, blocks), *_removed(state, figures)]
    return tuple(line for block in blocks for line in (block.head, *block.below))


def _removed(state: State, figures: Figures) -> list[_Block]:
    """What was there and goes: below all else, in every grouping."""
    words = state.filter.lower().split()
    rows = [row for row in figures.removed if all(_matches(row, word) for word in words)]
    if not rows:
        return []
    key = f"group {REMOVED_NAME}"
    head = _head("group", key, REMOVED_NAME, 0, rows, BASE, folded=key in state.folded and not words)
    matched = frozenset(row.name for row in rows)
    below = (_line(row, 1, matched)._replace(added=None, closure=None) for row in rows)
    return [_Block(head, () if head.folded else tuple(below))]


def owner_name(figures: Figures, owner: int) -> str:
    """What a group by requested package is called."""
    if owner == BASE:
        return BASE_NAME
    if owner == SHARED:
        return SHARED_NAME
    return figures.requests[owner].token


def group_name(state: State, figures: Figures, row: Row) -> str:
    """The group that a package is in; what several requests need is in none of a Dockerfile's lines."""
    if state.grouping == "origin":
        return row.origin or row.name
    line = state.lines.get(figures.requests[row.owner].token, 0) if row.owner >= 0 else 0
    return line_name(line) if state.grouping == "line" and line else owner_name(figures, row.owner)


def line_name(line: int) -> str:
    """What the requests of a line of a Dockerfile are called."""
    return f"line {line}"


def chain(figures: Figures, name: str) -> tuple[Row, ...]:
    """From a request (or the base) down to this package, one `because` at a time."""
    steps: list[Row] = []
    seen: dict[str, None] = {}
    row = figures.row(name)
    while row is not None and row.name not in seen:
        seen[row.name] = None
        steps.append(row)
        row = figures.row(row.because.of or _first_trigger(figures, row))
    return tuple(reversed(steps))


def _first_trigger(figures: Figures, row: Row) -> str:
    """A package that had this one install itself: one that was asked for, if there is one."""
    bringers = [other for other in figures.rows if row.name in other.brings] if row.because.triggers else []
    asked = [other for other in bringers if other.because.kind == "requested"]
    return next((other.name for other in (*asked, *bringers)), "")


# Filter


def leading(figures: Figures, text: str) -> frozenset[str]:
    """The packages that a filter keeps: those that match, and those that lead to them."""
    return frozenset(row.name for row in _filtered(list(figures.rows), figures, text)[1])


def _filtered(rows: list[Row], figures: Figures, text: str) -> tuple[frozenset[str], list[Row]]:
    """The names that match, and the rows that stay: those, and what leads to them."""
    words = text.lower().split()
    if not words:
        return frozenset(row.name for row in rows), rows
    matched = [row for row in rows if all(_matches(row, word) for word in words)]
    stay = frozenset(step.name for row in matched for step in chain(figures, row.name))
    return frozenset(row.name for row in matched), [row for row in rows if row.name in stay]


def matches(row: Row, text: str) -> bool:
    """Whether a filter keeps a package: each of its words is in the name, the origin or the repository."""
    return all(_matches(row, word) for word in text.lower().split())


def _matches(row: Row, word: str) -> bool:
    return word in row.name.lower() or word in row.origin.lower() or word in row.repository.lower()


# Groups


def _grouped(state: State, figures: Figures, rows: Iterable[Row]) -> Iterable[tuple[str, list[Row]]]:
    groups: dict[str, list[Row]] = {}
    if state.grouping == "request":
        groups.update({owner_name(figures, owner): [] for owner in range(len(figures.requests))})
    for row in rows:
        groups.setdefault(group_name(state, figures, row), []).append(row)
    return ((key, members) for key, members in groups.items() if members)


def _group(
    state: State, figures: Figures, name: str, members: list[Row], matched: frozenset[str], *, alone: bool
) -> _Block:
    """A group; where there is a filter, or no other group, it is never folded."""
    key = f"group {name}"
    by_request = state.grouping == "request"
    owner = members[0].owner if by_request or len({row.owner for row in members}) == 1 else SHARED
    added = figures.requests[owner].weight if by_request and owner >= 0 else None
    folded = key in state.folded and not alone and not state.filter
    head = _head("group", key, name, 0, members, owner, folded=folded)._replace(added=added)
    served = figures.requests[owner].package if by_request and owner >= 0 else None
    if served in {row.name for row in members}:
        head = head._replace(package=served)
    if head.folded:
        return _Block(head)
    below = _sorted(state, _with_cycles(state, members, matched, depth=1))
    return _Block(head, tuple(line for block in below for line in (block.head, *block.below)))


def _with_cycles(state: State, rows: Iterable[Row], matched: frozenset[str], depth: int) -> list[_Block]:
    """One block a package, but one for all packages of a cycle."""
    cycles: dict[int, list[Row]] = {}
    blocks: list[_Block] = []
    for row in rows:
        if row.cycle >= 0:
            cycles.setdefault(row.cycle, []).append(row)
        else:
            blocks.append(_Block(_line(row, depth, matched)))
    for number, members in cycles.items():
        if len(members) == 1:
            blocks.append(_Block(_line(members[0], depth, matched)))
            continue
        key = f"cycle {number}"
        label = "cycle of " + ", ".join(sorted(row.name for row in members))
        owner = members[0].owner if len({row.owner for row in members}) == 1 else SHARED
        folded = key in state.folded and not state.filter
        head = _head("cycle", key, label, depth, members, owner, folded=folded)
        below = [] if head.folded else _sorted(state, [_Block(_line(row, depth + 1, matched)) for row in members])
        blocks.append(_Block(head, tuple(block.head for block in below)))
    return blocks


def _head(  # noqa: PLR0917  # the fields of a line, in their order
    kind: Kind, key: str, label: str, depth: int, members: list[Row], owner: int, *, folded: bool
) -> Line:
    own = members[0].own
    for row in members[1:]:
        own = own + row.own
    largest = max(members, key=lambda row: row.own.installed)
    return Line(kind, key, label, depth, None, owner, own, None, None, len(members), folded, package=largest.name)


def _line(row: Row, depth: int, matched: frozenset[str]) -> Line:
    return Line(
        "package",
        row.name,
        row.name,
        depth,
        row,
        row.owner,
        row.own,
        row.added,
        row.closure,
        ancestor=row.name not in matched,
        package=row.name,
    )


# Where a package stands


def requested_by(figures: Figures, name: str) -> str | None:
    """The request through which a package came, by its chain of reasons; None: it was there before, or is not here."""
    steps = chain(figures, name)
    first = steps[0].name if steps else ""
    return next((request.token for request in figures.requests if request.package == first), None)


def fold_keys(state: State, name: str) -> frozenset[str]:
    """The keys of the group and the cycle that a package is in."""
    row = state.figures.row(name) if state.figures is not None else None
    if row is None or state.figures is None:
        return frozenset()
    keys = {f"cycle {row.cycle}"}
    if state.grouping != "flat":
        keys.add(f"group {group_name(state, state.figures, row)}")
    return frozenset(keys)


def is_shown(state: State, name: str) -> bool:
    """Whether the table has a line for a package, folded groups aside."""
    if state.figures is None:
        return False
    if any(row.name == name for row in state.figures.removed):
        return True
    row = state.figures.row(name)
    if row is None or (row.base and not state.show_base):
        return False
    return not state.filter or any(line.package == name for line in lines(state) if line.row is not None)


# Order


def _sorted(state: State, blocks: list[_Block]) -> list[_Block]:
    """Stable, so that equals stay in apk's order whichever way it runs."""
    column, descending = state.sort
    value: Callable[[Line], Any] = _VALUES.get(column) or (lambda line: _size(state, line, column))
    return sorted(blocks, key=lambda block: value(block.head), reverse=descending)


def _size(state: State, line: Line, column: Column) -> int:
    if column == "download":
        return line.own.by("download" if state.measure == "installed" else "installed")
    size = {"added": line.added, "closure": line.closure}.get(column)
    return (size or line.own).by(state.measure)


_version: Final = cmp_to_key(compare)

_VALUES: Final[dict[str, Callable[[Line], Any]]] = {
    "name": lambda line: line.label,
    "version": lambda line: _version(line.row.version if line.row else ""),
    "repository": lambda line: line.row.repository if line.row else "",
    "because": lambda line: str(line.row.because) if line.row else "",
}
