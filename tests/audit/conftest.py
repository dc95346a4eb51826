"""One set of universes for all audits: the real indexes beside the checkout."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from apkgraph.audit.dockerfile import DockerfileAudit, audit_dockerfile
from apkgraph.audit.universes import Universes
from apkgraph.dockerfile.build import read_build
from apkgraph.dockerfile.parse import parse_dockerfile
from apkgraph.explorer import Explorer
from apkgraph.settings import Settings, resolve

Audit = Callable[..., DockerfileAudit]
TODAY = date(2024, 1, 1)


@pytest.fixture(scope="session")
def real_settings(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings that ask the piece of a mirror beside the checkout."""
    cache = tmp_path_factory.getbasetemp() / "cache-of-audits"
    flags = {"mirror": shared / "mirror/alpine", "release": "v3.18", "arch": "x86_64", "cache_dir": str(cache)}
    return resolve({**flags, "mirror": str(flags["mirror"])}, {"HOME": str(cache)})


@pytest.fixture(scope="session")
def universes(real_settings: Settings) -> Universes:
    """What all audits ask."""
    return Universes(real_settings, Explorer)


@pytest.fixture(scope="session")
def audit(universes: Universes) -> Audit:
    """The audit of a Dockerfile's text."""

    def run(text: str, **options: object) -> DockerfileAudit:
        today = options.pop("today", TODAY)
        ignore = options.pop("ignore", ())
        build = read_build(parse_dockerfile(text), arch="x86_64", build_arch="x86_64", **options)  # type: ignore[arg-type]
        return audit_dockerfile(build, universes, today=today, ignore=ignore)  # type: ignore[arg-type]

    return run


@pytest.fixture(scope="session")
def sample_universes(tmp_path_factory: pytest.TempPathFactory) -> Universes:
    """What audits ask that need nothing but the sample."""
    home = str(tmp_path_factory.getbasetemp() / "home-of-samples")
    return Universes(resolve({"sample": True, "cache_dir": f"{home}/cache"}, {"HOME": home}), Explorer)


@pytest.fixture(scope="session")
def audit_of_sample(sample_universes: Universes) -> Audit:
    """The audit of a Dockerfile's text against the sample."""

    def run(text: str, **options: object) -> DockerfileAudit:
        base = options.pop("base", None)
        build = read_build(parse_dockerfile(text), arch="x86_64", build_arch="x86_64", **options)  # type: ignore[arg-type]
        return audit_dockerfile(build, sample_universes, today=TODAY, base=base)  # type: ignore[arg-type]

    return run
