"""The JSON document of a check: docs/schema/apkgraph.check-2.json."""

from __future__ import annotations

from apkgraph.report.documents.parts import amount_dict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from apkgraph.audit.budget import Limits, Verdict
    from apkgraph.report.documents.parts import Document

SCHEMA = "apkgraph.check/2"


def check_document(verdicts: list[Verdict], limits: Limits) -> Document:
    """The document, `docs/schema/apkgraph.check-2.json`."""
    return {
        "schema": SCHEMA,
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
