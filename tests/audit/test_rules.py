"""Every rule has its page, made from the rule itself, and says beside which rule of hadolint it stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from apkgraph.audit.findings.registry import RULES

PAGES = Path(__file__).parent.parent.parent / "docs" / "rules"


def test_pages_and_rules_are_the_same() -> None:
    assert {path.stem for path in PAGES.glob("*.md")} - {"README"} == set(RULES)


@pytest.mark.parametrize("name", RULES)
def test_a_page_is_what_the_rule_says(name: str) -> None:
    assert (PAGES / f"{name}.md").read_text() == RULES[name].page, "run: python -m tests.audit.test_rules"
    assert f"[{name}]({name}.md) | {RULES[name].severity.word} |" in (PAGES / "README.md").read_text()


@pytest.mark.parametrize("name", RULES)
def test_a_rule_says_beside_which_of_hadolint_it_stands(name: str) -> None:
    assert re.search(r"\*\*Beside hadolint\.\*\* .*(DL30\d\d|SC\d+|No rule of hadolint)", RULES[name].text, re.DOTALL)
    assert len(RULES[name].text.split("```dockerfile\n")) == 2


if __name__ == "__main__":
    for rule in RULES.values():
        (PAGES / f"{rule.id}.md").write_text(rule.page)
