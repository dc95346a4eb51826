"""What findings say, and how they are shown: what saves most first, what repeats once, nothing that contradicts."""

from __future__ import annotations

import pytest

from apkgraph.audit.dockerfile import DockerfileAudit
from apkgraph.audit.findings.finding import Finding, Severity
from apkgraph.audit.findings.registry import RULES
from apkgraph.report.audit import markdown
from apkgraph.report.audit.dockerfile import grouped, report
from apkgraph.report.blocks import render
from tests.audit.conftest import Audit


def of(audit: DockerfileAudit, rule: str) -> list[Finding]:
    return [finding for finding in audit.findings if finding.rule == rule]


def pins(number: int) -> str:
    return "".join(f"RUN apk add --no-cache curl=1.{place}-r0\n" for place in range(number))


def test_what_saves_most_comes_first(audit: Audit) -> None:
    result = audit(f"FROM alpine:3.18\n{pins(40)}RUN apk update && apk add gcc\n")
    sizes = [finding.size for finding in result.findings]
    assert sizes == sorted(sizes, reverse=True)
    assert [finding.rule for finding in result.findings[:2]] == ["build-dependencies-left", "index-left"]
    assert [finding.severity for finding in result.findings[2:]] == [Severity.ERROR] * 40


def test_what_repeats_is_one_line_with_a_count(audit: Audit) -> None:
    result = audit(f"FROM alpine:3.18\n{pins(40)}")
    for text in (render(report(result)), markdown.report(result)):
        shown = [line for line in text.splitlines() if "unsatisfied-pin" in line]
        assert len(shown) == 1
        assert "error" in shown[0]
        assert "and 39 more of this kind" in shown[0]
    few = audit(f"FROM alpine:3.18\n{pins(3)}")
    assert len([line for line in render(report(few)).splitlines() if "unsatisfied-pin" in line]) == 3


def test_findings_with_bytes_are_never_shown_as_one_unless_they_say_the_same() -> None:
    rule = RULES["index-left"]
    alike = [rule.finding(line, "0", "left", "do", size=7) for line in (2, 9)]
    others = [rule.finding(line, "0", f"left by {line}", "do", size=line) for line in range(1, 6)]
    assert grouped([*alike, *others]) == [alike, *([one] for one in others)]


@pytest.mark.parametrize(
    "word",
    ['"zlib>1.3.2"', "ca-certificates=20990101-r0", "ca-certificates", "ca-certificates~20230506", "libcurl=$V"],
)
def test_no_advice_contradicts_another(audit: Audit, word: str) -> None:
    result = audit(f"FROM alpine:3.18\nARG V\nRUN apk add --no-cache curl {word}\n")
    said = of(result, "needless-request")
    assert [finding.message for finding in said] == (
        ["ca-certificates is asked for, though libcurl brings it"] if word == "ca-certificates" else []
    )


def test_a_floor_is_not_answered_by_an_older_version(audit: Audit) -> None:
    (pin,) = of(audit('FROM alpine:3.18\nRUN apk add --no-cache "zlib>1.3.2"\n'), "unsatisfied-pin")
    assert pin.fix == "ask for zlib, or take a release that has it"


def test_what_the_base_holds_costs_nothing_and_hides_nothing(audit: Audit) -> None:
    assert of(audit("FROM alpine:3.18\nRUN apk add --no-cache zlib musl bash\n"), "needless-request") == []


@pytest.mark.parametrize(
    ("script", "fix"),
    [
        (
            "apk update && apk upgrade && apk add --no-cache bash",
            "leave apk update out, and write apk upgrade --no-cache",
        ),
        ("apk update && apk add bash", "leave apk update out, and give apk add --no-cache"),
        ("apk upgrade", "give it --no-cache"),
    ],
)
def test_who_uses_the_index_is_told_how_to_do_without(audit: Audit, script: str, fix: str) -> None:
    (left,) = of(audit(f"FROM alpine:3.18\nRUN {script}\n"), "index-left")
    assert left.fix == fix


def test_parts_that_come_with_their_package_are_no_extras(audit: Audit) -> None:
    assert of(audit("FROM alpine:3.18\nRUN apk add --no-cache util-linux\n"), "install-if-extras") == []
    (extras,) = of(audit("FROM alpine:3.18\nRUN apk add --no-cache util-linux py3-pip\n"), "install-if-extras")
    assert all(name.endswith(("-pyc", "-pyc0")) or name == "pyc" for name in extras.packages)


def test_extras_are_grouped_by_what_brings_them(audit: Audit) -> None:
    text = (
        "FROM alpine:3.18\nRUN apk add --no-cache git bash curl py3-six\nRUN apk add --no-cache bash-completion docs\n"
    )
    extras = of(audit(text), "install-if-extras")
    told = {finding.message.rpartition(" ")[2]: finding for finding in extras}
    assert set(told) == {"pyc", "bash-completion", "docs"}
    assert told["pyc"].fix == "add '!pyc'"
    assert told["docs"].fix.startswith("leave docs out")
    assert all("doc" in name or "man" in name for name in told["docs"].packages)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("ARG V\nRUN apk add --no-cache git && echo $V\n", []),
        ("ARG V\nRUN apk add --no-cache git=$V\n", [2]),
        ("ARG V\nENV W=${V}-r0\nRUN apk add --no-cache git=$W\n", [2]),
        ("ARG V\nRUN w=$V; apk add --no-cache git=$w\n", [2]),
        ("ARG V\nRUN echo https://dl-cdn.alpinelinux.org/alpine/$V/main >> /etc/apk/repositories\n", [2]),
        ("ARG V\nARG V=1\nRUN apk add --no-cache git=$V\n", []),
        ("ARG V\nLABEL v=$V\n", []),
    ],
)
def test_an_argument_is_noted_where_packages_hang_on_it(audit: Audit, text: str, told: list[int]) -> None:
    notes = audit(f"FROM alpine:3.18\n{text}").final.notes
    assert [note.line for note in notes if "has no value" in note.text] == told
