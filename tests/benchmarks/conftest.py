"""What the benchmarks share: the real indexes, compiled, and the sample's in their place where those are absent."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from apkgraph.explorer import Explorer
from apkgraph.settings import Settings, resolve

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def flags(shared: Path) -> dict[str, object]:
    """The coordinates of the real indexes."""
    return {"mirror": str(shared / "mirror/alpine"), "release": "v3.18", "arch": "x86_64"}


@pytest.fixture(scope="session")
def real(flags: dict[str, object], tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings whose cache is warm."""
    cache = tmp_path_factory.mktemp("warm")
    settings = resolve({**flags, "cache_dir": str(cache)}, {}, os.devnull)
    assert Explorer(settings).cost(["git"]).satisfied
    return settings


@pytest.fixture(scope="session")
def bytecode(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the children keep their bytecode."""
    return tmp_path_factory.mktemp("bytecode")
