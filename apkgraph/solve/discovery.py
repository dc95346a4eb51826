"""Which names a world reaches, and in which order they are finished: the rank of all later choices (rule D2).

Discovery is a depth-first walk. It depends on nothing but the universe and the order of its roots, so one walk is
compiled with each universe, that of a base's world, and only extended: the roots that a query shares with it, from the
first on, are taken as done, and the walk goes on from there. Where other packages are installed, the edges of some
names differ (solve/edges.py); the compiled walk is still the same one as long as it left each of those names by the
same steps, which is looked up step by step (`CompiledDiscovery`). Else the walk is made in full.
"""

from __future__ import annotations

from functools import partial
from itertools import count, filterfalse

from apkgraph.model.dependency import display_order
from apkgraph.solve.edges import EDGES, Edges

TYPE_CHECKING = False
if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from apkgraph.index.universe import Universe, Words

DISCOVERY = "discovery"


class Discovery:
    """The counter of each name that was discovered; 0 for the others."""

    __slots__ = ("_compiled", "_counters", "_edges", "_shared")

    def __init__(self, compiled: CompiledDiscovery, roots: Sequence[str], *, shared: bool = True) -> None:
        """Discover `roots` in order; without `shared` in full, whatever is compiled."""
        edges = self._edges = compiled.edges
        self._compiled = compiled
        numbers = [edges.number(root) for root in roots]
        done = compiled.shared_roots(numbers) if shared else 0
        self._shared, discovered = compiled.ends(done)
        if not done:
            edges.load()
        walk = Walk(edges, compiled.is_among(discovered) if done else None)
        for root in numbers[done:]:
            walk.go(root)
        self._counters = dict(zip(walk.finished, count(self._shared + 1), strict=False))

    def counter(self, name: str) -> int:
        """When the name was finished, counted from 1; 0 where it was not discovered."""
        if self._counters:
            counter = self._counters.get(self._edges.number(name))
            if counter is not None:
                return counter
        if not self._shared:
            return 0
        counter = self._compiled.counter(name)
        return counter if counter <= self._shared else 0

    def counters(self) -> Mapping[int, int]:
        """The counters of the names that were walked here, by their numbers."""
        return self._counters


class Walk:
    """A depth-first walk, and what it leaves behind.

    `finished`: the names in the order in which they got their counters; with `records` also `discovered`: in the order
    in which they were reached; `middles`: how many were discovered when each was finished; `last`: how many when each
    was left; `first`: for each package the name that it was first seen at; `through`: for each name that a dependency
    led to, whose.
    """

    __slots__ = (
        "_before",
        "_edges",
        "_is_known",
        "_known",
        "_records",
        "discovered",
        "finished",
        "first",
        "last",
        "middles",
        "through",
    )

    def __init__(self, edges: Edges, is_known: Callable[[int], bool] | None = None, *, records: bool = False) -> None:
        self._edges = edges
        self._known: set[int] = set()
        self._is_known: Callable[[int], bool] = self._known.__contains__
        if is_known is not None:
            self._is_known = lambda number: number in self._known or is_known(number)
        self._before: dict[int, tuple[Iterator[int], list[int], Sequence[int]]] = {}
        self._records = records
        self.finished: list[int] = []
        self.discovered: list[int] = []
        self.middles: list[int] = []
        self.last: dict[int, int] = {}
        self.first: dict[int, int] = {}
        self.through: dict[int, int] = {}

    def go(self, root: int) -> None:
        """Walk from a root."""
        if self._is_known(root):
            return
        know, from_name = self._known.add, self._from_name
        know(root)
        stack = [from_name(root)]
        push, pop = stack.append, stack.pop
        while stack:
            for name in stack[-1]:
                know(name)
                push(from_name(name))
                break
            else:
                pop()

    def _from_name(self, name: int) -> Iterator[int]:
        """The undiscovered names that a name leads to, in apk's order; in their midst the name is finished.

        What a package leads to before is the same for all its names, and what is discovered stays so: they share one
        iterator, or a package of many names would be gone through as often as it has names.
        """
        is_known, before = self._is_known, self._before
        if self._records:
            self.discovered.append(name)
        triggered, packages = self._edges.of_name(name)
        for package in packages:
            if package not in before:
                depends, leads_to, tail, after = self._edges.of_package(package)
                before[package] = filterfalse(is_known, leads_to), [*tail], after
                targets = filterfalse(is_known, depends)
                yield from self._recorded(name, package, targets) if self._records else targets
        if triggered:
            yield from filterfalse(is_known, triggered)
        for package in packages:
            undiscovered, tail, after = before[package]
            yield from undiscovered
            if tail:
                yield from self._tail(tail, after)
        self._finish(name)
        for package in packages:
            after = before[package][2]
            if after:
                yield from filterfalse(is_known, after)
        if self._records:
            self.last[name] = len(self.discovered)

    def _recorded(self, name: int, package: int, targets: Iterator[int]) -> Iterator[int]:
        """What a package that is first seen at a name depends on."""
        self.first[package] = name
        for target in targets:
            self.through[target] = package
            yield target

    def _tail(self, tail: list[int], after: Sequence[int]) -> Iterator[int]:
        """Names of one package that lead nowhere else: each leads to the next, so the last one is finished first."""
        found = [*filterfalse(self._is_known, tail)]
        tail.clear()
        if not found:
            return
        self._known.update(found)
        if self._records:
            self.discovered += found
        last = found.pop()
        self._finish(last)
        if after:
            yield from filterfalse(self._is_known, after)
        if not self._records:
            self.finished += reversed(found)
            return
        self.last[last] = len(self.discovered)
        while found:
            name = found.pop()
            self._finish(name)
            self.last[name] = len(self.discovered)

    def _finish(self, name: int) -> None:
        self.finished.append(name)
        if self._records:
            self.middles.append(len(self.discovered))


class CompiledDiscovery:
    """The walk of a base's world that is compiled with a universe, and how far it is the same in this one.

    In words: how many roots it has, and how many names had other edges than their rows say; the roots; the last
    counter when each was done, and how many names were discovered then; those names; then for each name its counter,
    when it was discovered (from 1 on, 0 for never), how many were when it was finished and when it was left, and the
    package (+ 1) whose dependency led to it, if one did; for each package the name (+ 1) that it was first seen at.
    """

    __slots__ = ("_counters", "_first_other", "_roots", "_words", "edges")

    def __init__(self, edges: Edges) -> None:
        self.edges = edges
        self._words = edges.rows.table(DISCOVERY, partial(_words_of_walk, edges))
        self._roots = self._words[0]
        self._counters: dict[str, int] = {}
        self._first_other: int | None = None

    def shared_roots(self, roots: Sequence[int]) -> int:
        """How many roots, from the first on, are walked here as there."""
        shared = 0
        for ours, theirs in zip(roots, self._words[2 : 2 + self._roots], strict=False):
            if ours != theirs:
                break
            shared += 1
        while shared and self._other() <= self.ends(shared)[1]:
            shared -= 1
        return shared

    def ends(self, roots: int) -> tuple[int, int]:
        """The last counter and how many names were discovered when so many roots were done."""
        place = 1 + self._roots + roots
        return (self._words[place], self._words[place + self._roots]) if roots else (0, 0)

    def counter(self, name: str) -> int:
        """When a name was finished; 0 for never."""
        counter = self._counters.get(name)
        if counter is None:
            number = self.edges.number(name)
            counter = self._words[self._place(0) + number] if number < self.edges.name_count else 0
            self._counters[name] = counter
        return counter

    def is_among(self, discovered: int) -> Callable[[int], bool]:
        """Whether a name is one of the first so many that were discovered."""
        words, front, names = self._words, self._place(1), self.edges.name_count
        return lambda name: name < names and 0 < words[front + name] <= discovered

    def _place(self, part: int) -> int:
        return 2 + 3 * self._roots + self._words[1] + part * self.edges.name_count

    def _other(self) -> int:
        """When the first name was discovered that is walked otherwise here; beyond all where none is."""
        if self._first_other is None:
            front = 2 + 3 * self._roots
            names = self.edges.changed.union(self._words[front : front + self._words[1]])
            steps = _Steps(self.edges, names, self._words, [self._place(part) for part in range(1, 6)])
            self._first_other = min(steps.others(), default=len(self._words))
        return self._first_other


class _Steps:
    """Whether names are left by the same steps as in the compiled walk (`CompiledDiscovery` says what is kept of it).

    Up to the first name that is not, both walks are the same. Each name is gone through with what is known: what had
    been discovered by then is passed by, and the next step must lead to what was discovered next, along an edge of the
    same kind. That a package was seen before matters only while its dependencies are being walked, so one that the
    compiled walk did not first see here must lead nowhere.
    """

    __slots__ = ("_edges", "_first", "_found", "_left", "_middle", "_names", "_through", "_time", "_words")

    def __init__(self, edges: Edges, names: frozenset[int], words: Words, places: Sequence[int]) -> None:
        self._edges = edges
        self._names = names
        self._words = words
        self._found, self._middle, self._left, self._through, self._first = places
        self._time = 0

    def _of(self, part: int, name: int) -> int:
        """What is kept of a name in a part of the table; nothing of one that has no place there."""
        return self._words[part + name] if name < self._edges.name_count else 0

    def others(self) -> Iterator[int]:
        """When each name was discovered that is left otherwise."""
        for name in self._names:
            found = self._of(self._found, name)
            if found and not self._is_same(name, found):
                yield found

    def _is_same(self, name: int, found: int) -> bool:
        edges, left = self._edges, self._of(self._left, name)
        triggered, packages = edges.of_name(name)
        self._time = found
        for package in dict.fromkeys(packages):
            is_first = self._first_name(package) == name
            if not is_first and self._was_seen(package, found):
                continue
            if not self._leads(edges.of_package(package)[0], left, package + 1 if is_first else None):
                return False
        if not self._leads(triggered, left, 0):
            return False
        for package in packages:
            _, before, tail, _ = edges.of_package(package)
            if not (self._leads(before, left, 0) and self._leads(tail, left, 0)):
                return False
        if self._time != self._of(self._middle, name):
            return False
        return all(self._leads(edges.of_package(package)[3], left, 0) for package in packages) and self._time == left

    def _was_seen(self, package: int, found: int) -> bool:
        """Whether a package was surely seen before: as the first one of a name that was discovered earlier."""
        first = self._first_name(package)
        if first < 0 or first in self._names:
            return False
        return self._of(self._found, first) < found and self._edges.of_name(first)[1][0] == package

    def _first_name(self, package: int) -> int:
        """The name that a package was first seen at; -1 for none."""
        return self._words[self._first + package] - 1 if package < self._edges.package_count else -1

    def _leads(self, names: Sequence[int], left: int, through: int | None) -> bool:
        """Whether edges lead on as they did: of the dependencies of package `through` - 1, of others (0), nowhere."""
        for name in names:
            found = self._of(self._found, name)
            if 0 < found <= self._time:
                continue
            if through is None or found != self._time + 1 or found > left or self._of(self._through, name) != through:
                return False
            self._time = self._of(self._left, name)
        return True


def compiled_tables(universe: Universe, reference: Universe | None = None) -> dict[str, array[int]]:
    """What is compiled with a universe: its edges, and the walk of its base's world.

    Where it has no base, that of `reference`, which is the same universe with packages installed.
    """
    from array import array

    from apkgraph.index.build import flat

    edges = Edges(flat(universe))
    words = edges.rows.table(EDGES, partial(array, "I"))
    if reference is not None and not universe.base_world:
        edges = Edges(reference)
    return {EDGES: array("I", words[:]), DISCOVERY: _words_of_walk(edges)}


def _words_of_walk(edges: Edges) -> array[int]:
    """The walk of the base's world, as `CompiledDiscovery` reads it; none where names without a number are in it."""
    from array import array

    names = edges.name_count
    world = sorted((dependency.name for dependency in edges.universe.base_world), key=display_order)
    roots = [edges.number(name) for name in world]
    walk = Walk(edges, records=True)
    counters, discovered = [], []
    for root in roots:
        walk.go(root)
        counters.append(len(walk.finished))
        discovered.append(len(walk.discovered))
    if max(walk.discovered, default=0) >= names or max(walk.first, default=0) >= edges.package_count:
        return array("I", (0, 0))
    counter, found, middle, left, through = parts = [array("I", bytes(4 * names)) for _ in range(5)]
    first = array("I", bytes(4 * edges.package_count))
    for place, (name, at) in enumerate(zip(walk.finished, walk.middles, strict=True), 1):
        counter[name], middle[name], left[name] = place, at, walk.last[name]
    for place, name in enumerate(walk.discovered, 1):
        found[name] = place
    for package, name in walk.first.items():
        first[package] = name + 1
    for name, package in walk.through.items():
        through[name] = package + 1
    changed = sorted(name for name in edges.changed if name < names)
    front = array("I", [len(roots), len(changed), *roots, *counters, *discovered, *changed])
    return sum([*parts, first], front)
