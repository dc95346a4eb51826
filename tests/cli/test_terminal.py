"""In a real pseudo-terminal: progress on stderr only, taken off again, and a table on stdout."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_httpserver import HTTPServer


@pytest.fixture
def where(httpserver: HTTPServer, checkout: Path) -> list[str]:
    """The sample as a mirror over HTTP."""
    for repository in ("main", "community"):
        path = f"v3.18/{repository}/x86_64/APKINDEX.tar.gz"
        content = (checkout / "data/sample" / path).read_bytes()
        httpserver.expect_request(f"/alpine/{path}").respond_with_data(content)
    keys = str(checkout / "data/sample/keys")
    mirror = httpserver.url_for("/alpine")
    return ["--mirror", mirror, "--release", "v3.18", "--arch", "x86_64", "--keys-dir", keys]


def _read_all(terminal: int) -> str:
    """What was written to a pseudo-terminal whose other end is closed."""
    seen = b""
    while True:
        try:
            piece = os.read(terminal, 65536)
        except OSError:  # Linux says EIO where others say nothing more
            break
        if not piece:
            break
        seen += piece
    return seen.decode()


def _run(words: list[str], *, stdout_too: bool = False) -> tuple[str, str]:
    """The program with stderr (and stdout) on a pseudo-terminal: what went to the pipe, what to the terminal."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "apkgraph", *words]
    environ = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "90"}
    out = theirs if stdout_too else subprocess.PIPE
    with subprocess.Popen(command, stdin=theirs, stdout=out, stderr=theirs, env=environ) as process:
        os.close(theirs)
        screen = _read_all(ours)
        piped = process.stdout.read().decode() if process.stdout else ""
    os.close(ours)
    assert process.returncode == 0, screen
    return piped, screen


def test_progress_is_seen_on_stderr_and_gone_afterwards(where: list[str]) -> None:
    piped, screen = _run([*where, "cost", "git", "--json"])
    assert json.loads(piped)["satisfied"] is True
    assert "v3.18 main" in screen
    assert screen.rindex("\x1b[?25h") > screen.rindex("\x1b[?25l")  # the cursor is back
    assert screen.rstrip("\r\n").endswith("\x1b[2K")  # and the last bar's line is erased


@pytest.mark.parametrize("option", ["--no-progress", "-q"])
def test_progress_can_be_had_without(where: list[str], option: str) -> None:
    piped, screen = _run([*where, option, "cost", "git", "--json"])
    assert json.loads(piped)["satisfied"] is True
    assert screen == ""


def test_a_terminal_gets_a_table_unless_colour_is_not_wanted(where: list[str]) -> None:
    _, screen = _run([*where, "-q", "cost", "git"], stdout_too=True)
    assert "DOWNLOAD" in screen  # at 80 columns, too
    assert "\x1b[1mgit\x1b[0m" in screen
    _, screen = _run([*where, "-q", "cost", "git", "--color", "never"], stdout_too=True)
    assert "\x1b" not in screen
    assert "git → so:libcurl.so.4" in screen
