"""The JSON documents of audits: of a Dockerfile, what changed in one, of an image, of a check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apkgraph.model.package import flavour_of
from apkgraph.report.documents.parts import amount_dict, because_dict, change_dicts, universe_dict
from apkgraph.report.documents.questions import auto_installed_dict, candidate_dict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apkgraph.audit.against import CallLine, DockerfileChange, Summary
    from apkgraph.audit.budget import Limits, Verdict
    from apkgraph.audit.claim import Sizes
    from apkgraph.audit.contents import ContentsAudit, Covered, Directory
    from apkgraph.audit.dockerfile import DockerfileAudit
    from apkgraph.audit.findings.finding import Finding
    from apkgraph.audit.image import Held, ImageAudit, LayerShare, Upgrade
    from apkgraph.audit.universes import Universes
    from apkgraph.audit.values import CallReport, StageReport, StepReport
    from apkgraph.dockerfile.events import Unresolved
    from apkgraph.model.dependency import Dependency
    from apkgraph.model.package import Package
    from apkgraph.report.documents.parts import Document


def world_words(world: Sequence[Dependency], packages: Sequence[Package]) -> list[str]:
    """A world's entries as words; a virtual package by its name alone, for its version is only a time."""
    virtual = {package.name for package in packages if package.virtual}
    return [entry.name if entry.name in virtual else str(entry) for entry in world]


def dockerfile_document(audit: DockerfileAudit, universes: Universes) -> Document:
    """The document, `docs/schema/apkgraph.dockerfile-2.json`."""
    return audit.redact.document(_dockerfile(audit, universes))


def _dockerfile(audit: DockerfileAudit, universes: Universes) -> Document:
    return {
        "schema": "apkgraph.dockerfile/2",
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
    return universe_dict(universes.universe(universes.readable(report.end.coordinates)[0])) if asked else None


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
            "new": [problem._asdict() for problem in change.new_problems],
            "solved": [problem._asdict() for problem in change.solved_problems],
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


def image_document(audit: ImageAudit) -> Document:
    """The document."""
    return audit.redact.document(_image(audit))


def _image(audit: ImageAudit) -> Document:
    system = audit.image.system
    return {
        "schema": "apkgraph.image/2",
        "path": system.path,
        "distro": system.distro,
        "release": system.release,
        "arch": system.arch,
        "repositories": list(system.repositories),
        "world": world_words(system.world, system.packages),
        "satisfied": not audit.problems,
        "problems": list(audit.problems),
        "total": {
            "packages": len(system.packages),
            "installed_size": system.installed_size,
            "download_size": sum(package.download_size for package in system.packages),
        },
        "packages": [_held(held) for held in audit.held],
        "layers": [_layer(share) for share in audit.layers],
        "contents": None if audit.contents is None else _contents(audit.contents),
        "drop": list(map(candidate_dict, audit.drop.candidates)) if audit.drop else [],
        "by_install_if": list(map(auto_installed_dict, audit.drop.by_install_if)) if audit.drop else [],
        "untried": list(audit.drop.untried) if audit.drop else [],
        "upgrade": None if audit.upgrade is None else _upgrade(audit.upgrade),
    }


def _held(held: Held) -> Document:
    package = held.package
    return {
        "name": package.name,
        "version": package.version,
        "installed_size": package.installed_size,
        "download_size": package.download_size,
        "added_size": held.added_size,
        "origin": package.origin or package.name,
        "license": package.license,
        "layer": None if held.layer < 0 else held.layer,
        "because": because_dict(held.because),
    }


def _layer(share: LayerShare) -> Document:
    return {
        "number": share.layer.number,
        "name": share.layer.name,
        "command": share.layer.command,
        "unpacked_size": share.layer.unpacked_size,
        "packages": share.packages,
        "installed_size": share.installed_size,
    }


def _contents(contents: ContentsAudit) -> Document:
    return {
        "owned_size": contents.owned_size,
        "unowned_size": contents.unowned_size,
        "covered_size": contents.covered_size,
        "unowned": [_directory(row) for row in contents.unowned],
        "covered": [_covered(row) for row in contents.covered],
        "gone": [_covered(row) for row in contents.gone],
        "replaced": [_directory(row) for row in contents.replaced],
    }


def _directory(row: Directory) -> Document:
    return {"path": row.path, "files": row.files, "size": row.size}


def _covered(row: Covered) -> Document:
    return {
        "name": row.name,
        "version": row.version,
        "layer": row.layer,
        "by": row.by,
        "removed": row.removed,
        "files": row.files,
        "size": row.size,
        "names": list(row.names),
    }


def _upgrade(upgrade: Upgrade) -> Document:
    transaction = upgrade.transaction
    universe = upgrade.universes.universe(upgrade.coordinates)
    return {
        "universe": universe_dict(universe),
        "apk": upgrade.apk,
        "foreign_repositories": list(upgrade.foreign),
        "satisfied": transaction.satisfied,
        "problems": list(transaction.problems),
        "changes": change_dicts(universe, transaction.changes, transaction.because),
        "cost": amount_dict(transaction.amount),
        "layer_size": upgrade.layer_size,
    }


def check_document(verdicts: list[Verdict], limits: Limits) -> Document:
    """The document, `docs/schema/apkgraph.check-2.json`."""
    return {
        "schema": "apkgraph.check/2",
        "of": limits.of,
        "limits": {
            "max_installed": limits.max_installed,
            "max_download": limits.max_download,
            "max_packages": limits.max_packages,
            "max_growth": None if limits.max_growth is None else float(limits.max_growth),
            "growth_floor": limits.growth_floor,
            "forbid": list(limits.forbid),
            "allow_license": None if limits.allowed_licenses is None else sorted(limits.allowed_licenses),
        },
        "passed": not any(verdict.violations for verdict in verdicts),
        "subjects": [verdict.subject.redact.document(_verdict(verdict)) for verdict in verdicts],
    }


def _verdict(verdict: Verdict) -> Document:
    subject = verdict.subject
    return {
        "kind": subject.kind,
        "name": subject.name,
        "complete": subject.complete,
        "unknown": list(subject.unknowns),
        "total": amount_dict(subject.total),
        "cost": amount_dict(subject.cost),
        "before": verdict.before,
        "violations": [
            {
                "limit": violation.limit,
                "text": violation.text,
                "over": violation.over,
                "packages": list(violation.packages),
                "fix": [
                    {"text": remediation.text, "size": remediation.size, "removes": list(remediation.removes)}
                    for remediation in remediations
                ],
            }
            for violation, remediations in verdict.violations
        ],
    }
