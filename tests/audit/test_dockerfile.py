"""Whole audits on the real indexes: what is counted, what is found, and that no byte is counted twice."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from apkgraph import limits
from apkgraph.audit.dockerfile import DockerfileAudit, audit_dockerfile
from apkgraph.audit.findings.finding import Finding
from apkgraph.audit.universes import Universes
from apkgraph.dockerfile.build import read_build
from apkgraph.dockerfile.parse import read_dockerfile
from apkgraph.errors import InputError
from apkgraph.report.documents.audits import dockerfile_document, world_words
from tests import schemas
from tests.audit.conftest import TODAY, Audit

DOCKERFILES = Path(__file__).parent.parent / "dockerfile" / "dockerfiles"
INDEXES = 433_226 + 1_445_053  # bytes of the two archives of v3.18
BASE = ["alpine-baselayout", "alpine-keys", "apk-tools", "busybox", "libc-utils"]
OF_THE_INDEX = ("unknown-package", "unsatisfied-pin", "unsatisfiable")


def rules(audit: DockerfileAudit) -> list[tuple[str, int]]:
    return [(finding.rule, finding.line) for finding in audit.findings]


def only(audit: DockerfileAudit, rule: str) -> Finding:
    (found,) = (finding for finding in audit.findings if finding.rule == rule)
    return found


def solved() -> list[str]:
    paths = sorted(DOCKERFILES.glob("*.json"))
    return [path.stem for path in paths if json.loads(path.read_text()).get("solve") is not False]


@pytest.mark.parametrize("name", solved())
def test_each_stage_ends_with_the_world_that_stands_beside_it(name: str, universes: Universes) -> None:
    told = json.loads((DOCKERFILES / f"{name}.json").read_text())
    build = read_build(
        read_dockerfile(str(DOCKERFILES / f"{name}.Dockerfile")),
        arch="x86_64",
        build_arch="x86_64",
        build_args=told.get("build_args"),
        target=told.get("target"),
    )
    result = audit_dockerfile(build, universes, today=TODAY)
    for report, want in zip(result.stages, told["stages"], strict=True):
        words = world_words(report.end.world, report.end.packages)
        based = [] if report.stage.kind.value in ("scratch", "foreign") else BASE
        left_out = {*want["world"]} - {*words}  # in branches that may not run, and are not the lightest
        assert left_out <= {word for stage in told["stages"] for word in stage.get("conditional", ())}
        assert sorted(words) == sorted(word for word in [*based, *want["world"]] if word not in left_out)
    assert [finding for finding in result.findings if finding.rule in OF_THE_INDEX] == []
    assert schemas.errors(dockerfile_document(result, universes)) == []


def test_an_update_that_no_cache_does_not_use(audit: Audit, universes: Universes) -> None:
    result = audit("FROM alpine:3.18\nRUN apk update && apk add --no-cache bash\n")
    explorer = universes.explorer(universes.coordinates("v3.18", "x86_64"))
    cost = type(explorer)(explorer.settings.replace(base="docker")).cost(["bash"])
    call = result.final.steps[0].calls[1].transaction
    assert [str(change.package) for change in call.changes] == [str(change.package) for change in cost.changes]
    assert call.amount == cost.amount
    assert rules(result) == [("needless-update", 2)]
    assert (result.findings[0].size, result.findings[0].download_size) == (INDEXES, INDEXES)
    assert result.final.image_size == result.final.end.installed_size + INDEXES


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("apk add bash", [("index-left", INDEXES)]),
        ("apk update && apk add bash", [("index-left", INDEXES)]),
        ("apk -U add bash", [("index-left", INDEXES)]),
        ("apk add --no-cache bash", []),
        ("apk add -U --no-cache bash", []),
        ("apk add bash && rm -rf /var/cache/apk/*", []),
        ("apk add bash && rm -rf /tmp/* /var/cache/*", []),
        ("apk add bash && find /var/cache/apk -type f -delete", []),
        ("apk update && apk add bash && rm -rf /var/cache/apk/*", []),
        ("apk update && apk add --no-cache bash && rm -rf /var/cache/apk/*", [("needless-update", 0)]),
        ("apk add --simulate bash", []),
        ("apk add --no-network busybox", []),
    ],
)
def test_an_index_is_left_or_not(audit: Audit, script: str, found: list[tuple[str, int]]) -> None:
    result = audit(f"FROM alpine:3.18\nRUN {script}\n")
    of_index = [(f.rule, f.size) for f in result.findings if f.rule in ("index-left", "needless-update")]
    assert of_index == found


@pytest.mark.parametrize(
    "mount",
    [
        "type=cache,target=/var/cache/apk",
        "type=cache,dst=/var/cache",
        "type=tmpfs,target=/var/cache/apk/",
        "type=cache,id=apk,target=/etc/apk/cache",
    ],
)
def test_a_mount_keeps_the_index_out(audit: Audit, mount: str) -> None:
    assert rules(audit(f"FROM alpine:3.18\nRUN --mount={mount} apk update && apk add bash\n")) == []


def test_the_same_index_is_counted_once(audit: Audit) -> None:
    text = "FROM alpine:3.18\nRUN apk update\nRUN apk add bash\nRUN apk add jq\nRUN rm -rf /var/cache/apk/*\n"
    result = audit(text)
    assert rules(result) == [("index-left", 2)]
    assert result.final.image_size == result.final.end.installed_size + INDEXES


def test_a_removal_in_a_later_layer_keeps_the_bytes(audit: Audit) -> None:
    result = audit("FROM alpine:3.18\nRUN apk add --no-cache gcc\nRUN true\nRUN apk del gcc\n")
    removed = only(result, "removed-in-later-layer")
    (added,) = result.final.steps[0].calls
    assert (removed.line, removed.size) == (4, added.transaction.amount.size.installed)
    assert result.final.image_size == result.final.base.installed_size + removed.size
    assert rules(result) == [("removed-in-later-layer", 4)]


def test_build_dependencies_weigh_what_would_go(audit: Audit) -> None:
    added = "apk add --no-cache --virtual .build-deps gcc make"
    result = audit(f"FROM alpine:3.18\nRUN {added}\nRUN apk add --no-cache jq\n")
    left = only(result, "build-dependencies-left")
    step = result.final.steps[0]
    assert (left.line, left.size) == (2, step.layer_size)
    assert "gcc" in left.packages


def test_what_only_builds_is_no_waste_of_the_image(audit: Audit) -> None:
    text = "FROM alpine:3.18 AS build\nRUN apk update && apk add gcc\nFROM alpine:3.18\nCOPY --from=build /a /a\n"
    result = audit(text)
    assert rules(result) == []
    assert [(report.is_final, report.is_needed) for report in result.stages] == [(False, True), (True, True)]


def test_one_waste_is_counted_once(audit: Audit) -> None:
    result = audit("FROM alpine:3.18\nRUN apk update && apk add gcc musl-dev docs man-db gcompat git git-doc\n")
    assert result.wasted_size <= result.final.image_size - result.final.base_size
    packages = [name for finding in result.findings for name in finding.packages]
    assert len(packages) == len(set(packages))


def test_what_is_there_anyway(audit: Audit) -> None:
    result = audit("FROM alpine:3.18\nRUN apk add --no-cache curl libcurl musl ca-certificates>1\n".replace(">1", ""))
    told = [(f.line, f.message) for f in result.findings if f.rule == "needless-request"]
    assert told == [
        (2, "ca-certificates is asked for, though libcurl brings it"),
        (2, "libcurl is asked for, though curl brings it"),
    ]


def test_no_more_requests_are_left_out_to_see_than_are_allowed(audit: Audit, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "FROM alpine:3.18\nRUN apk add --no-cache curl libcurl musl ca-certificates\n"
    told = audit(text)
    assert [finding.rule for finding in told.findings].count("needless-request") == 2
    assert not told.final.notes
    monkeypatch.setattr(limits, "TRIED_PACKAGES", 600)  # one solving: the installed, and a fortieth of 20,069
    told = audit(text.replace(" musl", ""))
    assert [finding.rule for finding in told.findings].count("needless-request") == 1
    assert [note.text[:28] for note in told.final.notes] == ["too large to be tried in ful"]


def test_a_pin_that_the_index_does_not_have(audit: Audit) -> None:
    result = audit('FROM alpine:3.18\nRUN apk add --no-cache "git=2.38.0-r0" bash\n')
    pin = only(result, "unsatisfied-pin")
    assert (pin.severity.word, pin.line) == ("error", 2)
    assert "2.40.1-r0" in pin.message
    assert {"git", "bash"} <= {package.name for package in result.final.end.packages}


def test_a_name_that_nobody_knows(audit: Audit) -> None:
    result = audit("FROM alpine:3.18\nRUN apk add --no-cache bsah jq\n")
    unknown = only(result, "unknown-package")
    assert unknown.fix.startswith("did you mean bash")  # and a command of a name as near
    assert "jq" in {package.name for package in result.final.end.packages}


def test_a_condition_makes_a_mistake_a_note(audit: Audit) -> None:
    result = audit("FROM alpine:3.18\nRUN [ -f /x ] && apk add --no-cache no-such-package\n")
    assert [(f.rule, f.severity.word) for f in result.findings] == [("unknown-package", "note")]


def test_what_cannot_go_together(audit: Audit) -> None:
    result = audit("FROM alpine:3.18\nRUN apk add --no-cache gthumb-gstreamer\n")
    assert only(result, "unsatisfiable").severity.word == "error"
    assert result.final.end.packages == result.final.base.packages


def test_documentation_by_install_if(audit: Audit) -> None:
    result = audit("FROM alpine:3.18\nRUN apk add --no-cache curl\nRUN apk add --no-cache docs\n")
    extras = only(result, "install-if-extras")
    assert extras.line == 3
    assert "curl-doc" in extras.packages
    assert extras.size > 0


def test_glibc(audit: Audit) -> None:
    finding = only(audit("FROM alpine:3.18\nRUN apk add --no-cache gcompat\n"), "only-for-glibc")
    assert "gcompat" in finding.packages


def test_the_end_of_a_release(audit: Audit) -> None:
    text = "FROM alpine:3.18\nRUN apk add --no-cache bash\n"
    assert rules(audit(text, today=date(2025, 5, 8))) == []
    assert rules(audit(text, today=date(2025, 5, 9))) == [("release-end-of-life", 1)]


@pytest.mark.parametrize(
    "text",
    [
        "FROM alpine:3.18\n# apkgraph: ignore=index-left\nRUN apk add bash\n",
        "FROM alpine:3.18\n# apkgraph: ignore=index-left, unsatisfiable\n# small\nRUN true && \\\n  apk add bash\n",
        "FROM alpine:3.18\nRUN true && \\\n  # apkgraph: ignore=index-left\n  apk add bash\n",
    ],
)
def test_a_comment_silences_a_rule(audit: Audit, text: str) -> None:
    result = audit(text)
    assert (rules(result), result.ignored) == ([], 1)


def test_a_comment_silences_no_other_rule_and_no_other_line(audit: Audit) -> None:
    text = "FROM alpine:3.18\n# apkgraph: ignore=needless-update\nRUN true\nRUN apk add bash\n"
    assert rules(audit(text)) == [("index-left", 4)]
    assert rules(audit(text, ignore=("index-left",))) == []


def test_a_root_that_is_copied_is_the_image(audit: Audit) -> None:
    result = audit("FROM alpine:3.18 AS build\nRUN apk add --no-cache gcc\nFROM scratch\nCOPY --from=build / /\n")
    assert result.final.end.packages == result.stages[0].end.packages
    assert only(result, "build-dependencies-left").line == 2


def test_a_tag_takes_its_repository(audit: Audit) -> None:
    line = "@old https://dl-cdn.alpinelinux.org/alpine/v3.16/main"
    result = audit(f"FROM alpine:3.18\nRUN echo '{line}' >> /etc/apk/repositories && apk add --no-cache curl@old\n")
    versions = {package.name: package.version for package in result.final.end.packages}
    assert versions["curl"].startswith(("7.", "8.5"))
    assert rules(result) == []


def test_a_foreign_repository_is_told_and_never_asked(audit: Audit) -> None:
    result = audit("FROM alpine:3.18\nRUN apk add --no-cache -X https://192.0.2.1/packages bash\n")
    assert rules(result) == [("foreign-repository", 2)]


def test_a_build_that_gives_up_says_so(audit: Audit) -> None:
    result = audit('FROM alpine:3.18\nARG V\nRUN case "$V" in a) apk add --no-cache jq ;; *) exit 1 ;; esac\n')
    assert rules(result) == [("unresolved-packages", 3)]


def test_an_update_that_keeps_nothing(audit: Audit) -> None:
    finding = only(audit("FROM alpine:3.18\nRUN apk --no-cache update && apk add --no-cache bash\n"), "needless-update")
    assert (finding.severity.word, finding.size, finding.download_size) == ("note", 0, INDEXES)


def test_what_all_extras_hang_on_is_banned_alone(audit: Audit) -> None:
    result = audit("FROM alpine:3.18\nRUN apk add --no-cache py3-six py3-idna\n")
    extras = only(result, "install-if-extras")
    assert {"py3-six-pyc", "py3-idna-pyc", "python3-pyc"} <= set(extras.packages)
    assert extras.fix == "add '!pyc'"
    banned = audit("FROM alpine:3.18\nRUN apk add --no-cache py3-six py3-idna '!pyc'\n")
    assert result.final.image_size - banned.final.image_size == extras.size


def test_the_release_of_a_root_that_is_copied_is_known(audit: Audit) -> None:
    text = "FROM alpine:3.18 AS b\nRUN apk add --no-cache --initdb -p /out musl\nFROM scratch\nCOPY --from=b /out /\n"
    assert audit(text).final.release_is_assumed is False
    assert audit(text.replace("alpine:3.18", "alpine")).final.release_is_assumed is True


def test_stages_that_ask_nothing_of_apk_need_no_notes(audit: Audit) -> None:
    text = "FROM golang:1.21 AS go\nFROM node:alpine AS node\nFROM golang:alpine\nCOPY --from=go /a /a\n"
    go, node, last = audit(text).stages
    assert (go.notes, node.notes) == ((), ())
    assert "golang:alpine does not name a release: v3.18 is assumed" in [note.text for note in last.notes]


def test_package_files_are_told_as_what_they_are(audit: Audit) -> None:
    result = audit("FROM alpine:3.18\nRUN apk add --no-cache ./x.apk $(cat list)\n")
    told = {finding.message.partition(" ")[0]: finding.fix for finding in result.findings}
    assert told == {
        "./x.apk": "what it does is not counted",
        "$(cat": "write the packages out, to have them counted",
    }


def test_what_apk_fetches_is_noted(audit: Audit) -> None:
    result = audit("FROM alpine:3.18\nRUN apk add --no-cache jq && \\\n  apk fetch -R bash\nRUN apk fetch -s bash\n")
    assert [(note.line, note.text) for note in result.final.notes] == [
        (3, "the files that apk fetch leaves are not counted")
    ]


def test_more_calls_than_anybody_writes_are_refused(audit: Audit) -> None:
    text = "FROM alpine:3.18\n" + "RUN apk add --no-cache jq\n" * (limits.APK_CALLS + 1)
    with pytest.raises(InputError, match=f"line {limits.APK_CALLS + 2}: more than {limits.APK_CALLS} calls"):
        audit(text)
