"""The verdict of a check."""

from __future__ import annotations

from dataclasses import dataclass, replace

from apkgraph.audit.budget import Limits, Remediation, Subject, Violation, remediations_for, violations


@dataclass(frozen=True, slots=True)
class Verdict:
    """A subject, the limits that it breaks, and for each what would bring it back under."""

    subject: Subject
    before: int | None
    violations: tuple[tuple[Violation, tuple[Remediation, ...]], ...]


def check(subject: Subject, limits: Limits, before: int | None, *, allow_incomplete: bool = False) -> Verdict:
    """Hold a subject against its limits."""
    found = violations(subject, limits, before, allow_incomplete=allow_incomplete)
    redact = subject.redact
    pairs = []
    for violation in found:
        remediations = tuple(
            replace(remediation, text=redact(remediation.text)) for remediation in remediations_for(subject, violation)
        )
        pairs.append((replace(violation, text=redact(violation.text)), remediations))
    return Verdict(subject, before, tuple(pairs))
