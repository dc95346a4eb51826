"""What `--base` names: a world, or a world with what is installed."""

from __future__ import annotations

from apkgraph.distro import find_distribution
from apkgraph.errors import UsageError
from apkgraph.model.dependency import parse_request, parse_world
from apkgraph.validators import BASES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from apkgraph.distro import Distribution
    from apkgraph.image.system import System
    from apkgraph.model.dependency import Dependency
    from apkgraph.model.package import Package
    from apkgraph.settings import Settings


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
        from apkgraph.image.files import read_world

        return BaseRequest(name, read_world(rest))
    system = _system(kind, rest, world_file) if rest else None
    if system is not None:
        return BaseRequest(name, system.world, system.packages)
    raise UsageError(f"invalid base {name!r}: give {BASES}")


def read_installed_base(settings: Settings) -> tuple[BaseRequest | None, Settings]:
    """The base where it is a system that is there already, and the settings for the distribution that it is of.

    None for any other base. Raises what `read_base` and `own_settings` raise.
    """
    kind, _, rest = settings.base.partition(":")
    system = _system(kind, rest, settings.base_world) if rest else None
    if system is None:
        return None, settings
    return BaseRequest(settings.base, system.world, system.packages), own_settings(settings, system.distro)


def own_settings(settings: Settings, distro: str) -> Settings:
    """The settings for an input of this distribution, unless another one was asked for by name.

    Raises UsageError for a distribution that is not known.
    """
    if distro == settings.distro.name or settings.sources.get("distro") != "default":
        return settings
    return settings.with_distribution(find_distribution(distro, settings.own_distributions))


def _system(kind: str, path: str, world_file: str | None) -> System | None:
    if kind == "installed":
        from apkgraph.image.root import read_installed

        return read_installed(path, world_file)
    if kind == "image":
        from apkgraph.image.image import read_image

        return read_image(path).system
    return None
