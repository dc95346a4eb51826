"""The JSON documents of the audits: docs/schema has their schemas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from apkgraph.audit.against import CallLine, DockerfileChange, Summary
from apkgraph.audit.claim import Sizes
from apkgraph.audit.dockerfile import DockerfileAudit
from apkgraph.audit.findings.finding import Finding
from apkgraph.audit.universes import Universes
from apkgraph.audit.values import CallReport, StageReport, StepReport
from apkgraph.dockerfile.events import Unresolved
from apkgraph.model.dependency import Dependency
from apkgraph.model.package import Package, flavour_of
from apkgraph.report.documents.parts import amount_dict, change_dicts, universe_dict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from apkgraph.report.documents.parts import Document

SCHEMA = "apkgraph.dockerfile/2"


def world_words(world: Sequence[Dependency], packages: Sequence[Package]) -> list[str]:
    """A world's entries as words; a virtual package by its name alone, for its version is only a time."""
    virtual = {package.name for package in packages if package.virtual}
    return [entry.name if entry.name in virtual else str(entry) for entry in world]


def dockerfile_document(audit: DockerfileAudit, universes: Universes) -> Document:
    """The document, `docs/schema/apkgraph.dockerfile-2.json`."""
    return audit.redact.document(_document(audit, universes))


def _document(audit: DockerfileAudit, universes: Universes) -> Document:
    return {
        "schema": SCHEMA,
        "path": audit.path,
        "complete": audit.is_complete,
        "stages": [_stage(report, universes, audit.final) for report in audit.stages],
        "total": _total(audit.final),
        "at_most": _at_most(audit.final),
        "certainty": audit.claim.certainty.value,
        "doubts": _doubts(audit.final),
        "findings": [finding_dict(finding) for finding in audit.findings],
        "ignored": audit.ignored,
    }


def _stage(report: StageReport, universes: Universes, final: StageReport) -> Document:
    return {
        "index": report.stage.index,
        "name": report.stage.name,
        "line": report.stage.line,
        "image": report.stage.image.text,
        "parent": report.stage.parent,
        "target": report is final,
        "build_only": not report.is_final,
        "built": report.is_needed,
        "distro": report.end.coordinates.distro if report.end.packages else None,
        "release": report.release,
        "release_assumed": report.release_is_assumed,
        "arch": report.base.coordinates.arch,
        "universe": _place(report, universes),
        "apk": flavour_of(universes.settings.apk, report.end.packages),
        "base": {
            "name": report.base_name,
            "known": report.base_is_known,
            "world": world_words(report.base.world, report.base.packages),
            "packages": len(report.base.packages),
            "installed_size": report.base.installed_size,
            "download_size": report.base.download_size,
            "image_size": report.base_size,
        },
        "steps": [_step(step, universes) for step in report.steps],
        "world": world_words(report.end.world, report.end.packages),
        "total": _total(report),
        "complete": report.is_complete,
        "at_most": _at_most(report),
        "certainty": report.claim.certainty.value,
        "doubts": _doubts(report),
        "notes": [{"line": note.line, "text": note.text} for note in report.notes],
    }


def _place(report: StageReport, universes: Universes) -> Document | None:
    """The universe that the stage ends with; None where nothing of it was asked."""
    asked = report.base.packages or report.end.packages
    return universe_dict(universes.universe(report.end.coordinates)) if asked else None


def _total(report: StageReport) -> Document:
    return _sizes(report.claim.least)


def _at_most(report: StageReport) -> Document | None:
    return None if report.claim.at_most is None else _sizes(report.claim.at_most)


def _doubts(report: StageReport) -> list[Document]:
    return [{"line": doubt.line, "reason": doubt.reason} for doubt in report.claim.doubts]


def _sizes(sizes: Sizes) -> Document:
    return {
        "packages": sizes.packages,
        "installed_size": sizes.installed,
        "download_size": sizes.download,
        "image_size": sizes.image,
    }


def _step(step: StepReport, universes: Universes) -> Document:
    return {
        "line": step.line,
        "end_line": step.end_line,
        "instruction": step.keyword,
        "text": step.text,
        "calls": [_call(call, universes) for call in step.calls],
        "unresolved": [_unresolved(part) for part in step.unresolved],
        "layer_size": step.layer_size,
        "index_size": step.index_size,
        "packages": step.packages,
        "installed_size": step.installed_size,
        "image_size": step.image_size,
    }


def _call(report: CallReport, universes: Universes) -> Document:
    transaction = report.transaction
    call = transaction.call
    virtual = call.value("virtual")
    return {
        "line": call.line,
        "command": call.applet,
        "text": call.text,
        "arguments": list(call.packages),
        "virtual": virtual if isinstance(virtual, str) else None,
        "root": report.root or None,
        "conditional": call.conditional,
        "unresolved": [{"text": unknown.source, "reason": unknown.reason} for unknown in report.unknowns],
        "satisfied": transaction.satisfied,
        "problems": list(transaction.problems),
        "changes": change_dicts(universes.universe(report.coordinates), transaction.changes, transaction.because)
        if transaction.changes
        else [],
        "cost": amount_dict(transaction.amount),
    }


def _unresolved(part: Unresolved) -> Document:
    return {"line": part.line, "text": part.text, "reason": part.reason}


def finding_dict(finding: Finding) -> Document:
    """A finding's form in every document."""
    return {
        "rule": finding.rule,
        "severity": finding.severity.word,
        "line": finding.line,
        "stage": finding.stage,
        "message": finding.message,
        "fix": finding.fix,
        "size": finding.size,
        "download_size": finding.download_size,
        "packages": list(finding.packages),
    }


def change_document(change: DockerfileChange) -> Document:
    """The document, `docs/schema/apkgraph.dockerfile-change-1.json`."""
    before, after = change.before.claim.least, change.after.claim.least
    return {
        "schema": "apkgraph.dockerfile-change/1",
        "before": _summary(change.before),
        "after": _summary(change.after),
        "exact": change.is_exact,
        "change": {
            "packages": after.packages - before.packages,
            "installed_size": after.installed - before.installed,
            "download_size": after.download - before.download,
            "image_size": after.image - before.image,
        },
        "lines": [
            {"before": _line(each.before), "after": _line(each.after), "installed_size": each.installed}
            for each in change.lines
        ],
        "findings": {
            "new": [asdict(problem) for problem in change.new_problems],
            "solved": [asdict(problem) for problem in change.solved_problems],
        },
    }


def _summary(summary: Summary) -> Document:
    most = summary.claim.at_most
    return {
        "path": summary.path,
        "total": _sizes(summary.claim.least),
        "at_most": None if most is None else _sizes(most),
        "certainty": summary.claim.certainty.value,
        "doubts": [{"line": doubt.line, "reason": doubt.reason} for doubt in summary.claim.doubts],
    }


def _line(call: CallLine | None) -> Document | None:
    if call is None:
        return None
    return {
        "stage": call.stage,
        "line": call.line,
        "text": call.text,
        "cost": {"packages": call.packages, "installed_size": call.installed, "download_size": call.download},
    }
