"""Every package that apk was asked for on a real release: the same packages in the same order, or the same errors."""

from __future__ import annotations

import gzip
import json
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from apkgraph.image.base import BaseRequest
from apkgraph.loading.cold import Parser, build_plain, with_base
from apkgraph.mirror.source import obtain
from apkgraph.model.dependency import Dependency, parse_world
from apkgraph.report.transcript import transcript
from apkgraph.settings import resolve
from apkgraph.solve.problem import InitialState
from apkgraph.solve.solution import Outcome
from apkgraph.solve.solver import add

SHARED = Path(__file__).parents[3] / "shared"


class Release(NamedTuple):
    """A release whose answers by one flavour of apk were recorded, and in how many tests they are compared."""

    recorded: str
    mirror: str
    release: str
    arch: str
    apk: str
    tests: int

    @property
    def path(self) -> Path:
        return SHARED / "conformance" / self.recorded


class Recorded(NamedTuple):
    """What apk did for each name, and the world that it started from."""

    world: tuple[Dependency, ...]
    answers: list[dict[str, object]]


V3_18 = Release("v3.18-x86_64.jsonl.gz", "mirror/alpine", "v3.18", "x86_64", "3", 16)
RELEASES = (
    V3_18,
    Release("v3.18-x86_64-apk2.14.10.jsonl.gz", "mirror/alpine", "v3.18", "x86_64", "2.14", 2),
    Release("v3.22-aarch64.jsonl.gz", "indexes/alpine", "v3.22", "aarch64", "3", 6),
)
CHUNKS = [(release, chunk) for release in RELEASES for chunk in range(release.tests)]
RECORDED = V3_18.path


@cache
def recorded(release: Release = V3_18) -> Recorded:
    first, *lines = gzip.decompress(release.path.read_bytes()).decode().splitlines()
    return Recorded(parse_world(" ".join(json.loads(first)["world"])), [json.loads(line) for line in lines])


@cache
def initial(release: Release = V3_18) -> InitialState:
    """What all of them start from, with what the world itself discovers worked out as in a compiled universe."""
    settings = resolve(
        {"mirror": str(SHARED / release.mirror), "release": release.release, "arch": release.arch}, {}, "/nonexistent"
    )
    base = BaseRequest("nothing installed", recorded(release).world, ())
    plain = build_plain(obtain(settings), Parser(release.arch)).with_apk(release.apk)
    return InitialState(with_base(plain, base))


@pytest.mark.parametrize(("release", "chunk"), CHUNKS, ids=[f"{each.recorded}-{chunk}" for each, chunk in CHUNKS])
def test_every_recorded_answer(release: Release, chunk: int) -> None:
    if not release.path.exists():
        pytest.skip("../shared is not here")
    answers = recorded(release).answers[chunk :: release.tests]
    assert answers
    assert [answer for answer in answers if differs(release, answer)] == []


def test_flavours_differ_on_a_real_release() -> None:
    """The answers of apk 2.14 that apk 3 does not give: what comes only where an install_if's conflict is resolved."""
    release = RELEASES[1]
    if not release.path.exists():
        pytest.skip("../shared is not here")
    other = [answer["name"] for answer in recorded(release).answers if solved_otherwise(V3_18, answer)]
    assert other


def differs(release: Release, answer: dict[str, object]) -> bool:
    """Whether apkgraph says anything else. Closing lines and errors are worded as apk 3 words them."""
    recorded_answer = {**answer, "error": answer["error"] or None}
    return solved_otherwise(release, answer) or (release.apk == "3" and recorded_answer != asked_again(release, answer))


def solved_otherwise(release: Release, answer: dict[str, object]) -> bool:
    return any(answer[key] != said for key, said in asked_again(release, answer).items() if key in ("rc", "install"))


def asked_again(release: Release, answer: dict[str, object]) -> dict[str, object]:
    """What apkgraph says for the name that an answer is about."""
    solution = add(initial(release), recorded(release).world, (Dependency(str(answer["name"])),))
    outcome = Outcome(solution.world, solution)
    lines = transcript(outcome, initial(release).universe.warnings.texts())
    errors = "".join(f"{line.text}\n" for line in lines if line.to_stderr)
    return {
        "name": answer["name"],
        "rc": outcome.exit_status,
        "install": [str(change.package) for change in solution.changes],
        "ok": next((line.text for line in lines if line.text.startswith("OK:")), None),
        "error": errors if outcome.exit_status else None,
    }
