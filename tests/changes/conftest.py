"""Pins of texts, asked of the sample index."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from apkgraph.audit.universes import Universes
from apkgraph.changes.sources import DockerfileSource, World
from apkgraph.dockerfile.build import read_build
from apkgraph.dockerfile.parse import parse_dockerfile
from apkgraph.dockerfile.stages import Build
from apkgraph.explorer import Explorer
from apkgraph.settings import Settings, resolve

Read = Callable[[str], DockerfileSource]


def build_of(text: str) -> Build:
    """The stages of a Dockerfile."""
    return read_build(parse_dockerfile(text), arch="x86_64", build_arch="x86_64")


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings that ask the sample: v3.18 x86_64 with git 2.40.1-r0, bash 5.2.15-r5, nodejs 18.18.2-r0."""
    cache = tmp_path_factory.getbasetemp() / "cache-of-changes"
    return resolve({"sample": True, "cache_dir": str(cache)}, {"HOME": str(cache)})


@pytest.fixture(scope="session")
def explorer(sample: Settings) -> Explorer:
    """An explorer of the sample."""
    return Explorer(sample)


@pytest.fixture(scope="session")
def dockerfile(sample: Settings) -> Read:
    """A Dockerfile's text with its pins."""
    universes = Universes(sample, Explorer)
    return lambda text: DockerfileSource("Dockerfile", text, build_of, universes)


@pytest.fixture(scope="session")
def world(explorer: Explorer) -> Callable[[str], World]:
    """A world's text with its pins."""
    return lambda text: World("world", text, explorer)


@pytest.fixture
def workplace(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory of the test's own to run commands in, on the sample."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("APKGRAPH_CACHE_DIR", str(tmp_path_factory.getbasetemp() / "cache-of-changes"))
    monkeypatch.setenv("APKGRAPH_SAMPLE", "1")
    return tmp_path
