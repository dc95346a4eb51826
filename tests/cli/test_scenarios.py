"""Every scenario through the command line, stdout and stderr together, byte for byte."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from apkgraph.cli.main import main
from tests.solve.scenario import NOW, Scenario
from tests.solve.test_scenarios import OWN, SHARED

if TYPE_CHECKING:
    from pathlib import Path

ALL = [*OWN, *SHARED]


def words_of(scenario: Scenario, tmp_path: Path) -> list[str]:
    """The scenario as a command line: `-X` only where it has repositories."""
    world = tmp_path / "world"
    world.write_text(" ".join(scenario.world) + "\n")
    words = ["simulate", "--arch", "x86_64", "--allow-untrusted", "--world", str(world)]
    for repository in scenario.repositories:
        words += ["-X", repository]
    if not scenario.repositories:
        words += ["--repositories-file", os.devnull]
    for option, path in (("--installed", scenario.installed), ("--cache", scenario.cache)):
        words += [option, path] if path else []
    return [*words, "--", *scenario.arguments]


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_a_scenario_on_the_command_line(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apkgraph.cli.commands.simulate.now", lambda: NOW)
    scenario = Scenario.read(path)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        main(words_of(scenario, tmp_path))
    assert printed.getvalue() == scenario.expected


@pytest.mark.parametrize("path", ALL[::40], ids=lambda path: path.stem)
def test_a_scenario_as_a_process(path: Path, tmp_path: Path) -> None:
    scenario = Scenario.read(path)
    command = [sys.executable, "-m", "apkgraph", *words_of(scenario, tmp_path)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, check=False)
    assert done.stdout.decode("utf-8", "surrogateescape") == scenario.expected
