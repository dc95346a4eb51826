"""Where names and packages lead discovery (rule D2), as numbers: a name's is its place in apk's order.

They lie in one table, compiled with a universe or worked out once in memory. The first two words count its names and
its packages; then comes where the part of each name and of each package begins, and where the last one ends:

    of a name       how many names have it in an install_if, their numbers, the numbers of its packages
    of a package    how many names it depends on, their numbers, how many conditions its install_if has, their numbers,
                    how many of the names that it provides, from the last on, lead nowhere else (its tail), the number
                    of its own name, the numbers of the names that it provides

A universe that lies over other rows (packages installed, `add -t`) reads the parts that differ from its own rows.
"""

from __future__ import annotations

from functools import partial
from itertools import takewhile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from array import array
    from collections.abc import Iterable, Sequence
    from typing import TypeAlias

    from apkgraph.index.universe import Numbered, Universe
    from apkgraph.model.package import Package

    NameEdges: TypeAlias = tuple[Sequence[int], Sequence[int]]
    """The names that have a name in an install_if, in apk's order, and the packages behind it, in load order."""
    PackageEdges: TypeAlias = tuple[Sequence[int], Sequence[int], Sequence[int], Sequence[int]]
    """What a package depends on, what it leads to before a name of it is finished, its tail, and what after."""

EDGES = "edges"
_FRONT = 2


class Edges:
    """The edges of one universe."""

    __slots__ = (
        "_ids",
        "_names",
        "_numbers",
        "_packages",
        "_places",
        "_rows",
        "_words",
        "changed",
        "name_count",
        "package_count",
        "rows",
        "universe",
    )

    def __init__(self, universe: Universe) -> None:
        self.universe = universe
        self.rows, changed = universe.below()
        words = self._words = self.rows.table(EDGES, partial(edge_words, self.rows))
        self.name_count, self.package_count = words[0], words[1]
        self._numbers: dict[str, int] = {}
        self._ids: dict[Package, int] = {}
        self._names: dict[int, NameEdges] = {}  # the parts that differ from the table's
        self._packages: dict[int, PackageEdges] = {}
        self.changed: frozenset[int] = frozenset()  # the names from which a walk may go on otherwise
        if changed:
            self._read_changed(changed)

    def load(self) -> None:
        """Read the whole table at once, for a walk through nearly all names."""
        from array import array

        if not isinstance(self._words, array):
            self._words = array("I", self._words[:])

    def number(self, name: str) -> int:
        """The number of a name; one beyond all others for each that the rows below do not know."""
        number = self._numbers.get(name)
        if number is None:
            number = self.rows.number(name)
            if number is None:
                number = self.name_count + len(self._numbers)
            self._numbers[name] = number
        return number

    def of_name(self, number: int) -> NameEdges:
        """Where a name leads."""
        if number in self._names:
            return self._names[number]
        return self._compiled_name(number) if number < self.name_count else ((), ())

    def of_package(self, number: int) -> PackageEdges:
        """Where a package leads."""
        if number in self._packages:
            return self._packages[number]
        words = self._words
        place = self.name_count + number + _FRONT
        begin, end = words[place], words[place + 1]
        conditions = begin + 1 + words[begin]
        tail = conditions + 1 + words[conditions]
        own = words[tail + 1]
        begin_own = words[own + _FRONT]
        triggered = words[begin_own]
        depends, after = words[begin + 1 : conditions], words[conditions + 1 : tail]
        last = end - words[tail]
        before = words[tail + 2 : last]
        if triggered:
            before = [*words[begin_own + 1 : begin_own + 1 + triggered], *before]
        return depends, before, words[last:end], after

    def names_of(self, package: int) -> Sequence[int]:
        """The own name of a package in the table, and those that it provides."""
        words = self._words
        place = self.name_count + package + _FRONT
        conditions = words[place] + 1 + words[words[place]]
        return words[conditions + 2 + words[conditions] : words[place + 1]]

    def _compiled_name(self, number: int) -> NameEdges:
        words = self._words
        begin = words[number + _FRONT]
        middle = begin + 1 + words[begin]
        return words[begin + 1 : middle], words[middle : words[number + _FRONT + 1]]

    # The rows that differ

    def _read_changed(self, names: Iterable[str]) -> None:
        changed: set[int] = set()
        touched: dict[int, None] = {}
        retriggered = set()
        for name in sorted(names):
            number, row = self.number(name), self.universe.row(name)
            triggered = [self.number(each) for each in row.reverse_install_if]
            packages = [self._id(provider.package) for provider in row.providers]
            before = self._compiled_name(number) if number < self.name_count else ((), ())
            if [*before[0]] == triggered and [*before[1]] == packages:
                continue
            self._names[number] = triggered, packages
            changed.add(number)
            if [*before[0]] != triggered:
                retriggered.add(number)
            touched.update(dict.fromkeys(each for each in [*before[1], *packages] if each < self.package_count))
        for package in touched:
            depends, _, _, after = self.of_package(package)
            own, *provided = self.names_of(package)
            self._packages[package] = depends, [*self.of_name(own)[0], *provided], (), after
            if own in retriggered:
                changed.update((own, *provided))
        for other, number in self._ids.items():
            if number >= self.package_count:
                self._packages[number] = self._read_package(other)
        self.changed = frozenset(changed)

    def _id(self, package: Package) -> int:
        """The package's number in the table; one beyond all others where it leads elsewhere than that one."""
        number = self._ids.get(package)
        if number is None:
            number = package.number
            if not 0 <= number < self.package_count or (package.installed and not self._is_compiled(package)):
                number = self.package_count + len(self._ids)
            self._ids[package] = number
        return number

    def _is_compiled(self, package: Package) -> bool:
        depends, _, _, after = self.of_package(package.number)
        names = [self.number(name) for name in (package.name, *(each.name for each in package.provides))]
        return (
            [self.number(each.name) for each in package.depends] == [*depends]
            and [self.number(each.name) for each in package.install_if] == [*after]
            and names == [*self.names_of(package.number)]
        )

    def _read_package(self, package: Package) -> PackageEdges:
        triggered = self.of_name(self.number(package.name))[0]
        provided = [self.number(each.name) for each in package.provides]
        return (
            [self.number(each.name) for each in package.depends],
            [*triggered, *provided],
            (),
            [self.number(each.name) for each in package.install_if],
        )


def edge_words(rows: Numbered) -> array[int]:
    """The table of rows."""
    from array import array

    names = [rows.row_at(number) for number in range(len(rows))]
    packages = [*rows.packages()]
    numbers = {row.name: number for number, row in enumerate(names)}
    package_numbers = {package: number for number, package in enumerate(packages)}
    places = array("I")
    parts = array("I")
    front = _FRONT + len(names) + len(packages) + 1
    leads_nowhere_else = bytearray(len(names))
    for number, row in enumerate(names):
        places.append(front + len(parts))
        providers = [package_numbers[provider.package] for provider in row.providers]
        triggered = [numbers[name] for name in row.reverse_install_if] if row.reverse_install_if else []
        parts.extend([len(triggered), *triggered, *providers] if triggered else [0, *providers])
        leads_nowhere_else[number] = not triggered and len(set(providers)) == 1
    for package in packages:
        places.append(front + len(parts))
        provided = [numbers[each.name] for each in package.provides]
        tail = sum(1 for _ in takewhile(leads_nowhere_else.__getitem__, reversed(provided)))
        if tail and len(set(provided)) < len(provided):
            tail = 0
        depends = [numbers[each.name] for each in package.depends]
        after = [numbers[each.name] for each in package.install_if]
        parts.extend([len(depends), *depends, len(after), *after, tail, numbers[package.name], *provided])
    places.append(front + len(parts))
    return array("I", [len(names), len(packages)]) + places + parts
