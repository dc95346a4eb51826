"""A Dockerfile's audit as text: stage by stage, call by call, then what to fix."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from apkgraph.audit.claim import Certainty, Claim, Doubt
from apkgraph.audit.dockerfile import DockerfileAudit
from apkgraph.audit.findings.finding import Finding, Severity
from apkgraph.audit.system_state import SystemState
from apkgraph.audit.values import CallReport, StageReport, StepReport
from apkgraph.model.size import count, format_change, format_size
from apkgraph.report.blocks import ROOMY, Block, Column, Line, Lines, Span, Table, line

_NARROW = 48  # columns of a terminal from which the numbers of packages are shown
_STEPS = (
    Column("LINE", right=True),
    Column("COMMAND", flexible=True),
    Column("PACKAGES", right=True, room=_NARROW),
    Column("INSTALLED", right=True),
    Column("DOWNLOAD", right=True, room=ROOMY),
    Column("IMAGE", right=True),
)
_FINDINGS = (
    Column("LINE", right=True),
    Column("SEVERITY"),
    Column("FINDING"),
    Column("COSTS", right=True),
    Column("WHAT TO DO", wrapped=True),
)
_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTE: "dim"}
_MOST_ALIKE = 3  # findings of one rule that have a line each though they cost nothing
_LONGEST = 96  # characters of a command


def report(audit: DockerfileAudit) -> list[Block]:
    """Headline, stages, findings."""
    final = audit.final
    blocks: list[Block] = [line(f"{audit.path}: {in_words(audit.claim)}", "bold")]
    doubts = tuple((Span(f"  line {doubt.line}: {doubt.reason}", "yellow"),) for doubt in audit.claim.doubts)
    blocks += [Lines(doubts)] if doubts else []
    for stage in audit.stages:
        blocks += _stage(stage, is_target=stage is final, told=audit.claim.doubts)
    blocks += _findings(audit)
    return blocks


def in_words(claim: Claim) -> str:
    """A total as far as it is known: `9.9 MiB in 19 packages`, with at least, a range, or that it is unknown."""
    least, most = claim.least, claim.at_most
    size, packages = format_size(least.image), count(least.packages, "package")
    if claim.certainty is Certainty.UNKNOWN:
        return f"unknown; {size} in {packages} can be counted" if least.image else "unknown"
    if claim.certainty is Certainty.AT_LEAST or most is None:
        return f"at least {size} in {packages}"
    if claim.certainty is Certainty.RANGE:
        numbers = (
            packages if most.packages == least.packages else f"{least.packages:,} to {count(most.packages, 'package')}"
        )
        return f"{size} to {format_size(most.image)} in {numbers}"
    return f"{size} in {packages}"


def _stage(report: StageReport, *, is_target: bool, told: Sequence[Doubt]) -> Iterator[Block]:
    stage = report.stage
    name = f"stage {stage.title}"
    role = "the image" if is_target else "part of the image" if report.is_final else "build-only"
    unused = "" if report.is_needed else ", not built for it"
    where = f"FROM {report.base_name}"
    if _is_alpine(report):
        assumed = " (assumed)" if report.release_is_assumed else ""
        ref = report.end.coordinates
        where = f"{where}, {ref.title} {report.release}{assumed} {ref.arch}"
    head = (
        Span(name, "bold" if report.is_final else "dim bold"),
        Span(f" (line {stage.line}, {role}{unused}): {where}"),
    )
    before = {(doubt.line, doubt.reason) for doubt in told}
    rest = [note for note in report.notes if (note.line, note.text) not in before]
    notes = tuple((Span(f"  line {note.line}: {note.text}", "dim"),) for note in rest)
    if not report.steps and not is_target:
        notes = ()
    yield Lines((head, *notes))
    if not (report.steps and _is_alpine(report)):
        return
    rows = [_sum("base", report.base, report.base_size)]
    for step in report.steps:
        rows += _step(step)
    rows.append(_sum("total", report.end, report.image_size, "bold"))
    yield Table(_STEPS, tuple(rows))


def _is_alpine(report: StageReport) -> bool:
    """Whether the stage has anything of Alpine's, as far as is known."""
    return bool(report.base.packages or report.end.packages)


def _sum(text: str, system: SystemState, image_size: int, style: str = "") -> tuple[str | Line, ...]:
    sizes = format_size(system.installed_size), "", format_size(image_size)
    return tuple((Span(cell, style),) for cell in ("", text, f"{len(system.packages):,}", *sizes))


def _step(step: StepReport) -> Iterator[tuple[str | Line, ...]]:
    for number, call in enumerate(step.calls, 1):
        yield _call(call, format_size(step.image_size) if number == len(step.calls) else "")
    if not step.calls and step.brought:
        packages, size = f"+{len(step.brought):,}", format_change(step.layer_size)
        yield (str(step.line), step.text[:_LONGEST], packages, size, "", format_size(step.image_size))
    for part in step.unresolved:
        text = f"? {part.text[:_LONGEST] or '(nothing)'}: {part.reason}"
        yield (str(part.line), (Span(text, "yellow"),), "", "", "", "")


def _call(report: CallReport, image: str) -> tuple[str | Line, ...]:
    transaction = report.transaction
    call, amount = transaction.call, transaction.amount
    words = [call.text[:_LONGEST]]
    words += [f"(in {report.root})"] if report.root else []
    words += ["(perhaps)"] if call.conditional else []
    style = "" if transaction.satisfied else "red"
    return (
        str(call.line),
        (Span(" ".join(words), style),),
        f"{amount.packages:+,}" if amount.packages else "0",
        format_change(amount.size.installed),
        format_size(amount.size.download),
        image,
    )


def _findings(audit: DockerfileAudit) -> Iterator[Block]:
    silenced = f", {count(audit.ignored, 'ignored finding')}" if audit.ignored else ""
    if not audit.findings:
        yield line(f"no findings{silenced}", "green")
        return
    waste = f", {format_size(audit.wasted_size)} to save" if audit.wasted_size else ""
    yield line(f"{count(len(audit.findings), 'finding')}{waste}{silenced}", "bold")
    yield Table(_FINDINGS, tuple(_finding(each) for each in grouped(audit.findings)))


def _finding(findings: Sequence[Finding]) -> tuple[str | Line, ...]:
    first = findings[0]
    style = _STYLES[first.severity]
    return (
        lines_of(findings),
        (Span(first.severity.word, style),),
        (Span(first.rule, style),),
        costs(*findings),
        advice(findings),
    )


def grouped(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Findings that share a line: those that say the same, and those of one rule that are many and cost nothing."""
    findings = tuple(findings)
    many = Counter((one.rule, one.severity) for one in findings if not one.size)
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for one in findings:
        kind: tuple[object, ...] = (one.rule, one.severity)
        if one.size or many[one.rule, one.severity] <= _MOST_ALIKE:
            kind = (*kind, one.message, one.fix)
        groups.setdefault(kind, []).append(one)
    return list(groups.values())


def lines_of(findings: Sequence[Finding]) -> str:
    """The lines of such findings: `2`, `2, 7`, or `2 …`."""
    lines = sorted({finding.line for finding in findings})
    return ", ".join(map(str, lines)) if len(lines) <= _MOST_ALIKE else f"{lines[0]} …"


def advice(findings: Sequence[Finding]) -> str:
    """What is wrong and what to do; of many findings the first, and how many more there are."""
    first = findings[0]
    text = f"{first.message}; {first.fix}"
    rest = sum((one.message, one.fix) != (first.message, first.fix) for one in findings)
    return f"{text} (and {rest} more of this kind)" if rest else text


def costs(*findings: Finding) -> str:
    """What findings cost together, in words."""
    size = sum(finding.size for finding in findings)
    fetched = sum(finding.download_size for finding in findings)
    return format_size(size) if size else f"{format_size(fetched)} fetched" if fetched else ""
