"""OpenWrt's v3 indexes, five together: the same packages in the same order as apk, for each of the recorded names."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from apkgraph.image.base import BaseRequest
from apkgraph.loading.cold import Parser, build_plain, with_base
from apkgraph.mirror.repositories import from_lines
from apkgraph.mirror.source import obtain
from apkgraph.model.dependency import Dependency
from apkgraph.report.transcript import transcript
from apkgraph.settings import resolve
from apkgraph.solve.problem import InitialState
from apkgraph.solve.solution import Outcome
from apkgraph.solve.solver import add

PLACES = ("targets/x86/64/packages", *[f"packages/x86_64/{name}" for name in ("base", "luci", "packages", "routing")])


def test_every_recorded_answer(shared: Path) -> None:
    settings = resolve({"arch": "x86_64", "allow_untrusted": True}, {}, "/nonexistent")
    lines = [str(shared / "adb" / "openwrt" / place / "packages.adb") for place in PLACES]
    indexes = obtain(settings, repositories=tuple(from_lines(lines, settings)))
    initial = InitialState(with_base(build_plain(indexes, Parser("x86_64")), BaseRequest("nothing", (), ())))
    recorded = gzip.decompress((shared / "conformance" / "openwrt-x86_64.jsonl.gz").read_bytes()).decode()
    answers = [json.loads(line) for line in recorded.splitlines()[1:]]
    assert len(answers) > 700
    assert [answer for answer in answers if answer != _asked_again(initial, answer["name"])] == []


def _asked_again(initial: InitialState, name: str) -> dict[str, object]:
    solution = add(initial, (), (Dependency(name),))
    outcome = Outcome(solution.world, solution)
    lines = transcript(outcome, initial.universe.warnings.texts())
    return {
        "name": name,
        "rc": outcome.exit_status,
        "install": [str(change.package) for change in solution.changes],
        "ok": next((line.text for line in lines if line.text.startswith("OK:")), None),
        "error": "".join(f"{line.text}\n" for line in lines if line.to_stderr) if outcome.exit_status else "",
    }
