"""From settings to trusted indexes: what is asked when, what is used when it fails, and that it is verified first."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Barrier, Event
from time import sleep

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from apkgraph.errors import (
    ApkgraphError,
    ArchiveError,
    IndexFormatError,
    MirrorError,
    SignatureError,
    TrustError,
    UsageError,
)
from apkgraph.mirror import concurrency as concurrency_module
from apkgraph.mirror.concurrency import run_concurrently
from apkgraph.mirror.source import TrustedIndex, obtain
from apkgraph.settings import Settings
from tests.mirror.archives import INDEX, Key, index_part, signed, tar_of
from tests.mirror.conftest import SettingsFor, Time
from tests.mirror.faulty import Connection, answer, faulty, sends, sends_and_hangs, sends_and_resets, trickles

PATH = "/alpine/v3.18/{}/x86_64/APKINDEX.tar.gz"
HOURS = 3600


class Mirror:
    """A mirror on loopback whose archives a test changes; it knows what it was asked."""

    def __init__(self, server: HTTPServer) -> None:
        self.archives: dict[str, bytes] = {}
        self.status = 0
        self._server = server
        server.expect_request("/alpine").respond_with_handler(self._answer)
        server.expect_request(re.compile("/alpine/.*")).respond_with_handler(self._answer)

    @property
    def url(self) -> str:
        return self._server.url_for("/alpine")

    @property
    def asked(self) -> list[tuple[str, int]]:
        """Each request's path and the answer's status."""
        return [(request.path, response.status_code) for request, response in self._server.log]

    @property
    def statuses(self) -> list[int]:
        return [status for _, status in self.asked]

    def put(self, name: str, data: bytes) -> None:
        self.archives[PATH.format(name)] = data

    def _answer(self, request: Request) -> Response:
        if self.status:
            return Response(status=self.status)
        data = self.archives.get(request.path)
        if data is None:
            return Response(status=404)
        response = Response(data, content_type="application/octet-stream")
        response.set_etag(str(hash(data)))
        response.make_conditional(request)
        return response


@pytest.fixture
def mirror(httpserver: HTTPServer, key: Key) -> Mirror:
    found = Mirror(httpserver)
    found.put("main", signed(key))
    return found


class Runner:
    """obtain() with one clock, its warnings collected."""

    def __init__(self, settings: Settings, time: Time) -> None:
        self.settings = settings
        self.time = time
        self.warnings: list[str] = []

    def __call__(self, **changes: object) -> tuple[TrustedIndex, ...]:
        self.warnings.clear()
        settings = self.settings.replace(**changes)
        return obtain(settings, warn=self.warnings.append, clock=self.time.clock)

    def fails(self, kind: type[ApkgraphError], **changes: object) -> str:
        with pytest.raises(kind) as caught:
            self(**changes)
        assert type(caught.value) is kind or kind in (MirrorError, TrustError)
        return str(caught.value)


@pytest.fixture
def run(settings_for: SettingsFor, mirror: Mirror, time: Time) -> Runner:
    return Runner(settings_for(mirror=mirror.url), time)


def test_an_index_is_fetched_verified_and_described(run: Runner, key: Key) -> None:
    (index,) = run()
    assert (index.content, index.description, index.signed_by) == (INDEX, "v3.18.5-1-gabc", key.name)
    assert index.archive_size == len(signed(key))
    assert (index.fetched_at, index.checked_at, index.stale) == (int(run.time.time), int(run.time.time), False)
    assert (index.repository.name, run.warnings) == ("main", [])


def test_a_young_index_is_used_without_asking(run: Runner, mirror: Mirror) -> None:
    first = run()
    run.time.move(4 * HOURS - 1)
    assert run() == first
    assert mirror.statuses == [200]


def test_an_old_index_is_asked_for_with_a_condition(run: Runner, mirror: Mirror) -> None:
    (first,) = run()
    run.time.move(4 * HOURS)
    (second,) = run()
    assert mirror.statuses == [200, 304]
    assert (second.fetched_at, second.checked_at) == (first.fetched_at, first.checked_at + 4 * HOURS)
    run.time.move(4 * HOURS - 1)
    assert run() == (second,)
    assert mirror.statuses == [200, 304]


def test_a_changed_index_is_fetched(run: Runner, mirror: Mirror, key: Key) -> None:
    run()
    mirror.put("main", signed(key, index_part(description=b"v3.18.5-2-gdef")))
    run.time.move(4 * HOURS)
    (index,) = run()
    assert (index.description, mirror.statuses) == ("v3.18.5-2-gdef", [200, 200])
    assert index.fetched_at == int(run.time.time)


def test_max_age_and_refresh(run: Runner, mirror: Mirror) -> None:
    run()
    run(refresh=True)
    run(max_age=0)
    run.time.move(60)
    run(max_age=61)
    assert mirror.statuses == [200, 304, 304]


def test_offline_never_asks(run: Runner, mirror: Mirror) -> None:
    assert "offline" in run.fails(MirrorError, offline=True)
    assert mirror.asked == []
    run()
    (young,) = run(offline=True)
    assert (young.stale, run.warnings) == (False, [])
    run.time.move(4 * HOURS)
    (old,) = run(offline=True)
    assert (old.stale, len(run.warnings)) == (True, 1)
    assert mirror.statuses == [200]


def test_a_clock_that_went_back_makes_nothing_young(run: Runner, mirror: Mirror) -> None:
    run()
    run.time.move(-30)
    run()
    assert mirror.statuses == [200]
    run.time.move(-24 * HOURS)
    (index,) = run()
    assert mirror.statuses == [200, 304]
    assert index.checked_at == int(run.time.time)


def test_a_mirror_s_clock_is_nobody_s_business(settings_for: SettingsFor, key: Key, time: Time) -> None:
    skewed = answer(signed(key), "Date: Thu, 01 Jan 1970 00:00:00 GMT", "Last-Modified: Fri, 01 Jan 2100 00:00:00 GMT")
    with faulty(sends(skewed), sends(answer(b"", status="304 Same"))) as server:
        run = Runner(settings_for(mirror=server.url), time)
        run()
        assert len(server.requests) == 1
        run()
        assert len(server.requests) == 1
        time.move(4 * HOURS)
        assert not run()[0].stale
        assert b"If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT" in server.requests[1]


FAILURES: dict[str, Callable[[Mirror, Key, Key], None]] = {
    "a server error": lambda mirror, _key, _stranger: setattr(mirror, "status", 500),
    "gone": lambda mirror, _key, _stranger: mirror.archives.clear(),
    "forbidden": lambda mirror, _key, _stranger: setattr(mirror, "status", 403),
    "unsigned": lambda mirror, _key, _stranger: mirror.put("main", index_part()),
    "signed by a stranger": lambda mirror, _key, stranger: mirror.put("main", signed(stranger)),
    "cut": lambda mirror, key, _stranger: mirror.put("main", signed(key)[:-9]),
    "flipped": lambda mirror, key, _stranger: mirror.put("main", signed(key)[:-99] + b"x" + signed(key)[-98:]),
    "no archive": lambda mirror, _key, _stranger: mirror.put("main", b"P:busybox"),
    "another archive": lambda mirror, key, _stranger: mirror.put("main", signed(key, index_part()[:-8])),
    "a web page": lambda mirror, _key, _stranger: mirror.put("main", b"<html>Log in"),
}


@pytest.mark.parametrize("name", FAILURES)
def test_whatever_fails_the_last_good_index_stays(
    run: Runner, mirror: Mirror, key: Key, stranger: Key, name: str
) -> None:
    (good,) = run()
    FAILURES[name](mirror, key, stranger)
    run.time.move(5 * HOURS)
    for _ in range(2):
        (index,) = run()
        assert (index.content, index.stale, index.checked_at) == (good.content, True, good.checked_at)
        assert [warning.count("continuing with the index fetched earlier") for warning in run.warnings] == [1]


@pytest.mark.parametrize("name", FAILURES)
def test_whatever_fails_without_a_good_index_is_an_error(
    run: Runner, mirror: Mirror, key: Key, stranger: Key, name: str
) -> None:
    FAILURES[name](mirror, key, stranger)
    with pytest.raises((MirrorError, TrustError)) as caught:
        run()
    assert caught.value.exit_status in (4, 5)
    assert "\n" not in str(caught.value)
    assert run.fails(MirrorError, offline=True)  # nothing of it was kept


def test_a_mirror_that_is_back_is_heard_again(run: Runner, mirror: Mirror) -> None:
    run()
    mirror.status = 500
    assert run(refresh=True)[0].stale
    mirror.status = 0
    assert not run(refresh=True)[0].stale


def test_unchanged_without_anything_cached_is_an_error(settings_for: SettingsFor, time: Time) -> None:
    with faulty(sends(answer(b"", status="304 Same"))) as server:
        message = Runner(settings_for(mirror=server.url), time).fails(MirrorError)
    assert "nothing is cached" in message


def test_untrusted_only_by_wish(run: Runner, mirror: Mirror, stranger: Key) -> None:
    for data in (index_part(), signed(stranger)):
        mirror.put("main", data)
        assert run.fails(SignatureError)
        (index,) = run(allow_untrusted=True)
        assert (index.content, index.signed_by) == (INDEX, "")
        assert run.fails(SignatureError)  # what was kept then is not trusted now
        assert len(run.warnings) == 1


def test_what_is_taken_untrusted_never_replaces_what_was_trusted(run: Runner, mirror: Mirror, stranger: Key) -> None:
    (good,) = run()
    for data in (index_part(description=b"other"), signed(stranger, index_part(description=b"other"))):
        mirror.put("main", data)
        (index,) = run(allow_untrusted=True, refresh=True)
        assert (index.description, index.signed_by, index.stale) == ("other", "", False)
        (index,) = run(offline=True)
        assert (index.description, index.signed_by) == (good.description, good.signed_by)


def test_what_is_broken_is_not_taken_by_wish_either(run: Runner, mirror: Mirror, key: Key) -> None:
    mirror.put("main", signed(key)[:-9])
    assert run.fails(ArchiveError, allow_untrusted=True)


def test_nothing_is_unpacked_before_it_is_verified(
    run: Runner, mirror: Mirror, stranger: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    from apkgraph.mirror import archive

    def unpacked(_content: bytes, _where: str) -> None:
        pytest.fail("read before it was verified")

    monkeypatch.setattr(archive, "read_index", unpacked)
    mirror.put("main", signed(stranger))
    assert run.fails(SignatureError)


def test_repositories_are_asked_side_by_side(settings_for: SettingsFor, key: Key, time: Time) -> None:
    both = Barrier(2, timeout=10)

    def meet(connection: Connection) -> None:
        both.wait()
        connection.send(answer(signed(key)))

    with faulty(meet) as server:
        run = Runner(settings_for(mirror=server.url, repositories="main,community"), time)
        assert [index.repository.name for index in run()] == ["main", "community"]


def test_an_archive_that_changes_between_two_repositories(run: Runner, mirror: Mirror, key: Key) -> None:
    old, new = b"v3.18.5-1-gold", b"v3.18.5-2-gnew"
    mirror.put("main", signed(key, index_part(description=old)))
    mirror.put("community", signed(key, index_part(description=new)))
    assert [index.description for index in run(repositories="main,community")] == [old.decode(), new.decode()]
    mirror.put("main", signed(key, index_part(description=new)))
    assert [index.description for index in run(repositories="main,community")] == [old.decode(), new.decode()]
    run.time.move(4 * HOURS)
    assert [index.description for index in run(repositories="main,community")] == [new.decode()] * 2


def test_one_missing_repository_is_named_and_the_others_are_kept(run: Runner, mirror: Mirror) -> None:
    message = run.fails(MirrorError, repositories="testing,main")
    assert "no repository testing in v3.18" in message
    assert (PATH.format("main"), 200) in mirror.asked
    assert run(offline=True)[0].repository.name == "main"


def test_local_mirrors_are_read_where_they_lie(settings_for: SettingsFor, key: Key, tmp_path: Path, time: Time) -> None:
    path = tmp_path / "mirror" / "v3.18" / "main" / "x86_64" / "APKINDEX.tar.gz"
    path.parent.mkdir(parents=True)
    for mirror in (str(tmp_path / "mirror"), f"file://{tmp_path}/mirror"):
        for description in (b"one", b"two"):
            path.write_bytes(signed(key, index_part(description=description)))
            (index,) = Runner(settings_for(mirror=mirror, offline=True), time)()
            assert (index.description, index.stale) == (description.decode(), False)
    assert not (tmp_path / "cache").exists()
    path.write_bytes(signed(key)[:-1])
    assert Runner(settings_for(mirror=str(tmp_path / "mirror")), time).fails(TrustError)
    path.unlink()
    assert "no repository main" in Runner(settings_for(mirror=str(tmp_path / "mirror")), time).fails(MirrorError)


def test_a_mirror_copied_without_links(run: Runner, mirror: Mirror) -> None:
    mirror.archives["/alpine/latest-stable"] = b"v3.18\n"
    (index,) = run(release="latest-stable")
    assert (index.repository.release, index.content) == ("latest-stable", INDEX)


def test_progress_is_told_by_repository(run: Runner, key: Key) -> None:
    told: list[tuple[str, int, int | None]] = []
    obtain(run.settings, progress=lambda *each: told.append(each), clock=run.time.clock)
    assert told[-1] == ("v3.18 main x86_64", len(signed(key)), len(signed(key)))


TIMELESS = {
    "hangs": sends_and_hangs(b""),
    "hangs in the body": sends_and_hangs(answer(b"\x1f\x8b", length=99)),
    "trickles in the header": trickles(b"HTTP/1.1 200 OK\r\n", b"X-Header: x\r\n" * 999),
    "trickles in the body": trickles(answer(b"", length=9999), b"x" * 9999),
}


@pytest.mark.parametrize("name", TIMELESS)
def test_a_mirror_that_takes_its_time_is_left_and_the_last_good_index_stays(
    settings_for: SettingsFor, key: Key, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(concurrency_module, "_GRACE", 0.1)
    with faulty(sends(answer(signed(key))), TIMELESS[name]) as server:
        settings = settings_for(mirror=server.url, timeout=1)
        obtain(settings)
        warnings: list[str] = []
        (index,) = obtain(settings.replace(refresh=True), warn=warnings.append)
    assert (index.stale, index.content, len(warnings)) == (True, INDEX, 1)


def test_a_reset_mirror_leaves_the_last_good_index(settings_for: SettingsFor, key: Key, time: Time) -> None:
    with faulty(sends(answer(signed(key))), sends_and_resets(answer(signed(key))[:-5])) as server:
        run = Runner(settings_for(mirror=server.url), time)
        run()
        assert run(refresh=True)[0].stale
    assert run(refresh=True)[0].stale  # refused, now


def test_a_job_that_never_ends_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(concurrency_module, "_GRACE", 0.05)
    never = Event()
    results = run_concurrently([lambda: never.wait(30), lambda: True], ["slow", "quick"], 0.05)
    never.set()
    assert isinstance(results[0], MirrorError)
    assert str(results[0]) == "slow: no answer in time"
    assert results[1] is True


def test_a_fault_of_the_program_is_not_hidden() -> None:
    def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_concurrently([fail], ["bad"], 5)


def test_many_jobs_share_few_threads() -> None:
    assert run_concurrently([lambda number=number: number for number in range(50)], ["x"] * 50, 5) == list(range(50))  # type: ignore[misc]
    assert run_concurrently([], [], 5) == []


def test_no_more_than_eight_work_at_once() -> None:
    working: list[int] = []
    most = 0

    def job() -> None:
        nonlocal most
        working.append(1)
        most = max(most, len(working))
        sleep(0.02)
        working.pop()

    run_concurrently([job] * 24, ["x"] * 24, 5)
    assert most == 8


def test_what_is_left_behind_does_not_keep_the_program_from_ending() -> None:
    program = "from threading import Event; from apkgraph.mirror import concurrency as module; module._GRACE = 0.1\n"
    program += "print(module.run_concurrently([Event().wait], ['slow'], 0.1))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=True)
    assert "slow: no answer in time" in done.stdout


def test_unknown_release_and_arch_are_usage_errors(
    settings_for: SettingsFor, key: Key, tmp_path: Path, time: Time
) -> None:
    for release in ("v3.18", "v3.19"):
        path = tmp_path / "mirror" / release / "main" / "x86_64"
        path.mkdir(parents=True)
        (path / "APKINDEX.tar.gz").write_bytes(signed(key))
    run = Runner(settings_for(mirror=str(tmp_path / "mirror")), time)
    assert run.fails(UsageError, release="v3.17").endswith("no release v3.17; it offers v3.18, v3.19")
    assert run.fails(UsageError, arch="riscv64").endswith("no architecture riscv64 in v3.18 main; it offers x86_64")
    assert run.fails(MirrorError, repositories="x").endswith("no repository x in v3.18; it offers main")


def test_a_check_may_refuse_what_came(run: Runner, mirror: Mirror, key: Key) -> None:
    def check(index: TrustedIndex) -> None:
        if index.description == "bad":
            message = "line 1: no index"
            raise IndexFormatError(message, 1)

    run()
    mirror.put("main", signed(key, index_part(description=b"bad")))
    (index,) = obtain(run.settings.replace(refresh=True), clock=run.time.clock, check=check)
    assert (index.description, index.stale) == ("v3.18.5-1-gabc", True)


def test_a_tar_bomb_of_a_mirror_is_refused(
    run: Runner, mirror: Mirror, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.mirror.archives import pack

    monkeypatch.setattr("apkgraph.limits.UNSIGNED_TEXT_BYTES", 1 << 20)
    monkeypatch.setattr("apkgraph.limits.INDEX_TEXT_BYTES", 2 << 20)
    bomb = pack(tar_of([("APKINDEX", bytes(4 << 20))]))
    for data in (bomb, signed(key, bomb)):
        mirror.put("main", data)
        assert "unpacks to more than" in run.fails(ArchiveError, allow_untrusted=True)
