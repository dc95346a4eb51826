"""The examples in README.md and docs/ are what the program prints, and every link inside them leads somewhere.

In a `console` block, a line `$ apkgraph …` is a command, and what follows is what it prints into a pipe; `…` alone on
a line stands for any lines. A command without `--sample` is asked of the real indexes beside the checkout.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from apkgraph.cli.main import main

if TYPE_CHECKING:
    from collections.abc import Iterator

CHECKOUT = Path(__file__).resolve().parent.parent
PAGES = [CHECKOUT / "README.md", CHECKOUT / "CHANGELOG.md", *sorted((CHECKOUT / "docs").rglob("*.md"))]
ELISION = "…"


class Example(NamedTuple):
    """One command and what the page says it prints."""

    page: str
    line: int
    command: str
    expected: str


def _examples() -> Iterator[Example]:
    for page in PAGES:
        text = page.read_text()
        for block in re.finditer(r"^```console\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
            first = text.count("\n", 0, block.start()) + 2
            for command in re.finditer(r"^\$ (apkgraph .*)\n((?:(?!\$ ).*\n)*)", block[1], re.MULTILINE):
                line = first + block[1].count("\n", 0, command.start())
                yield Example(str(page.relative_to(CHECKOUT)), line, command[1], command[2])


EXAMPLES = list(_examples())


def _pattern(expected: str) -> re.Pattern[str]:
    lines = [r"(?:.*\n)*" if line.strip() == ELISION else re.escape(line) + "\n" for line in expected.splitlines()]
    return re.compile("".join(lines))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"{example.page}:{example.line}")
def test_example(
    example: Example,
    request: pytest.FixtureRequest,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    if "--sample" not in example.command:
        shared: Path = request.getfixturevalue("shared")
        monkeypatch.setenv("APKGRAPH_MIRROR", str(shared / "mirror/alpine"))
        monkeypatch.setenv("APKGRAPH_RELEASE", "v3.18")
        monkeypatch.setenv("APKGRAPH_ARCH", "x86_64")
    monkeypatch.setenv("APKGRAPH_CACHE_DIR", str(tmp_path_factory.getbasetemp() / "cache-of-examples"))
    monkeypatch.chdir(CHECKOUT)
    words = shlex.split(example.command, comments=True)
    main(words[1:])
    captured = capsys.readouterr()
    assert captured.out or captured.err
    printed = captured.out + captured.err
    assert _pattern(example.expected).fullmatch(printed), f"it prints:\n{printed}"


def test_there_are_examples() -> None:
    assert any(example.page == "README.md" for example in EXAMPLES)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(CHECKOUT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    targets = [target.partition("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in target]
    assert [target for target in targets if target and not (page.parent / target).exists()] == []


def test_the_readme_has_exactly_the_two_commands() -> None:
    commands = re.findall(r"^python3 -m venv .*$", (CHECKOUT / "README.md").read_text(), re.MULTILINE)
    assert [bool(re.search(r"apkgraph --sample cost git$", command)) for command in commands] == [True, False]
    assert [bool(re.search(r"\.\[dev\].*pytest", command)) for command in commands] == [False, True]
