"""`apkgraph pins` from the words to the exit status and the file."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from apkgraph.cli.main import main
from apkgraph.explorer import Explorer
from tests.changes.mirrors import BASE, mirror
from tests.commands import Capture, document, run
from tests.impact.worlds import record

TEXT = "FROM alpine:3.18\r\nRUN apk add git=2.40.0-r0 \\\r\n    bash=5.2.15-r5 curl\r\n"


@pytest.fixture(autouse=True)
def _files(workplace: Path) -> None:
    Path("Dockerfile").write_bytes(TEXT.encode())
    Path("world").write_text("nodejs~16\n")


def test_text(capsys: Capture) -> None:
    status, out, _ = run(capsys, "pins", "Dockerfile", "world", "zlib>1")
    assert status == 0
    assert out.startswith("4 pins: 2 current, 2 gone\n")
    assert re.search(r"^Dockerfile +2 +git=2.40.0-r0 +- +2.40.1-r0 +gone", out, re.MULTILINE)
    assert re.search(r"^world +1 +nodejs~16 +- +18.18.2-r0 +gone", out, re.MULTILINE)
    assert re.search(r"^\(given\) +zlib>1 ", out, re.MULTILINE)


def test_json(capsys: Capture) -> None:
    found = document(capsys, "pins")
    assert [(pin["line"], pin["token"], pin["state"]) for pin in found["files"][0]["pins"]] == [
        (2, "git=2.40.0-r0", "gone"),
        (3, "bash=5.2.15-r5", "current"),
    ]
    assert found["counts"] == {"current": 1, "outdated": 0, "gone": 1, "unknown": 0}


def test_sarif(capsys: Capture) -> None:
    status, out, _ = run(capsys, "pins", "--format", "sarif")
    (result,) = json.loads(out)["runs"][0]["results"]
    assert (status, result["ruleId"]) == (0, "unsatisfied-pin")
    assert "write git=2.40.1-r0 or git~2.40" in result["message"]["text"]
    assert result["locations"][0]["physicalLocation"]["region"]["startLine"] == 2


def test_markdown(capsys: Capture) -> None:
    _, out, _ = run(capsys, "pins", "--format", "markdown")
    assert "| Dockerfile | 2 | `git=2.40.0-r0` | - | 2.40.1-r0 | gone |" in out


@pytest.mark.parametrize(
    ("fail_on", "words", "status"),
    [
        ("gone", ("Dockerfile",), 1),
        ("gone", ("bash=5.2.15-r5",), 0),
        ("outdated", ("bash~5.2",), 0),
        ("outdated", ("git=1",), 1),
    ],
)
def test_fail_on(fail_on: str, words: tuple[str, ...], status: int, capsys: Capture) -> None:
    assert run(capsys, "pins", *words, "--fail-on", fail_on)[0] == status


def test_a_diff_is_printed_and_nothing_written(capsys: Capture) -> None:
    status, out, _ = run(capsys, "pins", "--update")
    assert status == 0
    assert "-RUN apk add git=2.40.0-r0 \\\r\n+RUN apk add git=2.40.1-r0 \\\r\n" in out
    assert Path("Dockerfile").read_bytes() == TEXT.encode()


def test_write(capsys: Capture) -> None:
    status, out, _ = run(capsys, "pins", "Dockerfile", "world", "--loosen", "--write")
    assert (status, Path("world").read_text()) == (0, "nodejs~18.18\n")
    expected = TEXT.replace("=2.40.0-r0", "~2.40").replace("=5.2.15-r5", "~5.2")
    assert Path("Dockerfile").read_bytes() == expected.encode()
    assert out.startswith("Dockerfile: 2 pins changed\n")
    found = document(capsys, "pins", "Dockerfile", "--pin", "--write")
    assert found["edits"][0]["written"]
    assert [one["to"] for one in found["edits"][0]["changed"]] == ["git=2.40.1-r0", "bash=5.2.15-r5"]


def test_what_is_refused_is_said(capsys: Capture) -> None:
    Path("world").write_text("bash=5.2.15-r0 !readline\n")
    status, _, err = run(capsys, "pins", "world", "--update", "--write")
    assert status == 1
    assert "world: line 1: bash=5.2.15-r0 is not changed: readline" in err
    assert Path("world").read_text() == "bash=5.2.15-r0 !readline\n"


def test_a_link_is_not_written(capsys: Capture) -> None:
    Path("link").symlink_to("world")
    status, _, err = run(capsys, "pins", "link", "--update", "--write")
    assert (status, Path("world").read_text()) == (6, "nodejs~16\n")
    assert "symbolic link" in err


def test_where_one_file_cannot_be_written_none_is(capsys: Capture) -> None:
    Path("world").chmod(0o444)
    status, out, err = run(capsys, "pins", "Dockerfile", "world", "--update", "--write")
    assert (status, out) == (6, "")
    assert "world: not written: it is read-only" in err
    assert (Path("Dockerfile").read_bytes(), Path("world").read_text()) == (TEXT.encode(), "nodejs~16\n")


def test_an_index_that_is_not_available_is_noted(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("APKGRAPH_SAMPLE")
    text = "FROM alpine:3.17 AS old\nRUN apk add musl=1-r0\nFROM old\nRUN apk add musl~1\n"
    Path("Dockerfile").write_text(f"{text}FROM alpine:3.18\nRUN apk add musl=1-r0")
    place = mirror(Path("mirror"), {"v3.18": BASE + record("musl", 1), "latest-stable": BASE + record("musl", 1)})
    status, out, err = run(capsys, "pins", "--fail-on", "gone", *(word for word in place if word != "-q"))
    assert (status, out.splitlines()[0]) == (0, "3 pins: 1 current, 2 unknown")
    assert out.count("Dockerfile: line 1: what alpine:3.17 holds cannot be read: ") == 1
    assert "2 pins unknown: --fail-on does not count what could not be looked up" in err
    assert [note["line"] for note in document(capsys, "pins", *place)["files"][0]["notes"]] == [1]
    Path("Dockerfile").write_text(text)  # no stage at all can be read
    status, out, err = run(capsys, "pins", *place)
    assert (status, out, "has no release v3.17; it offers" in err) == (2, "", True)


@pytest.mark.parametrize(
    "words",
    [
        ("--write",),
        ("--update", "--fail-on", "gone"),
        ("--update", "--pin"),
        ("git=1", "--update", "--write"),
        ("-", "--update", "--write"),
    ],
)
def test_what_does_not_go_together(words: tuple[str, ...], capsys: Capture) -> None:
    assert run(capsys, "pins", *words)[0] == 2


def test_the_solver_is_asked_once(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    """Two hundred pins in four calls: nothing is solved to list them, and all of them at once to edit them."""
    names = ("git", "bash", "curl", "nodejs", "less")
    calls = [
        "RUN apk add " + " ".join(f"'{names[number % 5]}>=0.{number}'" for number in range(50)) + " git~2.40"
        for _ in range(3)
    ]
    pins = " ".join(f"'zlib>=1.0.{number}'" for number in range(49))
    Path("Dockerfile").write_text("\n".join(["FROM alpine:3.18", *calls, f"RUN apk add bash~5.1 {pins}"]))
    asked: list[str] = []

    def counted(word: str, ask: Callable[..., Any]) -> Callable[..., Any]:
        def count(*arguments: Any) -> Any:
            asked.append(word)
            return ask(*arguments)

        return count

    monkeypatch.setattr(Explorer, "run", counted("run", Explorer.run))
    monkeypatch.setattr(Explorer, "add", counted("add", Explorer.add))
    assert len(document(capsys, "pins")["files"][0]["pins"]) == 203
    assert asked == []
    document(capsys, "pins", "--update")
    assert asked == ["add"]


def test_versions_for_renovate(capsys: Capture) -> None:
    assert main(["show", "git", "--format", "renovate"]) == 0
    assert json.loads(capsys.readouterr().out)["releases"][0]["version"] == "2.40.1-r0"
