"""Ranks: exactly what `cost` says, kept, resumed, and worked out by several processes alike."""

from __future__ import annotations

import multiprocessing
import os
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

import pytest
from hypothesis import given

from apkgraph.errors import ApkgraphError, MirrorError
from apkgraph.impact.rank import Ranker, RankRow, by_origin, count_dependents, ordered, own_names, rank_universe
from apkgraph.loading.ranks import RankStore as AnyStore
from tests.impact.test_cost import GIT
from tests.impact.worlds import World, worlds

if TYPE_CHECKING:
    from collections.abc import Callable

    from apkgraph.impact.rank import Add
    from apkgraph.index.universe import Universe
    from apkgraph.model.dependency import Dependency
    from apkgraph.solve.solution import Solution


def rows_of(world: World) -> list[RankRow]:
    return Ranker(world.universe, world.add).rows(own_names(world.universe))


class RankStore(AnyStore):
    """One that nobody is warned of."""

    def __init__(self, directory: str | None, key: str) -> None:
        super().__init__(directory, key, pytest.fail)


def open_git() -> tuple[Universe, Add]:
    world = World(GIT, "busybox")
    return world.universe, world.add


def fail() -> tuple[Universe, Add]:
    message = "nothing is cached"
    raise MirrorError(message)


def fail_in_a_process(main_opened: Path) -> tuple[Universe, Add]:
    """Open for the first process, fail for the others."""
    if main_opened.exists():
        return fail()
    main_opened.touch()
    return open_git()


@given(worlds())
def test_each_figure_is_what_cost_says(given_world: tuple[World, tuple[str, ...]]) -> None:
    world, _ = given_world
    for row in rows_of(world):
        cost = world.cost(row.name)
        assert (row.satisfied, row.packages) == (cost.satisfied, cost.packages)
        assert (row.installed_size, row.download_size) == (cost.installed_size, cost.download_size)
        if row.satisfied:
            analysis = world.ask(row.name)
            position = analysis.find(row.name)
            assert position is not None
            package = analysis.packages[position]
            assert (row.package, row.version) == (package.name, package.version)
            assert row.closure_size == analysis.closure_sizes[position]


@given(worlds())
def test_dependents_are_counted_by_plain_matching(given_world: tuple[World, tuple[str, ...]]) -> None:
    world, _ = given_world
    counted = count_dependents(world.universe)
    packages = list(world.universe.packages())
    for package in packages:
        versions = [(package.name, package.version), *((one.name, one.version or None) for one in package.provides)]
        needing = [
            other
            for other in packages
            if other is not package
            and any(
                token.name == name and not token.conflict and token.satisfied_by(package, version)
                for token in other.depends
                for name, version in versions
            )
        ]
        assert counted[package] == len(needing)


def test_orders_put_the_largest_first() -> None:
    rows = rows_of(World(GIT, "busybox"))
    assert [row.name for row in ordered(rows, "cost")][:3] == ["git", "curl", "libcurl"]
    assert next(row.name for row in ordered(rows, "rdeps")) == "libssl"
    assert [row.name for row in ordered(rows, "packages")[:2]] == ["curl", "git"]
    origins = by_origin(World(GIT).universe)
    assert (origins[0].origin, origins[0].own_size) == ("git", 5000)


def test_what_is_worked_out_is_kept(tmp_path: Path) -> None:
    store = RankStore(str(tmp_path), "key")
    told: list[tuple[int, int]] = []
    rows = rank_universe(open_git, store, 1, lambda done, total: told.append((done, total)))
    assert rows == rows_of(World(GIT, "busybox"))
    assert told == [(10, 10)]
    assert store.load() == rows
    assert RankStore(str(tmp_path), "another key").load() is None
    assert [path.suffix for path in tmp_path.glob("*.*")] == [".ndjson"]


def test_an_interruption_loses_nothing_and_the_next_run_goes_on(tmp_path: Path) -> None:
    store = RankStore(str(tmp_path), "key")
    rows = rows_of(World(GIT, "busybox"))
    store.append(rows[:4])

    def interrupt(done: int, total: int) -> None:
        assert (done, total) == (10, 10)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rank_universe(open_git, store, 1, interrupt)
    assert store.load() is None
    assert len(store.load_part()) == 10
    assert rank_universe(open_git, store, 1, lambda _done, _total: None) == rows


def test_several_processes_say_the_same_as_one(tmp_path: Path) -> None:
    store = RankStore(str(tmp_path), "key")
    assert rank_universe(open_git, store, 3, lambda _done, _total: None) == rows_of(World(GIT, "busybox"))


def test_a_process_that_fails_is_an_error_of_ours(tmp_path: Path) -> None:
    opener = partial(fail_in_a_process, tmp_path / "opened")
    with pytest.raises(ApkgraphError, match="nothing is cached"):
        rank_universe(opener, RankStore(str(tmp_path), "key"), 2, lambda _done, _total: None)


def die_in_a_process(main_opened: Path) -> tuple[Universe, Add]:
    """Open for the first process; the others are gone at once."""
    if main_opened.exists():
        os._exit(9)
    main_opened.touch()
    return open_git()


def test_a_process_that_dies_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    opener = partial(die_in_a_process, tmp_path / "opened")
    with pytest.raises(ApkgraphError, match="run the same command again"):
        rank_universe(opener, RankStore(str(tmp_path), "key"), 2, lambda _done, _total: None)


def open_slowly(opened: Path) -> tuple[Universe, Add]:
    """A universe whose answers take a second each; every process that opens it leaves its number."""
    universe, add = open_git()
    with open(opened, "a") as file:
        file.write(f"{os.getpid()}\n")

    def slow(request: tuple[Dependency, ...]) -> Solution:
        time.sleep(1)
        return add(request)

    return universe, slow


def rank_slowly(opened: Path) -> None:
    rank_universe(partial(open_slowly, opened), RankStore(None, "key"), 2, lambda _done, _total: None)


def test_processes_end_when_the_first_one_is_killed(tmp_path: Path) -> None:
    opened = tmp_path / "opened"
    first = multiprocessing.get_context("spawn").Process(target=rank_slowly, args=(opened,))
    first.start()
    numbers = until(lambda: opened.read_text().split() if opened.exists() else [], at_least=2)
    first.kill()
    first.join()
    until(lambda: [number for number in numbers if not _is_running(int(number))], at_least=len(numbers))


def until(ask: Callable[[], list[str]], at_least: int) -> list[str]:
    """Ask until there are enough."""
    for _ in range(600):
        if len(found := ask()) >= at_least:
            return found
        time.sleep(0.1)
    pytest.fail(f"still {found}")


def _is_running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text[:-20],
        lambda text: text.replace('"git"', "7", 1),
        lambda text: "\n".join(text.splitlines()[:-1]) + "\n",
        lambda text: text.replace("rows", "sows", 1),
        lambda text: text[:0],
        lambda text: text + "[]\n",
        lambda text: text.replace("5000", "-Infinity"),
        lambda text: text.replace("5000", "5001", 1),
        lambda text: text.replace('"git"', '"gil"', 1),
        lambda text: "\ud7ff" + text,
    ],
)
def test_a_file_that_is_not_whole_is_not_believed(tmp_path: Path, spoil: object) -> None:
    store = RankStore(str(tmp_path), "key")
    store.finish(rows_of(World(GIT, "busybox")))
    (path,) = tmp_path.glob("*.*")
    assert callable(spoil)
    path.write_text(spoil(path.read_text()))
    assert store.load() is None


def test_a_line_that_is_cut_costs_one_row(tmp_path: Path) -> None:
    store = RankStore(str(tmp_path), "key")
    rows = rows_of(World(GIT, "busybox"))
    store.append(rows[:3])
    (part,) = tmp_path.glob("*.*")
    part.write_text(part.read_text()[:-5])
    store.append(rows[3:])
    assert list(store.load_part()) == [row.name for row in (*rows[:2], *rows[3:])]


def test_a_line_that_is_flipped_costs_one_row(tmp_path: Path) -> None:
    store = RankStore(str(tmp_path), "key")
    rows = rows_of(World(GIT, "busybox"))
    store.append(rows)
    (part,) = tmp_path.glob("*.*")
    text = part.read_text().replace("5000", "5001", 1)
    for odd in ("[" * 100_000, "{", "{}", '["git"]', str(list(range(11)))):  # each with its right checksum
        text += f"{crc32(odd.encode()):08x} {odd}\n"
    part.write_text(text)
    assert len(store.load_part()) == len(rows) - 1
    assert set(store.load_part().values()) < set(rows)


def test_what_is_larger_than_any_ranking_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = RankStore(str(tmp_path), "key")
    store.finish(rows_of(World(GIT, "busybox")))
    (path,) = tmp_path.glob("*.*")
    monkeypatch.setattr("apkgraph.limits.RANKING_BYTES", path.stat().st_size // 2)
    assert store.load() is None


def test_what_cannot_be_kept_is_warned_of_once(tmp_path: Path) -> None:
    warnings: list[str] = []
    store = AnyStore(str(tmp_path / "nowhere"), "key", warnings.append)
    rows = rank_universe(open_git, store, 1, lambda _done, _total: None)
    assert rows == rows_of(World(GIT, "busybox"))
    assert warnings == ["the ranking cannot be kept (No such file or directory); continuing without it"]
    assert rank_universe(open_git, RankStore(None, "key"), 1, lambda _done, _total: None) == rows


def test_the_oldest_rankings_go(tmp_path: Path) -> None:
    for number in range(15):
        RankStore(str(tmp_path), str(number)).finish([])
    assert len(list(tmp_path.iterdir())) == 12
    assert RankStore(str(tmp_path), "14").load() == []


def test_the_oldest_beginnings_go(tmp_path: Path) -> None:
    for number in range(15):
        RankStore(str(tmp_path), str(number)).append(rows_of(World(GIT, "busybox")))
    assert len(list(tmp_path.iterdir())) == 13
    assert RankStore(str(tmp_path), "14").load_part() != {}


def test_what_another_removes_meanwhile_is_nothing_to_warn_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    warnings: list[str] = []
    (tmp_path / "gone").write_text("")
    monkeypatch.setattr(Path, "iterdir", lambda self: iter([self / "gone", self / "went"]))
    AnyStore(str(tmp_path), "key", warnings.append).finish([])
    assert warnings == []


def open_another(opened: Path) -> tuple[Universe, Add]:
    """A universe that is another one for each process."""
    universe, add = open_git()
    with open(opened, "a") as file:
        file.write("x")
    return universe.over({}, key=str(opened.stat().st_size)), add


def test_indexes_that_change_meanwhile_are_noticed(tmp_path: Path) -> None:
    opener = partial(open_another, tmp_path / "opened")
    with pytest.raises(MirrorError, match="the indexes have changed meanwhile"):
        rank_universe(opener, RankStore(None, "key"), 2, lambda _done, _total: None)
