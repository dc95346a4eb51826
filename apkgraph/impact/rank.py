"""Every name of a universe by what it costs: one exact figure after the other."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import takewhile
from typing import TYPE_CHECKING, ClassVar, NamedTuple, Protocol

from apkgraph.errors import ApkgraphError, MirrorError
from apkgraph.garbage_collection import without_collection
from apkgraph.impact.resolved_graph import serving
from apkgraph.model.dependency import Dependency
from apkgraph.model.version import compare

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from multiprocessing.synchronize import Event

    from apkgraph.index.universe import Universe
    from apkgraph.model.package import Package
    from apkgraph.solve.solution import Solution

    Add = Callable[[tuple[Dependency, ...]], Solution]
    Opener = Callable[[], tuple[Universe, Add]]
    Progress = Callable[[int, int], None]

_BATCH = 20  # names: what an interruption may lose of each process


class RankRow(NamedTuple):
    """What one name brings and costs on the base, as `apkgraph cost NAME` says; sizes are bytes.

    `package` and `version` are of what serves the name; `own_size`, `closure_size` and `reverse_depends` (how many
    packages have a dependency that it could serve) are that package's. `satisfied` is false where apk could not add it.
    """

    name: str
    package: str
    version: str
    origin: str
    satisfied: bool
    packages: int
    installed_size: int
    download_size: int
    own_size: int
    closure_size: int
    reverse_depends: int


class Store(Protocol):
    """Where rows are kept while a ranking is made, and when it is whole."""

    def load_part(self) -> dict[str, RankRow]:
        """What there is so far, by name."""

    def append(self, rows: Iterable[RankRow]) -> None:
        """Keep some more rows."""

    def finish(self, rows: Iterable[RankRow]) -> None:
        """Keep all rows."""


class OriginRow(NamedTuple):
    """What one origin (an APKBUILD) builds: its packages, and the sum of their own sizes in bytes."""

    origin: str
    packages: int
    own_size: int
    download_size: int
    largest: str


@dataclass(frozen=True, slots=True)
class Order:
    """A way to rank: what it is called and by which figure, the largest first."""

    title: str
    figure: Callable[[RankRow], int]


ORDERS = {
    "cost": Order("installed size on the base", lambda row: row.installed_size),
    "download": Order("download size on the base", lambda row: row.download_size),
    "closure": Order("closure size", lambda row: row.closure_size),
    "packages": Order("number of packages on the base", lambda row: row.packages),
    "rdeps": Order("reverse dependencies", lambda row: row.reverse_depends),
}


def ordered(rows: Iterable[RankRow], by: str) -> list[RankRow]:
    """The rows, largest first by one of ORDERS, ties by name; what is not installable comes last."""
    figure = ORDERS[by].figure
    return sorted(rows, key=lambda row: (not row.satisfied, -figure(row), row.name))


def by_origin(universe: Universe) -> list[OriginRow]:
    """The origins of a universe, the largest first; of each name that one builds, its newest package counts."""
    packages: dict[str, dict[str, Package]] = {}
    for package in universe.packages():
        newest = packages.setdefault(package.origin or package.name, {})
        known = newest.get(package.name)
        if known is None or compare(package.version, known.version) > 0:
            newest[package.name] = package
    rows = [
        OriginRow(
            origin,
            len(members),
            sum(package.installed_size for package in members),
            sum(package.download_size for package in members),
            max(members, key=lambda package: package.installed_size).name,
        )
        for origin, members in ((origin, list(newest.values())) for origin, newest in packages.items())
    ]
    return sorted(rows, key=lambda row: (-row.own_size, row.origin))


def own_names(universe: Universe) -> list[str]:
    """Every name that a package has, once, in load order."""
    return list(dict.fromkeys(package.name for package in universe.packages()))


def rank_universe(open_universe: Opener, store: Store, jobs: int, progress: Progress) -> list[RankRow]:
    """A row for every name, in load order: from the store, or else worked out and stored.

    `open_universe` is called in each of `jobs` processes, so it must be a function that can be sent there. Whenever
    this ends, by an interruption too, what is done is in the store.
    """
    universe, add = open_universe()
    names = own_names(universe)
    done = store.load_part()
    missing = [name for name in names if name not in done]
    if jobs > 1:
        batches = _in_processes(open_universe, universe.key, missing, jobs)
    else:
        ranker = Ranker(universe, add)
        batches = (ranker.rows(batch) for batch in _batches(missing))
    for batch in batches:
        store.append(batch)
        done.update((row.name, row) for row in batch)
        progress(len(done), len(names))
    rows = [done[name] for name in names if name in done]
    store.finish(rows)
    return rows


class Ranker:
    """A universe with what all of its ranks share."""

    __slots__ = ("_add", "_dependents", "_universe")

    def __init__(self, universe: Universe, add: Add) -> None:
        self._universe = universe
        self._add = add
        self._dependents = count_dependents(universe)

    def rows(self, names: Iterable[str]) -> list[RankRow]:
        """One row a name, in the order of `names`."""
        with without_collection():
            return [row for name in names if (row := self._row(name)) is not None]

    def _row(self, name: str) -> RankRow | None:
        solution = self._add((Dependency(name),))
        chosen = solution.chosen(name)
        package = chosen.package if chosen is not None and solution.satisfied else self._universe.newest(name)
        if package is None:
            return None
        amount = solution.amount
        return RankRow(
            name,
            package.name,
            package.version,
            package.origin or package.name,
            solution.satisfied,
            amount.packages,
            amount.size.installed,
            amount.size.download,
            package.installed_size,
            closure_size(solution, package) if solution.satisfied else 0,
            self._dependents[package],
        )


def count_dependents(universe: Universe) -> Counter[Package]:
    """How many packages have a dependency that a package could serve."""
    dependents: Counter[Package] = Counter()
    able = cache(universe.able_providers)  # each token once
    for package in universe.packages():
        found = (able(token) for token in package.depends if not token.conflict)
        dependents.update({provider for providers in found for provider in providers} - {package})
    return dependents


def closure_size(solution: Solution, package: Package) -> int:
    """Bytes on disk of a package and everything that it needs in this solution."""
    found = {package: None}
    pending = [package]
    while pending:
        for token in pending.pop().depends:
            server = serving(solution, token)
            if server is not None and server not in found:
                found[server] = None
                pending.append(server)
    return sum(member.installed_size for member in found)


def _batches(names: Sequence[str]) -> Iterator[Sequence[str]]:
    return (names[start : start + _BATCH] for start in range(0, len(names), _BATCH))


def _in_processes(open_universe: Opener, key: str, names: Sequence[str], jobs: int) -> Iterator[list[RankRow]]:
    """Batches of rows as they come. A process that fails or dies ends with an error of this one."""
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor, as_completed
    from concurrent.futures.process import BrokenProcessPool

    context = multiprocessing.get_context("spawn")
    stop = context.Event()
    pool = ProcessPoolExecutor(jobs, context, initializer=_Process, initargs=(open_universe, key, stop))
    try:
        futures = [pool.submit(_rank_batch, batch) for batch in _batches(names)]
        for future in as_completed(futures):
            yield future.result()
    except BrokenProcessPool:
        message = "a ranking process ended early; run the same command again to continue"
        raise ApkgraphError(message) from None
    finally:
        stop.set()
        pool.shutdown(cancel_futures=True)


class _Process:
    """What a process of the pool keeps between batches; its universe is opened by the first."""

    current: ClassVar[_Process]

    def __init__(self, open_universe: Opener, key: str, stop: Event) -> None:
        """Ctrl+C is the first process's to handle, which then sets `stop`; where it is killed, this one ends, too."""
        import atexit
        import gc
        import signal
        import threading

        atexit.register(gc.freeze)  # do not scan all of the universe for cycles at exit
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        threading.Thread(target=_end_with_the_first, daemon=True).start()
        self._open = open_universe
        self._key = key
        self.stop = stop
        self._ranker: Ranker | None = None
        _Process.current = self

    def ranker(self) -> Ranker:
        """The universe that is ranked; MirrorError where it is another one by now."""
        if self._ranker is None:
            universe, add = self._open()
            if universe.key != self._key:
                message = "the indexes have changed meanwhile; run the same command again"
                raise MirrorError(message)
            self._ranker = Ranker(universe, add)
        return self._ranker


def _end_with_the_first() -> None:
    import multiprocessing

    first = multiprocessing.parent_process()
    if first is not None:
        first.join()
        os._exit(1)


def _rank_batch(names: Sequence[str]) -> list[RankRow]:
    process = _Process.current
    return process.ranker().rows(takewhile(lambda _name: not process.stop.is_set(), names))
