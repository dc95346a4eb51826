"""A finding and the rule that it belongs to; `Rule.finding` is the one way to make one."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

_SILENCE = """\
To silence it: `# apkgraph: ignore={id}` on the line before, `--ignore {id}`, or `ignore = ["{id}"]` under
`[dockerfile]` in `.apkgraph.toml`.
"""


class Severity(IntEnum):
    """How much a finding matters, in SARIF's words."""

    NOTE = 0
    WARNING = 1
    ERROR = 2

    @property
    def word(self) -> str:
        """The word that it is written with."""
        return self.name.lower()


class Finding(NamedTuple):
    """Something to fix. `size`: bytes that it costs in the image; `download_size`: bytes fetched for nothing."""

    rule: str
    severity: Severity
    line: int
    stage: str
    message: str
    fix: str
    size: int = 0
    download_size: int = 0
    packages: tuple[str, ...] = ()


class Rule(NamedTuple):
    """A rule: its id, which never changes, how much it matters as a rule, what it says in one sentence, and in full."""

    id: str
    severity: Severity
    title: str
    text: str  # Markdown: when it applies, an example, its cost, what to do, beside which rules of hadolint it stands

    def finding(
        self,
        line: int,
        stage: str,
        message: str,
        fix: str,
        *,
        severity: Severity | None = None,
        size: int = 0,
        download_size: int = 0,
        packages: tuple[str, ...] = (),
    ) -> Finding:
        """A finding of this rule, of its own severity unless another one is given."""
        level = self.severity if severity is None else severity
        return Finding(self.id, level, line, stage, message, fix, size, download_size, packages)

    @property
    def page(self) -> str:
        """The rule's page in docs/rules."""
        head = f"# {self.id}\n\n{self.title}. Severity: {self.severity.word}.\n\n{self.text.strip()}\n"
        silence = "" if "is no finding of `apkgraph dockerfile`" in self.text else "\n" + _SILENCE.format(id=self.id)
        return head + silence
