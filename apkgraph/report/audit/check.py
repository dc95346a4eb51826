"""A check's verdict as text: a line per violation, and what would bring it back under."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from apkgraph.audit.budget import Remediation, Verdict
from apkgraph.model.size import count, format_size
from apkgraph.report.blocks import Block, Line, Lines, Span


def report(verdicts: Sequence[Verdict], of: str) -> list[Block]:
    """One block per subject."""
    return [Lines(tuple(_lines(verdict, of))) for verdict in verdicts]


def _lines(verdict: Verdict, of: str) -> Iterator[Line]:
    subject = verdict.subject
    measured = subject.measured(of)
    at_least = "" if subject.complete else "at least "
    size = f"{at_least}{format_size(measured.size.installed)} in {count(measured.packages, 'package')}"
    verdict_word = Span("within budget", "green")
    if verdict.violations:
        incomplete = all(violation.limit == "incomplete" for violation, _ in verdict.violations)
        verdict_word = Span("not known exactly" if incomplete else "over budget", "bold red")
    yield (Span(f"{subject.name}: {of} {size}, "), verdict_word)
    for violation, remediations in verdict.violations:
        yield (Span(f"  {violation.limit}: ", "red"), Span(violation.text))
        for remediation in remediations:
            yield (Span(f"    {_words(remediation)}", "dim"),)


def _words(remediation: Remediation) -> str:
    went = f", {count(len(remediation.removes), 'package')}" if remediation.removes else ""
    return f"{remediation.text}: frees {format_size(remediation.size)}{went}"
