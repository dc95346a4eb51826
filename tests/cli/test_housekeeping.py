"""fetch, cache, releases and config, as commands: text, JSON by its schema, exit status; no password anywhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from apkgraph.cli.main import main
from tests import schemas
from tests.mirror.archives import Key, index_part, make_key, signed
from tests.mirror.test_releases import LIST

Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def key() -> Key:
    return make_key("keeper@example.org-33333333.rsa.pub")


class House:
    """A mirror of a few releases, behind a password, and the commands run against it."""

    def __init__(self, server: HTTPServer, key: Key, capsys: Capture) -> None:
        self._server = server
        self._key = key
        self._capsys = capsys

    def put(self, release: str, name: str = "main", arch: str = "x86_64", description: str = "") -> None:
        path = f"/alpine/{release}/{name}/{arch}/APKINDEX.tar.gz"
        data = index_part(description=(description or release).encode())
        self._server.expect_request(path).respond_with_data(signed(self._key, data))

    def run(self, *words: str) -> tuple[int, str, str]:
        status = main(words)
        out, err = self._capsys.readouterr()
        assert "secret" not in out + err
        return status, out, err

    def document(self, *words: str) -> dict[str, Any]:
        status, out, _ = self.run(*words, "--json")
        assert status == 0
        found: dict[str, Any] = json.loads(out)
        assert schemas.errors(found) == []
        return found


@pytest.fixture
def house(httpserver: HTTPServer, key: Key, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> House:
    environ = {
        "MIRROR": httpserver.url_for("/alpine").replace("//", "//me:secret@"),
        "RELEASES_URL": httpserver.url_for("/releases.json?token=secret"),
        "RELEASE": "v3.18",
        "ARCH": "x86_64",
        "REPOSITORIES": "main",
        "BASE": "none",
        "KEYS_DIR": str(key.trust_in(tmp_path / "keys")),
        "CACHE_DIR": str(tmp_path / "cache"),
    }
    for name, value in environ.items():
        monkeypatch.setenv("APKGRAPH_" + name, value)
    httpserver.no_handler_status_code = 404
    found = House(httpserver, key, capsys)
    found.put("v3.18")
    found.put("v3.19")
    return found


def test_fetch_warms_the_cache(house: House, key: Key) -> None:
    status, out, err = house.run("fetch")
    assert (status, err) == (0, "")
    assert out.splitlines()[1].split()[:4] == ["v3.18", "x86_64", "main", "v3.18"]
    assert key.name in out
    status, out, err = house.run("fetch", "--offline")
    assert (status, err) == (0, "")


def test_stale_is_said_only_while_it_is_so(house: House, httpserver: HTTPServer) -> None:
    def stale(*words: str) -> list[bool]:
        _, out, _ = house.run("cost", "busybox", "--json", *words)
        return [each["stale"] for each in json.loads(out)["universe"]["repositories"]]

    assert stale() == [False]
    httpserver.clear()
    httpserver.no_handler_status_code = 404
    assert stale("--refresh") == [True]
    assert stale() == [False]  # young, as before
    assert stale("--max-age", "0") == [True]
    assert stale("--offline") == [False]


def test_fetch_takes_several_releases_and_architectures(house: House) -> None:
    for release in ("v3.18", "v3.19"):
        house.put(release, arch="aarch64")
    found = house.document("fetch", "--release", "v3.18", "--release", "3.19", "--arch", "x86_64", "--arch", "aarch64")
    assert [(index["release"], index["arch"]) for index in found["indexes"]] == [
        ("v3.18", "x86_64"),
        ("v3.18", "aarch64"),
        ("v3.19", "x86_64"),
        ("v3.19", "aarch64"),
    ]


def test_fetch_names_what_the_mirror_does_not_have(house: House) -> None:
    status, out, err = house.run("fetch", "--release", "v3.18", "--release", "v3.17")
    assert (status, out) == (4, "")
    assert "no repository main in v3.17" in err
    assert [index["release"] for index in house.document("cache")["indexes"]] == ["v3.18"]


def test_cache_lists_and_clears(house: House, tmp_path: Path) -> None:
    assert house.document("cache")["indexes"] == []
    house.run("fetch", "--release", "v3.18", "--release", "v3.19")
    status, out, _ = house.run("cache")
    lines = [line.split() for line in out.splitlines()]
    assert status == 0
    assert lines[0][:5] == ["RELEASE", "ARCH", "REPOSITORY", "SIZE", "AGE"]
    assert [line[:3] for line in lines[1:3]] == [["v3.18", "x86_64", "main"], ["v3.19", "x86_64", "main"]]
    assert all(line[6].startswith("http://") and line[6].endswith("/alpine") for line in lines[1:3])
    assert out.splitlines()[-1].startswith(str(tmp_path / "cache"))
    older = tmp_path / "cache" / "archives-0"
    older.mkdir()
    (older / "file").write_bytes(bytes(1000))
    assert house.run("cache")[1].splitlines()[-1].endswith("in rankings, 1000 B of older formats")
    found = house.document("cache")
    parts = [found[part]["size"] for part in ("archives", "universes", "ranks", "older")]
    assert all(size > 0 for size in parts[:2])
    assert parts[2:] == [0, 1000]
    assert house.document("cache", "clear")["freed"] == sum(parts)
    assert house.document("cache")["indexes"] == []
    assert house.run("cache", "clear")[0] == 0
    assert house.run("cache", "burn")[0] == 2


def test_a_list_of_releases(house: House, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/releases.json").respond_with_data(json.dumps(LIST))
    status, out, _ = house.run("releases")
    assert status == 0
    assert out.splitlines()[2].split() == ["v3.22", "(latest-stable)", "2025-05-30", "2027-05-01", "x86_64"]
    found = house.document("releases")
    assert [release["name"] for release in found["releases"]] == ["edge", "v3.22"]
    assert [release["latest"] for release in found["releases"]] == [False, True]


def test_releases_over_are_marked(house: House, httpserver: HTTPServer) -> None:
    over = {"release_branches": [{"rel_branch": "v3.1", "eol_date": "2016-11-01", "arches": ["x86"]}]}
    httpserver.expect_request("/releases.json").respond_with_data(json.dumps(over))
    assert "2016-11-01 (over)" in house.run("releases")[1]


def test_releases_without_a_list_are_the_cache_s(house: House) -> None:
    status, _, err = house.run("releases")
    assert status == 4
    assert "404" in err
    house.run("fetch")
    status, out, err = house.run("releases")
    assert (status, "the cache holds" in err) == (0, True)
    assert out.splitlines()[1].split() == ["v3.18", "-", "-", "x86_64"]
    assert house.document("releases")["source"] == "cache"


def test_config_says_each_value_and_its_source(house: House, tmp_path: Path) -> None:
    status, out, _ = house.run("config", "--release", "3.20", "-X", "@t http://me:secret@host/x", "--max-age", "90m")
    rows = {line.split()[0]: line.split() for line in out.splitlines()}
    assert status == 0
    assert rows["release"] == ["release", "v3.20", "--release"]
    assert rows["arch"] == ["arch", "x86_64", "APKGRAPH_ARCH"]
    assert rows["max_age"] == ["max_age", "90m", "--max-age"]
    assert rows["color"] == ["color", "auto", "default"]
    assert rows["extra_repositories"] == ["extra_repositories", "@t", "http://***@host/x", "-X"]
    found = {row["name"]: row for row in house.document("config")["settings"]}
    assert found["cache_dir"] == {
        "name": "cache_dir",
        "value": str(tmp_path / "cache"),
        "source": "APKGRAPH_CACHE_DIR",
    }
    assert found["max_age"]["value"] == 14400


def test_config_reads_the_config_file(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "own.toml"
    path.write_text('timeout = "1m"\n')
    monkeypatch.setenv("APKGRAPH_CONFIG", str(path))
    assert "timeout             1m" in house.run("config")[1]
    assert str(path) in house.run("config")[1]
    path.write_text("timeout = []\n")
    status, out, err = house.run("config")
    assert (status, out) == (6, "")
    assert f"{path}: timeout: invalid duration" in err


def test_which_release_the_latest_is(house: House) -> None:
    house.put("latest-stable", description="v3.18.5-143-gabc")
    status, out, _ = house.run("cost", "busybox", "--release", "latest-stable", "--base", "none")
    assert (status, "Alpine latest-stable (v3.18) x86_64" in out) == (0, True)


@pytest.mark.parametrize("files", [None, [], ["README"]])
def test_a_directory_without_keys_is_warned_of(house: House, tmp_path: Path, files: list[str] | None) -> None:
    directory = tmp_path / "no-keys"
    for name in files or ():
        directory.mkdir(exist_ok=True)
        (directory / name).write_text("nothing")
    if files == []:
        directory.mkdir()
    house.run("cost", "busybox", "--base", "none")
    _, _, err = house.run("cost", "busybox", "--base", "none", "--keys-dir", str(directory), "--allow-untrusted")
    assert f"--keys-dir {directory}: no key in it" in err
    assert "no key in it" not in house.run("cost", "busybox", "--base", "none")[2]
