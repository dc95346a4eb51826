"""The ranks of a universe worked out by several processes, kept as they come, taken up again where they ended."""

from __future__ import annotations

import multiprocessing
import signal
from itertools import islice
from multiprocessing.connection import wait
from typing import TYPE_CHECKING

from apkgraph.errors import ApkgraphError, MirrorError
from apkgraph.impact.rank import own_names, rank_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from multiprocessing.connection import Connection

    from apkgraph.impact.rank import Add, RankRow
    from apkgraph.impact.rank_store import RankStore
    from apkgraph.index.universe import Universe

    Opener = Callable[[], tuple[Universe, Add]]
    Progress = Callable[[int, int], None]

_BATCH = 50  # rows that are kept at once: what an interruption may lose of each process


def rank_universe(open_universe: Opener, store: RankStore, jobs: int, progress: Progress) -> list[RankRow]:
    """A row for every name, in load order: from the store, or else worked out and stored.

    `open_universe` is called in each of `jobs` processes, so it must be a function that can be sent there. Whenever
    this ends, by an interruption too, what is done is in the store.
    """
    universe, add = open_universe()
    names = own_names(universe)
    done = store.load_part()
    missing = [name for name in names if name not in done]
    if jobs > 1:
        batches = _together(open_universe, universe.key, missing, jobs)
    else:
        batches = _batches(rank_names(universe, add, missing))
    for batch in batches:
        store.append(batch)
        done.update((row.name, row) for row in batch)
        progress(len(done), len(names))
    rows = [done[name] for name in names if name in done]
    store.finish(rows)
    return rows


def _batches(rows: Iterator[RankRow]) -> Iterator[list[RankRow]]:
    while batch := list(islice(rows, _BATCH)):
        yield batch


def _together(open_universe: Opener, key: str, names: list[str], jobs: int) -> Iterator[list[RankRow]]:
    """Every process takes each `jobs`-th name and sends batches; one that dies ends with an error of this one."""
    context = multiprocessing.get_context("spawn")
    readers: list[Connection] = []
    processes = []
    try:
        for number in range(jobs):
            reader, writer = context.Pipe(duplex=False)
            share = names[number::jobs]
            process = context.Process(target=_work, args=(open_universe, key, share, writer), daemon=True)
            process.start()
            writer.close()
            readers.append(reader)
            processes.append(process)
        yield from _received(readers)
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.join()
        for reader in readers:
            reader.close()


def _received(readers: Iterable[Connection]) -> Iterator[list[RankRow]]:
    open_readers = list(readers)
    while open_readers:
        ready = wait(open_readers)
        for reader in [reader for reader in open_readers if reader in ready]:
            batch = _receive(reader)
            if batch:
                yield batch
            else:
                open_readers.remove(reader)


def _receive(reader: Connection) -> list[RankRow]:
    """A batch, empty at the end."""
    try:
        received: list[RankRow] | ApkgraphError = reader.recv()
    except EOFError:
        message = "a process that ranks ended early; run the same again: what is done is kept"
        raise ApkgraphError(message) from None
    if isinstance(received, ApkgraphError):
        raise received
    return received


def _work(open_universe: Opener, key: str, names: list[str], writer: Connection) -> None:
    """One process: Ctrl+C is the first process's to handle."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        universe, add = open_universe()
        if universe.key != key:
            message = "the indexes have changed meanwhile; run the same again"
            raise MirrorError(message)
        for batch in _batches(rank_names(universe, add, names)):
            writer.send(batch)
        writer.send([])
    except ApkgraphError as error:
        writer.send(error)
    except BrokenPipeError:  # the first process was killed
        return
