"""releases.json: read tolerantly, cached like an index; where it cannot be had, what the cache knows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer

from apkgraph.errors import MirrorError
from apkgraph.mirror.releases import IN_CACHE, Release, Releases, parse, releases
from apkgraph.mirror.source import obtain
from tests.mirror.archives import Key, signed
from tests.mirror.conftest import SettingsFor, Time

LIST = {
    "architectures": ["x86_64", "riscv64"],
    "latest_stable": "v3.22",
    "release_branches": [
        {"rel_branch": "edge", "arches": ["x86_64", "riscv64"], "git_branch": "master"},
        {
            "rel_branch": "v3.22",
            "branch_date": "2025-05-30",
            "eol_date": "2027-05-01",
            "arches": ["x86_64"],
            "releases": [],
        },
    ],
}
READ = (
    Release("edge", "", "", ("x86_64", "riscv64")),
    Release("v3.22", "2025-05-30", "2027-05-01", ("x86_64",), latest=True),
)


class Lists:
    """releases() against a server, its warnings collected."""

    def __init__(self, server: HTTPServer, settings_for: SettingsFor, time: Time) -> None:
        self.server = server
        self.settings = settings_for(releases_url=server.url_for("/releases.json"), mirror=server.url_for("/alpine"))
        self.time = time
        self.warnings: list[str] = []
        self.answer(json.dumps(LIST).encode())

    def answer(self, data: bytes, status: int = 200) -> None:
        self.server.clear()
        if data == json.dumps(LIST).encode():
            known = {"If-None-Match": '"1"'}
            self.server.expect_request("/releases.json", headers=known).respond_with_data(status=304)
        self.server.expect_request("/releases.json").respond_with_data(data, status=status, headers={"ETag": '"1"'})

    def __call__(self, **changes: object) -> Releases:
        self.warnings.clear()
        return releases(self.settings.replace(**changes), self.warnings.append, self.time.clock)


@pytest.fixture
def lists(httpserver: HTTPServer, settings_for: SettingsFor, time: Time) -> Lists:
    return Lists(httpserver, settings_for, time)


def test_the_list_is_read_and_cached(lists: Lists) -> None:
    first = lists()
    assert first == Releases(lists.settings.releases_url, READ, int(lists.time.time))
    assert lists() == first
    assert len(lists.server.log) == 1
    lists.time.move(5 * 3600)
    assert lists() == first
    assert [response.status_code for _, response in lists.server.log] == [200, 304]


@pytest.mark.parametrize("answer", [(b"", 500), (b"<html>", 200), (b"{}", 200), (b"[1]", 200), (b"", 404)])
def test_a_list_that_cannot_be_refreshed_stays(lists: Lists, answer: tuple[bytes, int]) -> None:
    lists()
    lists.answer(*answer)
    found = lists(refresh=True)
    assert (found.releases, found.stale, len(lists.warnings)) == (READ, True, 1)
    assert not lists().stale  # young, as before


def test_a_list_that_is_too_large_is_left(lists: Lists, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apkgraph.limits.RELEASES_BYTES", len(json.dumps(LIST)) - 1)
    with pytest.raises(MirrorError, match="larger than"):
        lists()


def test_unchanged_without_anything_cached_is_an_error(lists: Lists) -> None:
    lists.answer(b"", 304)
    with pytest.raises(MirrorError, match="nothing is cached"):
        lists()


@pytest.mark.parametrize("form", ["{}", "file://{}"])
def test_a_list_on_this_machine_is_read_where_it_lies(lists: Lists, tmp_path: Path, form: str) -> None:
    path = tmp_path / "releases.json"
    own = form.format(path)
    path.write_text(json.dumps(LIST))
    assert lists(releases_url=own, offline=True).releases == READ
    path.write_text('{"release_branches": []}')
    assert lists(releases_url=own).releases == ()
    assert not (tmp_path / "cache").exists()
    path.unlink()
    with pytest.raises(MirrorError, match="no such file"):
        lists(releases_url=own)


def test_offline_never_asks(lists: Lists) -> None:
    with pytest.raises(MirrorError, match="offline"):
        lists(offline=True)
    lists()
    lists.time.move(5 * 3600)
    assert lists(offline=True).releases == READ
    assert len(lists.server.log) == 1


def test_without_a_list_the_releases_of_the_cache(lists: Lists, key: Key) -> None:
    lists.answer(b"", 404)
    with pytest.raises(MirrorError, match="404"):
        lists()
    for release, arch in (("v3.19", "x86_64"), ("v3.18", "x86_64"), ("v3.18", "aarch64")):
        path = f"/alpine/{release}/main/{arch}/APKINDEX.tar.gz"
        lists.server.expect_request(path).respond_with_data(signed(key))
        obtain(lists.settings.replace(release=release, arch=arch))
    found = lists()
    assert (found.source, found.stale, len(lists.warnings)) == (IN_CACHE, True, 1)
    assert found.releases == (Release("v3.18", "", "", ("aarch64", "x86_64")), Release("v3.19", "", "", ("x86_64",)))


BROKEN = [
    b"",
    b"null",
    b"[]",
    b"{}",
    b'{"release_branches": 7}',
    b'{"release_branches": [7]}',
    b'{"release_branches": [{"rel_branch": 7, "arches": []}]}',
    b'{"release_branches": [{"rel_branch": "v1", "arches": "x86"}]}',
    b'{"release_branches": [{"rel_branch": "v1", "arches": [7]}]}',
    b'{"release_branches": [{"rel_branch": "\\u001b[31m", "arches": []}]}',
    b"[" * 100_000,
    b"\xff",
]


@pytest.mark.parametrize("data", BROKEN)
def test_what_is_no_list_is_a_mirror_error(data: bytes) -> None:
    with pytest.raises(MirrorError, match="not a list of releases"):
        parse(data, "here")


def test_strange_dates_are_left_out() -> None:
    branch = {"rel_branch": "v1", "arches": [], "branch_date": 7, "eol_date": "\x1b[31m"}
    assert parse(json.dumps({"release_branches": [branch]}).encode(), "here") == (Release("v1", "", "", ()),)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["release_branches", "rel_branch", "arches", "eol_date", "latest_stable"]), inner
        )
    ),
    max_leaves=12,
)


@given(json_values)
def test_any_json_is_read_or_refused(value: object) -> None:
    try:
        found = parse(json.dumps(value).encode(), "here")
    except MirrorError:
        found = ()
    assert all(release.name.isascii() and release.name.isprintable() for release in found)
