"""A Dockerfile's audit as text: stage by stage, call by call, then what is to be mended."""

from __future__ import annotations

from collections.abc import Iterator

from apkgraph.audit.dockerfile import DockerfileAudit
from apkgraph.audit.machine import Machine
from apkgraph.audit.values import CallReport, Finding, Severity, StageReport, StepReport
from apkgraph.model.size import count, format_change, format_size
from apkgraph.report.blocks import ROOMY, Block, Column, Line, Lines, Span, Table, line

_STEPS = (
    Column("LINE", right=True),
    Column("COMMAND", flexible=True),
    Column("PACKAGES", right=True),
    Column("INSTALLED", right=True),
    Column("DOWNLOAD", right=True, room=ROOMY),
    Column("IMAGE", right=True),
)
_FINDINGS = (
    Column("LINE", right=True),
    Column("FINDING"),
    Column("COSTS", right=True),
    Column("WHAT TO DO", wrapped=True),
)
_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTE: "dim"}
_LONGEST = 96  # characters of a command


def report(audit: DockerfileAudit) -> list[Block]:
    """Headline, stages, findings."""
    final = audit.final
    size = f"{format_size(final.image_size)} in {count(len(final.end.packages), 'package')}"
    at_least = "" if audit.is_complete else "at least "
    blocks: list[Block] = [line(f"{audit.path}: {at_least}{size}", "bold")]
    for stage in audit.stages:
        blocks += _stage(stage, is_target=stage is final)
    blocks += _findings(audit)
    return blocks


def _stage(report: StageReport, *, is_target: bool) -> Iterator[Block]:
    stage = report.stage
    name = f"stage {stage.title}"
    role = "the image" if is_target else "part of the image" if report.is_final else "build-only"
    unused = "" if report.is_needed else ", not built for it"
    where = f"FROM {report.base_name}"
    if _is_alpine(report):
        assumed = " (assumed)" if report.release_is_assumed else ""
        where = f"{where}, Alpine {report.release}{assumed} {report.end.coordinates.arch}"
    head = (
        Span(name, "bold" if report.is_final else "dim bold"),
        Span(f" (line {stage.line}, {role}{unused}): {where}"),
    )
    notes = tuple((Span(f"  line {note.line}: {note.text}", "dim"),) for note in report.notes)
    yield Lines((head, *notes))
    if not report.steps and not is_target:
        return
    rows = [_sum("base", report.base, report.base_size)]
    for step in report.steps:
        rows += _step(step)
    rows.append(_sum("total", report.end, report.image_size, "bold"))
    yield Table(_STEPS, tuple(rows))


def _is_alpine(report: StageReport) -> bool:
    """Whether the stage has anything of Alpine's, as far as is known."""
    return bool(report.base.packages or report.end.packages or report.steps)


def _sum(text: str, machine: Machine, image_size: int, style: str = "") -> tuple[str | Line, ...]:
    sizes = format_size(machine.installed_size), "", format_size(image_size)
    return tuple((Span(cell, style),) for cell in ("", text, f"{len(machine.packages):,}", *sizes))


def _step(step: StepReport) -> Iterator[tuple[str | Line, ...]]:
    for number, call in enumerate(step.calls, 1):
        yield _call(call, format_size(step.image_size) if number == len(step.calls) else "")
    if not step.calls and step.brought:
        packages, size = f"+{len(step.brought):,}", format_change(step.layer_size)
        yield (str(step.line), step.text[:_LONGEST], packages, size, "", format_size(step.image_size))
    for gap in step.gaps:
        text = f"? {gap.text[:_LONGEST] or '(nothing)'}: {gap.reason}"
        yield (str(gap.line), (Span(text, "yellow"),), "", "", "", "")


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
        yield line(f"nothing to mend{silenced}", "green")
        return
    waste = f", {format_size(audit.wasted_size)} to save" if audit.wasted_size else ""
    yield line(f"{count(len(audit.findings), 'finding')}{waste}{silenced}", "bold")
    yield Table(_FINDINGS, tuple(_finding(finding) for finding in audit.findings))


def _finding(finding: Finding) -> tuple[str | Line, ...]:
    return (
        str(finding.line),
        (Span(finding.rule, _STYLES[finding.severity]),),
        costs(finding),
        f"{finding.message}; {finding.mend}",
    )


def costs(finding: Finding) -> str:
    """What a finding costs, in words."""
    if finding.size:
        return format_size(finding.size)
    return f"{format_size(finding.download_size)} fetched" if finding.download_size else ""
