"""The table of bounds: every bound is in it, each says why, and docs/limits.md is the table as a page."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import apkgraph
from apkgraph import limits

SOURCES = Path(apkgraph.__file__).parent
TABLE = SOURCES / "limits.py"
PAGE = SOURCES.parent / "docs" / "limits.md"
# A module's constant that would be a bound on its own: `_MOST_PACKAGES = 100_000`. What bounds only what is shown, or
# how much of its own work the program does, is no bound on input.
NAMED_AS_A_BOUND = re.compile(r"^_?(LARGEST|LONGEST|DEEPEST|MAX|MAXIMUM)(_|$)|_LIMITS?$")
SHOWN = ("tui/", "report/", "cli/")


def page() -> str:
    """The table as Markdown."""
    lines = [
        "# Limits",
        "",
        "Every bound on what comes from outside. This page is made from `apkgraph/limits.py`; a test compares them.",
    ]
    for line in TABLE.read_text().splitlines():
        if line.startswith("# ## "):
            lines += ["", line[2:], ""]
        elif line.startswith("# "):
            lines.append(line[2:])
        elif found := re.fullmatch(r"([A-Z_]+) = (.+?)  # (.+)", line):
            if not lines[-1].startswith("|"):
                lines += ["", "| Bound | Value | Why |", "|---|---|---|"]
            lines.append(f"| `{found[1]}` | {shown(found[1], getattr(limits, found[1]))} | {found[3]} |")
    return "\n".join(lines) + "\n"


def shown(name: str, value: float) -> str:
    """A value with its unit, bytes in binary ones."""
    unit = name.rpartition("_")[2].lower()
    if unit == "bytes":
        for factor, word in ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")):
            if value % factor == 0:
                return f"{value // factor} {word}"
    return f"{value:,} {unit}" if unit in ("bytes", "seconds", "characters", "digits", "words") else f"{value:,}"


def test_the_page_is_the_table() -> None:
    assert PAGE.read_text() == page(), "write docs/limits.md anew: python -m tests.test_limits"


def test_every_bound_says_why_and_is_used() -> None:
    names = [name for name in vars(limits) if name.isupper()]
    lines = TABLE.read_text()
    used = "\n".join(path.read_text() for path in SOURCES.rglob("*.py"))
    assert len(names) > 50
    for name in names:
        assert re.search(rf"^{name} = .+  # \S", lines, re.MULTILINE), f"{name} does not say why"
        assert f"limits.{name}" in used, f"{name} bounds nothing"


def test_no_bound_stands_elsewhere() -> None:
    elsewhere = []
    for path in sorted(SOURCES.rglob("*.py")):
        place = str(path.relative_to(SOURCES))
        if place == "limits.py" or place.startswith(SHOWN):
            continue
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                name = node.targets[0].id
                if NAMED_AS_A_BOUND.search(name):
                    elsewhere.append(f"{place}: {name}")
    assert not elsewhere, f"put these into apkgraph/limits.py: {elsewhere}"


if __name__ == "__main__":
    PAGE.write_text(page())
