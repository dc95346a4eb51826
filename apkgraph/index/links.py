"""Where names and packages of a compiled universe lead, as numbers alone: for walks through nearly all of them.

A list of words. First comes where the part of each name and of each package begins, and where the last one ends:

    names + packages + 1 places
    of a name       how many names have it in an install_if, their numbers, the numbers of its packages
    of a package    how many names it depends on, their numbers, how many conditions its install_if has, their
                    numbers, the number of its own name, the numbers of the names that it provides

A walk that reads rows and packages instead takes ten times as long the first time.
"""

from __future__ import annotations

from apkgraph.index.universe import PackageWays

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from apkgraph.index.universe import Node


class Links:
    """The words, read; what is made of them once serves every universe on the same file."""

    __slots__ = ("_names", "_packages", "_ways", "_words")

    def __init__(self, words: Sequence[int], names: int) -> None:
        self._words = words
        self._names = names
        self._ways: dict[int, tuple[Sequence[Node], list[PackageWays]]] = {}
        self._packages: dict[int, PackageWays] = {}

    def ways(self, number: int) -> tuple[Sequence[Node], list[PackageWays]]:
        """The names that have this one in an install_if, and where each of its packages leads."""
        ways = self._ways.get(number)
        if ways is None:
            triggered, packages = self.of_name(number)
            ways = self._ways[number] = triggered, [self.package_ways(package) for package in packages]
        return ways

    def package_ways(self, number: int) -> PackageWays:
        """Where a package leads."""
        ways = self._packages.get(number)
        if ways is None:
            depends, conditions, names = self.of_package(number)
            before = [*self.of_name(names[0])[0], *names[1:]]
            ways = self._packages[number] = PackageWays(depends, before, conditions)
        return ways

    def of_name(self, number: int) -> tuple[Sequence[int], Sequence[int]]:
        """The names that have it in an install_if, in apk's order, and its packages, in load order."""
        words = self._words
        begin = words[number]
        middle = begin + 1 + words[begin]
        return words[begin + 1 : middle], words[middle : words[number + 1]]

    def of_package(self, number: int) -> tuple[Sequence[int], Sequence[int], Sequence[int]]:
        """The names that it depends on, those in its install_if, and its own with all that it provides, in order."""
        words = self._words
        place = self._names + number
        begin = words[place]
        middle = begin + 1 + words[begin]
        end = middle + 1 + words[middle]
        return words[begin + 1 : middle], words[middle + 1 : end], words[end : words[place + 1]]
