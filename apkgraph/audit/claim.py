"""What a total may claim: exact, at least, a range, or unknown. The one place that decides it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from itertools import product
from typing import NamedTuple

from apkgraph import limits
from apkgraph.dockerfile.events import (
    ApkCall,
    CacheCleared,
    CacheLinked,
    Choice,
    Event,
    RepositoriesEdited,
    RepositoriesWritten,
)
from apkgraph.dockerfile.stages import Build

_NONE = -1  # the arm of a condition of which no branch runs

Scenario = Mapping[int, int]  # the number of a condition to the arm that runs
Path = tuple[Choice, ...]


class Certainty(Enum):
    """How far a total may be off."""

    EXACT = "exact"
    RANGE = "range"
    AT_LEAST = "at least"
    UNKNOWN = "unknown"


class Doubt(NamedTuple):
    """Why a total is not exact; `fatal`: nothing is known at all."""

    line: int
    reason: str
    fatal: bool = False


class Sizes(NamedTuple):
    """What an image holds. Sizes are bytes; `image` are those of all layers."""

    packages: int
    installed: int
    download: int
    image: int


class Claim(NamedTuple):
    """A total: the least that it is, the most (None: no bound is known), and why it is not exact."""

    certainty: Certainty
    least: Sizes
    at_most: Sizes | None
    doubts: tuple[Doubt, ...] = ()


def claim(totals: Sequence[Sizes], doubts: Iterable[Doubt], *, uncertain: int = 0) -> Claim:
    """The claim of an image whose total, in each scenario, is one of `totals`.

    `uncertain`: bytes of layers from which something may be removed that could not be followed.
    """
    doubts = tuple(dict.fromkeys(doubts))
    least, most = _each(totals, least=True), _each(totals, least=False)
    if any(doubt.fatal for doubt in doubts):
        return Claim(Certainty.UNKNOWN, _without(least, uncertain), None, doubts)
    if doubts or uncertain:
        return Claim(Certainty.AT_LEAST, _without(least, uncertain), None, doubts)
    return Claim(Certainty.EXACT if least == most else Certainty.RANGE, least, most)


def _each(totals: Sequence[Sizes], *, least: bool) -> Sizes:
    rows = [(one.packages, one.installed, one.download, one.image) for one in totals]
    columns = [sorted(column)[0 if least else -1] for column in zip(*rows, strict=True)]
    return Sizes(*columns)


def _without(sizes: Sizes, uncertain: int) -> Sizes:
    return Sizes(sizes.packages, sizes.installed, sizes.download, sizes.image - uncertain)


def runs(scenario: Scenario, choices: Path) -> bool:
    """Whether code under these choices runs."""
    return all(scenario.get(choice.number, _NONE) == choice.arm for choice in choices)


def scenarios(build: Build) -> list[Scenario] | None:
    """The ways through the undecided conditions that differ for apk; None where there are too many to follow."""
    paths = list(dict.fromkeys(_paths(build)))
    numbers: dict[int, list[int]] = {}
    combinations = 1
    for choice in (choice for path in paths for choice in path):
        if choice.number not in numbers:
            arms = [*range(choice.arms)] if choice.exhaustive else [_NONE, *range(choice.arms)]
            numbers[choice.number] = arms
            combinations *= len(arms)
    if combinations > limits.WAYS_TRIED:
        return None
    found: dict[tuple[Path, ...], Scenario] = {}
    for way in product(*numbers.values()):
        scenario = dict(zip(numbers, way, strict=True))
        found.setdefault(tuple(path for path in paths if runs(scenario, path)), scenario)
    return list(found.values()) if len(found) <= limits.WAYS else None


def _paths(build: Build) -> Iterator[Path]:
    for index in sorted(build.needed):
        for step in build.stages[index].steps:
            yield from (path for event in step.events if (path := _path(event)))


def _path(event: Event) -> Path:
    followed = ApkCall | RepositoriesWritten | RepositoriesEdited | CacheLinked | CacheCleared
    return event.choices if isinstance(event, followed) else ()
