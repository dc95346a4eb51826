"""Budgets: what a set, a Dockerfile or an image may weigh and hold, which limits it breaks, and what would help."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, NamedTuple

from apkgraph.model.package import Package
from apkgraph.model.size import Amount, Size, amount_of, count, format_size
from apkgraph.redaction import Redactor

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

    from apkgraph.audit.dockerfile import DockerfileAudit
    from apkgraph.audit.image import ImageAudit
    from apkgraph.audit.system_state import SystemState
    from apkgraph.audit.universes import Universes
    from apkgraph.impact.analysis import Analysis
    from apkgraph.impact.drop import Drop

_MOST_REMEDIATIONS = 3
DEFAULT_FLOOR = 1 << 20  # bytes that anything may grow by, however small it was


class Remediation(NamedTuple):
    """Something that would bring it down, and by how much; `removes` are the packages that would go."""

    text: str
    size: int
    removes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """What is checked: `kind` is packages, dockerfile or image; `complete`: nothing of it is unknown."""

    kind: str
    name: str
    total: Amount
    cost: Amount
    held: tuple[Package, ...]  # all packages
    added: tuple[Package, ...]  # those beyond the base
    remediations: tuple[Remediation, ...]
    together: Remediation | None = None  # all that was asked for at once: what holds each other up goes, too
    complete: bool = True
    unknowns: tuple[str, ...] = ()  # why it is not known exactly, each with its place
    redact: Redactor = field(default_factory=Redactor, repr=False)  # for all texts that leave

    def measured(self, of: str) -> Amount:
        """The figures that are meant: `total` or `cost`."""
        return self.cost if of == "cost" else self.total

    def packages(self, of: str) -> tuple[Package, ...]:
        """The packages that are meant."""
        return self.added if of == "cost" else self.held


class Limits(NamedTuple):
    """What is allowed; None: no limit. A value equal to its limit is allowed.

    `max_growth` is a fraction of what was there before; growth up to `growth_floor` bytes is always allowed.
    """

    of: str = "total"
    max_installed: int | None = None
    max_download: int | None = None
    max_packages: int | None = None
    max_growth: Fraction | None = None
    growth_floor: int = DEFAULT_FLOOR
    forbid: tuple[str, ...] = ()
    allowed_licenses: frozenset[str] | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is limited at all."""
        sizes = (self.max_installed, self.max_download, self.max_packages, self.max_growth)
        return not any(limit is not None for limit in sizes) and not self.forbid and self.allowed_licenses is None


class Violation(NamedTuple):
    """A limit that is broken: `over` is by how much, in bytes or packages; `packages` are those that break it."""

    limit: str
    text: str
    over: int
    packages: tuple[str, ...] = ()


def violations(
    subject: Subject, limits: Limits, before: int | None, *, allow_incomplete: bool = False
) -> list[Violation]:
    """The limits that a subject breaks; `before` are the installed bytes of the last time.

    What is not known exactly keeps within no limit, unless `allow_incomplete`.
    """
    return [
        *(Violation("incomplete", text, 0) for text in subject.unknowns if not allow_incomplete),
        *_sizes(subject.measured(limits.of), limits),
        *_growth(subject.measured(limits.of), limits, before),
        *_forbidden(subject.packages(limits.of), limits.forbid),
        *_licenses(subject.packages(limits.of), limits.allowed_licenses),
    ]


def _sizes(measured: Amount, limits: Limits) -> Iterator[Violation]:
    for name, value, limit in (
        ("max-installed", measured.size.installed, limits.max_installed),
        ("max-download", measured.size.download, limits.max_download),
    ):
        if limit is not None and value > limit:
            what = "installed" if name == "max-installed" else "to download"
            over = value - limit
            text = f"{exact(value)} {what}, over the limit of {exact(limit)} by {exact(over)}"
            yield Violation(name, text, over)
    if limits.max_packages is not None and measured.packages > limits.max_packages:
        over = measured.packages - limits.max_packages
        text = f"{count(measured.packages, 'package')}, over the limit of {limits.max_packages:,} by {over:,}"
        yield Violation("max-packages", text, over)


def _growth(measured: Amount, limits: Limits, before: int | None) -> Iterator[Violation]:
    if limits.max_growth is None or before is None:
        return
    growth = measured.size.installed - before
    allowed = max(int(before * limits.max_growth), limits.growth_floor)
    if growth > allowed:
        share = f" ({100 * growth / before:.1f}%)" if before else ""
        text = f"{exact(growth)} more than before{share}, over the {exact(allowed)} that are allowed"
        yield Violation("max-growth", text, growth - allowed)


def _forbidden(packages: Sequence[Package], forbid: Iterable[str]) -> Iterator[Violation]:
    for pattern in forbid:
        found = tuple(package.name for package in packages if fnmatchcase(package.name, pattern))
        if found:
            yield Violation("forbid", f"{', '.join(found)} is forbidden ({pattern})", len(found), found)


def _licenses(packages: Sequence[Package], allowed: frozenset[str] | None) -> Iterator[Violation]:
    if allowed is None:
        return
    from apkgraph.audit.licenses import is_allowed

    for package in packages:
        if not package.virtual and not is_allowed(package.license, allowed):
            license_ = package.license or "no licence"
            yield Violation("allow-license", f"{package.name}: {license_} is not allowed", 1, (package.name,))


def remediations_for(subject: Subject, violation: Violation) -> list[Remediation]:
    """What would bring a subject back under a limit, the most effective first, no more than are needed."""
    together = [subject.together] if subject.together is not None else []
    if violation.limit == "incomplete":
        return []
    if violation.limit in ("forbid", "allow-license"):
        guilty = set(violation.packages)
        single = [remediation for remediation in subject.remediations if guilty <= set(remediation.removes)]
        return single[:_MOST_REMEDIATIONS] or [
            remediation for remediation in together if guilty <= set(remediation.removes)
        ]
    left = violation.over
    chosen: list[Remediation] = []
    for remediation in sorted(subject.remediations, key=lambda one: -_gain(one, violation)):
        if left <= 0 or _gain(remediation, violation) <= 0:
            break
        chosen.append(remediation)
        left -= _gain(remediation, violation)
    enough = [remediation for remediation in together if left > 0 and _gain(remediation, violation) >= violation.over]
    return enough or chosen


def _gain(remediation: Remediation, violation: Violation) -> int:
    return len(remediation.removes) if violation.limit == "max-packages" else remediation.size


def exact(size: int) -> str:
    """Bytes in words, with the exact number where words round it."""
    words = format_size(size)
    return words if size < 1024 else f"{words} ({size:,} B)"


class Verdict(NamedTuple):
    """A subject, the limits that it breaks, and for each what would bring it back under."""

    subject: Subject
    before: int | None
    violations: tuple[tuple[Violation, tuple[Remediation, ...]], ...]


def check(subject: Subject, limits: Limits, before: int | None, *, allow_incomplete: bool = False) -> Verdict:
    """Check a subject against its limits."""
    found = violations(subject, limits, before, allow_incomplete=allow_incomplete)
    redact = subject.redact
    pairs = []
    for violation in found:
        remediations = tuple(
            remediation._replace(text=redact(remediation.text)) for remediation in remediations_for(subject, violation)
        )
        pairs.append((violation._replace(text=redact(violation.text)), remediations))
    return Verdict(subject, before, tuple(pairs))


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

    if not end.asked:
        return []
    readable, _ = universes.readable(end.coordinates)  # no call may have read what is written since
    end = replace(end, coordinates=readable)
    remediations = []
    for name, line in end.asked:
        _, gone = without(universes, end, [name])
        size = sum(package.installed_size for package in gone)
        names = tuple(package.name for package in gone if not package.virtual)
        if size and names not in known:
            remediations.append(Remediation(f"line {line}: leave out {name}", size, names))
    return remediations
