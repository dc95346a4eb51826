"""When releases come to their end: by the distribution's profile, and by its list of releases where that is cached.

A release that neither knows counts as alive.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from apkgraph.distro import alpine
from apkgraph.errors import ApkgraphError
from apkgraph.explorer import Explorer

END_OF_LIFE = {name: date.fromisoformat(day) for name, day in alpine.PROFILE.ends_of_life}

if TYPE_CHECKING:
    from apkgraph.settings import Settings


def ends_of_life(settings: Settings) -> Mapping[str, date]:
    """Return the profile's dates, and over them those of the distribution's own list if cached; nothing is fetched."""
    known = {name: date.fromisoformat(day) for name, day in settings.distro.ends_of_life}
    try:
        listed = Explorer(settings.replace(offline=True, refresh=False)).releases().releases
    except ApkgraphError:
        return known
    said = {each.name: date.fromisoformat(each.end_of_life) for each in listed if _is_date(each.end_of_life)}
    return {**known, **said}


def end_of_life(release: str, ends: Mapping[str, date]) -> date | None:
    """The day on which a release stopped getting fixes, or will; None where it is not known."""
    if release.startswith("v2."):
        return ends.get("v3.0")  # all of them before that
    return ends.get(release)


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
