"""Every rule has its page, and every page its rule."""

from __future__ import annotations

from pathlib import Path

import pytest

from apkgraph.audit.rules import RULES

PAGES = Path(__file__).parent.parent.parent / "docs" / "rules"


def test_pages_and_rules_are_the_same() -> None:
    assert {path.stem for path in PAGES.glob("*.md")} - {"README"} == set(RULES)


@pytest.mark.parametrize("name", RULES)
def test_a_page_says_what_the_rule_says(name: str) -> None:
    text = (PAGES / f"{name}.md").read_text()
    assert text.startswith(f"# {name}\n\n{RULES[name].title}. Severity: {RULES[name].severity.word}.")
    assert f"[{name}]({name}.md) | {RULES[name].severity.word} |" in (PAGES / "README.md").read_text()
