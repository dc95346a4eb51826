"""What `--base` names: a world, or a world with what is installed."""

from __future__ import annotations

from apkgraph.errors import UsageError
from apkgraph.model.dependency import parse_request, parse_world
from apkgraph.validators import BASES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from apkgraph.distro import Distribution
    from apkgraph.model.dependency import Dependency
    from apkgraph.model.package import Package


class BaseRequest:
    """A base before it is solved: its world, and what is installed (None: what the world brings)."""

    __slots__ = ("installed", "name", "world")

    def __init__(self, name: str, world: Iterable[Dependency], installed: tuple[Package, ...] | None = None) -> None:
        self.name = name
        self.world = tuple(world)
        self.installed = installed


def read_base(
    name: str, world_file: str | None, descriptions: Iterable[str], release: str, distro: Distribution
) -> BaseRequest:
    """Read a base.

    `descriptions` are the indexes' own (`v3.18.5-143-g…`), by which it is known what the official image of that
    release holds. Raises UsageError for a base of no kind, InputError for a file that cannot be read as one.
    """
    kind, _, rest = name.partition(":")
    if name == "docker":
        return BaseRequest(name, parse_world(distro.base_world((*descriptions, release))))
    if name == "none":
        return BaseRequest(name, ())
    if kind == "pkg" and rest:
        return BaseRequest(name, parse_request([word for word in rest.split(",") if word]))
    if kind == "world" and rest:
        from apkgraph.image.world import read_world

        return BaseRequest(name, read_world(rest))
    if kind == "installed" and rest:
        from apkgraph.image.installed import read_installed

        system = read_installed(rest, world_file)
        return BaseRequest(name, system.world, system.packages)
    if kind == "image" and rest:
        from apkgraph.image.image import read_image

        image = read_image(rest)
        return BaseRequest(name, image.world, image.packages)
    raise UsageError(f"invalid base {name!r}: give {BASES}")
