"""The real program in a pseudo-terminal: it is typed at, left, and the terminal is as it was."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATIENCE = 60.0  # seconds; a machine may be busy
ENTER_SCREEN, LEAVE_SCREEN, SHOW_CURSOR = b"\x1b[?1049h", b"\x1b[?1049l", b"\x1b[?25h"
ESCAPES = re.compile(rb"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)|[PX^_].*?\x1b\\|[@-_=>])", re.DOTALL)


class Terminal:
    """A pseudo-terminal with apkgraph in it."""

    def __init__(self, *words: str) -> None:
        self.output = b""
        self.master, self._slave = pty.openpty()
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.before = termios.tcgetattr(self._slave)
        command = [sys.executable, "-c", "import sys; from apkgraph.cli.main import main; sys.exit(main())", *words]
        self.process = os.fork()
        if not self.process:
            os.login_tty(self._slave)
            os.environ["TERM"] = "xterm-256color"
            os.execv(command[0], command)  # noqa: S606

    def read(self) -> None:
        """What has come in, for a moment."""
        ready, _, _ = select.select([self.master], [], [], 0.1)
        if ready:
            with contextlib.suppress(OSError):
                self.output += os.read(self.master, 1 << 16)

    def wait_for(self, *texts: bytes) -> None:
        """Until all of these were written since the last time."""
        deadline = time.monotonic() + PATIENCE
        while not all(text in self.output or text in ESCAPES.sub(b"", self.output) for text in texts):
            assert time.monotonic() < deadline, (texts, ESCAPES.sub(b"", self.output)[-2000:])
            self.read()

    def type(self, keys: bytes) -> None:
        """Forget what was written, and press keys."""
        self.output = b""
        os.write(self.master, keys)

    def wait_for_end(self) -> int:
        """The exit status; everything that was written last is in `output`."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            self.read()
            ended, status = os.waitpid(self.process, os.WNOHANG)
            if ended:
                self.process = 0
                self.read()
                return os.waitstatus_to_exitcode(status)
        message = "it does not end"
        raise AssertionError(message)

    def settings(self) -> object:
        """How the terminal is set now."""
        return termios.tcgetattr(self._slave)

    def close(self) -> None:
        """End what is left."""
        if self.process:
            os.kill(self.process, signal.SIGKILL)
            os.waitpid(self.process, 0)
        os.close(self.master)
        os.close(self._slave)


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    monkeypatch.setenv("APKGRAPH_CACHE_DIR", str(tmp_path / "cache"))
    opened = Terminal("--sample", "tui", "git")
    yield opened
    opened.close()


def test_it_opens_takes_keys_and_leaves_the_terminal_as_it_was(terminal: Terminal) -> None:
    terminal.wait_for(ENTER_SCREEN, b"+10.6 MiB installed")
    terminal.type(b"a")
    terminal.wait_for(b"Add a package")
    terminal.type(b"curl\r")
    terminal.wait_for(b"+10.9 MiB installed")
    terminal.type(b"u")
    terminal.wait_for(b"10.6 MiB")
    terminal.type(b"q")
    assert terminal.wait_for_end() == 0
    assert LEAVE_SCREEN in terminal.output
    assert SHOW_CURSOR in terminal.output
    assert terminal.settings() == terminal.before


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_leaves_it_as_it_was_too(terminal: Terminal, number: signal.Signals, status: int) -> None:
    terminal.wait_for(b"+10.6 MiB installed")
    terminal.output = b""
    os.kill(terminal.process, number)
    assert terminal.wait_for_end() == status
    assert LEAVE_SCREEN in terminal.output
    assert terminal.settings() == terminal.before


def test_control_c_does_so(terminal: Terminal) -> None:
    terminal.wait_for(b"+10.6 MiB installed")
    terminal.type(b"\x03")
    assert terminal.wait_for_end() == 130
    assert LEAVE_SCREEN in terminal.output
    assert terminal.settings() == terminal.before
