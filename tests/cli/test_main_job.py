"""The main job, end to end: real, signed indexes over HTTP, asked once, asked again, asked without their server."""

from __future__ import annotations

import gzip
import json
import threading
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from apkgraph.cli.main import main
from tests import schemas

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Capture = pytest.CaptureFixture[str]
NAMES = (
    "git",
    "bash",
    "curl",
    "build-base",
    "python3",
    "nodejs",
    "nginx",
    "openssh",
    "postgresql15",
    "gcompat",
    "docs",
)


class _Handler(SimpleHTTPRequestHandler):
    """Serves a directory, and keeps what it was asked and what it answered."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        if isinstance(self.server, _Server):
            self.server.log.append((self.path, int(code)))


class _Server(ThreadingHTTPServer):
    """A mirror; `log` holds (path, status) of every request."""

    def __init__(self, directory: Path) -> None:
        super().__init__(("127.0.0.1", 0), partial(_Handler, directory=str(directory)))
        self.log: list[tuple[str, int]] = []

    @property
    def mirror(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/alpine"


@contextmanager
def _serving(directory: Path) -> Iterator[_Server]:
    with _Server(directory) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def answers(shared: Path) -> dict[str, list[str]]:
    """What apk installs for the base and one more package."""
    with gzip.open(shared / "conformance/v3.18-x86_64.jsonl.gz", "rt") as lines:
        next(lines)
        return {answer["name"]: answer["install"] for answer in map(json.loads, lines)}


def _ask(capsys: Capture, server: _Server, cache: Path, *words: str, status: int = 0) -> dict[str, Any]:
    where = ["--mirror", server.mirror, "--release", "v3.18", "--arch", "x86_64", "--cache-dir", str(cache)]
    assert main([*where, "cost", "--json", *words]) == status
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert schemas.errors(document) == []
    return document


def test_git_on_a_real_mirror(capsys: Capture, shared: Path, tmp_path: Path) -> None:
    archives = [f"/alpine/v3.18/{repository}/x86_64/APKINDEX.tar.gz" for repository in ("community", "main")]
    with _serving(shared / "mirror") as server:
        first = _ask(capsys, server, tmp_path, "git")
        assert sorted(server.log) == [(path, 200) for path in archives]
        server.log.clear()

        second = _ask(capsys, server, tmp_path, "git")
        assert server.log == []
        assert second == first

        third = _ask(capsys, server, tmp_path, "git", "--max-age", "0")
        assert sorted(server.log) == [(path, 304) for path in archives]
        assert third["changes"] == first["changes"]
    gone = _ask(capsys, server, tmp_path, "git", "--max-age", "0")
    assert [repository["stale"] for repository in gone["universe"]["repositories"]] == [True, True]
    assert gone["changes"] == first["changes"]

    repositories = first["universe"]["repositories"]
    assert [(repository["name"], repository["packages"]) for repository in repositories] == [
        ("main", 5136),
        ("community", 14933),
    ]
    assert all(repository["signed_by"].startswith("alpine-devel@") for repository in repositories)
    assert not any(repository["stale"] for repository in repositories)
    assert (first["base"]["packages"], first["cost"]["packages"], first["total"]["packages"]) == (15, 9, 24)


def test_well_known_names_cost_what_apk_installs(
    capsys: Capture, shared: Path, tmp_path: Path, answers: dict[str, list[str]]
) -> None:
    with _serving(shared / "mirror") as server:
        for name in NAMES:
            document = _ask(capsys, server, tmp_path, name)
            changes = [f"{change['name']}-{change['version']}" for change in document["changes"]]
            whole = set(answers[name])
            assert set(changes) <= whole, name
            assert len(whole) == document["base"]["packages"] + len(changes), name
