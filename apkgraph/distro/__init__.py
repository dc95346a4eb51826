"""The distributions that use apk, one profile each; a user's own are in the config file."""

from __future__ import annotations

from apkgraph.distro.profile import Distribution
from apkgraph.distro.profiles import ALPINE, PROFILES
from apkgraph.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ALPINE", "NAMES", "Distribution", "distribution_of_image", "find_distribution"]

NAMES = tuple(PROFILES)


def find_distribution(name: str, own: Mapping[str, Distribution] | None = None) -> Distribution:
    """Return the profile of this name, the user's own before those that ship; UsageError, with near names, for none."""
    if own and name in own:
        return own[name]
    if name in PROFILES:
        return PROFILES[name]
    from difflib import get_close_matches

    known = (*NAMES, *(own or ()))
    near = get_close_matches(name.lower(), known, n=1)
    message = f"unknown distribution {name!r}" + (
        f": did you mean {near[0]}?" if near else f"; known: {', '.join(known)}"
    )
    raise UsageError(message)


def distribution_of_image(
    image: str, own: Mapping[str, Distribution] | None = None
) -> tuple[Distribution, bool] | None:
    """Return whose container image this is, and whether it is the base image; None where no profile knows it.

    `image` is a repository as a FROM line writes it, without tag and digest. The user's own profiles go first, and a
    base image before the patterns of all images of a registry. Alpine's are known by their tags, not here.
    """
    from fnmatch import fnmatchcase

    image = image.removeprefix("docker.io/")
    profiles = [*(own or {}).values(), *PROFILES.values()]
    for fact in ("base_images", "images"):
        for profile in profiles:
            if any(fnmatchcase(image, pattern) for pattern in getattr(profile, fact)):
                return profile, fact == "base_images"
    return None
