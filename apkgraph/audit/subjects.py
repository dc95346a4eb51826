"""Sets, Dockerfiles and images as subjects of a budget."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apkgraph.audit.budget import Remediation, Subject
from apkgraph.model.size import Amount, Size, amount_of

if TYPE_CHECKING:  # a check of packages needs nothing that reads a Dockerfile or an image
    from collections.abc import Callable

    from apkgraph.audit.dockerfile import DockerfileAudit
    from apkgraph.audit.image import ImageAudit
    from apkgraph.audit.system_state import SystemState
    from apkgraph.audit.universes import Universes
    from apkgraph.impact.analysis import Analysis
    from apkgraph.impact.drop import Drop


def of_packages(analysis: Analysis, drop: Callable[[Analysis], Drop] | None) -> Subject:
    """A request on a base; without `drop`, with nothing that would bring it under a limit."""
    base = analysis.base
    held = analysis.solution.packages
    there = {package.key for package in base.packages}
    total = amount_of(held)
    before = base.amount
    request = " ".join(map(str, analysis.request)) or f"the base {base.name}"
    added = tuple(package for package in held if package.key not in there)
    remediations = tuple(
        Remediation(f"leave out {one.token}", one.freed_size or 0, tuple(package.name for package in one.removed))
        for one in (drop(analysis).candidates if drop is not None else ())
        if one.freed_size and (one.requested or not analysis.request)
    )
    cost = total - before
    together = None
    if len(analysis.request) > 1:
        names = tuple(package.name for package in added)
        together = Remediation("leave out all that is asked for", cost.size.installed, names)
    return Subject("packages", request, total, cost, held, added, remediations, together)


def of_dockerfile(audit: DockerfileAudit, universes: Universes) -> Subject:
    """The image that a Dockerfile makes; what lies dead in its layers counts, too."""
    final = audit.final
    first = audit.stages[audit.lineage[0]]
    end = final.end
    there = {package.key for package in first.base.packages}
    total = Amount(len(end.packages), Size(final.image_size, end.download_size))
    before = Amount(len(first.base.packages), Size(first.base_size, first.base.download_size))
    added = tuple(package for package in end.packages if package.key not in there)
    remediations = [
        Remediation(f"line {finding.line}, {finding.rule}: {finding.fix}", finding.size, finding.packages)
        for finding in audit.findings
        if finding.size
    ]
    remediations += _without_requests(end, universes, {remediation.removes for remediation in remediations})
    unknowns = audit.unknowns
    cost = total - before
    return Subject(
        "dockerfile",
        audit.path,
        total,
        cost,
        end.packages,
        added,
        tuple(remediations),
        complete=not unknowns,
        unknowns=unknowns,
        redact=audit.redact,
    )


def of_image(audit: ImageAudit) -> Subject:
    """An image; its cost is what the layers above the lowest one brought."""
    system = audit.image.system
    total = amount_of(system.packages)
    pairs = zip(system.packages, audit.image.brought_by, strict=True)
    added = tuple(package for package, layer in pairs if layer > 0)
    remediations = tuple(
        Remediation(f"leave out {one.token}", one.freed_size or 0, tuple(package.name for package in one.removed))
        for one in (audit.drop.candidates if audit.drop else ())
        if one.freed_size
    )
    return Subject(
        "image", system.path, total, amount_of(added), system.packages, added, remediations, redact=audit.redact
    )


def _without_requests(end: SystemState, universes: Universes, known: set[tuple[str, ...]]) -> list[Remediation]:
    from apkgraph.audit.system_state import without

    remediations = []
    for name, line in end.asked:
        _, gone = without(universes, end, [name])
        size = sum(package.installed_size for package in gone)
        names = tuple(package.name for package in gone if not package.virtual)
        if size and names not in known:
            remediations.append(Remediation(f"line {line}: leave out {name}", size, names))
    return remediations
