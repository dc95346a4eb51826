"""The cache: nothing of it is trusted, nothing is unpickled; without it everything works, with one warning."""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import pickle
import shutil
import sqlite3
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import diskcache
import pytest

from apkgraph.errors import ApkgraphError
from apkgraph.mirror import cache as cache_module
from apkgraph.mirror.cache import ArchiveCache, CacheEntry, Metadata, Sizes, clear, digest, sizes
from apkgraph.mirror.directory import ARCHIVES, RANKS, UNIVERSES, UnusableCacheError, cache_directory, is_private
from apkgraph.mirror.source import obtain
from apkgraph.mirror.storage import PlainDisk, RefusedError, is_read_only
from apkgraph.settings import Settings
from tests.mirror.archives import INDEX, Key, signed
from tests.mirror.conftest import SettingsFor
from tests.mirror.faulty import answer, faulty, sends

DATA = bytes(range(256)) * 40


def entry(data: bytes = DATA, **changes: object) -> CacheEntry:
    facts = {
        "url": "http://host/main",
        "sha256": digest(data),
        "size": len(data),
        "fetched_at": 1,
        "checked_at": 2,
    }
    return CacheEntry(Metadata(**{**facts, **changes}), data)  # type: ignore[arg-type]


@pytest.fixture
def settings(settings_for: SettingsFor) -> Settings:
    return settings_for()


@pytest.fixture
def archives(settings: Settings) -> Path:
    """The directory of a cache that holds one entry, `one`."""
    with ArchiveCache(settings) as cache:
        cache.put("one", entry())
    return Path(settings.cache_dir) / ARCHIVES


def value_file(archives: Path) -> Path:
    (path,) = archives.rglob("*.val")
    return path


def test_what_is_put_is_got(settings: Settings) -> None:
    with ArchiveCache(settings) as cache:
        assert cache.get("one") is None
        cache.put("one", entry(etag='"1"', release="v3.18"))
        cache.put("two", entry(b"other"))
        assert cache.get("one") == entry(etag='"1"', release="v3.18")
    with ArchiveCache(settings) as cache:
        assert cache.get("two") == entry(b"other")
        assert sorted(about.size for about in cache.entries()) == [5, len(DATA)]


def test_what_is_put_anew_leaves_no_file_of_the_old(settings: Settings, archives: Path) -> None:
    with ArchiveCache(settings) as cache:
        cache.put("one", entry(b"new"))
    assert value_file(archives).read_bytes() == b"new"


def test_directories_are_private(settings: Settings, archives: Path) -> None:
    assert stat.S_IMODE(Path(settings.cache_dir).stat().st_mode) == 0o700
    assert stat.S_IMODE(archives.stat().st_mode) == 0o700


@pytest.mark.parametrize("mode", [0o720, 0o702, 0o777])
def test_a_part_that_others_may_write_is_refused_until_it_is_cleared(
    settings: Settings, archives: Path, mode: int
) -> None:
    assert is_private(settings, ARCHIVES)
    archives.chmod(mode)
    assert not is_private(settings, ARCHIVES)
    with pytest.raises(UnusableCacheError, match="others may write in"):
        cache_directory(settings, ARCHIVES)
    clear(settings)
    assert not is_private(settings, ARCHIVES)
    assert cache_directory(settings, ARCHIVES) == str(archives)
    assert is_private(settings, ARCHIVES)


def test_a_link_in_place_of_a_part_is_refused(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    Path(settings.cache_dir).mkdir()
    (Path(settings.cache_dir) / ARCHIVES).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UnusableCacheError, match="not a directory"):
        cache_directory(settings, ARCHIVES)
    assert not is_private(settings, ARCHIVES)


class PlantedError(Exception):
    """What a planted pickle raises when it runs."""


def explode() -> None:
    raise PlantedError


class Explosive:
    def __reduce__(self) -> tuple[Callable[[], None], tuple[()]]:
        return explode, ()


PICKLE = pickle.dumps(Explosive())


def plant(archives: Path, statement: str, *values: object) -> None:
    with sqlite3.connect(archives / "cache.db") as database:
        database.execute(statement, values)
    database.close()


def _inline_pickle(archives: Path) -> None:
    plant(archives, "UPDATE Cache SET mode = 4, filename = NULL, value = ?", PICKLE)


def _pickle_in_a_file(archives: Path) -> None:
    value_file(archives).write_bytes(PICKLE)
    plant(archives, "UPDATE Cache SET mode = 4")


def _inline_bytes(archives: Path) -> None:
    plant(archives, "UPDATE Cache SET mode = 1, filename = NULL, value = ?", DATA)


def _text_in_a_file(archives: Path) -> None:
    plant(archives, "UPDATE Cache SET mode = 3")


def _file_elsewhere(archives: Path) -> None:
    (archives.parent / "secret").write_bytes(DATA)
    plant(archives, "UPDATE Cache SET filename = '../secret'")


def _absolute_file(archives: Path) -> None:
    plant(archives, "UPDATE Cache SET filename = ?", str(value_file(archives)))


PLANTED = [_inline_pickle, _pickle_in_a_file, _inline_bytes, _text_in_a_file, _file_elsewhere, _absolute_file]


@pytest.mark.parametrize("plant_it", PLANTED)
def test_what_was_planted_is_refused(settings: Settings, archives: Path, plant_it: Callable[[Path], None]) -> None:
    plant_it(archives)
    warnings: list[str] = []
    with ArchiveCache(settings, warnings.append) as cache:
        assert cache.get("one") is None
        cache.put("one", entry())  # of no avail in this run, and no error
    assert len(warnings) == 1
    with ArchiveCache(settings, warnings.append) as cache:
        assert cache.get("one") is None
        cache.put("one", entry())
        assert cache.get("one") == entry()
    assert len(warnings) == 1


@pytest.mark.parametrize("plant_it", PLANTED)
def test_what_was_planted_is_refused_in_a_list(
    settings: Settings, archives: Path, plant_it: Callable[[Path], None]
) -> None:
    plant_it(archives)
    with ArchiveCache(settings) as cache:
        assert cache.entries() == []


def test_a_planted_key_is_refused(settings: Settings, archives: Path) -> None:
    plant(archives, "UPDATE Cache SET raw = 0, key = ?", PICKLE)
    with ArchiveCache(settings) as cache:
        assert cache.entries() == []


def test_diskcache_s_own_disk_would_have_run_it(settings: Settings, archives: Path) -> None:
    _inline_pickle(archives)
    with diskcache.Cache(str(archives)) as store, pytest.raises(PlantedError):
        store.get("one")


@pytest.mark.parametrize(
    "name", ["disk_min_file_size", "eviction_policy", "sqlite_journal_mode", "cull_limit", "size_limit", "size"]
)
def test_planted_settings_count_for_nothing(settings: Settings, archives: Path, name: str) -> None:
    plant(archives, "INSERT OR REPLACE INTO Settings VALUES (?, 'evil')", name)
    with ArchiveCache(settings, pytest.fail) as cache:
        assert cache.get("one") == entry()
        cache.put("two", entry())
        assert cache.get("two") == entry()


@pytest.mark.parametrize("name", ["_disk", "get"])
def test_planted_attributes_do_no_harm(settings: Settings, archives: Path, name: str) -> None:
    plant(archives, "INSERT OR REPLACE INTO Settings VALUES (?, 'evil')", name)
    warnings: list[str] = []
    with ArchiveCache(settings, warnings.append) as cache:
        assert cache.get("one") in (entry(), None)
        cache.put("two", entry())
    with ArchiveCache(settings, warnings.append) as cache:
        cache.put("two", entry())
        assert cache.get("two") in (entry(), None)
    assert len(warnings) <= 2


def test_a_file_elsewhere_is_never_removed(settings: Settings, archives: Path) -> None:
    _file_elsewhere(archives)
    with ArchiveCache(settings) as cache:
        cache.put("one", entry(b"new"))
    assert (archives.parent / "secret").read_bytes() == DATA


def test_a_value_larger_than_any_is_not_read(
    settings: Settings, archives: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apkgraph.limits.ARCHIVE_BYTES", len(DATA) - 1)
    warnings: list[str] = []
    with ArchiveCache(settings, warnings.append) as cache:
        assert cache.get("one") is None
    assert ["larger than any" in warning for warning in warnings] == [True]


def test_several_damages_are_one_warning(settings: Settings, archives: Path) -> None:
    with ArchiveCache(settings) as cache:
        cache.put("two", entry())
    for path in archives.rglob("*.val"):
        path.write_bytes(b"damaged")
    warnings: list[str] = []
    with ArchiveCache(settings, warnings.append) as cache:
        assert (cache.get("one"), cache.get("two")) == (None, None)
    assert len(warnings) == 1


def test_the_cache_holds_no_password(settings: Settings, key: Key) -> None:
    with faulty(sends(answer(signed(key)))) as server:
        obtain(settings.replace(mirror=server.url.replace("//", "//me:secret@") + "?token=hidden"))
    files = [path for path in Path(settings.cache_dir).rglob("*") if path.is_file()]
    assert len(files) > 1
    assert not any(word in path.read_bytes() for path in files for word in (b"secret", b"hidden", b"me:"))


def test_the_disk_takes_bytes_and_text_only(tmp_path: Path) -> None:
    disk = PlainDisk(str(tmp_path))
    for value in ("text", 1, None, [b""], Explosive()):
        with pytest.raises(TypeError):
            disk.store(value, False)
        assert list(tmp_path.iterdir()) == []
    for key in (b"bytes", 1, None, (1,)):
        with pytest.raises(TypeError):
            disk.put(key)
    for mode in (0, 1, 3, 4, 5, "2", None):
        with pytest.raises(RefusedError):
            disk.fetch(mode, "00/00/" + "0" * 28 + ".val", None, False)


def _flip(archives: Path) -> None:
    path = value_file(archives)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def _cut(archives: Path) -> None:
    os.truncate(value_file(archives), 100)


def _empty(archives: Path) -> None:
    os.truncate(value_file(archives), 0)


def _other_facts(archives: Path) -> None:
    plant(archives, "UPDATE Cache SET tag = ?", cache_module.to_text(entry(b"other").metadata))


def _no_facts(archives: Path) -> None:
    plant(archives, "UPDATE Cache SET tag = NULL")


def _strange_facts(archives: Path) -> None:
    plant(archives, "UPDATE Cache SET tag = ?", '{"url": 7}')


def _facts_of_other_types(archives: Path) -> None:
    plant(archives, "UPDATE Cache SET tag = ?", cache_module.to_text(entry(checked_at="now").metadata))


def _facts_beyond_all_bounds(archives: Path) -> None:
    plant(archives, "UPDATE Cache SET tag = ?", cache_module.to_text(entry(checked_at=10**400).metadata))


def _deep_facts(archives: Path) -> None:
    plant(archives, "UPDATE Cache SET tag = ?", "[" * 100_000)


@pytest.mark.parametrize(
    "damage",
    [
        _flip,
        _cut,
        _empty,
        _other_facts,
        _no_facts,
        _strange_facts,
        _facts_of_other_types,
        _facts_beyond_all_bounds,
        _deep_facts,
    ],
)
def test_a_damaged_entry_is_dropped(settings: Settings, archives: Path, damage: Callable[[Path], None]) -> None:
    damage(archives)
    warnings: list[str] = []
    with ArchiveCache(settings, warnings.append) as cache:
        assert cache.get("one") is None
        assert cache.get("one") is None
    assert len(warnings) == 1
    with ArchiveCache(settings, warnings.append) as cache:
        assert cache.get("one") is None
        cache.put("one", entry())
        assert cache.get("one") == entry()
    assert len(warnings) == 1


def test_an_entry_whose_file_is_gone_is_missing(settings: Settings, archives: Path) -> None:
    value_file(archives).unlink()
    with ArchiveCache(settings) as cache:
        assert cache.get("one") is None


def _no_database(archives: Path) -> None:
    (archives / "cache.db").write_bytes(b"no database at all" * 1000)


def _cut_database(archives: Path) -> None:
    os.truncate(archives / "cache.db", 5000)


def _flipped_database(archives: Path) -> None:
    path = archives / "cache.db"
    data = bytearray(path.read_bytes())
    data[100:4096] = bytes(3996)
    path.write_bytes(data)


def _other_tables(archives: Path) -> None:
    plant(archives, "DROP TABLE Cache")
    plant(archives, "CREATE TABLE Cache (key, raw, expire_time)")


def _facts_in_no_encoding(archives: Path) -> None:
    plant(archives, "UPDATE Cache SET tag = CAST(x'ff' AS TEXT)")


def _a_schema_in_no_encoding(archives: Path) -> None:
    with contextlib.closing(sqlite3.connect(archives / "cache.db")) as database, database:
        database.execute("PRAGMA writable_schema = ON")
        database.execute("UPDATE sqlite_master SET sql = CAST(x'435245415445205441424c45ff' AS TEXT)")


def _another_file_format(archives: Path) -> None:
    with (archives / "cache.db").open("r+b") as file:
        file.seek(44)  # the number of the schema's format, in SQLite's header
        file.write(b"\x00\x00\x00\x09")


@pytest.mark.parametrize(
    "damage",
    [
        _no_database,
        _cut_database,
        _flipped_database,
        _other_tables,
        _facts_in_no_encoding,
        _a_schema_in_no_encoding,
        _another_file_format,
    ],
)
def test_a_damaged_database_starts_anew(settings: Settings, archives: Path, damage: Callable[[Path], None]) -> None:
    damage(archives)
    warnings: list[str] = []
    with ArchiveCache(settings, warnings.append) as cache:
        assert cache.get("one") is None
    assert len(warnings) == 1
    with ArchiveCache(settings, warnings.append) as cache:
        cache.put("one", entry())
        assert cache.get("one") == entry()
    assert len(warnings) == 1


def test_a_row_that_cannot_be_read_is_no_row_for_ever(settings: Settings, archives: Path) -> None:
    _facts_in_no_encoding(archives)
    warnings: list[str] = []
    for _ in range(2):
        with ArchiveCache(settings, warnings.append) as cache:
            assert cache.entries() == []
    assert len(warnings) == 1


@pytest.mark.parametrize("damage", [_no_database, _a_schema_in_no_encoding, _another_file_format])
def test_damage_that_is_found_while_opening_costs_nothing_but_what_was_there(
    settings: Settings, archives: Path, damage: Callable[[Path], None]
) -> None:
    damage(archives)
    with ArchiveCache(settings) as cache:
        assert cache.get("one") is None
        cache.put("one", entry())
        assert cache.get("one") == entry()


def test_an_older_format_is_left_alone_and_cleared(settings: Settings, archives: Path) -> None:
    older = archives.parent / "archives-0"
    older.mkdir()
    (older / "cache.db").write_bytes(b"of another time")
    with ArchiveCache(settings) as cache:
        assert cache.get("one") == entry()
    clear(settings)
    assert not older.exists()


def test_clear_removes_what_is_apkgraph_s_and_nothing_else(settings: Settings, archives: Path) -> None:
    universes = Path(cache_directory(settings, UNIVERSES))
    (universes / "a").write_bytes(b"12345")
    (archives.parent / "notes.txt").write_text("mine")
    (archives.parent / "archives of mine").mkdir()
    assert sizes(settings).universes == 5
    assert clear(settings) > len(DATA)
    assert sorted(path.name for path in archives.parent.iterdir()) == ["archives of mine", "notes.txt"]
    assert clear(settings) == 0


def test_clearing_what_is_not_there_is_no_error(settings_for: SettingsFor, tmp_path: Path) -> None:
    assert clear(settings_for(cache_dir=tmp_path / "absent")) == 0


# Without a cache: each case is answered all the same, with one warning.


def _answered(settings: Settings, key: Key) -> list[str]:
    """The warnings of a run whose cache cannot be used; its answer is looked at here."""
    warnings: list[str] = []
    with faulty(sends(answer(signed(key)))) as server:
        (index,) = obtain(settings.replace(mirror=server.url), warn=warnings.append)
    assert (index.content, index.stale) == (INDEX, False)
    return warnings


def test_a_cache_in_place_of_a_file(settings_for: SettingsFor, key: Key, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        (warning,) = _answered(settings_for(cache_dir=path), key)
        assert "continuing without it" in warning


def test_a_cache_of_somebody_else_s(settings: Settings, key: Key, monkeypatch: pytest.MonkeyPatch) -> None:
    Path(settings.cache_dir).mkdir()
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    (warning,) = _answered(settings, key)
    assert "belongs to somebody else" in warning


def test_a_cache_whose_part_is_somebody_else_s(settings: Settings, key: Key, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.lstat

    def lstat(path: str) -> os.stat_result:
        found = list(real(path))
        found[4] += 1  # the owner
        return os.stat_result(found)

    Path(settings.cache_dir, ARCHIVES).mkdir(parents=True)
    monkeypatch.setattr(os, "lstat", lstat)
    (warning,) = _answered(settings, key)
    assert "belongs to somebody else" in warning


def test_a_cache_that_cannot_be_made(settings: Settings, key: Key, monkeypatch: pytest.MonkeyPatch) -> None:
    def makedirs(path: str, *_rest: object, **_more: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system", path)

    monkeypatch.setattr(os, "makedirs", makedirs)
    (warning,) = _answered(settings, key)
    assert "Read-only file system" in warning


@pytest.mark.parametrize("text", ["attempt to write a readonly database", "database or disk is full", "disk I/O error"])
def test_a_database_that_cannot_be_opened(
    settings: Settings, key: Key, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    def fail(_directory: str) -> None:
        raise sqlite3.OperationalError(text)

    monkeypatch.setattr(cache_module, "_open", fail)
    (warning,) = _answered(settings, key)
    assert text in warning


def test_a_full_disk(settings: Settings, key: Key, monkeypatch: pytest.MonkeyPatch) -> None:
    def write(self: PlainDisk, path: str, _chunks: Iterator[bytes], _mode: str) -> None:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    _answered(settings, key)
    good = value_file(Path(settings.cache_dir) / ARCHIVES).read_bytes()
    monkeypatch.setattr(PlainDisk, "_write", write)
    (warning,) = _answered(settings.replace(refresh=True, max_age=0), key)
    assert "No space left on device" in warning
    assert value_file(Path(settings.cache_dir) / ARCHIVES).read_bytes() == good  # and nothing half-written beside it


def test_a_locked_database(settings: Settings, archives: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache_module, "_LOCK_TIMEOUT", 0.05)
    warnings: list[str] = []
    with ArchiveCache(settings, warnings.append) as cache:
        assert cache.get("one") == entry()
        database = sqlite3.connect(archives / "cache.db", isolation_level=None)
        database.execute("BEGIN EXCLUSIVE")
        cache.put("one", entry(b"new"))
        database.close()
    assert [warning for warning in warnings if "locked" in warning] == warnings
    assert len(warnings) == 1
    with ArchiveCache(settings) as cache:
        assert cache.get("one") == entry()


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX's")
def test_a_read_only_cache_as_nobody(settings: Settings, key: Key, tmp_path: Path) -> None:
    Path(settings.cache_dir).mkdir()
    Path(settings.cache_dir).chmod(0o500)
    if os.access(settings.cache_dir, os.W_OK):
        pytest.skip("modes do not bind this user (root)")
    (warning,) = _answered(settings, key)
    assert "continuing without it" in warning


def test_only_a_database_that_may_not_be_written_is_read_only(
    settings: Settings, archives: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not is_read_only(str(archives))
    for bound in (archives, archives / "cache.db"):
        monkeypatch.setattr(os, "access", lambda path, _mode, bound=bound: Path(path) != bound)
        assert is_read_only(str(archives))
    assert not is_read_only(str(archives.parent / "absent"))


@pytest.fixture
def bound(archives: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing may be written."""
    monkeypatch.setattr(os, "access", lambda *_each: False)


@pytest.mark.usefixtures("bound")
def test_a_read_only_cache_is_read_and_told_once_that_it_cannot_be_written(settings: Settings, archives: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in archives.parent.rglob("*")}
    warnings: list[str] = []
    with ArchiveCache(settings, warnings.append) as cache:
        assert cache.get("two") is None
        assert cache.get("one") == entry()
        assert cache.entries() == [entry().metadata]
        assert warnings == []
        cache.put("one", entry(b"new"))
        cache.put("two", entry(b"new"))
    assert [warning.count("Read-only file system") for warning in warnings] == [1]
    assert {path: path.stat().st_mtime_ns for path in archives.parent.rglob("*")} == before


@pytest.mark.usefixtures("bound")
@pytest.mark.parametrize("plant_it", PLANTED)
def test_what_was_planted_is_refused_in_a_read_only_cache(
    settings: Settings, archives: Path, plant_it: Callable[[Path], None]
) -> None:
    plant_it(archives)
    with ArchiveCache(settings) as cache:
        assert cache.get("one") is None
    with ArchiveCache(settings) as cache:
        assert cache.entries() == []


@pytest.mark.usefixtures("bound")
def test_a_planted_key_is_refused_in_a_read_only_cache(settings: Settings, archives: Path) -> None:
    plant(archives, "UPDATE Cache SET raw = 0, key = ?", PICKLE)
    with ArchiveCache(settings) as cache:
        assert cache.entries() == []


@pytest.mark.usefixtures("bound")
def test_a_read_only_cache_that_is_damaged_is_done_without(settings: Settings, archives: Path) -> None:
    value_file(archives).write_bytes(b"damaged")
    warnings: list[str] = []
    with ArchiveCache(settings, warnings.append) as cache:
        assert (cache.get("one"), cache.get("one")) == (None, None)
    assert len(warnings) == 1
    value_file(archives).unlink()
    with ArchiveCache(settings, pytest.fail) as cache:
        assert cache.get("one") is None


@pytest.mark.usefixtures("bound")
@pytest.mark.parametrize("damage", [_no_database, _facts_in_no_encoding, _a_schema_in_no_encoding, _inline_pickle])
def test_a_read_only_cache_is_not_thrown_away(
    settings: Settings, archives: Path, damage: Callable[[Path], None]
) -> None:
    damage(archives)
    warnings: list[str] = []
    with ArchiveCache(settings, warnings.append) as cache:
        assert (cache.get("one"), cache.entries()) == (None, [])
    assert len(warnings) == 1
    assert (archives / "cache.db").exists()


@pytest.mark.usefixtures("bound")
def test_a_read_only_cache_with_a_log_beside_it_is_read_with_the_log(settings: Settings, archives: Path) -> None:
    """Somebody is writing, or was killed: the newest rows are in the log only."""
    with sqlite3.connect(archives / "cache.db") as database:
        database.execute("UPDATE Cache SET key = 'moved'")
        database.commit()
        assert (archives / "cache.db-wal").stat().st_size > 0
        with ArchiveCache(settings) as cache:
            assert (cache.get("one"), cache.get("moved")) == (None, entry())
    database.close()


# What grows, and how far.


def test_the_archives_that_were_looked_at_longest_ago_go(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apkgraph.limits.CACHED_ARCHIVES_BYTES", 40 * len(DATA))
    for number in range(100):
        with ArchiveCache(settings) as cache:
            cache.put(str(number), entry())
            cache.put("0", entry(b"always"))
    with ArchiveCache(settings) as cache:
        kept_keys = [number for number in range(1, 100) if cache.get(str(number)) is not None]
        assert cache.get("0") == entry(b"always")
    assert kept_keys == list(range(kept_keys[0], 100))
    assert 20 < len(kept_keys) < 60
    assert len(list(Path(settings.cache_dir).rglob("*.val"))) == len(kept_keys) + 1


def test_what_the_killed_left_long_ago_is_removed(settings: Settings, archives: Path) -> None:
    orphans = [archives / "00" / "11" / f"{number:028x}.val" for number in range(2)]
    orphans[0].parent.mkdir(parents=True)
    for orphan in orphans:
        orphan.write_bytes(DATA)
    good = [path for path in archives.rglob("*.val") if path not in orphans]
    for path in (orphans[0], *good):
        os.utime(path, (1, 1))
    with ArchiveCache(settings) as cache:
        cache.put("two", entry(b"other"))
        assert (cache.get("one"), cache.get("two")) == (entry(), entry(b"other"))
    assert [orphan.exists() for orphan in orphans] == [False, True]  # the other one may still get its row


def test_a_list_of_an_index_out_of_order_ends(
    settings: Settings, archives: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(diskcache.Cache, "iterkeys", lambda _self: itertools.cycle(["one"]))
    warnings: list[str] = []
    with ArchiveCache(settings, warnings.append) as cache:
        assert cache.entries() == []
    assert len(warnings) == 1
    assert not archives.exists()


# What is counted, and how it is emptied.


def test_all_that_clear_frees_is_counted(settings: Settings, archives: Path) -> None:
    for number, part in enumerate((UNIVERSES, RANKS, "archives-0", "universes-7", "ranks-1"), 1):
        directory = archives.parent / part / "below"
        directory.mkdir(parents=True)
        (directory / "file").write_bytes(bytes(10**number))
    (archives.parent / "notes.txt").write_text("mine")
    found = sizes(settings)
    assert found == Sizes(found.archives, 10, 100, 1000 + 10_000 + 100_000)
    assert found.archives > len(DATA)
    assert clear(settings) == sum(found)
    assert sizes(settings) == Sizes()


@pytest.mark.parametrize("place", ["link", "file"])
def test_clear_says_what_it_leaves(settings: Settings, archives: Path, tmp_path: Path, place: str) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "file").write_bytes(DATA)
    odd = archives.parent / RANKS
    odd.symlink_to(tmp_path / "elsewhere") if place == "link" else odd.write_text("somebody's")
    assert sizes(settings).ranks == 0
    with pytest.raises(ApkgraphError, match=f"{RANKS}: this is not a directory"):
        clear(settings)
    assert odd.exists()
    assert (tmp_path / "elsewhere" / "file").exists()
    assert not archives.exists()


def test_clear_says_what_cannot_be_removed(settings: Settings, archives: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unlink(path: str, **_more: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", path)

    monkeypatch.setattr(os, "unlink", unlink)
    with pytest.raises(ApkgraphError, match=f"{ARCHIVES}: cannot be removed"):
        clear(settings)


def test_clearing_what_is_no_directory_is_one_error(settings_for: SettingsFor, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ApkgraphError, match="file: cannot be emptied"):
        clear(settings_for(cache_dir=tmp_path / "file"))
    assert sizes(settings_for(cache_dir=tmp_path / "file")) == Sizes()


def test_a_pipe_in_place_of_a_value_is_not_waited_for(settings: Settings) -> None:
    with ArchiveCache(settings) as cache:
        cache.put("key", entry())
    (value,) = Path(settings.cache_dir).rglob("*.val")
    value.unlink()
    os.mkfifo(value)
    warnings: list[str] = []
    with ArchiveCache(settings, warnings.append) as cache:
        assert cache.get("key") is None
    assert "not a plain file" in warnings[0]


def test_clear_beside_a_writer_is_no_failure(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with ArchiveCache(settings) as cache:
        cache.put("key", entry())
    removed: list[str] = []
    remove = shutil.rmtree

    def beside_a_writer(path: str, ignore_errors: bool = False) -> None:
        removed.append(path)
        if len(removed) == 1:
            raise OSError(errno.ENOTEMPTY, "Directory not empty", path)
        if not ignore_errors:
            remove(path)

    monkeypatch.setattr(shutil, "rmtree", beside_a_writer)
    clear(settings)
    assert not Path(settings.cache_dir, ARCHIVES).exists()
