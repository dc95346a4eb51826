"""How much a Dockerfile may have solved: the same call on the same system once, and no more than a bound."""

from __future__ import annotations

from typing import Any

import pytest

from apkgraph import limits
from apkgraph.audit import universes
from apkgraph.audit.universes import Universes
from apkgraph.errors import InputError
from apkgraph.explorer import Explorer
from tests.audit.conftest import Audit


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, sample_universes: Universes) -> list[str]:
    """What is put to apk's commands from here on; nothing is known before."""
    questions: list[str] = []

    run = Explorer.run

    def counted(explorer: Explorer, applet: str, arguments: Any, options: Any) -> Any:
        questions.append(f"{applet} {' '.join(arguments)}")
        return run(explorer, applet, arguments, options)

    monkeypatch.setattr(Explorer, "run", counted)
    monkeypatch.setattr(sample_universes, "solves", universes.Solves())
    monkeypatch.setattr(sample_universes, "_near", {})
    return questions


def test_what_comes_again_is_solved_once(audit_of_sample: Audit, asked: list[str]) -> None:
    pair = "RUN apk add git\nRUN apk del git\n"
    audit = audit_of_sample("FROM alpine:3.18\n" + 15 * pair)
    assert asked == ["add git", "del git"]
    assert len(audit.final.steps) == 30
    assert len(audit.final.end.packages) == 15


def test_ways_share_what_they_have_in_common(audit_of_sample: Audit, asked: list[str]) -> None:
    maybe = "RUN if [ -e /x ]; then apk add jq; else apk add less; fi\n"
    audit = audit_of_sample(f"FROM alpine:3.18\nRUN apk add git\n{maybe}RUN apk add tini\n")
    assert asked.count("add git") == 1
    assert sorted(asked) == ["add git", "add jq", "add less", "add tini", "add tini"]
    assert audit.claim.certainty.value == "range"


def test_a_stage_that_does_the_same_costs_nothing(audit_of_sample: Audit, asked: list[str]) -> None:
    stage = "FROM alpine:3.18\nRUN apk add curl\n"
    audit_of_sample(40 * stage)
    assert asked == ["add curl"]


def test_too_much_to_solve_names_the_line(
    audit_of_sample: Audit, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SOLVED_PACKAGES", 50)
    lines = "".join(f"RUN apk add {name}\n" for name in ("git", "curl", "jq", "less", "tini"))
    with pytest.raises(InputError, match=r"line 4: .*install too many packages"):
        audit_of_sample(f"FROM alpine:3.18\n{lines}")
    assert len(asked) == 2


def test_more_ways_than_are_followed_is_at_least_what_runs_in_any_case(audit_of_sample: Audit) -> None:
    maybe = "".join(f"RUN if [ -e /{name} ]; then apk add --no-cache {name}; fi\n" for name in ("jq", "less", "tini"))
    audit = audit_of_sample(f"FROM alpine:3.18\nRUN apk add --no-cache git\n{maybe}")
    assert (audit.claim.certainty.value, audit.claim.least.packages) == ("range", 15 + 9)
    more = maybe + maybe.replace("-e", "-f") + maybe.replace("-e", "-x")
    audit = audit_of_sample(f"FROM alpine:3.18\nRUN apk add --no-cache git\n{more}")
    assert (audit.claim.certainty.value, audit.claim.least.packages) == ("at least", 15 + 9)
    assert "too many conditions" in audit.claim.doubts[-1].reason


def test_near_names_are_looked_for_a_few_times(
    audit_of_sample: Audit, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    searched: list[str] = []

    def counted(_explorer: Explorer, name: str) -> tuple[str, ...]:
        searched.append(name)
        return ("git",)

    monkeypatch.setattr(Explorer, "nearest_names", counted)
    names = " ".join(f"nosuch{number}" for number in range(300))
    audit = audit_of_sample(f"FROM alpine:3.18\nRUN apk add {names}\nRUN apk add {names}\n")
    assert len(searched) == len(set(searched)) == 20
    assert sum("did you mean git?" in finding.fix for finding in audit.findings) == 40
    assert asked


def test_what_is_solved_for_findings_is_bounded(
    audit_of_sample: Audit, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "FROM alpine:3.18\nRUN apk add gcc libc6-compat git\n"
    audit = audit_of_sample(text)
    assert len(audit.findings) > 2
    assert not audit.final.notes
    monkeypatch.setattr(limits, "TRIED_PACKAGES", 0)
    found = audit_of_sample(text.replace("git", "curl"))
    assert not [finding for finding in found.findings if "only needed to build" in finding.message]
    (note,) = found.final.notes
    assert (note.line, note.text) == (1, "too large to be tried in full: more may be unneeded than is found")
    assert asked == ["add gcc libc6-compat git", "add gcc libc6-compat curl"]
