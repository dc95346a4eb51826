"""Repositories that a Dockerfile adds: what the mirror has, what it does not, and what then cannot be known."""

from __future__ import annotations

import pytest

from apkgraph.audit.universes import Universes
from tests.audit.conftest import Audit

ALPINE = "https://dl-cdn.alpinelinux.org/alpine"
FILE = "/etc/apk/repositories"


def found(audit: Audit, script: str) -> list[tuple[str, str, int]]:
    result = audit(f"FROM alpine:3.18\nRUN {script}\n")
    return [(finding.rule, finding.severity.word, finding.line) for finding in result.findings]


FOREIGN, GAP = ("foreign-repository", "note", 2), ("unresolved-packages", "note", 2)


@pytest.mark.parametrize(
    ("script", "findings"),
    [
        ("apk add --no-cache no-such-thing jq", [("unknown-package", "error", 2)]),
        (f"echo https://example.org/x >> {FILE} && apk add --no-cache no-such-thing jq", [FOREIGN, GAP]),
        (f"echo https://example.org/x >> {FILE} && apk add --no-cache jq=9-r0 bash", [FOREIGN, GAP]),
        (f"sed -i s/v3.18/edge/ {FILE} && apk add --no-cache no-such-thing bash", [FOREIGN, FOREIGN, GAP]),
        (f"curl -s x >> {FILE} && apk add --no-cache no-such-thing bash", [GAP, GAP]),
        ("apk add --no-cache -X https://example.org/x no-such-thing jq", [FOREIGN, GAP]),
        ('apk add --no-cache -X "$(cat x)" no-such-thing jq', [GAP, GAP]),
        ("apk add --no-cache -X https://example.org/x gthumb-gstreamer", [FOREIGN, GAP]),
        (f"echo '@t {ALPINE}/edge/testing' >> {FILE} && apk add --no-cache thing@t jq@t", [FOREIGN, GAP, GAP]),
        (f"echo '@t {ALPINE}/v3.18/testing' >> {FILE} && apk add --no-cache jq@t bash", [FOREIGN, GAP]),
        (f"echo '{ALPINE}/edge/main' > {FILE} && apk add --no-cache jq", [FOREIGN]),
        (f"apk add --no-cache -X {ALPINE}/edge/main jq", [FOREIGN]),
        (f"set -x && echo '@old {ALPINE}/v3.16/main' >> {FILE} && apk add --no-cache jq@old", []),
        ("apk add --no-cache jq@nowhere bash", [("unknown-package", "error", 2)]),
    ],
)
def test_what_may_be_elsewhere_is_no_error(audit: Audit, script: str, findings: list[tuple[str, str, int]]) -> None:
    assert sorted(found(audit, script)) == sorted(findings)


def test_what_is_known_is_added_all_the_same(audit: Audit) -> None:
    text = f"FROM alpine:3.18\nRUN echo '@t {ALPINE}/edge/main' >> {FILE} && apk add --no-cache jq@t bash\n"
    result = audit(text)
    names = {package.name for package in result.final.end.packages}
    assert ("bash" in names, "jq" in names, result.is_complete) == (True, False, False)


def test_a_repository_of_one_call_is_of_that_call_alone(audit: Audit) -> None:
    text = (
        "FROM alpine:3.18\nRUN apk add --no-cache -X https://example.org/x bash\n"
        "RUN apk add --no-cache no-such-thing jq\n"
    )
    rules = [(finding.rule, finding.line) for finding in audit(text).findings]
    assert rules == [("unknown-package", 3), ("foreign-repository", 2)]


def test_a_file_that_is_written_anew_forgets_what_was_foreign(audit: Audit) -> None:
    text = (
        f"FROM alpine:3.18\nRUN echo https://example.org/x >> {FILE}\n"
        f"RUN echo {ALPINE}/v3.18/main > {FILE}\nRUN apk add --no-cache no-such-thing jq\n"
    )
    rules = [(finding.rule, finding.line) for finding in audit(text).findings]
    assert rules == [("unknown-package", 4), ("foreign-repository", 2)]


def test_another_architecture_of_another_root_is_told(audit: Audit) -> None:
    result = audit("FROM alpine:3.18\nRUN apk add --no-cache --initdb -p /out --arch aarch64 musl\n")
    assert [(gap.text, gap.line) for step in result.final.steps for gap in step.unresolved] == [("--arch aarch64", 2)]
    result = audit("FROM alpine:3.18\nRUN apk add --no-cache --initdb -p /out --arch x86_64 musl\n")
    assert result.is_complete


@pytest.mark.parametrize(
    ("written", "line"),
    [
        ("https://dl-cdn.alpinelinux.org/alpine/v3.18/community", "community"),
        ("@edge https://dl-cdn.alpinelinux.org/alpine/v3.18/main", "@edge main"),
        ("https://dl-cdn.alpinelinux.org/alpine/v3.18/main https://dl-cdn.alpinelinux.org/alpine/v3.18/main", None),
        ("https://[dl-cdn.alpinelinux.org/alpine/v3.18/main", None),
        ("https://example.org/v3.18/main", None),
        ("@edge", None),
        ("", None),
    ],
)
def test_a_line_of_the_mirror_or_a_foreign_one(universes: Universes, written: str, line: str | None) -> None:
    assert universes.line_of(written, universes.coordinates("v3.18", "x86_64")) == line
