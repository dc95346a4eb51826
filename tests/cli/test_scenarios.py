"""Every scenario through the command line, stdout and stderr together, byte for byte."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from apkgraph.cli.main import main
from tests.mirror.archives import index_part
from tests.solve.scenario import NOW, Scenario
from tests.solve.test_scenarios import OWN, SHARED

ALL = [*OWN, *SHARED]


def words_of(scenario: Scenario, tmp_path: Path) -> list[str]:
    """The scenario as a command line: `-X` only where it has repositories."""
    world = tmp_path / "world"
    world.write_text(" ".join(scenario.world) + "\n")
    words = ["simulate", "--arch", "x86_64", "--allow-untrusted", "--world", str(world), "--apk", scenario.apk]
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


def compiled(scenario: Scenario, tmp_path: Path) -> bool:
    """Put the scenario's index files where a mirror has them, so that they are compiled; whether that can be."""
    lines = []
    for number, line in enumerate(scenario.repositories):
        *tag, name = line.split()
        arch = tmp_path / str(number) / "x86_64"
        arch.mkdir(parents=True)
        (arch / "APKINDEX.tar.gz").write_bytes(index_part(Path(name).read_bytes()))
        lines.append(" ".join([*tag, str(arch.parent)]))
    same = len(set(lines)) == len({line.split()[-1] for line in scenario.repositories})
    scenario.repositories = lines
    whole = "database format error" not in scenario.expected
    return same and whole and scenario.cache is None and "--arch" not in scenario.arguments


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_a_compiled_universe_gives_the_same(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apkgraph.cli.commands.simulate.now", lambda: NOW)
    scenario = Scenario.read(path)
    if not compiled(scenario, tmp_path):
        pytest.skip("not a universe that is compiled")
    words = words_of(scenario, tmp_path)
    for _ in ("compiling", "compiled"):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            main(words)
        assert printed.getvalue() == scenario.expected


@pytest.mark.parametrize("path", ALL[::40], ids=lambda path: path.stem)
def test_a_scenario_as_a_process(path: Path, tmp_path: Path) -> None:
    scenario = Scenario.read(path)
    command = [sys.executable, "-m", "apkgraph", *words_of(scenario, tmp_path)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, check=False)
    assert done.stdout.decode("utf-8", "surrogateescape") == scenario.expected
