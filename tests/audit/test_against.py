"""`dockerfile --against OTHER`: what a change does, line by line and in all, from a Dockerfile or a saved answer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from apkgraph import limits
from tests.commands import Capture, document, run

BEFORE = "FROM alpine:3.18\nRUN apk add --no-cache git\nRUN apk add --no-cache curl nodejs\nRUN apk add --no-cache jq\n"
AFTER = (
    "FROM alpine:3.18\nRUN apk add --no-cache git bash\nRUN apk update && apk add curl\nRUN apk add --no-cache jq\n"
    "RUN apk add --no-cache zlib\n"
)


@pytest.fixture(autouse=True)
def _workplace(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("APKGRAPH_CACHE_DIR", str(tmp_path_factory.getbasetemp() / "cache-of-audit-commands"))
    monkeypatch.setenv("APKGRAPH_SAMPLE", "1")
    Path("before").write_text(BEFORE)
    Path("Dockerfile").write_text(AFTER)


def test_the_difference_is_that_of_the_two_answers(capsys: Capture) -> None:
    before, after = document(capsys, "dockerfile", "before"), document(capsys, "dockerfile")
    found = document(capsys, "dockerfile", "--against", "before")
    assert found["exact"]
    assert found["change"] == {name: after["total"][name] - before["total"][name] for name in before["total"]}
    lines = [
        ((each["before"] or {}).get("text"), (each["after"] or {}).get("text"), (each["after"] or {}).get("line"))
        for each in found["lines"]
    ]
    assert lines == [
        ("apk add --no-cache git", "apk add --no-cache git bash", 2),
        (None, "apk update", 3),
        ("apk add --no-cache curl nodejs", "apk add curl", 3),
        (None, "apk add --no-cache zlib", 5),
    ]
    assert sum(each["installed_size"] for each in found["lines"]) == found["change"]["installed_size"]
    assert [each["rule"] for each in found["findings"]["new"]] == ["index-left"]
    assert found["findings"]["solved"] == []


def test_a_saved_answer_says_the_same(capsys: Capture) -> None:
    Path("saved.json").write_text(json.dumps(document(capsys, "dockerfile", "before")))
    assert document(capsys, "dockerfile", "--against", "saved.json") == document(
        capsys, "dockerfile", "--against", "before"
    )


def test_against_itself_nothing_differs(capsys: Capture) -> None:
    _, out, _ = run(capsys, "dockerfile", "--against", "Dockerfile")
    assert out.startswith("Dockerfile: no change of size\n")
    assert "no call of apk differs" in out


def test_a_line_that_weighs_another_is_shown_though_its_text_is_the_same(capsys: Capture) -> None:
    found = document(capsys, "dockerfile", "before")
    found["stages"][0]["steps"][2]["calls"][0]["cost"]["installed_size"] -= 7
    Path("saved.json").write_text(json.dumps(found))
    (change,) = document(capsys, "dockerfile", "before", "--against", "saved.json")["lines"]
    assert (change["before"]["text"], change["installed_size"]) == ("apk add --no-cache jq", 7)


def test_what_is_not_exact_is_said(capsys: Capture) -> None:
    Path("before").write_text("FROM debian:12\n")
    found = document(capsys, "dockerfile", "--against", "before")
    assert (found["exact"], found["before"]["certainty"]) == (False, "unknown")
    _, out, _ = run(capsys, "dockerfile", "--against", "before")
    assert "; not exact, for a total is not" in out
    assert "before, line 1: debian:12 is not Alpine" in out


def test_markdown_is_a_table_without_markup_of_others(capsys: Capture) -> None:
    Path("Dockerfile").write_text("FROM alpine:3.18\nRUN apk add --no-cache '@me' `x` **git**\n")
    status, out, _ = run(capsys, "dockerfile", "--against", "before", "--format", "markdown")
    assert status == 0
    assert out.startswith("**Dockerfile: ")
    assert "| BEFORE | AFTER | COMMAND |" in out
    assert "**git**" not in out


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"schema": "apkgraph.cost/1"}', "not a saved audit of a Dockerfile"),
        ("{" * 5000, "not a saved audit of a Dockerfile"),
        ('{"schema": "apkgraph.dockerfile/2"}', "not a complete audit of a Dockerfile"),
    ],
)
def test_what_is_no_saved_answer_is_an_error(capsys: Capture, text: str, words: str) -> None:
    Path("saved.json").write_text(text)
    status, out, error = run(capsys, "dockerfile", "--against", "saved.json")
    assert (status, out) == (6, "")
    assert words in error


def test_any_part_of_another_kind_is_an_error(capsys: Capture) -> None:
    whole = document(capsys, "dockerfile", "before")
    for path in (("total", "image_size"), ("certainty",), ("path",), ("stages",), ("doubts",), ("findings",)):
        found = json.loads(json.dumps(whole))
        place = found
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = 1.5
        Path("saved.json").write_text(json.dumps(found))
        status, _, error = run(capsys, "dockerfile", "--against", "saved.json")
        assert status == 6, path
        assert "not a complete audit" in error


def test_many_calls_are_not_compared(capsys: Capture) -> None:
    found = document(capsys, "dockerfile", "before")
    found["stages"][0]["steps"][1]["calls"] *= limits.APK_CALLS + 1
    Path("saved.json").write_text(json.dumps(found))
    status, _, error = run(capsys, "dockerfile", "--against", "saved.json")
    assert status == 6
    assert f"more than {limits.APK_CALLS} calls" in error


def test_there_is_no_sarif_of_a_difference(capsys: Capture) -> None:
    status, _, error = run(capsys, "dockerfile", "--against", "before", "--format", "sarif")
    assert status == 2
    assert "--against has no SARIF form" in error
