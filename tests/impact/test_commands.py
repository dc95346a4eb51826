"""The commands from the words to the exit status: their JSON by its schema, their text for pipes and terminals."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import networkx as nx
import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from apkgraph.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _one_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APKGRAPH_CACHE_DIR", str(tmp_path_factory.getbasetemp() / "cache-of-impact"))


@pytest.fixture(scope="module")
def schemas(checkout: Path) -> Registry[Any]:
    registry: Registry[Any] = Registry()
    for path in (checkout / "docs/schema").glob("*.json"):
        schema = json.loads(path.read_text())
        Draft202012Validator.check_schema(schema)
        registry = registry.with_resource(path.name, Resource.from_contents(schema))
    return registry


def errors(schemas: Registry[Any], document: dict[str, Any]) -> list[str]:
    name = document["schema"].replace("/", "-") + ".json"
    validator = Draft202012Validator(schemas.contents(name), registry=schemas)
    return [error.message for error in validator.iter_errors(document)]


ANSWERED = (
    "why libcurl git",
    "why ssl_client git",
    "why zlib git curl --all --limit 2",
    "why musl",
    "why ssl_client git --base none",
    "why-not git curl",
    "why-not !libcurl git curl",
    "why-not git<2",
    "tree git",
    "tree",
    "tree git curl --depth 1 --base none",
    "tree git --invert",
    "tree git --invert --of zlib --of libcurl",
    "rdeps so:libcurl.so.4",
    "rdeps zlib --recursive",
    "rdeps docs --install-if --recursive",
    "search git",
    "search cmd:node",
    "search ngnix",
    "search library --limit 3",
    "show git",
    "show npm",
    "show /bin/sh",
    "show docs --base none",
    "drop",
    "drop git curl docs",
    "drop npm --base pkg:nodejs",
    "compare git curl,docs",
    "compare git curl git,curl git,curl,docs npm",
    "export git",
    "export git --format json --base none",
    "export --universe",
)


@pytest.mark.parametrize("words", ANSWERED)
def test_json_is_valid_by_its_schema(capsys: Capture, schemas: Registry[Any], words: str) -> None:
    assert main(["--sample", "--json", *words.split()]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    document = json.loads(captured.out)
    assert errors(schemas, document) == []


@pytest.mark.parametrize("words", ["rank", "rank --by origin", "rank --by rdeps --top 3"])
def test_rank_prints_one_object_a_line(capsys: Capture, schemas: Registry[Any], words: str) -> None:
    assert main(["--sample", "--json", *words.split(), "--jobs", "1"]) == 0
    documents = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert documents
    assert [message for document in documents for message in errors(schemas, document)] == []


@pytest.mark.parametrize("words", ["why git no-such", "tree git>9", "drop no-such", "export no-such", "show"])
def test_what_cannot_be_satisfied_is_status_3_with_reasons(capsys: Capture, schemas: Registry[Any], words: str) -> None:
    if words == "show":
        assert main(["--sample", "--json", "show", "no-such"]) == 3
        assert "no-such: no such package" in capsys.readouterr().err
        return
    assert main(["--sample", "--json", *words.split()]) == 3
    captured = capsys.readouterr()
    document = json.loads(captured.out)
    assert errors(schemas, document) == []
    assert document["satisfied"] is False
    assert captured.err.startswith("apkgraph: error: unable to select packages:\n")


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        ("why libcurl", 3, "libcurl is not in the base; add it: apkgraph why libcurl libcurl"),
        ("why libcrul git", 3, "libcrul: no such package in this universe (did you mean libcurl"),
        ("why", 2, "the following arguments are required: TARGET"),
        ("why libcurl git --limit 0", 2, "'0' is not a number from 1 to 1000000"),
        ("why libcurl git --limit many", 2, "'many' is not a number"),
        ("why libcurl git --limit 99999999999999999999", 2, "is not a number from 1 to"),
        ("why libcurl git=", 2, "'git=' is not a valid world dependency"),
        ("tree git --depth=-1", 2, "is not a number from 1 to"),
        ("tree git --of npm", 3, "npm is not in this set"),
        ("rdeps no-such", 3, "no-such: no such package"),
        ("show no-such", 3, "no-such: no such package"),
        ("search qqqqqqqq", 3, "no package matches 'qqqqqqqq'"),
        ("rank --by taste", 2, "taste"),
        ("compare git", 2, "compare needs two sets"),
        ("compare git,, git,git", 2, "'git,git' is not a set"),
        ("compare git no-such,x", 3, "no-such (no such package)"),
        ("compare no-such x-no", 3, "no-such (no such package)"),
        ("compare git --releases v3.16,v3.18", 2, "has no release v3.16; it offers v3.18"),
        ("export git --format svg", 2, "svg"),
        ("export git --universe", 2, "--universe exports everything"),
        ("export git --json --format dot", 2, "--json and --format dot exclude each other"),
        ("export git -o /nowhere/git.json", 6, "/nowhere/git.json: cannot be written"),
        ("why-not", 2, "the following arguments are required: PACKAGE"),
        ("drop --base world:/nowhere", 6, "/nowhere"),
    ],
)
def test_bad_words_are_a_status_and_say_what_is_wrong(capsys: Capture, words: str, status: int, message: str) -> None:
    assert main(["--sample", *words.split()]) == status
    captured = capsys.readouterr()
    assert message in captured.err
    assert "Traceback" not in captured.err
    if status == 2:
        assert captured.err.count("\n") == 1


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("words", [words for words in (*ANSWERED, "rank", "rank --by origin") if "export" not in words])
def test_a_terminal_gets_no_line_that_is_too_wide(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, words: str, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    assert main(["--sample", "--color", "always", "--no-progress", *words.split()]) == 0
    screen = capsys.readouterr().out
    assert "\x1b[1m" in screen
    lines = re.sub(r"\x1b\[[0-9;]*m", "", screen).splitlines()
    assert max(map(len, lines)) <= width


def test_two_releases_side_by_side(capsys: Capture, shared: Path, schemas: Registry[Any]) -> None:
    where = ["--mirror", str(shared / "mirror/alpine"), "--arch", "x86_64", "--repositories", "main", "--json"]
    assert main([*where, "compare", "git,less", "--releases", "v3.16,v3.18"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert errors(schemas, document) == []
    assert [column["label"] for column in document["columns"]] == ["v3.16", "v3.18"]
    assert [column["base"]["packages"] for column in document["columns"]] == [14, 15]
    git = next(package for package in document["packages"] if package["name"] == "git")
    assert git["movements"] == ["same", "smaller"]


def test_all_releases_that_the_mirror_has(capsys: Capture, shared: Path) -> None:
    where = ["--mirror", str(shared / "mirror/alpine"), "--arch", "x86_64", "--repositories", "main", "--json"]
    assert main([*where, "compare", "git", "--releases", "all"]) == 0
    assert [column["label"] for column in json.loads(capsys.readouterr().out)["columns"]] == ["v3.16", "v3.18"]


def test_an_export_goes_to_a_file(capsys: Capture, tmp_path: Path) -> None:
    path = tmp_path / "git.graphml"
    assert main(["--sample", "export", "git", "--format", "graphml", "--output", str(path)]) == 0
    assert capsys.readouterr().out == ""
    assert "git" in nx.read_graphml(path)


@pytest.mark.parametrize("form", ["dot", "mermaid", "csv", "graphml"])
def test_an_export_goes_to_stdout(capsys: Capture, form: str) -> None:
    assert main(["--sample", "export", "git", "--format", form]) == 0
    assert "so:libcurl.so.4" in capsys.readouterr().out


def test_ctrl_c_keeps_what_is_ranked(shared: Path, tmp_path: Path) -> None:
    where = ["--mirror", str(shared / "mirror/alpine"), "--release", "v3.18", "--arch", "x86_64"]
    command = [sys.executable, "-m", "apkgraph", *where, "--cache-dir", str(tmp_path), "rank", "--jobs", "2"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, process_group=0
    ) as process:
        part = None
        while part is None and process.poll() is None:
            time.sleep(0.05)
            part = next((path for path in tmp_path.glob("ranks/*.part") if path.stat().st_size > 1_000), None)
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert err.splitlines()[-1] == ("apkgraph: warning: interrupted; run the same command again to continue")
    assert part is not None
    assert len(part.read_text().split()) >= 10
