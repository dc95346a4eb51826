"""A check's verdict as text: a line per breach, and what would bring it back under."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from apkgraph.audit.budget import Cure
from apkgraph.audit.check import Verdict
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
    if verdict.breaches:
        incomplete = all(breach.limit == "incomplete" for breach, _ in verdict.breaches)
        verdict_word = Span("not known exactly" if incomplete else "over budget", "bold red")
    yield (Span(f"{subject.name}: {of} {size}, "), verdict_word)
    for breach, cures in verdict.breaches:
        yield (Span(f"  {breach.limit}: ", "red"), Span(breach.text))
        for cure in cures:
            yield (Span(f"    {_words(cure)}", "dim"),)


def _words(cure: Cure) -> str:
    went = f", {count(len(cure.removes), 'package')}" if cure.removes else ""
    return f"{cure.text}: frees {format_size(cure.size)}{went}"
