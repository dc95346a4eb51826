"""Completion scripts: each shell reads its own, and knows the commands and the options."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from apkgraph.cli.commands import COMMANDS, load
from apkgraph.cli.main import main
from apkgraph.cli.parser import COMMON, command_parser

if TYPE_CHECKING:
    from pathlib import Path

SHELLS = ("bash", "zsh", "fish")


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_knows_every_command_and_option(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    for name in COMMANDS:
        assert name in script
    for flags, _ in COMMON:
        assert flags[-1].removeprefix("--") in script


@pytest.mark.parametrize("shell", SHELLS)
def test_its_shell_reads_it(shell: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"no {shell} here")
    assert main(["completion", shell]) == 0
    script = tmp_path / "apkgraph"
    script.write_text(capsys.readouterr().out)
    check = "--no-execute" if shell == "fish" else "-n"
    run = subprocess.run([shell, check, str(script)], capture_output=True, text=True, timeout=60, check=False)
    assert (run.returncode, run.stderr) == (0, "")


def _complete_in_bash(script: Path, *words: str) -> list[str]:
    line = " ".join(words)
    code = (
        f"source {script}; COMP_WORDS=({line}); COMP_CWORD={len(words) - 1}; "
        f"COMP_LINE='{line}'; COMP_POINT={len(line)}; "
        'function=$(complete -p apkgraph | sed "s/.*-F \\([^ ]*\\).*/\\1/"); '
        '$function apkgraph "${COMP_WORDS[COMP_CWORD]}"; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    run = subprocess.run(["bash", "-c", code], capture_output=True, text=True, timeout=60, check=True)
    return run.stdout.split()


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash here")
def test_bash_completes(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["completion", "bash"]) == 0
    script = tmp_path / "apkgraph"
    script.write_text(capsys.readouterr().out)
    assert _complete_in_bash(script, "apkgraph", "co") == ["cost", "compare", "config", "completion"]
    assert _complete_in_bash(script, "apkgraph", "cost", "--rep") == [
        "--repositories",
        "--repository",
        "--repositories-file",
    ]
    assert _complete_in_bash(script, "apkgraph", "completion", "f") == ["fish"]


def test_an_unknown_shell_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", "csh"]) == 2
    assert "invalid choice: 'csh'" in capsys.readouterr().err


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    command = load(name)
    parser = command_parser(name, command)
    text = parser.help(color=False, width=80)
    assert text.startswith(f"usage: apkgraph {name} [OPTIONS]")
    assert command.help[0].isupper()
    assert command.help.rstrip().endswith(".")
    assert "Example:\n" in text
    assert max(map(len, text.partition("Example:")[0].splitlines())) <= 80
    assert all("apkgraph" in line for line in command.example.strip().splitlines())
    assert all(action.help for action in parser._actions)
