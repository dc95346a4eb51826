"""What `--base` names: a world, or a world with what is installed."""

from __future__ import annotations

from apkgraph.errors import UsageError
from apkgraph.model.dependency import parse_request, parse_world

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from apkgraph.model.dependency import Dependency
    from apkgraph.model.package import Package

DOCKER_WORLD = "alpine-baselayout alpine-keys apk-tools busybox libc-utils"
_RELEASE_PACKAGE = "alpine-release"
_FIRST_WITH_RELEASE_PACKAGE = (3, 21)
KINDS = "docker, none, world:FILE, installed:PATH, image:PATH or pkg:A,B,…"


class BaseRequest:
    """A base before it is solved: its world, and what is installed (None: what the world brings)."""

    __slots__ = ("installed", "name", "world")

    def __init__(self, name: str, world: Iterable[Dependency], installed: tuple[Package, ...] | None = None) -> None:
        self.name = name
        self.world = tuple(world)
        self.installed = installed


def read_base(name: str, world_file: str | None, descriptions: Iterable[str], release: str) -> BaseRequest:
    """Read a base.

    `descriptions` are the indexes' own (`v3.18.5-143-g…`), by which it is known what the official image of that
    release holds. Raises UsageError for a base of no kind, InputError for a file that cannot be read as one.
    """
    kind, _, rest = name.partition(":")
    if name == "docker":
        return BaseRequest(name, docker_world(descriptions, release))
    if name == "none":
        return BaseRequest(name, ())
    if kind == "pkg" and rest:
        return BaseRequest(name, parse_request([word for word in rest.split(",") if word]))
    if kind == "world" and rest:
        from apkgraph.inputs.world import read_world

        return BaseRequest(name, read_world(rest))
    if kind == "installed" and rest:
        from apkgraph.inputs.installed import read_installed

        system = read_installed(rest, world_file)
        return BaseRequest(name, system.world, system.packages)
    if kind == "image" and rest:
        from apkgraph.inputs.image import read_image

        image = read_image(rest)
        return BaseRequest(name, image.world, image.packages)
    raise UsageError(f"{name!r} is no base: give {KINDS}")


def docker_world(descriptions: Iterable[str], release: str) -> tuple[Dependency, ...]:
    """The world of the official image and minirootfs of the indexes' release; edge counts as the newest."""
    numbers = [number for number in map(release_number, (*descriptions, release)) if number is not None]
    if not numbers or numbers[0] >= _FIRST_WITH_RELEASE_PACKAGE:
        return parse_world(f"{DOCKER_WORLD} {_RELEASE_PACKAGE}")
    return parse_world(DOCKER_WORLD)


def release_number(text: str) -> tuple[int, int] | None:
    """`(3, 18)` for `v3.18`, `3.18.5` and `v3.18.5-143-g…`; None for `edge` and whatever is no release."""
    major, _, rest = text.removeprefix("v").partition(".")
    minor = rest.partition(".")[0].partition("-")[0].partition("_")[0]
    if major.isascii() and major.isdigit() and minor.isascii() and minor.isdigit():
        return int(major), int(minor)
    return None
