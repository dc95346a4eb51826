"""Which names a world reaches, and in which order they are finished: the rank of all later choices (spec D2).

Discovery is a depth-first walk. It depends on nothing but the universe and the order of its roots, so what the
base's world discovers is compiled with the universe, and only extended: the roots that a query shares with the base,
from the first on, are taken as done; the walk goes on from there. Where nothing is shared, it is done in full, by
the same code.
"""

from __future__ import annotations

from itertools import filterfalse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from apkgraph.index.universe import BaseDiscovery, Universe
    from apkgraph.model.package import Package

_UNFINISHED = -1


class PackageWays:
    """The names that a package leads to, in apk's order.

    `depends` counts only where the package is first seen; `before` leads on before a name of the package is finished,
    and `after` after it.
    """

    __slots__ = ("after", "before", "depends")

    def __init__(self, universe: Universe, package: Package) -> None:
        self.depends = [dependency.name for dependency in package.depends]
        self.before = [*universe.reverse_install_if(package.name), *(provided.name for provided in package.provides)]
        self.after = [condition.name for condition in package.install_if]


class Ways:
    """Where names and packages lead, worked out when it is first asked for; for any number of walks on one universe."""

    __slots__ = ("_names", "_packages", "_universe")

    def __init__(self, universe: Universe) -> None:
        self._universe = universe
        self._names: dict[str, tuple[list[str], list[PackageWays]]] = {}
        self._packages: dict[Package, PackageWays] = {}

    def from_name(self, name: str) -> tuple[list[str], list[PackageWays]]:
        """The names that have `name` in an install_if, and where each of its packages leads."""
        ways = self._names.get(name)
        if ways is None:
            row = self._universe.row(name)
            packages = [self._from_package(provider.package) for provider in row.providers]
            ways = self._names[name] = list(row.reverse_install_if), packages
        return ways

    def _from_package(self, package: Package) -> PackageWays:
        ways = self._packages.get(package)
        if ways is None:
            ways = self._packages[package] = PackageWays(self._universe, package)
        return ways


class Discovery:
    """The counter of each name that was discovered; 0 for the others.

    `ends`: the counter when each root that was walked here was done.
    """

    __slots__ = ("_before", "_counters", "_is_known", "_last", "_shared", "_universe", "_ways", "ends")

    def __init__(
        self,
        universe: Universe,
        roots: Sequence[str],
        *,
        shared: bool = True,
        ways: Ways | None = None,
    ) -> None:
        """Discover `roots` in order.

        Without `shared` nothing compiled is used (the plain form); `ways` may serve any number of discoveries.
        """
        self._universe = universe
        self._counters: dict[str, int] = {}
        self._ways = ways or Ways(universe)
        done = _shared_roots(universe.base_discovery, roots) if shared else 0
        self._shared = self._last = universe.base_discovery.ends[done - 1] if done else 0
        self.ends: list[int] = []
        self._before: dict[PackageWays, Iterator[str]] = {}
        self._is_known = self.counter if self._shared else self._counters.__contains__
        for root in roots[done:]:
            self._walk(root)
            self.ends.append(self._last)

    def counter(self, name: str) -> int:
        """When the name was finished, counted from 1; 0 where it was not discovered."""
        counter = self._counters.get(name)
        if counter is None:
            if not self._shared:
                return 0
            counter = self._universe.row(name).counter
            return counter if counter <= self._shared else 0
        return counter

    def counters(self) -> dict[str, int]:
        """The counters of the names that were walked here (all of them, in the plain form)."""
        return self._counters

    def _walk(self, root: str) -> None:
        if self.counter(root):
            return
        counters, reached_from = self._counters, self._reached_from
        counters[root] = _UNFINISHED
        stack = [reached_from(root)]
        while stack:
            for name in stack[-1]:
                counters[name] = _UNFINISHED
                stack.append(reached_from(name))
                break
            else:
                stack.pop()

    def _reached_from(self, name: str) -> Iterator[str]:
        """The undiscovered names that a name leads to, in apk's order; in their midst the name is finished.

        What a package leads to before is the same for all its names, and what is discovered stays so: they share one
        iterator, or a package of many names would be gone through as often as it has names.
        """
        is_known, before = self._is_known, self._before
        triggered, packages = self._ways.from_name(name)
        for package in packages:
            if package not in before:
                before[package] = filterfalse(is_known, package.before)
                yield from filterfalse(is_known, package.depends)
        if triggered:
            yield from filterfalse(is_known, triggered)
        for package in packages:
            yield from before[package]
        self._last += 1
        self._counters[name] = self._last
        for package in packages:
            if package.after:
                yield from filterfalse(is_known, package.after)


def _shared_roots(base: BaseDiscovery, roots: Sequence[str]) -> int:
    """How many roots, from the first on, are the base's own in the same order."""
    count = 0
    for ours, theirs in zip(roots, base.roots, strict=False):
        if ours != theirs:
            break
        count += 1
    return count


def discover_base(universe: Universe, roots: Sequence[str]) -> tuple[BaseDiscovery, dict[str, int]]:
    """What the base's world discovers, to be compiled with the universe: the ends of its roots, and all counters."""
    from apkgraph.index.universe import BaseDiscovery

    discovery = Discovery(universe, roots, shared=False)
    return BaseDiscovery(tuple(roots), tuple(discovery.ends)), discovery.counters()
