"""What the tests of loading share: a mirror on loopback, what it answers, and a run of the program in this process."""

from __future__ import annotations

import contextlib
import io
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from apkgraph.cli.main import main
from tests.loading.mirrors import Mirror, served
from tests.mirror.archives import Key, make_key

if TYPE_CHECKING:
    from collections.abc import Iterator


class Run(NamedTuple):
    """How a command ended, what it said, and the warnings among that."""

    status: int
    out: str
    err: str

    @property
    def warnings(self) -> list[str]:
        return [line for line in self.err.splitlines() if "warning" in line]

    @property
    def document(self) -> dict[str, Any]:
        """The answer, without the times of fetching."""
        document: dict[str, Any] = json.loads(self.out)
        for repository in document["universe"]["repositories"]:
            del repository["fetched_at"]
        return document

    @property
    def stale(self) -> list[bool]:
        return [each["stale"] for each in json.loads(self.out)["universe"]["repositories"]]


def run(*words: str) -> Run:
    """The program in this process."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main(words)
    return Run(status, out.getvalue(), err.getvalue())


def cost(*words: str) -> Run:
    """What git costs."""
    return run("cost", "git", "--json", *words)


@pytest.fixture(scope="session")
def key() -> Key:
    return make_key("tester@example.org-11111111.rsa.pub")


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def environ(mirror: Mirror, cache: Path, key: Key, tmp_path: Path) -> dict[str, str]:
    found = mirror.environ(cache, tmp_path / "keys")
    key.trust_in(tmp_path / "keys")
    return found


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[Mirror]:
    """The sample on loopback."""
    with served(Mirror(tmp_path / "mirror")) as found:
        yield found


@pytest.fixture
def here(environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The mirror is what is asked in this process."""
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    return environ


@pytest.fixture
def local(tmp_path: Path, key: Key, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Mirror:
    """The sample in files, which this process asks."""
    found = Mirror(tmp_path / "files")
    for name, value in found.environ(cache, key.trust_in(tmp_path / "keys")).items():
        monkeypatch.setenv(name, value)
    return found


def universes(cache: Path) -> list[Path]:
    """The compiled files."""
    return sorted((cache / "universes").glob("*.universe"))


def manifests(cache: Path) -> list[Path]:
    """What says which compiled file answers what."""
    return sorted((cache / "universes").glob("*.json"))


def no_leftovers(cache: Path) -> bool:
    """Whether nothing is half written."""
    return not [name for name in os.listdir(cache / "universes") if name.endswith(".part")]
