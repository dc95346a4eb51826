"""What a change of a Dockerfile does, as text: in all, line by line, and which findings are new."""

from __future__ import annotations

from collections.abc import Iterator

from apkgraph.audit.against import CallLine, DockerfileChange, LineChange, Problem
from apkgraph.model.size import format_change
from apkgraph.report.audit.dockerfile import in_words
from apkgraph.report.blocks import Block, Column, Lines, Span, Table, line

_LINES = (
    Column("BEFORE", right=True),
    Column("AFTER", right=True),
    Column("COMMAND", flexible=True),
    Column("PACKAGES", right=True),
    Column("INSTALLED", right=True),
)
_FINDINGS = (Column("FINDING"), Column("SEVERITY"), Column("RULE"), Column("WHAT TO DO", wrapped=True))


def report(change: DockerfileChange) -> Iterator[Block]:
    """Headline, totals, lines, findings."""
    before, after = change.before, change.after
    size = after.claim.least.image - before.claim.least.image
    packages = after.claim.least.packages - before.claim.least.packages
    text = f"{after.path}: {format_change(size) if size else 'no change of size'}"
    text += f", {packages:+,} packages" if packages else ""
    yield line(text if change.is_exact else f"{text}; not exact, for a total is not", "bold")
    totals = [f"before  {in_words(before.claim)} ({before.path})", f"after   {in_words(after.claim)}"]
    doubts = [f"  after, line {doubt.line}: {doubt.reason}" for doubt in after.claim.doubts]
    doubts += [f"  before, line {doubt.line}: {doubt.reason}" for doubt in before.claim.doubts]
    yield Lines([*((Span(each),) for each in totals), *((Span(each, "yellow"),) for each in doubts)])
    if change.lines:
        yield Table(_LINES, tuple(_line(each) for each in change.lines))
    else:
        yield line("no call of apk differs")
    found = [("new", each) for each in change.new_problems] + [("solved", each) for each in change.solved_problems]
    if found:
        yield Table(_FINDINGS, tuple(_finding(*each) for each in found))


def _line(change: LineChange) -> tuple[str, ...]:
    before, after = change.before, change.after
    old, new = (str(call.line) if call else "-" for call in (before, after))
    packages = (after.packages if after else 0) - (before.packages if before else 0)
    return old, new, _command(before, after), f"{packages:+,}" if packages else "0", format_change(change.installed)


def _command(before: CallLine | None, after: CallLine | None) -> str:
    if before and after and before.text != after.text:
        return f"{before.text} → {after.text}"
    call = after or before
    return call.text if call else ""


def _finding(state: str, problem: Problem) -> tuple[str, ...]:
    return state, problem.severity, problem.rule, f"{problem.message}; {problem.fix}"
