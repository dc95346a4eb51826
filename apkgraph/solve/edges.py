"""Discovery edges between names (rule D2), computed lazily and shared by any number of walks."""

from __future__ import annotations

from apkgraph.index.universe import PackageWays

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from apkgraph.index.universe import Compiled, NameRow, Node, Universe
    from apkgraph.model.package import Package


class Edges:
    """Where the names of a universe lead, read from their rows and packages; each name is its own node."""

    __slots__ = ("_nodes", "_packages", "_through_all", "_universe")

    def __init__(self, universe: Universe) -> None:
        self._universe = universe
        self._nodes: dict[Node, tuple[Sequence[Node], list[PackageWays]]] = {}
        self._packages: dict[Package, PackageWays] = {}
        self._through_all: Edges | None = None

    def through_all(self) -> Edges:
        """The same for walks through nearly all names: by number, where the universe is compiled."""
        if self._through_all is None:
            compiled = self._universe.compiled()
            self._through_all = self if compiled is None else CompactEdges(self._universe, compiled)
        return self._through_all

    def node(self, name: str) -> Node:
        """What a name goes by here."""
        return name

    def from_node(self, node: Node) -> tuple[Sequence[Node], list[PackageWays]]:
        """The names that have this one in an install_if, and where each of its packages leads."""
        edges = self._nodes.get(node)
        if edges is None:
            edges = self._nodes[node] = self._read(node)
        return edges

    def _read(self, node: Node) -> tuple[Sequence[Node], list[PackageWays]]:
        return self._from_row(self._universe.row(str(node)))

    def _from_row(self, row: NameRow) -> tuple[Sequence[Node], list[PackageWays]]:
        packages = [self._from_package(provider.package) for provider in row.providers]
        return self._named(row.reverse_install_if), packages

    def _from_package(self, package: Package) -> PackageWays:
        edges = self._packages.get(package)
        if edges is None:
            triggered = self._universe.reverse_install_if(package.name)
            edges = self._packages[package] = PackageWays(
                self._named(dependency.name for dependency in package.depends),
                self._named([*triggered, *(provided.name for provided in package.provides)]),
                self._named(condition.name for condition in package.install_if),
            )
        return edges

    def _named(self, names: Iterable[str]) -> list[Node]:
        return [self.node(name) for name in names]


class CompactEdges(Edges):
    """The same from the links of a compiled universe, in which a name goes by its number, and any other by itself.

    Rows that are not the compiled ones are read as they are, and so are packages that took the place of compiled ones,
    and those whose own name has another row: a package leads to what that name triggers.
    """

    __slots__ = ("_changed", "_links", "_numbers", "_rows", "_unlike")

    def __init__(self, universe: Universe, compiled: Compiled) -> None:
        super().__init__(universe)
        self._rows = compiled.rows
        self._links = compiled.rows.links()
        self._numbers: dict[str, Node] = {}
        self._changed = {self.node(name): name for name in compiled.changed}  # nodes that are read from their rows
        self._unlike: set[int] = set()  # numbers of compiled packages that lead elsewhere now
        for node in [node for node in self._changed if isinstance(node, int)]:
            self._part_from_links(node)

    def _part_from_links(self, own_name: int) -> None:
        for package in self._links.of_name(own_name)[1]:
            names = self._links.of_package(package)[2]
            if names[0] == own_name:
                self._unlike.add(package)
                self._changed.update({name: self._rows.row_at(name).name for name in names})

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
        return self._links.ways(node)

    def _from_package(self, package: Package) -> PackageWays:
        if package.number >= 0 and package.number not in self._unlike:
            return self._links.package_ways(package.number)
        return super()._from_package(package)
