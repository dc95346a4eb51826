"""The Dockerfiles of tests/dockerfile against a mirror that has each package they name: what their totals claim."""

from __future__ import annotations

import pytest

from apkgraph.audit.dockerfile import DockerfileAudit, audit_dockerfile
from apkgraph.audit.universes import Universes
from apkgraph.dockerfile.events import ApkCall
from apkgraph.explorer import Explorer
from apkgraph.model.dependency import parse_dependency
from apkgraph.report.audit.dockerfile import report
from apkgraph.report.blocks import render
from apkgraph.settings import resolve
from tests.audit.conftest import TODAY
from tests.changes.mirrors import write_index
from tests.dockerfile.test_dockerfiles import NAMES, build_of, expected
from tests.impact.worlds import record

BASE = (
    "alpine-baselayout", "alpine-keys", "alpine-release", "apk-tools", "busybox", "libc-utils", "musl-utils",
)  # fmt: skip
CLAIMED = [name for name in NAMES if "claim" in expected(name)]


def versions_asked() -> dict[str, dict[str, None]]:
    """Each package that a call adds, in the versions that are asked for."""
    found: dict[str, dict[str, None]] = {name: {"1-r0": None} for name in BASE}
    for name in NAMES:
        steps = [step for stage in build_of(name).stages for step in stage.steps]
        for call in (event for step in steps for event in step.events if isinstance(event, ApkCall)):
            for token in call.packages if call.applet == "add" else ():
                asked = parse_dependency(token, allow_tag=True)
                version = f"{asked.version}" if f"{asked.version}" and "<" not in token else "1-r0"
                found.setdefault(asked.name, {})[version if "-r" in version else f"{version}.1-r0"] = None
    return found


@pytest.fixture(scope="session")
def named(tmp_path_factory: pytest.TempPathFactory) -> Universes:
    """A mirror of all releases and architectures that the Dockerfiles ask for."""
    mirror = tmp_path_factory.mktemp("named")
    text = "".join(
        record(name, 1000 + number, version=version)
        for number, (name, versions) in enumerate(sorted(versions_asked().items()))
        for version in versions
    )
    stages = [stage for name in NAMES for stage in build_of(name).stages]
    for release in {stage.image.release or "latest-stable" for stage in stages} | {"latest-stable", "edge"}:
        for arch in {stage.arch for stage in stages}:
            for repository in ("main", "community", *(["testing"] if release == "edge" else [])):
                path = mirror / release / repository / arch / "APKINDEX.tar.gz"
                write_index(path, text if repository != "community" else record("none", 1), arch)
    flags = {"mirror": str(mirror), "cache_dir": str(mirror / "cache"), "allow_untrusted": True, "offline": True}
    return Universes(resolve({**flags, "arch": "x86_64"}, {"HOME": str(mirror)}), Explorer)


def audited(name: str, universes: Universes) -> DockerfileAudit:
    return audit_dockerfile(build_of(name), universes, today=TODAY)


@pytest.mark.parametrize("name", CLAIMED)
def test_a_total_claims_what_a_reader_of_the_file_would(name: str, named: Universes) -> None:
    told = expected(name)
    audit = audited(name, named)
    assert (audit.claim.certainty.value, audit.unknowns) == (told["claim"], audit.unknowns)
    if told["claim"] == "unknown":
        return
    _, base = named.docker(audit.final.end.coordinates)
    below = [package.name for package in base] if told.get("base", True) else []
    possible = [sorted([*below, *words.split()]) for words in told.get("one of", [told["holds"]])]
    assert sorted(package.name for package in audit.final.end.packages) in possible
    assert audit.claim.least.packages == len(below) + len(told["holds"].split())
    if audit.claim.at_most is not None:
        assert audit.claim.at_most.packages == len(below) + len(told.get("most", told["holds"]).split())


@pytest.mark.parametrize("name", NAMES)
def test_no_line_is_wider_than_the_terminal(name: str, named: Universes) -> None:
    blocks = report(audited(name, named))
    for columns in (40, 60, 80, 120):
        text = render(blocks, width=columns)
        assert [line for line in text.split("\n") if len(line) > columns] == []
