"""What is there before the question."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from apkgraph.model.dependency import Dependency
    from apkgraph.model.package import Package


class Base:
    """A named base: its world and the packages that it holds, in the installed db's order (sizes in bytes)."""

    __slots__ = ("download_size", "installed_size", "name", "packages", "world")

    def __init__(self, name: str, world: tuple[Dependency, ...], packages: tuple[Package, ...]) -> None:
        self.name = name
        self.world = world
        self.packages = packages
        self.installed_size = sum(package.installed_size for package in packages)
        self.download_size = sum(package.size for package in packages)
