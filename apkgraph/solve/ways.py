"""Where names and packages lead discovery (spec D2): worked out when it is first asked for, for any number of walks."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from apkgraph.index.universe import Compiled, NameRow, Universe
    from apkgraph.model.package import Package

    Node = int | str  # a name, or the number that it has in a compiled universe


class PackageWays:
    """The names that a package leads to, in apk's order.

    `depends` counts only where the package is first seen; `before` leads on before a name of the package is finished,
    and `after` after it.
    """

    __slots__ = ("after", "before", "depends")

    def __init__(self, depends: Sequence[Node], before: Sequence[Node], after: Sequence[Node]) -> None:
        self.depends = depends
        self.before = before
        self.after = after


class Ways:
    """Where the names of a universe lead, read from their rows and packages; each name is its own node."""

    __slots__ = ("_nodes", "_packages", "_through_all", "_universe")

    def __init__(self, universe: Universe) -> None:
        self._universe = universe
        self._nodes: dict[Node, tuple[Sequence[Node], list[PackageWays]]] = {}
        self._packages: dict[Package, PackageWays] = {}
        self._through_all: Ways | None = None

    def through_all(self) -> Ways:
        """The same for walks through nearly all names: by number, where the universe is compiled."""
        if self._through_all is None:
            compiled = self._universe.compiled()
            self._through_all = self if compiled is None else NumberedWays(self._universe, compiled)
        return self._through_all

    def node(self, name: str) -> Node:
        """What a name goes by here."""
        return name

    def from_node(self, node: Node) -> tuple[Sequence[Node], list[PackageWays]]:
        """The names that have this one in an install_if, and where each of its packages leads."""
        ways = self._nodes.get(node)
        if ways is None:
            ways = self._nodes[node] = self._read(node)
        return ways

    def _read(self, node: Node) -> tuple[Sequence[Node], list[PackageWays]]:
        return self._from_row(self._universe.row(str(node)))

    def _from_row(self, row: NameRow) -> tuple[Sequence[Node], list[PackageWays]]:
        packages = [self._from_package(provider.package) for provider in row.providers]
        return self._named(row.reverse_install_if), packages

    def _from_package(self, package: Package) -> PackageWays:
        ways = self._packages.get(package)
        if ways is None:
            triggered = self._universe.reverse_install_if(package.name)
            ways = self._packages[package] = PackageWays(
                self._named(dependency.name for dependency in package.depends),
                self._named([*triggered, *(provided.name for provided in package.provides)]),
                self._named(condition.name for condition in package.install_if),
            )
        return ways

    def _named(self, names: Iterable[str]) -> list[Node]:
        return [self.node(name) for name in names]


class NumberedWays(Ways):
    """The same from the links of a compiled universe, in which a name goes by its number, and any other by itself.

    Rows that are not the compiled ones, and packages that took the place of compiled ones, are read as they are.
    """

    __slots__ = ("_changed", "_links", "_numbered", "_numbers", "_rows")

    def __init__(self, universe: Universe, compiled: Compiled) -> None:
        super().__init__(universe)
        self._rows = compiled.rows
        self._links = compiled.rows.links()
        self._numbers: dict[str, Node] = {}
        self._changed = {self.node(name): name for name in compiled.changed}
        self._numbered: dict[int, PackageWays] = {}

    def node(self, name: str) -> Node:
        """The number, where the name has one."""
        node = self._numbers.get(name)
        if node is None:
            number = self._rows.number(name)
            node = self._numbers[name] = name if number is None else number
        return node

    def _read(self, node: Node) -> tuple[Sequence[Node], list[PackageWays]]:
        if not isinstance(node, int):
            return self._from_row(self._universe.row(node))
        if node in self._changed:
            return self._from_row(self._universe.row(self._changed[node]))
        triggered, packages = self._links.of_name(node)
        return triggered, [self._from_number(number) for number in packages]

    def _from_package(self, package: Package) -> PackageWays:
        return self._from_number(package.number) if self._rows.is_stored(package) else super()._from_package(package)

    def _from_number(self, number: int) -> PackageWays:
        ways = self._numbered.get(number)
        if ways is None:
            depends, conditions, names = self._links.of_package(number)
            before = [*self._triggered_by(names[0]), *names[1:]]
            ways = self._numbered[number] = PackageWays(depends, before, conditions)
        return ways

    def _triggered_by(self, number: int) -> Sequence[Node]:
        if number in self._changed:
            return self._named(self._universe.reverse_install_if(self._changed[number]))
        return self._links.of_name(number)[0]
