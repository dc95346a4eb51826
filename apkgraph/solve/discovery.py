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


class Ways:
    """The names that a name leads to, each once in apk's order: before it is finished, and after.

    `packages` come first, each with the names that it depends on: they count only where the package is first seen.
    """

    __slots__ = ("after", "before", "packages")

    def __init__(self, universe: Universe, name: str) -> None:
        row = universe.row(name)
        before = dict.fromkeys(row.reverse_install_if)
        after: dict[str, None] = {}
        self.packages = []
        for provider in row.providers:
            package = provider.package
            self.packages.append((package, [dependency.name for dependency in package.depends]))
            if package.name != name:
                before.update(dict.fromkeys(universe.reverse_install_if(package.name)))
            if package.provides:
                before.update(dict.fromkeys([provided.name for provided in package.provides]))
            if package.install_if:
                after.update(dict.fromkeys([condition.name for condition in package.install_if]))
        self.before = tuple(before)
        self.after = tuple(after)


class Discovery:
    """The counter of each name that was discovered; 0 for the others.

    `ends`: the counter when each root that was walked here was done.
    """

    __slots__ = ("_counters", "_last", "_shared", "_universe", "_ways", "ends")

    def __init__(
        self,
        universe: Universe,
        roots: Sequence[str],
        *,
        shared: bool = True,
        ways: dict[str, Ways] | None = None,
    ) -> None:
        """Discover `roots` in order.

        Without `shared` nothing compiled is used (the plain form); `ways` keeps what was worked out for a name, to be
        given to the next discovery on the same universe.
        """
        self._universe = universe
        self._counters: dict[str, int] = {}
        self._ways = {} if ways is None else ways
        done = _shared_roots(universe.base_discovery, roots) if shared else 0
        self._shared = self._last = universe.base_discovery.ends[done - 1] if done else 0
        self.ends: list[int] = []
        packages: set[Package] = set()
        for root in roots[done:]:
            self._walk(root, packages)
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

    def _walk(self, root: str, packages: set[Package]) -> None:
        if self.counter(root):
            return
        counters = self._counters
        counters[root] = _UNFINISHED
        stack = [self._reached_from(root, packages)]
        while stack:
            for name in stack[-1]:
                counters[name] = _UNFINISHED
                stack.append(self._reached_from(name, packages))
                break
            else:
                stack.pop()

    def _reached_from(self, name: str, packages: set[Package]) -> Iterator[str]:
        """The undiscovered names that a name leads to, in apk's order; in their midst the name is finished."""
        is_known = self.counter if self._shared else self._counters.__contains__
        ways = self._ways.get(name)
        if ways is None:
            ways = self._ways[name] = Ways(self._universe, name)
        for package, depends in ways.packages:
            if package not in packages:
                packages.add(package)
                yield from filterfalse(is_known, depends)
        yield from filterfalse(is_known, ways.before)
        self._last += 1
        self._counters[name] = self._last
        yield from filterfalse(is_known, ways.after)


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
