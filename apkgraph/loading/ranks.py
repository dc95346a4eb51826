"""The ranks of a universe: kept in the cache, or else worked out and kept there."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from apkgraph.errors import ApkgraphError
from apkgraph.impact.rank import rank_universe
from apkgraph.impact.rank_store import RankStore
from apkgraph.loading import load_universe
from apkgraph.mirror.directory import RANKS, UnusableCacheError, cache_directory
from apkgraph.settings import NAMES, Settings
from apkgraph.solve.problem import InitialState
from apkgraph.solve.solver import add

if TYPE_CHECKING:
    from collections.abc import Callable

    from apkgraph.impact.rank import Add, RankRow
    from apkgraph.index.universe import Universe

    Progress = Callable[[int, int], None]
    Warn = Callable[[str], None]


def ranks(settings: Settings, universe: Universe, jobs: int, progress: Progress, warn: Warn) -> list[RankRow]:
    """What every name of the settings' universe costs, by `jobs` processes where there is a cache that they share."""
    try:
        directory = cache_directory(settings, RANKS)
    except UnusableCacheError as error:
        warn(str(error))
        directory = None
    store = RankStore(directory, universe.key, warn)
    rows = store.load()
    if rows is not None:
        return rows
    again = partial(_open_from_cache, {name: getattr(settings, name) for name in NAMES})
    if jobs > 1 and _opens(again):
        return rank_universe(again, store, jobs, progress)
    return rank_universe(partial(_with_add, universe), store, 1, progress)


def _opens(open_universe: Callable[[], object]) -> bool:
    """Whether other processes could have the universe, too: not where there is no cache to have it from."""
    try:
        open_universe()
    except ApkgraphError:
        return False
    return True


def _open_from_cache(chosen: dict[str, object]) -> tuple[Universe, Add]:
    settings = Settings({**chosen, "refresh": False, "offline": not chosen["sample"]}, {})
    return _with_add(load_universe(settings))


def _with_add(universe: Universe) -> tuple[Universe, Add]:
    initial = InitialState(universe)
    return universe, lambda request: add(initial, universe.base_world, request)
