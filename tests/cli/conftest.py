"""A command that only shows what it was given, and the program run as a process."""

from __future__ import annotations

import os
import subprocess
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Protocol

import pytest

from apkgraph.cli.commands import COMMANDS
from apkgraph.cli.parser import Command

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from apkgraph.cli.context import Context


class Probe(ModuleType):
    """A module with one command. `act` is what it does; `seen` the context of its last run."""

    def __init__(self) -> None:
        super().__init__("apkgraph.cli.commands.probe")
        command = Command("Shows what it was given.", "apkgraph probe one two", self.add_arguments, self.run)
        self.COMMANDS = {"probe": command}
        self.seen: Context | None = None
        self.act: Callable[[Context], int] = lambda _: 0

    @staticmethod
    def add_arguments(parser: argparse.ArgumentParser) -> None:
        parser.add_argument("words", nargs="*", metavar="WORD", help="anything")
        parser.add_argument("--depth", type=int, metavar="N", help="a number")

    def run(self, context: Context) -> int:
        self.seen = context
        return self.act(context)


@pytest.fixture
def probe(monkeypatch: pytest.MonkeyPatch) -> Probe:
    """The command `probe`, in the table for the length of one test."""
    module = Probe()
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(COMMANDS, "probe", ("probe", "shows what it was given"))
    return module


class RunProgram(Protocol):
    """Runs apkgraph as a process of its own."""

    def __call__(
        self, *words: str, environ: dict[str, str] | None = None, stdout_closed: bool = False, stdout_path: str = ""
    ) -> subprocess.CompletedProcess[str]: ...


@pytest.fixture
def program() -> RunProgram:
    """The program as a process, in the test's own home."""

    def run(
        *words: str, environ: dict[str, str] | None = None, stdout_closed: bool = False, stdout_path: str = ""
    ) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "apkgraph", *words]
        stdout = _stdout(closed=stdout_closed, path=stdout_path)
        try:
            return subprocess.run(
                command,
                stdout=stdout,
                stderr=subprocess.PIPE,
                text=True,
                timeout=60,
                check=False,
                env={**os.environ, **(environ or {})},
            )
        finally:
            if stdout != subprocess.PIPE:
                os.close(stdout)

    return run


def _stdout(*, closed: bool, path: str) -> int:
    """What the program writes to: a pipe that we read, a pipe that nobody reads, or a file."""
    if path:
        return os.open(path, os.O_WRONLY)
    if not closed:
        return subprocess.PIPE
    reader, writer = os.pipe()
    os.close(reader)
    return writer
