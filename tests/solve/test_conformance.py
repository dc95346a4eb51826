"""Every package that apk was asked for on a real release: the same packages in the same order, or the same errors."""

from __future__ import annotations

import gzip
import json
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from apkgraph.inputs.base import BaseRequest
from apkgraph.loading.obtained import Parser, build_plain, with_base
from apkgraph.mirror.source import obtain
from apkgraph.model.dependency import Dependency, parse_world
from apkgraph.report.transcript import transcript
from apkgraph.settings import resolve
from apkgraph.solve.ground import Ground
from apkgraph.solve.outcome import Outcome
from apkgraph.solve.request import add

SHARED = Path(__file__).parents[3] / "shared"
RECORDED = SHARED / "conformance" / "v3.18-x86_64.jsonl.gz"
CHUNKS = 16


class Recorded(NamedTuple):
    """What apk did for each name, and the world that it started from."""

    world: tuple[Dependency, ...]
    answers: list[dict[str, object]]


@cache
def recorded() -> Recorded:
    first, *lines = gzip.decompress(RECORDED.read_bytes()).decode().splitlines()
    return Recorded(parse_world(" ".join(json.loads(first)["world"])), [json.loads(line) for line in lines])


@cache
def ground() -> Ground:
    """What all of them start from, with what the world itself discovers worked out as in a compiled universe."""
    settings = resolve(
        {"mirror": str(SHARED / "mirror" / "alpine"), "release": "v3.18", "arch": "x86_64"}, {}, "/nonexistent"
    )
    base = BaseRequest("nothing installed", recorded().world, ())
    return Ground(with_base(build_plain(obtain(settings), Parser("x86_64")), base))


@pytest.mark.skipif(not RECORDED.exists(), reason="../shared is not here")
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_every_recorded_answer(chunk: int) -> None:
    answers = recorded().answers[chunk::CHUNKS]
    assert answers
    assert [answer for answer in answers if answer != asked_again(answer)] == []


def asked_again(answer: dict[str, object]) -> dict[str, object]:
    """What apkgraph says for the name that an answer is about."""
    solution = add(ground(), recorded().world, (Dependency(str(answer["name"])),))
    outcome = Outcome(solution.world, solution)
    lines = transcript(outcome, ground().universe.warnings.texts())
    errors = "".join(f"{line.text}\n" for line in lines if line.to_stderr)
    return {
        "name": answer["name"],
        "rc": outcome.exit_status,
        "install": [str(change.package) for change in solution.changes],
        "ok": next((line.text for line in lines if line.text.startswith("OK:")), None),
        "error": errors if outcome.exit_status else None,
    }
