"""Which names a world reaches, and in which order they are finished: the rank of all later choices (rule D2).

Discovery is a depth-first walk. It depends on nothing but the universe and the order of its roots, so what the
base's world discovers is compiled with the universe, and only extended: the roots that a query shares with the base,
from the first on, are taken as done; the walk goes on from there. Where nothing is shared, it is done in full, by
the same code, on numbers where the universe is compiled (solve/edges.py).
"""

from __future__ import annotations

from itertools import filterfalse

from apkgraph.solve.edges import Edges

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from apkgraph.index.universe import BaseDiscovery, Node, PackageWays, Universe

_UNFINISHED = -1


class Discovery:
    """The counter of each name that was discovered; 0 for the others.

    `ends`: the counter when each root that was walked here was done.
    """

    __slots__ = ("_before", "_counters", "_edges", "_is_known", "_last", "_shared", "_universe", "ends")

    def __init__(
        self,
        universe: Universe,
        roots: Sequence[str],
        *,
        shared: bool = True,
        edges: Edges | None = None,
    ) -> None:
        """Discover `roots` in order.

        Without `shared` nothing compiled is used (the plain form: all nodes are names); `edges` may serve any number of
        discoveries.
        """
        self._universe = universe
        self._counters: dict[Node, int] = {}
        done = _shared_roots(universe.base_discovery, roots) if shared else 0
        named = edges or Edges(universe)
        self._edges = named.through_all() if shared and not done else named
        self._shared = self._last = universe.base_discovery.ends[done - 1] if done else 0
        self.ends: list[int] = []
        self._before: dict[PackageWays, Iterator[Node]] = {}
        self._is_known = self._counter if self._shared else self._counters.__contains__
        for root in roots[done:]:
            self._walk(self._edges.node(root))
            self.ends.append(self._last)

    def counter(self, name: str) -> int:
        """When the name was finished, counted from 1; 0 where it was not discovered."""
        return self._counter(self._edges.node(name))

    def counters(self) -> Mapping[Node, int]:
        """The counters of the nodes that were walked here (all of them, in the plain form)."""
        return self._counters

    def _counter(self, node: Node) -> int:
        counter = self._counters.get(node)
        if counter is None:
            if not self._shared:
                return 0
            counter = self._universe.row(str(node)).counter  # which is a name: numbers are for full walks
            return counter if counter <= self._shared else 0
        return counter

    def _walk(self, root: Node) -> None:
        if self._counter(root):
            return
        counters, reached_from = self._counters, self._reached_from
        counters[root] = _UNFINISHED
        stack = [reached_from(root)]
        while stack:
            for node in stack[-1]:
                counters[node] = _UNFINISHED
                stack.append(reached_from(node))
                break
            else:
                stack.pop()

    def _reached_from(self, node: Node) -> Iterator[Node]:
        """The undiscovered names that a name leads to, in apk's order; in their midst the name is finished.

        What a package leads to before is the same for all its names, and what is discovered stays so: they share one
        iterator, or a package of many names would be gone through as often as it has names.
        """
        is_known, before = self._is_known, self._before
        triggered, packages = self._edges.from_node(node)
        for package in packages:
            if package not in before:
                before[package] = filterfalse(is_known, package.before)
                yield from filterfalse(is_known, package.depends)
        if triggered:
            yield from filterfalse(is_known, triggered)
        for package in packages:
            yield from before[package]
        self._last += 1
        self._counters[node] = self._last
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
    counters = {str(name): counter for name, counter in discovery.counters().items()}
    return BaseDiscovery(tuple(roots), tuple(discovery.ends)), counters
