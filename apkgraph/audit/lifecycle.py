"""When releases of Alpine came to their end.

Source: https://alpinelinux.org/releases/, facts as of the last release in the table; a later one counts as alive.
"""

from __future__ import annotations

from datetime import date

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


def end_of_life(release: str) -> date | None:
    """The day on which a release stopped getting fixes, or will; None where it is not known."""
    if release.startswith("v2."):
        return END_OF_LIFE["v3.0"]  # all of them before that
    return END_OF_LIFE.get(release)
