"""When releases of Alpine came to their end.

Source: https://alpinelinux.org/releases/, facts as of the last release in the table; a later one counts as alive,
unless the cached list of releases (`apkgraph releases`) says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from apkgraph.errors import ApkgraphError
from apkgraph.mirror.releases import releases

if TYPE_CHECKING:
    from apkgraph.settings import Settings

END_OF_LIFE = {
    "v3.0": date(2016, 5, 1),
    "v3.1": date(2016, 11, 1),
    "v3.2": date(2017, 5, 1),
    "v3.3": date(2017, 11, 1),
    "v3.4": date(2018, 5, 1),
    "v3.5": date(2018, 11, 1),
    "v3.6": date(2019, 5, 1),
    "v3.7": date(2019, 11, 1),
    "v3.8": date(2020, 5, 1),
    "v3.9": date(2020, 11, 1),
    "v3.10": date(2021, 5, 1),
    "v3.11": date(2021, 11, 1),
    "v3.12": date(2022, 5, 1),
    "v3.13": date(2022, 11, 1),
    "v3.14": date(2023, 5, 1),
    "v3.15": date(2023, 11, 1),
    "v3.16": date(2024, 5, 23),
    "v3.17": date(2024, 11, 22),
    "v3.18": date(2025, 5, 9),
    "v3.19": date(2025, 11, 1),
    "v3.20": date(2026, 4, 1),
    "v3.21": date(2026, 11, 1),
    "v3.22": date(2027, 5, 1),
    "v3.23": date(2027, 11, 1),
}


def ends_of_life(settings: Settings) -> Mapping[str, date]:
    """The table, and over it what Alpine's own list of releases says, as far as it is cached; nobody is asked."""
    try:
        listed = releases(settings.replace(offline=True, refresh=False)).releases
    except ApkgraphError:
        return END_OF_LIFE
    said = {each.name: date.fromisoformat(each.end_of_life) for each in listed if _is_date(each.end_of_life)}
    return END_OF_LIFE | said


def end_of_life(release: str, ends: Mapping[str, date]) -> date | None:
    """The day on which a release stopped getting fixes, or will; None where it is not known."""
    if release.startswith("v2."):
        return END_OF_LIFE["v3.0"]  # all of them before that
    return ends.get(release)


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
