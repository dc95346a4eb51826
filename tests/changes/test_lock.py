"""Locks: the same bytes for the same index, whole, and held against another snapshot exactly."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from tests.changes.mirrors import BASE, records_of, write_index
from tests.commands import Capture, document, run
from tests.impact.worlds import record


@pytest.fixture
def locked(workplace: Path, capsys: Capture) -> dict[str, Any]:
    """The lock of git, in `lock.json`."""
    found = document(capsys, "lock", "git")
    Path("lock.json").write_text(json.dumps(found))
    return found


def test_the_same_index_gives_the_same_bytes(workplace: Path, capsys: Capture) -> None:
    first, second = (run(capsys, "lock", "git", "bash")[1] for _ in range(2))
    assert first == second == run(capsys, "lock", "bash", "git", "--json")[1]
    assert not re.search(r"fetched_at|20\d\d-\d\d-\d\dT", first)


def test_it_holds_the_whole_solution(locked: dict[str, Any], capsys: Capture) -> None:
    (one,) = locked["architectures"]
    names = [package["name"] for package in one["packages"]]
    assert names == sorted(names)
    cost = document(capsys, "cost", "git", "--json")
    assert one["total"] == cost["total"]
    assert one["fetched"] == cost["cost"]
    fetched = {package["name"]: package["version"] for package in one["packages"] if not package["in_base"]}
    assert fetched == {change["name"]: change["version"] for change in cost["changes"]}
    assert [package["name"] for package in one["packages"] if package["requested"]] == ["git"]
    git = next(package for package in one["packages"] if package["name"] == "git")
    assert (git["repository"], git["url"]) == ("main", "")  # the sample is a directory
    assert re.fullmatch(r"Q1[A-Za-z0-9+/]{27}=", git["checksum"])
    assert [repository["sha256"] for repository in one["repositories"]] == [
        repository["sha256"] for repository in cost["universe"]["repositories"]
    ]


def test_the_same_index_holds_it(locked: dict[str, Any], capsys: Capture) -> None:
    found = document(capsys, "lock", "--check", "lock.json", "--json")
    (one,) = found["architectures"]
    assert {package["state"] for package in one["packages"]} == {"there"}
    assert one["difference"]["packages"] == []
    assert run(capsys, "lock", "--check", "lock.json")[:2] == (0, "x86_64: all of 24 packages are there\n")


def changed(locked: dict[str, Any], **of: dict[str, str]) -> None:
    for package in locked["architectures"][0]["packages"]:
        package.update(of.get(package["name"].replace("-", "_"), {}))
    Path("lock.json").write_text(json.dumps(locked))


@pytest.mark.parametrize(
    ("change", "state", "breaks"),
    [
        ({"version": "2.40.0-r0"}, "gone", True),
        ({"name": "git-old"}, "missing", True),
        ({"checksum": "Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA="}, "rebuilt", False),
        ({"repository": "community"}, "moved", False),
    ],
)
def test_another_snapshot_is_told_exactly(
    change: dict[str, str], state: str, breaks: bool, locked: dict[str, Any], capsys: Capture
) -> None:
    changed(locked, git=change)
    found = document(capsys, "lock", "--check", "lock.json", "--json", status=int(breaks))
    (one,) = found["architectures"]
    told = {package["name"]: package["state"] for package in one["packages"] if package["state"] != "there"}
    assert told == {change.get("name", "git"): state}
    assert found["breaks"] is breaks
    if state in ("gone", "rebuilt"):
        assert [(p["name"], p["change"]) for p in one["difference"]["packages"]] == [
            ("git", "upgraded" if state == "gone" else "rebuilt")
        ]


@pytest.mark.parametrize("token", ["cmd:gone", "so:gone.so.1", "gone"])
def test_a_request_that_is_gone_fails(token: str, locked: dict[str, Any], capsys: Capture) -> None:
    """What the index no longer provides, though each locked package is there."""
    locked["request"] = ["git", token]
    changed(locked)
    status, out, _ = run(capsys, "lock", "--check", "lock.json")
    assert status == 1
    assert out.startswith("x86_64: all of 24 packages are there, but its request cannot be satisfied any more\n")
    assert f"{token} (no such package): required by: world[{token}]" in out
    found = document(capsys, "lock", "--check", "lock.json", "--json", status=1)
    assert (found["breaks"], found["architectures"][0]["satisfied"]) == (True, False)


def test_what_is_in_the_base_is_not_fetched(locked: dict[str, Any], capsys: Capture) -> None:
    changed(locked, musl={"version": "1.0-r0"})
    status, out, _ = run(capsys, "lock", "--check", "lock.json")
    assert status == 0
    assert re.search(r"^musl +1.0-r0 +\S+ +gone +in the base$", out, re.MULTILINE)


def test_a_locked_set_solved_again_is_itself(locked: dict[str, Any], capsys: Capture) -> None:
    status, line, _ = run(capsys, "lock", "git", "--base", "none", "--format", "apk")
    assert status == 0
    words = line.split()
    assert words[:3] == ["apk", "add", "--no-cache"]
    _, out, _ = run(capsys, "simulate", "--base", "none", "--", *words[1:])
    installed = re.findall(r"Installing (\S+) \((\S+)\)", out)
    assert sorted(f"{name}={version}" for name, version in installed) == sorted(words[3:])


def test_a_world_file_and_a_dockerfile(workplace: Path, capsys: Capture) -> None:
    Path("list").write_text("# tools\ngit\nbash~5\n")
    found = document(capsys, "lock", "--world-file", "list")
    assert found["request"] == ["bash~5", "git"]
    assert not any(package["in_base"] for package in found["architectures"][0]["packages"])
    Path("Dockerfile").write_text(
        "FROM alpine:3.18 AS build\nRUN apk add -t .deps bash && apk add git && apk del .deps\n"
        "FROM build\nRUN apk add curl\n"
    )
    found = document(capsys, "lock", "--dockerfile", "Dockerfile", "--target", "build")
    assert found["request"] == ["git"]
    assert "bash" not in [package["name"] for package in found["architectures"][0]["packages"]]
    assert document(capsys, "lock", "--dockerfile", "Dockerfile")["request"] == ["curl", "git"]


def test_a_dockerfile_that_would_fail_is_not_locked(workplace: Path, capsys: Capture) -> None:
    Path("Dockerfile").write_text("FROM alpine:3.18\nRUN apk add git=1\n")
    status, out, err = run(capsys, "lock", "--dockerfile", "Dockerfile")
    assert (status, out) == (3, "")
    assert "line 2: apk would refuse" in err
    assert run(capsys, "lock", "no-such-package")[0] == 3


def test_apko(workplace: Path, capsys: Capture) -> None:
    status, out, err = run(capsys, "lock", "tini", "--format", "apko")
    found = json.loads(out)
    assert (status, found["version"]) == (0, "v1")
    assert "byte ranges" in err
    tini = next(package for package in found["contents"]["packages"] if package["name"] == "tini")
    assert tini["checksum"].startswith("Q1")
    assert tini["control"]["checksum"] == f"sha1-{tini['checksum'][2:]}"


def test_no_path_of_this_machine_is_in_it(workplace: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mirror, two repositories of the same name and an installed base, each from a directory."""
    monkeypatch.delenv("APKGRAPH_SAMPLE")
    place = [*mirror(workplace / "private/mirror", {"x86_64": BASE + record("git", 5)}), "--arch", "x86_64"]
    words = list(place)
    for name, scheme in (("one", ""), ("two", "file://")):
        write_index(workplace / f"private/{name}/main/x86_64/APKINDEX.tar.gz", record(name, 5))
        words += ["-X", f"{scheme}{workplace}/private/{name}/main"]
    root = workplace / "private/root"
    (root / "etc/apk").mkdir(parents=True)
    (root / "etc/apk/world").write_text("busybox\n")
    (root / "lib/apk/db").mkdir(parents=True)
    (root / "lib/apk/db/installed").write_text(record("busybox", 1).replace("T:", "A:x86_64\nT:"))
    words += ["--base", f"installed:{root}"]
    request = ("git", "one", "two")
    found = document(capsys, "lock", *request, *words)
    (one,) = found["architectures"]
    assert [repository["name"] for repository in one["repositories"]] == ["local/main", "local/main-2", "main"]
    assert {(package["name"], package["repository"]) for package in one["packages"]} >= {
        ("git", "main"),
        ("one", "local/main"),
        ("two", "local/main-2"),
    }
    assert found["base"]["name"] == "installed"
    texts = [run(capsys, "lock", *request, *words, "--format", form)[1] for form in ("lock", "apk", "apko")]
    assert not any("private" in text or "file:" in text for text in texts)
    Path("lock.json").write_text(texts[0])
    status, out, _ = run(capsys, "lock", "--check", "lock.json", *words)
    assert (status, out) == (0, "x86_64: all of 4 packages are there\n")
    status, out, _ = run(capsys, "lock", "--check", "lock.json", *place)
    assert status == 1
    assert "not asked: local/main and local/main-2 (give it with -X)" in out


def test_addresses_hold_no_credentials_and_no_query(
    workplace: Path, capsys: Capture, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("APKGRAPH_SAMPLE")
    for repository, text in (("v3.18/main", BASE + record("git", 5)), ("own", record("tool", 5))):
        index = write_index(workplace / "index.tar.gz", text).read_bytes()
        httpserver.expect_request(f"/{repository}/x86_64/APKINDEX.tar.gz").respond_with_data(index)
    plain = httpserver.url_for("").rstrip("/")
    secret = plain.replace("://", "://user:hunter22@")
    words = ["--mirror", secret, "-X", f"{secret}/own?token=hunter22", "--release", "v3.18", "--repositories", "main"]
    words += ["--arch", "x86_64", "--allow-untrusted", "-q"]
    found = document(capsys, "lock", "git", "tool", *words)
    (one,) = found["architectures"]
    assert [repository["url"] for repository in one["repositories"]] == [f"{plain}/own", f"{plain}/v3.18/main"]
    urls = {package["url"] for package in one["packages"] if package["requested"]}
    assert urls == {f"{plain}/own/x86_64/tool-1-r0.apk", f"{plain}/v3.18/main/x86_64/git-1-r0.apk"}
    apko = json.loads(run(capsys, "lock", "git", "tool", *words, "--format", "apko")[1])
    assert apko["contents"]["repositories"][0] == {
        "name": f"{plain}/own/x86_64",
        "url": f"{plain}/own/x86_64/APKINDEX.tar.gz",
        "architecture": "x86_64",
    }
    assert not re.search(r"hunter22|\*\*\*|user", json.dumps([found, apko]))
    Path("lock.json").write_text(json.dumps(found))
    assert run(capsys, "lock", "--check", "lock.json", *words)[:2] == (0, "x86_64: all of 7 packages are there\n")


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", '{"schema": "apkgraph.lock/2"}', '{"schema": "apkgraph.lock/1", "distro": 1}', "[" * 100000],
)
def test_what_is_no_lock(text: str, workplace: Path, capsys: Capture) -> None:
    Path("lock.json").write_text(text)
    status, out, err = run(capsys, "lock", "--check", "lock.json")
    assert (status, out, err.count("\n")) == (6, "", 1)
    assert "lock.json: " in err


def test_every_field_of_a_lock_is_checked(locked: dict[str, Any], capsys: Capture) -> None:
    """A member of another type, of no Unicode, or none, is one line of error and no traceback."""

    def members(value: Any) -> list[tuple[Any, Any]]:
        if isinstance(value, dict):
            return [(value, key) for key in value] + [pair for one in value.values() for pair in members(one)]
        return [(value, 0), *members(value[0])] if isinstance(value, list) and value else []

    for container, key in members(locked):
        kept = container[key]
        for wrong in (None, {"a": 1}, -1, "\ud800"):
            container[key] = wrong
            Path("lock.json").write_text(json.dumps(locked))
            assert run(capsys, "lock", "--check", "lock.json")[0] in (0, 1, 2, 3, 6)
        container[key] = kept


@pytest.mark.parametrize("words", [(), ("git", "--check", "x"), ("--world-file", "a", "--dockerfile", "b")])
def test_one_thing_is_locked(words: tuple[str, ...], workplace: Path, capsys: Capture) -> None:
    assert run(capsys, "lock", *words)[0] == 2


def test_real_snapshots(shared: Path, workplace: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    """A lock of v3.19 held against v3.21 names exactly what the text of the index says."""
    monkeypatch.delenv("APKGRAPH_SAMPLE")
    place = ["--mirror", str(shared / "indexes/alpine"), "--arch", "x86_64", "--base", "none"]
    found = document(capsys, "lock", "git", "curl", "python3", "--release", "v3.19", *place)
    Path("lock.json").write_text(json.dumps(found))
    status, out, _ = run(capsys, "lock", "--check", "lock.json", "--release", "v3.21", "--json", *place)
    assert status == 1
    known: dict[str, list[tuple[str, str]]] = {}
    for repository in ("main", "community"):
        for one in records_of(shared / f"indexes/alpine/v3.21/{repository}/x86_64/APKINDEX.tar.gz"):
            known.setdefault(one["P"], []).append((one["V"], one["C"]))
    expected = {}
    for package in found["architectures"][0]["packages"]:
        here = known.get(package["name"], [])
        same = [checksum for version, checksum in here if version == package["version"]]
        state = "there" if package["checksum"] in same else "rebuilt" if same else "gone" if here else "missing"
        expected[package["name"]] = state
    told = json.loads(out)["architectures"][0]
    assert {package["name"]: package["state"] for package in told["packages"]} == expected
    assert {"gone", "rebuilt"} <= set(expected.values())


def mirror(directory: Path, arches: dict[str, str]) -> list[str]:
    """A mirror that nobody signed, with one repository: the index of each architecture. The words that ask it."""
    for arch, text in arches.items():
        write_index(directory / f"v3.18/main/{arch}/APKINDEX.tar.gz", text, arch)
    return ["--mirror", str(directory), "--release", "v3.18", "--allow-untrusted", "-q", "--repositories", "main"]


def test_several_architectures(workplace: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.delenv("APKGRAPH_SAMPLE")
    tools = record("zlib", 100, version="1.3-r0")
    arches = {
        "x86_64": tools + record("search", 10, "zlib fast", version="2-r0") + record("fast", 5),
        "aarch64": tools + record("search", 9, "zlib", version="1-r7"),
    }
    place = mirror(workplace / "mirror", arches)
    words = ["lock", "search", "--base", "none", *place]
    found = document(capsys, *words, "--arches", "x86_64,aarch64")
    assert [one["arch"] for one in found["architectures"]] == ["aarch64", "x86_64"]
    assert found["differences"] == [
        {"name": "fast", "versions": {"aarch64": None, "x86_64": "1-r0"}},
        {"name": "search", "versions": {"aarch64": "1-r7", "x86_64": "2-r0"}},
    ]
    _, out, _ = run(capsys, *words, "--arches", "x86_64,aarch64", "--format", "apk")
    assert out.splitlines() == [
        "# aarch64",
        "apk add --no-cache search=1-r7 zlib=1.3-r0",
        "# x86_64",
        "apk add --no-cache fast=1-r0 search=2-r0 zlib=1.3-r0",
    ]
    Path("lock.json").write_text(json.dumps(found))
    assert run(capsys, "lock", "--check", "lock.json", *place)[0] == 0
    place = mirror(workplace / "later", {**arches, "aarch64": tools})
    status, out, _ = run(capsys, "lock", "--check", "lock.json", *place)
    assert status == 1
    assert "aarch64: a build would break: 1 package gone\n" in out
    assert "following the index is not possible: search (no such package): required by: world[search]" in out
    assert "x86_64: all of 3 packages are there\n" in out


@pytest.mark.parametrize(
    "words",
    [
        ["git", "--platform", "linux/arm64"],
        ["git", "--target", "x"],
        ["git", "--all"],
        ["--check", "lock.json", "--format", "apk"],
        ["--check", "lock.json", "--arches", "x86_64"],
    ],
)
def test_options_that_would_do_nothing(locked: dict[str, Any], capsys: Capture, words: list[str]) -> None:
    assert locked
    status, out, err = run(capsys, "lock", *words)
    assert (status, out, err.count("\n")) == (2, "", 1)
