"""What people type and meet first: each error says what is wrong, where, and what would be right."""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from apkgraph.cli.commands import COMMANDS
from apkgraph.cli.main import main
from apkgraph.report.text import width
from tests.mirror.archives import index_part

if TYPE_CHECKING:
    from pathlib import Path

    from apkgraph.cli.context import Context
    from tests.cli.conftest import Probe

    Capture = pytest.CaptureFixture[str]

SAMPLE = "--sample "


def failed(capsys: Capture, words: str) -> tuple[int, str]:
    """The exit status of a command that prints nothing, and the one line that it says on stderr."""
    status = main((SAMPLE + words).split())
    captured = capsys.readouterr()
    assert captured.out == ""
    (line,) = captured.err.splitlines()
    return status, line.removeprefix("apkgraph: error: ")


# Write errors are errors, however Python buffers.


def run_to(path: Path, limit: int, unbuffered: str) -> subprocess.CompletedProcess[str]:
    """`cost git --json` into a file that cannot grow beyond `limit` bytes, as on a disk that fills up."""

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    with path.open("w") as file:
        return subprocess.run(
            [sys.executable, "-B", "-m", "apkgraph", "--sample", "--cache-dir", "/dev/null/x", "cost", "git", "--json"],
            stdout=file,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
            env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
            preexec_fn=limited,  # nothing else runs in this process
        )


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_full_disk_is_an_error(tmp_path: Path, unbuffered: str) -> None:
    done = run_to(tmp_path / "out", 1000, unbuffered)
    assert done.returncode == 1
    assert "cannot write the answer: File too large" in done.stderr


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_pipe_that_is_closed_halfway_is_no_success(unbuffered: str) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "apkgraph", "--sample", "export", "--universe"],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
    )
    assert process.stdout is not None
    process.stdout.read(10)
    process.stdout.close()
    assert process.wait(60) == 141


@pytest.mark.parametrize(("error", "said"), [(MemoryError, "out of memory"), (RecursionError, "nested too deeply")])
def test_what_python_runs_out_of_is_one_line(probe: Probe, capsys: Capture, error: type[Exception], said: str) -> None:
    def act(_context: object) -> int:
        raise error

    probe.act = act
    status, line = failed(capsys, "probe")
    assert status == 1
    assert said in line


@pytest.mark.parametrize(
    "words", [["cost", "x" * 1_000_000], ["x" * 1_000_000], ["cost", "git", "--base", "é" * 100_000]]
)
def test_no_line_of_an_error_is_as_long_as_what_it_quotes(capsys: Capture, words: list[str]) -> None:
    assert main(["--sample", *words]) in (2, 3)
    assert max(map(len, capsys.readouterr().err.splitlines())) < 4100


# Names of commands and options.


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("csot", "cost"),
        ("COST", "cost"),
        ("comp", "compare or completion"),
        ("install", "cost"),
        ("info", "show"),
        ("rdep", "rdeps"),
    ],
)
def test_near_names_of_commands(capsys: Capture, word: str, near: str) -> None:
    assert failed(capsys, f"{word} git") == (2, f"unknown command '{word}': did you mean {near}? (see apkgraph --help)")


@pytest.mark.parametrize("words", ["help", "help --color never", "--help"])
def test_help_alone_lists_the_commands(capsys: Capture, words: str) -> None:
    assert main(words.split()) == 0
    assert "the help of a command" in capsys.readouterr().out


@pytest.mark.parametrize("words", ["help cost", "--color never help cost", "cost --help"])
def test_help_of_a_command(capsys: Capture, words: str) -> None:
    assert main(words.split()) == 0
    assert capsys.readouterr().out.startswith("usage: apkgraph cost [OPTIONS] PACKAGE…\n")


def test_help_is_printed_where_the_config_file_is_broken(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config.toml").write_text("nonsense")
    monkeypatch.setenv("APKGRAPH_CONFIG", str(tmp_path / "config.toml"))
    assert main(["help", "cost"]) == 0
    assert "usage: apkgraph cost" in capsys.readouterr().out


# Names of packages.


def refused(capsys: Capture, words: str) -> tuple[int, list[str]]:
    """The exit status of a set that cannot be, and the lines on stderr."""
    status = main((SAMPLE + words).split())
    return status, capsys.readouterr().err.splitlines()


def test_commas_between_packages(capsys: Capture) -> None:
    status, lines = refused(capsys, "cost git,curl")
    assert (status, lines[-1]) == (3, "    separate with spaces: git curl")


def test_a_package_of_a_repository_that_is_not_asked(capsys: Capture, shared: Path, tmp_path: Path) -> None:
    where = f"--mirror {shared}/mirror/alpine --release v3.18 --arch x86_64 --cache-dir {tmp_path}"
    assert main(f"{where} cost tini --base none --repositories main".split()) == 3
    assert "    tini is in community: give --repositories main,community" in capsys.readouterr().err.splitlines()


def test_why_without_a_set_says_how_to_add_the_package(capsys: Capture) -> None:
    assert failed(capsys, "why git") == (3, "git is not in the base; add it: apkgraph why git git")


def test_why_not_of_a_name_that_is_nowhere(capsys: Capture) -> None:
    status, lines = refused(capsys, "why-not gitt")
    assert status == 3
    assert lines[0].startswith("apkgraph: error: gitt: no such package")
    assert "git" in lines[0]


def test_why_not_of_what_is_excluded_is_an_answer(capsys: Capture) -> None:
    assert refused(capsys, "why-not !libcurl git") == (0, [])


@pytest.mark.parametrize("color", ["never", "always"])
@pytest.mark.parametrize(("request_", "there"), [("busybox", "busybox"), ("git busybox /bin/sh", "busybox, /bin/sh")])
def test_what_the_base_holds_already(capsys: Capture, color: str, request_: str, there: str) -> None:
    assert main(f"--sample --color {color} cost {request_}".split()) == 0
    assert f"already in the base: {there}" in capsys.readouterr().out


# Long work, without a terminal to draw bars on.


def test_rank_says_that_it_takes_minutes_and_where_it_is(capsys: Capture, probe: Probe) -> None:
    def act(context: Context) -> int:
        context.announce_steps("ranking", "this takes minutes")
        for done in range(0, 20_001, 500):
            context.progress("ranking", done, 20_000)
        context.progress("main", 5000, 10_000)
        return 0

    probe.act = act
    assert main(["probe"]) == 0
    first, *steps = capsys.readouterr().err.splitlines()
    assert first == "apkgraph: note: this takes minutes"
    assert steps == [f"apkgraph: note: ranking: {tenth * 2000:,} of 20,000" for tenth in range(11)]
    assert main(["probe", "-q"]) == 0
    assert capsys.readouterr().err == ""


# A list of repositories from a pipe is read once.


@pytest.mark.parametrize(("lines", "status"), [("main\ncommunity\n", 0), ("# nothing\n", 3), ("", 3)])
def test_repositories_from_a_pipe(checkout: Path, tmp_path: Path, capsys: Capture, lines: str, status: int) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    where = f"--mirror {checkout}/data/sample --release v3.18 --arch x86_64 --keys-dir {checkout}/data/sample/keys"
    writer = threading.Thread(target=pipe.write_text, args=(lines,))
    writer.start()
    assert main(f"{where} --repositories-file {pipe} cost git".split()) == status
    writer.join()


# What is not verified is marked.


def test_untrusted_indexes_are_marked(tmp_path: Path, capsys: Capture) -> None:
    directory = tmp_path / "v3.18" / "main" / "x86_64"
    directory.mkdir(parents=True)
    (directory / "APKINDEX.tar.gz").write_bytes(index_part())
    where = f"--mirror {tmp_path} --release v3.18 --arch x86_64 --repositories main --base none --allow-untrusted"
    assert main(f"{where} cost busybox".split()) == 0
    assert "Alpine v3.18 x86_64 (untrusted: main)" in capsys.readouterr().out.splitlines()[0]


# Values: which file or option, which key, and what would be right.


@pytest.mark.parametrize("words", ["--max-installed -5MiB", "--max-installed=-5MiB", "--max-download -5MiB"])
def test_a_negative_size_is_not_an_unknown_option(capsys: Capture, words: str) -> None:
    option = words.split("=", maxsplit=1)[0].split(maxsplit=1)[0]
    said = f"{option}: invalid size '-5MiB': write 40MiB, 1.5GB or a number of bytes"
    assert failed(capsys, f"check git {words}") == (2, said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('base = "bogus"', "base: invalid base 'bogus': give docker, none, world:FILE"),
        ("max_age = 1.5", "max_age: invalid duration 1.5: write 90s, 30m"),
        ("release = 3.18", 'release: invalid value 3.18: give a word or a line of text, in quotes: "3.18"'),
        ("repositories = 3", "repositories: invalid value 3: give a list of words, or a string"),
        ('relese = "v3.18"', "unknown key relese: did you mean release?"),
        ("max-age = 3", "unknown key max-age: did you mean max_age?"),
        ('color = "red"', "color: invalid value 'red': give one of auto, always, never"),
    ],
)
def test_a_config_file_s_errors_name_file_key_and_remedy(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, said: str
) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text + "\n")
    monkeypatch.setenv("APKGRAPH_CONFIG", str(path))
    status, line = failed(capsys, "cost git")
    assert status == 6
    assert line.startswith(f"{path}: {said}")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[check]\nmax-installed = 1.5", 'check.max-installed: invalid size 1.5: write "40MiB", "1.5GB"'),
        ("[check]\nmax-installed = true", 'check.max-installed: invalid size True: write "40MiB", "1.5GB"'),
        ("[check]\nmax-installed = -5", "check.max-installed: invalid size '-5': write 40MiB"),
        ("[check]\nmax-instaled = 5", "unknown key check.max-instaled: did you mean max-installed?"),
        ('[check]\nmax-packages = "x"', "check.max-packages: invalid number of packages 'x'"),
        ('[dockerfile]\nfail_on = "note"', "unknown key dockerfile.fail_on: did you mean fail-on?"),
        ('base = "bogus"', "unknown key base; there are check, dockerfile"),
    ],
)
def test_a_budget_file_s_errors_name_file_key_and_remedy(capsys: Capture, tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "budget.toml"
    path.write_text(text + "\n")
    status, line = failed(capsys, f"check git --config {path}")
    assert status == 6
    assert line.startswith(f"{path}: {said}")


# Nothing is wider than the terminal.


@pytest.mark.parametrize("columns", [80, 100, 132])
@pytest.mark.parametrize(
    "words",
    [
        "cost git curl python3",
        "why libcurl git",
        "why-not !libcurl git",
        "tree git",
        "rdeps zlib",
        "show python3",
        "search python",
        "compare git,curl python3",
        "drop git curl",
        "check git --max-installed 5MiB",
        *(f"help {name}" for name in COMMANDS),
    ],
)
def test_nothing_is_wider_than_the_terminal(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, columns: int, words: str
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    main(f"--color always {words}".split() if words.startswith("help") else f"--sample --color always {words}".split())
    lines = re.sub(r"\x1b\[[0-9;]*m", "", capsys.readouterr().out).splitlines()
    assert [line for line in lines if width(line) > columns] == []


@pytest.mark.parametrize("columns", [76, 80, 99, 100])
def test_downloads_stay_on_a_narrow_terminal(capsys: Capture, monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    assert main(["--sample", "--color", "always", "cost", "git"]) == 0
    assert "  DOWNLOAD" in re.sub(r"\x1b\[[0-9;]*m", "", capsys.readouterr().out)


# Comparisons in which not everything answers.


def test_a_set_that_cannot_be_is_an_error_beside_one_that_can(capsys: Capture) -> None:
    status = main(["--sample", "compare", "git", "bsah"])
    captured = capsys.readouterr()
    assert status == 3
    assert "bsah (no such package)" in captured.err
    assert "did you mean: bash" in captured.err
    assert "bsah cannot be satisfied" in captured.out
    assert "the same in" not in captured.out


def test_a_place_without_the_set_is_a_column_that_says_so(capsys: Capture, shared: Path, tmp_path: Path) -> None:
    where = ["--mirror", str(shared / "indexes/alpine"), "--arch", "x86_64", "--cache-dir", str(tmp_path / "cache")]
    words = ["--repositories", "main", "compare", "libssl1.1,bash", "--releases", "v3.12,v3.17,v3.19"]
    status = main([*where, *words, "--all"])
    captured = capsys.readouterr()
    assert (status, captured.err) == (0, "")
    assert "v3.19 cannot be satisfied" in captured.out
    assert "v3.19: libssl1.1 (no such package)" in captured.out


def test_one_package_less_is_one_package(capsys: Capture) -> None:
    main(["--sample", "cost", "!alpine-keys"])
    assert "-1 package  " in capsys.readouterr().out
