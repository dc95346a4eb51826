"""`simulate`: which repositories it asks and trusts, and what it prints where."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from apkgraph.cli.main import main
from tests.mirror.archives import Key, index_part, make_key, signed
from tests.schemas import errors

if TYPE_CHECKING:
    from pytest_httpserver import HTTPServer

    from tests.cli.conftest import RunProgram

HOSTILE = b"""\
C:Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=
P:a
V:1\x1b[31m\xff
S:1
I:1

"""


@pytest.fixture
def index(tmp_path: Path) -> str:
    path = tmp_path / "index.txt"
    path.write_bytes(HOSTILE)
    return str(path)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("stream", [io.StringIO(), Terminal()], ids=["pipe", "terminal"])
def test_no_escapes_are_printed_to_a_pipe_or_a_terminal(index: str, stream: io.StringIO) -> None:
    with contextlib.redirect_stdout(stream):
        assert main(["simulate", "--allow-untrusted", "-X", index, "--", "add", "a"]) == 0
    assert stream.getvalue().splitlines()[0] == "(1/1) Installing a (1\ufffd[31m\ufffd)"


def test_what_no_encoding_has_is_no_traceback(index: str, program: RunProgram) -> None:
    words = ("simulate", "--allow-untrusted", "-X", index, "--", "add", "a")
    done = program(*words, environ={"PYTHONIOENCODING": "ascii:strict"})
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("(1/1) Installing a (1?[31m?)")


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full is Linux's")
def test_a_full_disk_behind_stdout_is_one_line(index: str, program: RunProgram) -> None:
    done = program("simulate", "--allow-untrusted", "-X", index, "--", "add", "a", stdout_path="/dev/full")
    assert done.returncode == 1
    assert done.stderr == "apkgraph: error: cannot write the answer: No space left on device\n"


# An index that is rightly signed and that apk gives up.
BROKEN = b"C:Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=\nP:a\nV:2\nno field\n\n"
GOOD = b"C:Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=\nP:a\nV:1\nS:1\nI:1\n\n"


@pytest.fixture(scope="module")
def key() -> Key:
    return make_key("keeper@example.org-44444444.rsa.pub")


@pytest.fixture
def mirror(httpserver: HTTPServer, key: Key, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> HTTPServer:
    environ = {"MIRROR": httpserver.url_for("/alpine"), "RELEASE": "v3.18", "ARCH": "x86_64", "REPOSITORIES": "main"}
    own = {"BASE": "none", "KEYS_DIR": str(key.trust_in(tmp_path / "keys")), "CACHE_DIR": str(tmp_path / "cache")}
    for name, value in (environ | own).items():
        monkeypatch.setenv("APKGRAPH_" + name, value)
    return httpserver


def put(server: HTTPServer, key: Key, text: bytes) -> None:
    server.clear()
    server.expect_request("/alpine/v3.18/main/x86_64/APKINDEX.tar.gz").respond_with_data(signed(key, index_part(text)))


@pytest.mark.parametrize("words", ["simulate --refresh -- add a", "fetch --refresh"])
def test_the_last_good_index_stays_in_the_cache(
    mirror: HTTPServer, key: Key, capsys: pytest.CaptureFixture[str], words: str
) -> None:
    put(mirror, key, GOOD)
    assert main(words.split()) == 0
    put(mirror, key, BROKEN)
    assert main(words.split()) == 0
    assert "line 4" in capsys.readouterr().err
    assert main(["cost", "a", "--offline"]) == 0
    assert "a  " in capsys.readouterr().out


def test_without_a_good_one_simulate_says_what_apk_says(
    mirror: HTTPServer, key: Key, capsys: pytest.CaptureFixture[str]
) -> None:
    put(mirror, key, BROKEN)
    assert main(["simulate", "--", "add", "a"]) != 0
    assert "v2 database format error" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "name"),
    [("{}", "a"), ("@edge {}", "a@edge"), ("v2 {}/APKINDEX.tar.gz", "a")],
)
def test_lines_of_repositories_are_the_only_ones(
    mirror: HTTPServer, key: Key, capsys: pytest.CaptureFixture[str], line: str, name: str
) -> None:
    mirror.clear()
    for place in ("/own/x86_64/APKINDEX.tar.gz", "/own/APKINDEX.tar.gz"):
        mirror.expect_request(place).respond_with_data(signed(key, index_part(GOOD)))
    assert main(["simulate", "-X", line.format(mirror.url_for("/own")), "--", "add", name]) == 0
    assert capsys.readouterr().out.splitlines()[0] == f"(1/1) Installing {name} (1)"


def test_fetch_says_that_nothing_could_be_compiled(
    mirror: HTTPServer, key: Key, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    put(mirror, key, GOOD)
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "universes").write_text("something of somebody's")
    assert main(["fetch"]) == 0
    (warning,) = capsys.readouterr().err.splitlines()
    assert "universes is not a directory" in warning


INSTALLED = b"""\
C:Q1AAAAAAAAAAAAAAAAAAAAAAAAABB=
P:b
V:1
I:7

"""
BOTH = b"""\
C:Q1AAAAAAAAAAAAAAAAAAAAAAAAACC=
P:a
V:2
S:30
I:50
D:b>1

C:Q1AAAAAAAAAAAAAAAAAAAAAAAAADD=
P:b
V:2
S:20
I:5

"""


def simulated(tmp_path: Path, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, Any]]:
    """The exit status and the document of `simulate --json` where b-1 is installed and in the world."""
    (tmp_path / "index").write_bytes(BOTH)
    (tmp_path / "installed").write_bytes(INSTALLED)
    (tmp_path / "world").write_text("b\n")
    root = ("--installed", str(tmp_path / "installed"), "--world", str(tmp_path / "world"))
    status = main(["simulate", "--json", "--allow-untrusted", "-X", str(tmp_path / "index"), *root, "--", *words])
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert errors(document) == []
    return status, document


def test_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, document = simulated(tmp_path, capsys, "add", "a")
    assert (status, document["exit_status"], document["reasons"], document["world"]) == (0, 0, [], ["b", "a"])
    sizes = [(each["action"], each["name"], each["version"], each["installed_size"]) for each in document["changes"]]
    assert sizes == [("upgrade", "b", "2", -2), ("install", "a", "2", 50)]
    assert [each.get("old_version") for each in document["changes"]] == ["1", None]
    assert [line["text"] for line in document["lines"]][:2] == ["(1/2) Upgrading b (1 -> 2)", "(2/2) Installing a (2)"]
    assert {line["stream"] for line in document["lines"]} == {"stdout"}


def test_a_failure_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, document = simulated(tmp_path, capsys, "add", "nothing")
    assert (status, document["exit_status"], document["changes"]) == (1, 1, [])
    assert [reason["name"] for reason in document["reasons"]] == ["nothing"]
    assert document["lines"][0] == {"stream": "stderr", "text": "ERROR: unable to select packages:"}


# Which repositories are asked, and what is said before any of them.


@pytest.fixture
def unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APKGRAPH_MIRROR", "http://127.0.0.1:9")


def test_no_repository_at_all_is_a_universe_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", "--repositories-file", os.devnull, "--", "add", "-t", ".v=1"]) == 0
    assert capsys.readouterr().out == "(1/1) Installing .v (1)\nOK: 0 B in 1 packages\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["add", "foo="], "ERROR: 'foo=' is not a valid world dependency, format is name(@tag)([<>~=]version)"),
        (["add", "-t", ".virtual>1"], "ERROR: .virtual>1: bad package specifier"),
        (["add", "-t", ".v", "a@b"], "ERROR: 'a@b' is not a valid package dependency, format is name([<>~=]version)"),
    ],
)
@pytest.mark.usefixtures("unreachable")
def test_what_is_wrong_with_the_arguments_is_said_before_anything_is_fetched(
    capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert main(["simulate", "--", *words]) == 99
    assert capsys.readouterr().err.splitlines() == [said]


@pytest.mark.usefixtures("unreachable")
def test_without_a_network_for_apk_nothing_is_fetched(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", "--", "--no-network", "add", "-t", ".v=1"]) == 0
    assert capsys.readouterr().out.startswith("(1/1) Installing .v (1)")


@pytest.mark.parametrize(
    ("words", "instead"),
    [
        (["--root", "/x", "add", "a"], "--root: give --installed and --world"),
        (["-p", "/x", "add", "a"], "--root: give --installed and --world"),
        (["--cache-dir", "/x", "add", "a"], "--cache-dir: give --cache FILE"),
    ],
)
def test_options_of_apk_that_have_no_effect_here_are_rejected(
    capsys: pytest.CaptureFixture[str], words: list[str], instead: str
) -> None:
    assert main(["simulate", "--", *words]) == 2
    assert instead in capsys.readouterr().err


# An index file given to -X is verified like any other.


def files(tmp_path: Path, key: Key, stranger: Key) -> dict[str, Path]:
    flipped = bytearray(signed(key, index_part(GOOD)))
    flipped[-20] ^= 1
    contents = {
        "signed": signed(key, index_part(GOOD)),
        "unsigned": index_part(GOOD),
        "foreign": signed(stranger, index_part(GOOD)),
        "flipped": bytes(flipped),
        "plain": GOOD,
    }
    found = {}
    for name, content in contents.items():
        found[name] = tmp_path / name
        found[name].write_bytes(content)
    return found


@pytest.mark.parametrize(
    ("name", "status", "status_untrusted"),
    [("signed", 0, 0), ("unsigned", 5, 0), ("foreign", 5, 0), ("plain", 5, 0), ("flipped", 5, 5)],
)
def test_an_index_file_needs_a_trusted_signature(
    tmp_path: Path, key: Key, capsys: pytest.CaptureFixture[str], *, name: str, status: int, status_untrusted: int
) -> None:
    path = files(tmp_path, key, make_key("stranger.rsa.pub"))[name]
    words = ["simulate", "--keys-dir", str(key.trust_in(tmp_path / "keys")), "-X", str(path)]
    assert main([*words, "--", "add", "a"]) == status
    assert ("Installing a" in capsys.readouterr().out) == (status == 0)
    assert main([*words, "--allow-untrusted", "--", "add", "a"]) == status_untrusted
    assert main([*words, "--", "--allow-untrusted", "add", "a"]) == status_untrusted


# --base is what apk works on; --installed and --world are another way to say it.


def sample(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """The exit status of `simulate` on the sample, and what it prints."""
    status = main(["--sample", "simulate", *words, "--", "add", "git"])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_a_base_is_honoured(capsys: pytest.CaptureFixture[str]) -> None:
    bare, based = sample(capsys), sample(capsys, "--base", "docker")
    assert "Installing musl" in bare[1]
    assert based[0] == 0
    assert "Installing musl" not in based[1]
    assert based[1].splitlines()[-1].endswith("in 24 packages")
    assert sample(capsys, "--base", "none") == bare


def test_a_base_of_the_environment_is_honoured_too(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("APKGRAPH_BASE", "docker")
    assert "in 24 packages" in sample(capsys)[1]
    (tmp_path / "world").write_text("")
    assert "Installing musl" in sample(capsys, "--world", str(tmp_path / "world"))[1]


def test_a_base_beside_a_root_is_rejected(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "world").write_text("")
    status, _, said = sample(capsys, "--base", "docker", "--world", str(tmp_path / "world"))
    assert status == 2
    assert "give --base, or --installed and --world, not both" in said
