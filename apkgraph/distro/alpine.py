"""Facts about Alpine."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

# The world of the official image and minirootfs, from which release on (their /etc/apk/world).
BASE_WORLDS = (
    ((0, 0), "alpine-baselayout alpine-keys apk-tools busybox libc-utils"),
    ((3, 21), "alpine-baselayout alpine-keys alpine-release apk-tools busybox libc-utils"),
    ((3, 23), "alpine-baselayout alpine-keys alpine-release apk-tools busybox musl-utils"),
)


def base_world(names: Iterable[str]) -> str:
    """Return the base's world for the first of these names that names a release, the newest where none does.

    A name is an index's description (`v3.18.5-143-g…`) or a release as the user wrote it.
    """
    number = next(filter(None, map(release_number, names)), None)
    return [world for since, world in BASE_WORLDS if number is None or since <= number][-1]


def release_number(name: str) -> tuple[int, int] | None:
    """Return `(3, 18)` for `v3.18`, `3.18.5` and `v3.18.5-143-g…`; None for `edge` and whatever is no release."""
    major, _, rest = name.removeprefix("v").partition(".")
    minor = rest.partition(".")[0].partition("-")[0].partition("_")[0]
    if major.isascii() and major.isdigit() and minor.isascii() and minor.isdigit():
        return int(major), int(minor)
    return None
