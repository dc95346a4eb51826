"""What scripts write to the repositories file, and in which order with apk's calls."""

from __future__ import annotations

import pytest

from apkgraph.dockerfile.build import read_build
from apkgraph.dockerfile.events import ApkCall, Event, RepositoriesWritten, Unresolved
from apkgraph.dockerfile.parse import parse_dockerfile
from apkgraph.dockerfile.shell.values import written


def told(event: Event) -> str:
    if isinstance(event, ApkCall):
        return event.text
    if isinstance(event, RepositoriesWritten):
        text = f"{'>>' if event.append else '>'} {written(event.value).strip()}"
        return f"{event.root}{text}{' (perhaps)' if event.choices else ''}"
    assert isinstance(event, Unresolved)
    return f"? {event.text}"


def events_of(script: str, image: str = "alpine:3.18") -> list[str]:
    build = read_build(parse_dockerfile(f"FROM {image}\nRUN {script}\n"), arch="x86_64", build_arch="x86_64")
    return [told(event) for step in build.stages[0].steps for event in step.events]


FILE = "/etc/apk/repositories"
BRANCH = {
    "$(cut -d. -f1,2 /etc/alpine-release)",
    "$(cut -d'.' -f 1,2 /etc/alpine-release)",
    "`egrep -o '^[0-9]+\\.[0-9]+' /etc/alpine-release`",
    "$(cat /etc/alpine-release | cut -d . -f 1-2)",
}


@pytest.mark.parametrize(
    ("script", "events"),
    [
        (f"set -x && echo a >> {FILE} && apk add x", [">> a", "apk add x"]),
        (f"apk add x && echo a >> {FILE} && echo b >> {FILE} && apk add y", ["apk add x", ">> a", ">> b", "apk add y"]),
        (f"test -f x || echo a >> {FILE} && apk add y", [">> a (perhaps)", "apk add y"]),
        (f"set -x && echo a | tee -a {FILE} > /dev/null && apk add x", [">> a", "apk add x"]),
        (f"echo a | tee {FILE}", ["> a"]),
        (f"echo a | tee --append /out{FILE}", ["/out>> a"]),
        (f"set -x && {{ echo a; echo b; }} > {FILE} && apk add x", ["> a\nb", "apk add x"]),
        (f"apk update && curl -s x > {FILE}", ["apk update", "> curl -s x"]),
        (f"apk update && curl -s x | sort | tee {FILE}", ["apk update", "> sort"]),
        (f"set -x && apk add x > /dev/null 2>&1 && sed -i s/a/b/ {FILE}", ["apk add x", f">> sed -i s/a/b/ {FILE}"]),
        (f"<<END\ntee {FILE} <<E\na\nE\napk add x\nEND", ["> a", "apk add x"]),
        (f"<<END\nset -x && cat > {FILE} <<E && apk add x\na\nE\nEND", ["> a", "apk add x"]),
        (f"<<END\nset -x && cat <<E | tee -a {FILE}\na\nE\nEND", [">> a"]),
        ("<<END\nset -x && sh <<E\napk add x\nE\nEND", ["apk add x"]),
    ],
)
def test_redirects_belong_to_the_last_command(script: str, events: list[str]) -> None:
    assert events_of(script) == events


@pytest.mark.parametrize("branch", sorted(BRANCH))
def test_the_branch_of_the_release_is_known(branch: str) -> None:
    script = f'echo "https://x/v{branch}/main" >> {FILE}'
    assert events_of(script) == [">> https://x/v3.18/main"]
    for image in ("alpine:edge", "alpine", "golang:alpine"):
        assert events_of(script, image) == [f">> https://x/v{branch}/main"]


def test_a_script_that_is_not_known_may_set_anything() -> None:
    build = read_build(
        parse_dockerfile("FROM alpine:3.18\nRUN eval $(cat x) && apk add a $DEPS\n"), arch="x86_64", build_arch="x86_64"
    )
    (call,) = build.stages[0].steps[0].events
    assert isinstance(call, ApkCall)
    assert [unknown.source for unknown in call.unresolved] == ["$DEPS"]


def test_a_call_is_shown_in_one_line() -> None:
    assert events_of("<<END\napk add \\\n  a \\\n  b\nEND") == ["apk add a b"]
