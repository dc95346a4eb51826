"""Which compiled universe answers what, and until when: what the settings and the mirror would give, nothing else."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zlib import crc32

import pytest

from apkgraph.loading import manifest as manifest_module
from apkgraph.loading.cold import MOST, tidy
from apkgraph.mirror import fetch as fetch_module
from apkgraph.mirror import source as source_module
from tests.loading.conftest import Run, cost, manifests, run, universes
from tests.loading.mirrors import LATER, Mirror, served

if TYPE_CHECKING:
    from collections.abc import Callable

    from apkgraph.index.universe import Universe
    from tests.mirror.archives import Key

HOURS = 3600


class Time:
    """The clock of this process, which a test moves."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from time import time

        self.moved = 0.0
        monkeypatch.setattr(manifest_module, "time", lambda: time() + self.moved)
        monkeypatch.setattr(
            source_module, "Clock", lambda: fetch_module.Clock(now=lambda: time() + self.moved, sleep=lambda _: None)
        )


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    return Time(monkeypatch)


def version(answer: Run) -> str:
    (git,) = (change["version"] for change in answer.document["changes"] if change["name"] == "git")
    return str(git)


def stamps(paths: list[Path]) -> list[tuple[str, int]]:
    """What changes when a file is written anew."""
    return [(path.name, path.stat().st_ino) for path in paths]


# Freshness


def test_within_the_maximum_age_nobody_is_asked(here: dict[str, str], mirror: Mirror, time: Time) -> None:
    right = cost()
    assert mirror.statuses == [200, 200]
    time.moved = 3.9 * HOURS
    again = cost()
    assert again.out == right.out
    assert mirror.statuses == [200, 200]


def test_after_that_the_mirror_is_asked_and_what_has_not_changed_stays_compiled(
    here: dict[str, str], mirror: Mirror, cache: Path, time: Time
) -> None:
    right = cost()
    compiled = stamps(universes(cache))
    time.moved = 4.1 * HOURS
    assert cost().document == right.document
    assert mirror.statuses == [200, 200, 304, 304]
    assert stamps(universes(cache)) == compiled
    assert cost().document == right.document
    assert len(mirror.statuses) == 4


@pytest.mark.parametrize("words", [("--max-age", "0s"), ("--refresh",)], ids=["no age", "refresh"])
def test_asked_for_it_is_asked_at_once(here: dict[str, str], mirror: Mirror, words: tuple[str, ...]) -> None:
    cost()
    cost(*words)
    assert mirror.statuses == [200, 200, 304, 304]


def test_an_index_that_has_changed_is_compiled_anew(
    here: dict[str, str], mirror: Mirror, cache: Path, key: Key, time: Time
) -> None:
    before = version(cost())
    mirror.replace(key, LATER, "community")
    assert version(cost()) == before
    time.moved = 5 * HOURS
    assert version(cost()) == "99-r0" != before
    assert sorted(mirror.statuses) == [200, 200, 200, 304]
    assert len(universes(cache)) == 2


@pytest.mark.parametrize(("moved", "asked"), [(-30, False), (-120, True), (-10 * 365 * 24 * HOURS, True)])
def test_a_clock_that_was_set_back(here: dict[str, str], mirror: Mirror, time: Time, moved: float, asked: bool) -> None:
    right = cost()
    time.moved = moved
    assert cost().document == right.document
    assert (len(mirror.statuses) > 2) == asked


# Trust


def keys_of(environ: dict[str, str]) -> list[Path]:
    return [path for path in Path(environ["APKGRAPH_KEYS_DIR"]).iterdir() if "sample" in path.name]


def test_a_key_that_is_trusted_no_more_counts_at_once(here: dict[str, str], mirror: Mirror) -> None:
    assert cost().status == 0
    for path in keys_of(here):
        path.unlink()
    found = cost()
    assert (found.status, found.out) == (5, "")
    assert "not trusted" in found.err
    assert mirror.statuses == [200, 200, 200, 200]


def test_a_key_that_has_changed_is_looked_at_again(here: dict[str, str], mirror: Mirror, key: Key) -> None:
    right = cost()
    (path,) = keys_of(here)
    was = path.read_bytes()
    path.write_bytes((Path(here["APKGRAPH_KEYS_DIR"]) / key.name).read_bytes())
    assert cost().status == 5
    path.write_bytes(was)
    assert cost().document == right.document


def test_where_nobody_trusted_has_signed_there_is_no_key_to_look_at(here: dict[str, str], mirror: Mirror) -> None:
    for path in keys_of(here):
        path.unlink()
    right = cost("--allow-untrusted")
    assert right.status == 0
    assert cost("--allow-untrusted").document == right.document
    assert mirror.statuses == [200, 200]


# Stale


def test_what_is_stale_says_so_and_is_asked_for_again(here: dict[str, str], mirror: Mirror, time: Time) -> None:
    right = cost()
    archives = {path: path.read_bytes() for path in (mirror.index("main"), mirror.index("community"))}
    for path in archives:
        path.unlink()
    time.moved = 5 * HOURS
    found = cost()
    assert (found.status, found.stale, len(found.warnings)) == (0, [True, True], 2)
    assert found.document["changes"] == right.document["changes"]
    for path, data in archives.items():
        path.write_bytes(data)
    assert cost().document == right.document
    assert cost().err == ""


def test_a_refresh_that_failed_leaves_no_mark(here: dict[str, str], mirror: Mirror) -> None:
    right = cost()
    path = mirror.index("main")
    data = path.read_bytes()
    path.write_bytes(b"<html>")
    found = cost("--refresh")
    assert (found.status, found.stale, len(found.warnings)) == (0, [True, False], 1)
    assert (cost().err, cost().document) == ("", right.document)
    path.write_bytes(data)


def test_offline_and_too_old_it_is_stale_each_time(here: dict[str, str], mirror: Mirror, time: Time) -> None:
    cost()
    time.moved = 5 * HOURS
    for _ in range(2):
        found = cost("--offline")
        assert (found.stale, len(found.warnings)) == ([True, True], 2)
    assert len(mirror.statuses) == 2


# What answers what


def test_two_mirrors_of_the_same_indexes_share_one_compiled_file(
    here: dict[str, str], mirror: Mirror, tmp_path: Path, cache: Path
) -> None:
    first = cost()
    compiled = stamps(universes(cache))
    with served(Mirror(tmp_path / "another mirror")) as other:
        second = cost("--mirror", other.url)
        assert second.document["changes"] == first.document["changes"]
        assert second.document["universe"]["mirror"] == other.url
        assert all(each["url"].startswith(other.url) for each in second.document["universe"]["repositories"])
    assert cost().out == first.out
    assert stamps(universes(cache)) == compiled
    assert len(manifests(cache)) == 2


@pytest.mark.parametrize(
    "words",
    [
        ("--base", "none"),
        ("--base", "pkg:busybox"),
        ("--repositories", "community,main"),
        ("--repositories", "main"),
        ("--allow-untrusted",),
    ],
    ids=" ".join,
)
def test_other_settings_are_answered_as_if_alone(
    here: dict[str, str], mirror: Mirror, tmp_path: Path, words: tuple[str, ...]
) -> None:
    alone = cost(*words, "--cache-dir", str(tmp_path / "other"))
    cost()
    for _ in range(2):
        assert cost(*words).document == alone.document


def test_a_world_s_file_that_changes(here: dict[str, str], mirror: Mirror, tmp_path: Path) -> None:
    world = tmp_path / "world"
    world.write_text("busybox\n")
    first = cost("--base", f"world:{world}")
    world.write_text("git\n")
    second = cost("--base", f"world:{world}")
    assert first.document["cost"]["packages"] > 0 == second.document["cost"]["packages"]


def test_an_empty_system_with_a_world_is_not_what_that_world_brings(
    here: dict[str, str], mirror: Mirror, tmp_path: Path
) -> None:
    world, installed = tmp_path / "world", tmp_path / "installed"
    world.write_text("git\n")
    installed.write_text("")
    brought = run("cost", "curl", "--json", "--base", f"world:{world}")
    empty = run("cost", "curl", "--json", "--base", f"installed:{installed}", "--world", str(world))
    assert brought.document["base"]["packages"] > 0 == empty.document["base"]["packages"]


def test_a_system_whose_db_says_other_things_of_the_same_packages(
    here: dict[str, str], mirror: Mirror, tmp_path: Path
) -> None:
    record = "C:Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=\nP:mine\nV:1\nI:{}\n\n"
    world, installed = tmp_path / "world", tmp_path / "installed"
    world.write_text("mine\n")
    sizes = []
    for size in (1000, 2000):
        installed.write_text(record.format(size))
        sizes.append(cost("--base", f"installed:{installed}", "--world", str(world)).document["base"]["installed_size"])
    assert sizes == [1000, 2000]


# Indexes on this machine


def test_files_on_this_machine_that_change(local: Mirror, key: Key, cache: Path) -> None:
    before = version(cost())
    assert version(cost()) == before
    local.replace(key, LATER, "community")
    assert version(cost()) == "99-r0"
    assert version(cost()) == "99-r0"
    assert len(universes(cache)) == 2


def test_a_file_that_changes_in_size_or_time_alone(local: Mirror, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cost()
    path = local.index()
    then = path.stat()
    os.utime(path, ns=(then.st_atime_ns, then.st_mtime_ns + 1))
    assert _is_read_again(monkeypatch)
    data = path.read_bytes()
    path.write_bytes(data)
    os.utime(path, ns=(then.st_atime_ns, then.st_mtime_ns + 1))  # as `cp -p` and `rsync -t` do
    assert _is_read_again(monkeypatch)
    assert not _is_read_again(monkeypatch)


def _is_read_again(monkeypatch: pytest.MonkeyPatch) -> bool:
    from apkgraph.loading import cold

    read = False
    real = cold.obtain_universe

    def seen(*each: Any) -> Universe:
        nonlocal read
        read = True
        return real(*each)

    with monkeypatch.context() as patched:
        patched.setattr(cold, "obtain_universe", seen)
        assert cost().status == 0
    return read


def test_a_file_that_changes_while_it_is_read(local: Mirror, key: Key, monkeypatch: pytest.MonkeyPatch) -> None:
    from apkgraph.loading import cold

    before = version(cost("--cache-dir", str(local.directory / "other")))
    real = cold.with_base

    def late(*each: object, **more: object) -> object:
        local.replace(key, LATER, "community")
        return real(*each, **more)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(cold, "with_base", late)
        assert version(cost()) == before
    assert version(cost()) == "99-r0"


def test_a_file_that_is_gone_is_an_error_not_an_old_answer(local: Mirror) -> None:
    cost()
    local.index().unlink()
    found = cost()
    assert (found.status, found.out) == (4, "")


def test_relative_paths_are_of_the_directory_that_they_are_asked_in(
    tmp_path: Path, key: Key, local: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in ("one", "two"):
        (tmp_path / place).mkdir()
        found_there = Mirror(tmp_path / place / "alpine")
    found_there.replace(key, LATER, "community")
    for words in (("--mirror", "alpine"), ("-X", "alpine/v3.18/community", "--repositories", "main")):
        found = []
        for place in ("one", "two", "one", "two"):
            monkeypatch.chdir(tmp_path / place)
            found.append(version(cost(*words)))
        assert (words, found) == (words, ["2.40.1-r0", "99-r0"] * 2)


# A manifest that is not what was written


def rewritten(path: Path, change: Callable[[dict[str, object]], object]) -> None:
    """A manifest with something else in it, under a right checksum."""
    document = json.loads(path.read_bytes().partition(b"\n")[2])
    changed = change(document)
    text = json.dumps(document if changed is None else changed)
    path.write_text(f"{crc32(text.encode()):08x}\n{text}\n")


FORGERIES: dict[str, Callable[[dict[str, object]], object]] = {
    "a list": lambda _: [1],
    "a number": lambda _: 7,
    "text": lambda _: "manifest",
    "null": lambda _: [None],
    "empty": lambda _: {},
    "files of numbers": lambda found: found.update(files=[1, 2]),
    "a file without a name": lambda found: found.update(files=[[]]),
    "a file with a list for a name": lambda found: found.update(files=[[[], 1, 2, 3]]),
    "a file with a NUL in its name": lambda found: found.update(files=[["\0", 1, 2, 3]]),
    "no files": lambda found: {name: found[name] for name in found if name != "files"},
    "checked at some word": lambda found: found.update(checked_at="now"),
    "checked for ever": lambda found: found.update(checked_at=10**400),
    "checked at no number": lambda found: found.update(checked_at=float("nan")),
    "a universe that is a number": lambda found: found.update(universe=1),
    "a universe elsewhere": lambda found: found.update(universe="../../outside"),
    "a universe of another key": lambda found: found.update(universe="copy"),
    "a universe that is not there": lambda found: found.update(universe="0" * 64),
    "repositories that are a number": lambda found: found.update(repositories=5),
    "a repository that is a word": lambda found: found.update(repositories=["main", "community"]),
    "a repository with a number for its URL": lambda found: found.update(
        repositories=[{**each, "url": 5} for each in found["repositories"]]  # type: ignore[attr-defined]
    ),
    "another request": lambda found: found.update(request="[]"),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_manifest_is_not_used(here: dict[str, str], mirror: Mirror, cache: Path, forgery: str) -> None:
    right = cost()
    (path,), (compiled,) = manifests(cache), universes(cache)
    shutil.copy(compiled, compiled.with_name("copy.universe"))
    shutil.copy(compiled, cache / "../outside.universe")
    rewritten(path, FORGERIES[forgery])
    asked = len(mirror.statuses)
    found = cost()
    assert (found.status, found.document, found.err) == (0, right.document, "")
    assert json.loads(path.read_bytes().partition(b"\n")[2])["universe"] == compiled.stem  # written anew
    assert len(mirror.statuses) == asked


def test_a_manifest_in_the_place_of_another_is_not_used(here: dict[str, str], mirror: Mirror, cache: Path) -> None:
    """Two requests may have the same name: it is a short checksum."""
    right = cost()
    (path,) = manifests(cache)
    cost("--base", "none")
    (other,) = (found for found in manifests(cache) if found != path)
    shutil.copy(other, path)
    assert cost().document == right.document


def test_a_compiled_file_in_the_place_of_another_is_not_used(here: dict[str, str], mirror: Mirror, cache: Path) -> None:
    right = cost()
    (compiled,) = universes(cache)
    cost("--base", "none")
    (other,) = (path for path in universes(cache) if path != compiled)
    shutil.copy(other, compiled)
    found = cost()
    assert (found.document, found.err) == (right.document, "")
    assert compiled.read_bytes() != other.read_bytes()


def test_a_file_that_is_no_compiled_one_is_made_anew(here: dict[str, str], mirror: Mirror, cache: Path) -> None:
    right = cost()
    (compiled,) = universes(cache)
    for data in (b"", b"apkgraph universe", compiled.read_bytes().replace(b"SQLite format 3", b"SQLite format 4")):
        compiled.unlink()
        compiled.write_bytes(data)
        found = cost()
        assert (found.document, found.err) == (right.document, "")
        assert compiled.read_bytes() != data
    assert len(mirror.statuses) == 2


def test_damage_where_the_archives_are_gone_and_the_mirror_has_newer_is_an_error_once(
    here: dict[str, str], mirror: Mirror, cache: Path, key: Key
) -> None:
    """The mirror has moved on: nothing that was read of the damaged file goes with what it has now."""
    from tests.loading.test_damage import Scribbler

    cost()
    Scribbler(*universes(cache)).scribble("names")
    shutil.rmtree(cache / "archives-1")
    mirror.replace(key, LATER, "community")
    assert_to_be_asked_again(cost())
    found = cost()
    assert (found.status, version(found), found.err) == (0, "99-r0", "")


def test_damage_of_what_the_archives_no_longer_are(
    here: dict[str, str], mirror: Mirror, cache: Path, key: Key, tmp_path: Path
) -> None:
    """Another process has fetched newer ones: they are not what the damaged file was compiled from."""
    from tests.loading.test_damage import Scribbler

    cost()
    mirror.replace(key, LATER, "community")
    assert run("fetch", "--refresh").status == 0
    Scribbler(*universes(cache)).scribble("packages")
    assert_to_be_asked_again(cost())
    found = cost()
    assert found.document == cost("--cache-dir", str(tmp_path / "other")).document
    assert (version(found), found.err) == ("99-r0", "")


def assert_to_be_asked_again(answer: Run) -> None:
    """What was read so far goes with nothing that could be read now."""
    assert (answer.status, answer.out) == (1, "")
    (line,) = answer.err.splitlines()
    assert "damaged" in line
    assert "ask again" in line


# What is stored


@pytest.mark.parametrize("words", [("--refresh",), ()], ids=["asked again", "warm"])
def test_passwords_are_not_stored(here: dict[str, str], mirror: Mirror, cache: Path, words: tuple[str, ...]) -> None:
    secret = mirror.url.replace("http://", "http://somebody:hunter2@")
    more = ("-X", f"{secret}/v3.18/community?token=hunter3")
    first = cost("--mirror", secret, *more)
    second = cost("--mirror", secret, *more, *words)
    assert (first.status, second.status) == (0, 0)
    files = [path for path in cache.rglob("*") if path.is_file()]
    assert len(files) > 3
    for text in [
        *(path.read_bytes() for path in files),
        *(each.encode() for each in (first.out, first.err, second.out)),
    ]:
        assert b"hunter" not in text
        assert b"somebody" not in text


def test_two_passwords_are_two_requests(here: dict[str, str], mirror: Mirror, cache: Path) -> None:
    for password in ("one", "two", "one"):
        assert cost("--mirror", mirror.url.replace("http://", f"http://me:{password}@")).status == 0
    assert len(manifests(cache)) == 2
    assert len(universes(cache)) == 1


# Tidiness


def test_only_the_newest_stay(tmp_path: Path) -> None:
    for suffix, most in MOST.items():
        for number in range(most + 3):
            path = tmp_path / f"{number:03}{suffix}"
            path.touch()
            os.utime(path, (1000 + number, 1000 + number))
    (tmp_path / "not ours").touch()
    tidy(str(tmp_path))
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"not ours"} | {f"{n:03}{suffix}" for suffix, most in MOST.items() for n in range(3, most + 3)}


def test_what_a_killed_process_left_goes_once_nobody_can_still_be_writing_it(tmp_path: Path) -> None:
    for name, age in (("old.universe.1.aa.part", 2 * HOURS), ("new.universe.2.bb.part", 60)):
        path = tmp_path / name
        path.touch()
        os.utime(path, (path.stat().st_mtime - age,) * 2)
    tidy(str(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["new.universe.2.bb.part"]


def test_tidying_while_another_tidies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(MOST[".universe"] + 1):
        (tmp_path / f"{number}.universe").touch()
    real = os.unlink

    def twice(path: str) -> None:
        real(path)
        real(path)

    monkeypatch.setattr("os.unlink", twice)
    tidy(str(tmp_path))
    assert len(list(tmp_path.iterdir())) == MOST[".universe"]


def test_manifests_do_not_grow_without_end(
    here: dict[str, str], cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each directory of keys is another request, all of them for one compiled universe."""
    monkeypatch.setitem(MOST, ".json", 3)
    for number in range(5):
        keys = shutil.copytree(here["APKGRAPH_KEYS_DIR"], tmp_path / f"keys {number}")
        assert cost("--keys-dir", str(keys)).status == 0
    assert (len(universes(cache)), len(manifests(cache))) == (1, 3)
