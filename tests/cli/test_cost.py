"""`apkgraph cost` from the words to the exit status, on the sample and on a mirror that hangs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from apkgraph.cli.main import main
from tests import schemas

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_httpserver import HTTPServer

    from tests.cli.conftest import RunProgram

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _one_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """All tests of this file ask one warm cache."""
    monkeypatch.setenv("APKGRAPH_CACHE_DIR", str(tmp_path_factory.getbasetemp() / "cache-of-cost"))


def _json(capsys: Capture, *words: str, status: int = 0) -> dict[str, Any]:
    assert main(["--sample", "cost", "--json", *words]) == status
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return document


@pytest.mark.parametrize(
    ("request_", "base", "status"),
    [
        (["git"], "docker", 0),
        (["git", "curl", "docs"], "docker", 0),
        (["git"], "none", 0),
        (["busybox"], "docker", 0),
        (["npm"], "pkg:alpine-base", 0),
        (["!ssl_client"], "docker", 0),
        (["no-such-package"], "docker", 3),
        (["git>3", "nope"], "docker", 3),
        (["!busybox"], "docker", 3),
    ],
)
def test_the_json_is_valid_by_its_schema(capsys: Capture, request_: list[str], base: str, status: int) -> None:
    document = _json(capsys, *request_, "--base", base, status=status)
    assert schemas.errors(document) == []
    assert document["satisfied"] is (status == 0)
    assert document["request"] == request_
    assert document["universe"]["sample"] is True


def test_git_on_the_official_image(capsys: Capture) -> None:
    document = _json(capsys, "git")
    changes = document["changes"]
    assert [change["name"] for change in changes] == [
        *("ca-certificates", "brotli-libs", "libunistring", "libidn2", "nghttp2-libs", "libcurl", "libexpat", "pcre2"),
        "git",
    ]
    assert document["base"]["packages"] == 15
    assert document["cost"]["packages"] == 9
    for size in ("installed_size", "download_size"):
        assert document["cost"][size] == sum(change[size] for change in changes)
        assert document["total"][size] == document["base"][size] + document["cost"][size]
    assert changes[0]["because"] == {"kind": "dependency", "of": "libcurl", "token": "ca-certificates"}
    assert changes[-1]["because"] == {"kind": "requested"}


def test_fair_shares_add_up_to_the_byte(capsys: Capture) -> None:
    document = _json(capsys, "git", "curl", "npm", "docs")
    assert sum(request["fair_share"] for request in document["requests"]) == document["cost"]["installed_size"]


def test_together_costs_less_than_apart(capsys: Capture) -> None:
    apart = [_json(capsys, name)["cost"]["installed_size"] for name in ("git", "curl")]
    together = _json(capsys, "git", "curl")
    assert together["cost"]["installed_size"] < sum(apart)
    assert main(["--sample", "cost", "git", "curl"]) == 0
    assert "needed by more than one of them" in capsys.readouterr().out


def test_text_says_that_it_is_the_sample(capsys: Capture) -> None:
    assert main(["cost", "git", "--sample"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "git on docker, Alpine v3.18 x86_64, apk 2.14"
    assert lines[1] == "from the small sample that ships with apkgraph, not from a mirror"


@pytest.mark.parametrize(
    "words",
    [
        "--sample --json --base none cost git curl",
        "cost --sample --json --base none git curl",
        "cost git --base=none curl --json --sample",
        "--json cost git --sample curl --base none",
    ],
)
def test_options_stand_where_one_likes(capsys: Capture, words: str) -> None:
    assert main(words.split()) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["request"], document["base"]["name"]) == (["git", "curl"], "none")


def test_a_terminal_gets_a_table(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    assert main(["--sample", "cost", "git", "--color", "always"]) == 0
    screen = capsys.readouterr().out
    assert "\x1b[1mgit\x1b[0m" in screen
    assert "█" in screen


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        ("cost", 2, "the following arguments are required: PACKAGE"),
        ("cost git --jsn", 2, "unknown option --jsn: did you mean --json?"),
        ("cost git==", 2, "git=="),
        ("cost git --base what", 2, "invalid base 'what'"),
        ("cost git --release v3.16", 2, "--release cannot be combined with --sample"),
        ("cost git --world /etc/apk/world", 2, "--world can only be used with --base installed:PATH"),
        ("cost git --base pkg:nope", 3, "nope (no such package)"),
        ("cost git --base world:/nowhere/world", 6, "/nowhere/world"),
        ("cost git --base installed:/nowhere", 6, "/nowhere"),
        ("cost git --keys-dir /nowhere", 2, "--keys-dir cannot be combined with --sample"),
    ],
)
def test_bad_words_are_one_line_and_a_status(capsys: Capture, words: str, status: int, message: str) -> None:
    assert main(["--sample", *words.split()]) == status
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("apkgraph: error: ")
    assert message in captured.err
    assert captured.err.count("\n") == 1


def test_what_cannot_be_is_said_in_apk_s_words(capsys: Capture) -> None:
    assert main(["--sample", "cost", "openssll", "git>3"]) == 3
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.splitlines() == [
        "apkgraph: error: unable to select packages:",
        "  openssll (no such package):",
        "    required by: world[openssll]",
        "    did you mean: openssl, openssl3, openssh",
        "  git-2.40.1-r0:",
        "    breaks: world[git>3]",
    ]


def test_json_of_what_cannot_be(capsys: Capture) -> None:
    assert main(["--sample", "cost", "openssll", "--json"]) == 3
    captured = capsys.readouterr()
    document = json.loads(captured.out)
    assert document["changes"] == []
    assert document["reasons"][0].items() >= {"kind": "missing", "name": "openssll", "by": ["world[openssll]"]}.items()
    assert "did you mean" in captured.err


def test_an_empty_list_of_repositories_is_not_the_default_one(capsys: Capture, checkout: Path, tmp_path: Path) -> None:
    where = ["--mirror", str(checkout / "data/sample"), "--release", "v3.18", "--arch", "x86_64"]
    words = [*where, "--keys-dir", str(checkout / "data/sample/keys"), "cost", "git", "--repositories-file"]
    (tmp_path / "empty").touch()
    (tmp_path / "full").write_text("main\ncommunity\n")
    assert main([*words, str(tmp_path / "full")]) == 0
    capsys.readouterr()
    for _ in range(2):
        assert main([*words, str(tmp_path / "empty")]) == 3
        assert "cannot be installed from these repositories (there are none)" in capsys.readouterr().err


def test_a_base_that_cannot_be_installed_is_one_short_line(capsys: Capture, tmp_path: Path) -> None:
    (tmp_path / "world").write_text("\n".join(f"missing-{number}" for number in range(200)))
    assert main(["--sample", "--base", f"world:{tmp_path / 'world'}", "cost", "git"]) == 3
    error = capsys.readouterr().err
    assert error.count("no such package") + error.count("required by") <= 6
    assert "and 197 more" in error


def test_a_mirror_that_is_not_there_is_status_4(capsys: Capture, tmp_path: Path) -> None:
    assert main(["cost", "git", "--mirror", str(tmp_path / "nowhere"), "--release", "v3.18", "--arch", "x86_64"]) == 4
    assert str(tmp_path / "nowhere") in capsys.readouterr().err


def test_an_index_by_an_unknown_key_is_status_5(capsys: Capture, tmp_path: Path, checkout: Path) -> None:
    keys = tmp_path / "keys"
    keys.mkdir()
    where = ["--mirror", str(checkout / "data/sample"), "--release", "v3.18", "--arch", "x86_64"]
    words = [*where, "cost", "git", "--keys-dir", str(keys), "--cache-dir", str(tmp_path / "cache")]
    assert main(words) == 5
    captured = capsys.readouterr()
    assert "apkgraph-sample.rsa.pub" in captured.err
    assert main([*words, "--allow-untrusted", "-q"]) == 0


def test_the_program_ends_quietly_on_a_closed_pipe(program: RunProgram) -> None:
    run = program("--sample", "cost", "npm", "docs", "--json", stdout_closed=True)
    assert (run.returncode, run.stderr) == (141, "")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
def test_a_full_disk_is_one_line(program: RunProgram) -> None:
    run = program("--sample", "cost", "git", stdout_path="/dev/full")
    assert run.returncode == 1
    assert run.stderr == "apkgraph: error: cannot write the answer: No space left on device\n"


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_streams_that_the_shell_closed_are_no_fault(closed: str) -> None:
    command = f"{sys.executable} -m apkgraph --sample cost git {closed}"
    run = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=60, check=False)
    assert (run.returncode, run.stderr) == (0, "")
    assert (run.stdout == "") is (">&-" in closed.split())


def test_a_plain_ascii_locale_is_served(program: RunProgram) -> None:
    run = program("--sample", "cost", "git", environ={"PYTHONIOENCODING": "ascii"})
    assert run.returncode == 0
    assert "git ? so:libcurl.so.4" in run.stdout


def test_ctrl_c_is_130_without_a_traceback(httpserver: HTTPServer) -> None:
    asked, go_on = threading.Event(), threading.Event()

    def hang(_: object) -> Any:
        from werkzeug import Response

        asked.set()
        go_on.wait(30)
        return Response(status=404)

    for repository in ("main", "community"):
        httpserver.expect_request(f"/alpine/v3.18/{repository}/x86_64/APKINDEX.tar.gz").respond_with_handler(hang)
    where = ["--mirror", httpserver.url_for("/alpine"), "--release", "v3.18", "--arch", "x86_64", "--no-progress"]
    command = [sys.executable, "-m", "apkgraph", *where, "cost", "git"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert asked.wait(30)
        time.sleep(0.1)
        started = time.monotonic()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    go_on.set()
    assert (process.returncode, out, err) == (130, "", "")
    assert time.monotonic() - started < 10
