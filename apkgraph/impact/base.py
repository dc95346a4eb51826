"""What is there before the question."""

from __future__ import annotations

from apkgraph.model.size import amount_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from apkgraph.model.dependency import Dependency
    from apkgraph.model.package import Package


class Base:
    """A named base: its world and the packages that it holds, in the installed db's order; `amount` sums them up."""

    __slots__ = ("amount", "name", "packages", "world")

    def __init__(self, name: str, world: tuple[Dependency, ...], packages: tuple[Package, ...]) -> None:
        self.name = name
        self.world = world
        self.packages = packages
        self.amount = amount_of(packages)
