"""The rules: every code that the solver's files and tests cite can be looked up in docs/solver.md."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

CODE = re.compile(r"\b(?:[ABCE]\d{1,2}|D\d(?:\.\d{1,2})?)\b")


def test_every_cited_rule_is_in_the_docs(checkout: Path) -> None:
    anchors = re.findall(r'<a id="([^"]+)"></a>', (checkout / "docs/solver.md").read_text())
    assert len(anchors) == len(set(anchors))
    files = [*(checkout / "apkgraph/solve").glob("*.py"), *(checkout / "tests/solve").glob("*.py")]
    cited = {(path.name, code) for path in files for code in CODE.findall(path.read_text())}
    assert len({code for _, code in cited}) > 30
    assert [(name, code) for name, code in sorted(cited) if code.lower() not in anchors] == []


def test_every_anchor_names_its_rule(checkout: Path) -> None:
    for anchor, rule in re.findall(r'<a id="([^"]+)"></a>\*\*(\S+)\*\*', (checkout / "docs/solver.md").read_text()):
        assert anchor == rule.lower()
