"""The verdict of a check."""

from __future__ import annotations

from dataclasses import dataclass, replace

from apkgraph.audit.budget import Breach, Cure, Limits, Subject, breaches, cures_for


@dataclass(frozen=True, slots=True)
class Verdict:
    """A subject, the limits that it breaks, and for each what would bring it back under."""

    subject: Subject
    before: int | None
    breaches: tuple[tuple[Breach, tuple[Cure, ...]], ...]


def check(subject: Subject, limits: Limits, before: int | None, *, allow_incomplete: bool = False) -> Verdict:
    """Hold a subject against its limits."""
    found = breaches(subject, limits, before, allow_incomplete=allow_incomplete)
    redact = subject.redact
    pairs = []
    for breach in found:
        cures = tuple(replace(cure, text=redact(cure.text)) for cure in cures_for(subject, breach))
        pairs.append((replace(breach, text=redact(breach.text)), cures))
    return Verdict(subject, before, tuple(pairs))
