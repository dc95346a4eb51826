"""A Dockerfile weighed without building it: what each stage and instruction does, and what is to be fixed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from textwrap import shorten
from typing import NamedTuple

from apkgraph import limits
from apkgraph.audit.claim import Certainty, Claim, Doubt, Scenario, claim, scenarios
from apkgraph.audit.findings.end_of_life import END_OF_LIFE, find_ended_release
from apkgraph.audit.findings.finding import Finding, Severity
from apkgraph.audit.findings.unknown import unresolved
from apkgraph.audit.findings.unneeded import find_unneeded
from apkgraph.audit.stage_replay import StageReplay
from apkgraph.audit.system_state import SystemState
from apkgraph.audit.universes import Universes
from apkgraph.audit.values import StageReport, StepReport
from apkgraph.distro import Distribution, distribution_of_image
from apkgraph.dockerfile.events import ApkCall
from apkgraph.dockerfile.references import Kind, Reference
from apkgraph.dockerfile.stages import Build, Note, Stage
from apkgraph.errors import ApkgraphError, InputError
from apkgraph.redaction import Redactor

Progress = Callable[[str, int, int | None], None]
_REASON_CHARACTERS = 240
_UNNAMED = "an image that is not named"
_ASSUMED = "{} does not name a release: {} is assumed"
_ALWAYS_THE_SAME = "{} always is the same image: its base is counted in the versions of today's index"
_OF_THE_INDEX = ("unsatisfied-pin", "unknown-package", "unsatisfiable")
_ALWAYS_TOLD = frozenset(
    ("unsatisfied-pin", "unknown-package", "unsatisfiable", "unresolved-packages", "foreign-repository")
)


@dataclass(frozen=True, slots=True)
class DockerfileAudit:
    """All stages of a Dockerfile, and the findings: what saves most first."""

    path: str
    lineage: tuple[int, ...]  # the stages whose layers the image holds, the target last
    stages: tuple[StageReport, ...]
    findings: tuple[Finding, ...]
    ignored: int  # findings that comments or the config silence
    redact: Redactor = field(default_factory=Redactor, repr=False)  # for all texts that leave

    @property
    def final(self) -> StageReport:
        """The stage that becomes the image."""
        return self.stages[self.lineage[-1]]

    @property
    def is_complete(self) -> bool:
        """Whether the total of the image is exact."""
        return self.claim.certainty is Certainty.EXACT

    @property
    def claim(self) -> Claim:
        """The total of the image, and how far it may be off."""
        return self.final.claim

    @property
    def unknowns(self) -> tuple[str, ...]:
        """Why the total of the image is not exact, each reason with its line; empty where it is."""
        if self.claim.certainty is Certainty.RANGE:
            return ("which way its conditions go is only known to the running build",)
        return tuple(f"line {doubt.line}: {doubt.reason}" for doubt in self.claim.doubts)

    @property
    def wasted_size(self) -> int:
        """Bytes in the image that the findings speak of."""
        return sum(finding.size for finding in self.findings)


def audit_dockerfile(
    build: Build,
    universes: Universes,
    *,
    today: date,
    ends: Mapping[str, date] = END_OF_LIFE,
    ignore: Iterable[str] = (),
    base: SystemState | None = None,
    redact: Redactor | None = None,
    progress: Progress | None = None,
) -> DockerfileAudit:
    """Go through all stages.

    `ends` are the ends of life of releases. `base` is what images hold of which only the name is known, where the user
    knows more. `redact` knows the values of build arguments. Rules in `ignore` are left out, as are those that a
    comment in the file ignores.
    """
    _refuse_too_many_calls(build)
    universes.solves.renew()
    redact = redact or Redactor()
    stages, claims = _replay(build, universes, base, progress)
    reports = tuple(stages.report(stage, claims[stage.index]) for stage in build.stages)
    findings: list[Finding] = []
    for walk, report in zip(stages.walks, reports, strict=True):
        findings += _of_stage(walk, report, today, ends) if report.is_needed else ()
    lineage = build.lineage(build.final)
    steps = [step for index in lineage for step in build.stages[index].steps]
    calls = [event for step in steps for event in step.events if isinstance(event, ApkCall)]
    final = stages.walks[build.final]
    if final.system.packages:
        findings += find_unneeded(final, reports[lineage[0]].base, calls)
    if universes.solves.tries_ended:
        note = Note(build.stages[build.final].line, "too large to be tried in full: more may be unneeded than is found")
        reports = tuple(
            report._replace(notes=(*report.notes, note)) if report.stage.index == build.final else report
            for report in reports
        )
    kept = [finding for finding in findings if not _is_ignored(build, finding, frozenset(ignore))]
    order = sorted(kept, key=_rank)
    reports = tuple(_redacted(report, redact) for report in reports)
    redacted = tuple(one._replace(message=redact(one.message), fix=redact(one.fix)) for one in order)
    return DockerfileAudit(build.path, lineage, reports, redacted, len(findings) - len(kept), redact)


def _rank(finding: Finding) -> tuple[int, int, int, int, str]:
    """Sort by savings, then by severity."""
    return -finding.size, -finding.severity, -finding.download_size, finding.line, finding.rule


def replay(
    build: Build,
    universes: Universes,
    base: SystemState | None = None,
    progress: Progress | None = None,
    *,
    solves: bool = True,
) -> tuple[StageReport, ...]:
    """Go through all stages; nothing is looked for. The texts are not redacted.

    Each call of apk has one report, in the order of the events. Without `solves` a call changes nothing: the reports
    say where each asks, and no more.
    """
    _refuse_too_many_calls(build)
    universes.solves.renew()
    universes.solves.off = not solves
    try:
        stages, claims = _replay(build, universes, base, progress)
    finally:
        universes.solves.off = False
    return tuple(stages.report(stage, claims[stage.index]) for stage in build.stages)


def _redacted(report: StageReport, redact: Redactor) -> StageReport:
    """The report with its texts redacted, for what is written as text; documents are redacted whole."""
    doubts = tuple(doubt._replace(reason=redact(doubt.reason)) for doubt in report.claim.doubts)
    return report._replace(
        base_name=redact(report.base_name),
        claim=report.claim._replace(doubts=doubts),
        steps=tuple(_redacted_step(step, redact) for step in report.steps),
        notes=tuple(Note(note.line, redact(note.text)) for note in report.notes),
    )


def _redacted_step(step: StepReport, redact: Redactor) -> StepReport:
    calls = []
    for report in step.calls:
        transaction = report.transaction
        call = transaction.call._replace(text=redact(transaction.call.text))
        problems = tuple(map(redact, transaction.problems))
        calls.append(report._replace(transaction=replace(transaction, call=call, problems=problems)))
    parts = tuple(part._replace(text=redact(part.text), reason=redact(part.reason)) for part in step.unresolved)
    return step._replace(text=redact(step.text), calls=tuple(calls), unresolved=parts)


def _refuse_too_many_calls(build: Build) -> None:
    steps = [step for stage in build.stages for step in stage.steps]
    calls = [event for step in steps for event in step.events if isinstance(event, ApkCall)]
    most = limits.APK_CALLS
    if len(calls) > most:
        message = f"{build.path}: line {calls[most].line}: more than {most} calls of apk are not followed"
        raise InputError(message)


def _replay(
    build: Build, universes: Universes, base: SystemState | None, progress: Progress | None
) -> tuple[_Stages, list[Claim]]:
    """The stages as they go where the image comes out smallest, and what each total may claim."""
    ways = scenarios(build)
    tried: list[_Stages] = []
    for scenario in [{}] if ways is None else ways:
        stages = _Stages(build, universes, base, scenario)
        for stage in build.stages:
            if progress is not None:
                progress("solving stages", stage.index, len(build.stages))
            stages.go(stage)
        tried.append(stages)
    _refuse_what_cannot_be_read(tried[0])
    smallest = min(tried, key=lambda stages: stages.weight(build.final))
    shown = _Stages(build, universes, base, smallest.scenario, follows_asides=True)
    for stage in build.stages:
        shown.go(stage)
    line = build.stages[build.final].line
    many = Doubt(line, "there are too many conditions to follow each way: what runs in any case is counted")
    claims = []
    for stage in build.stages:
        walks = [stages.walks[stage.index] for stages in tried]
        doubts = [doubt for walk in walks for doubt in (*walk.base_doubts, *walk.doubts)]
        totals = [walk.sizes for walk in walks]
        uncertain = max(walk.uncertain for walk in walks)
        claims.append(claim(totals, [*doubts, *([] if ways is not None else [many])], uncertain=uncertain))
    return shown, claims


def _refuse_what_cannot_be_read(stages: _Stages) -> None:
    """Raise why images that are not another distribution's cannot be read, where no stage at all can be."""
    own = [error for error, is_own in stages.failures if is_own]
    if own and not any(walk.system.packages for walk in stages.walks):
        raise own[0]


class _Stages:
    """Goes through the stages in order, in one scenario: each one's walk, and the report on it."""

    def __init__(
        self,
        build: Build,
        universes: Universes,
        given: SystemState | None,
        scenario: Scenario,
        *,
        follows_asides: bool = False,
    ) -> None:
        self._build = build
        self._universes = universes
        self._given = given
        self.scenario = scenario
        self._follows_asides = follows_asides
        self.failures: list[tuple[ApkgraphError, bool]] = []  # and whether it is this distribution's own
        self._starts: list[tuple[_Start, SystemState, int]] = []
        self.walks: list[StageReplay] = []

    def go(self, stage: Stage) -> None:
        """Go through one more stage."""
        walk, start = self._child(stage) if stage.parent is not None else self._start(stage)
        self._starts.append((start, walk.system, walk.image_size))
        for step in stage.steps:
            walk.follow(step, self.walks)
        self.walks.append(walk)

    def weight(self, final: int) -> tuple[int, ...]:
        """The bytes of the image, then of each stage."""
        return (self.walks[final].image_size, *(walk.image_size for walk in self.walks))

    def report(self, stage: Stage, claim: Claim) -> StageReport:
        """What a stage came to."""
        walk = self.walks[stage.index]
        start, base, size = self._starts[stage.index]
        return StageReport(
            stage=stage,
            release=walk.system.coordinates.release,
            release_is_assumed=walk.release_is_assumed,
            base_name=start.name,
            base_is_known=start.is_known,
            base=base,
            end=walk.system,
            base_size=size,
            image_size=walk.image_size,
            steps=tuple(walk.steps),
            notes=(*stage.notes, *start.notes),
            is_final=stage.index in self._build.in_final_image,
            is_needed=stage.index in self._build.needed,
            claim=claim,
        )

    def _child(self, stage: Stage) -> tuple[StageReplay, _Start]:
        parent = stage.parent or 0
        start, _, _ = self._starts[parent]
        return self.walks[parent].child(stage.title), _Start(self._build.stages[parent].title, start.is_known)

    def _start(self, stage: Stage) -> tuple[StageReplay, _Start]:
        runs_apk = self._runs_apk(stage)
        base, doubts = self._system(stage.image, stage.arch, runs_apk=runs_apk, line=stage.line)
        told = stage.steps or stage.index in self._build.in_final_image
        walk = StageReplay(
            self._universes,
            stage.title,
            {"": base},
            base.installed_size,
            self._assumes_release(stage.image) and bool(base.packages),
            stage.kind,
            doubts[0].reason if doubts and doubts[0].fatal and not base.packages else "",
            lambda image, line: self._system(image, stage.arch, runs_apk=False, line=line),
            self.scenario,
            base_doubts=list(doubts),
            follows_asides=self._follows_asides,
        )
        notes = tuple(Note(doubt.line, doubt.reason) for doubt in doubts if told)
        return walk, _Start(stage.image.text or _UNNAMED, not doubts, notes)

    def _assumes_release(self, image: Reference) -> bool:
        """Whether the name does not say the release; `alpine` and `alpine:latest` are the latest stable one."""
        settings = self._universes.settings
        known = distribution_of_image(image.repository, settings.own_distributions)
        if known is not None:
            return "{release}" in known[0].layout and not image.is_latest
        if image.release is None:
            return not (image.kind is Kind.ALPINE and image.is_latest and settings.release == "latest-stable")
        return settings.sample and image.release != settings.release

    def _system(
        self, image: Reference, arch: str, *, runs_apk: bool, line: int
    ) -> tuple[SystemState, tuple[Doubt, ...]]:
        """What an image holds as far as its name says it, and what of that is not known."""
        name, arch = image.text or _UNNAMED, image.arch or arch
        nothing = SystemState(self._universes.coordinates(None, arch))
        if image.kind is Kind.SCRATCH:
            return nothing, ()
        known = distribution_of_image(image.repository, self._universes.settings.own_distributions)
        if known is None and image.kind is Kind.FOREIGN:
            return nothing, (Doubt(line, f"{name} is not Alpine, so nothing is known of it", fatal=True),)
        try:
            if known is not None:
                return self._of_profile(image, arch, *known, runs_apk=runs_apk, line=line)
            return self._of_alpine(image, arch, runs_apk=runs_apk, line=line)
        except ApkgraphError as error:
            self.failures.append((error, known is None))
            reason = shorten(str(error), _REASON_CHARACTERS, placeholder=" …")
            return nothing, (Doubt(line, f"what {name} holds cannot be read: {reason}", fatal=True),)

    def _of_profile(
        self, image: Reference, arch: str, profile: Distribution, is_base: bool, *, runs_apk: bool, line: int
    ) -> tuple[SystemState, tuple[Doubt, ...]]:
        """What an image of another distribution than Alpine holds. Raises ApkgraphError where it cannot be read."""
        coordinates = self._universes.coordinates(None, arch, profile.name)
        known = is_base and profile.bases[-1][1]
        if not known and self._given is not None:
            return replace(self._given, coordinates=coordinates), ()
        if not known and not runs_apk:
            return SystemState(coordinates), (Doubt(line, f"what {image.text} holds is not known", fatal=True),)
        world, packages = self._universes.docker(coordinates)
        base = SystemState(coordinates, packages, world, dated=image.text if image.digest else "")
        doubts = []
        if not known:
            doubts.append(Doubt(line, f"what {image.text} holds besides its base is not known", fatal=True))
        else:
            held = f"{image.text} is taken to hold {' '.join(map(str, world))} and nothing else: no image was compared"
            doubts.append(Doubt(line, held))
        if image.digest:
            doubts.append(Doubt(line, _ALWAYS_THE_SAME.format(image.text)))
        if self._assumes_release(image):
            doubts.append(Doubt(line, _ASSUMED.format(image.text, coordinates.release)))
        return base, tuple(doubts)

    def _of_alpine(
        self, image: Reference, arch: str, *, runs_apk: bool, line: int
    ) -> tuple[SystemState, tuple[Doubt, ...]]:
        """What an image of Alpine, or of an unknown distribution, holds. ApkgraphError where it cannot be read."""
        name = image.text or _UNNAMED
        settings = self._universes.settings
        own = settings.distro.name in ("alpine", "postmarketos", *settings.own_distributions)
        coordinates = self._universes.coordinates(
            image.release, arch, None if own or image.kind is Kind.OTHER else "alpine"
        )
        if image.kind is not Kind.ALPINE and self._given is not None:
            return replace(self._given, coordinates=coordinates), ()
        if image.kind is Kind.OTHER and not runs_apk:
            return SystemState(coordinates), (Doubt(line, f"nothing says that {name} is Alpine", fatal=True),)
        world, packages = self._universes.docker(coordinates)
        base = SystemState(coordinates, packages, world, dated=name if image.is_dated else "")
        doubts = []
        if image.kind is Kind.OTHER:
            reason = f"nothing says which Alpine {name} is, nor what it holds besides its base"
            doubts.append(Doubt(line, reason, fatal=True))
        elif image.kind is Kind.DERIVED:
            doubts.append(Doubt(line, f"what {name} holds besides Alpine's base is not known"))
        elif image.is_dated:
            doubts.append(Doubt(line, _ALWAYS_THE_SAME.format(name)))
        if self._assumes_release(image):
            doubts.append(Doubt(line, _ASSUMED.format(name, coordinates.release)))
        return base, tuple(doubts)

    def _runs_apk(self, stage: Stage) -> bool:
        """Whether this stage, or one that is built on it, calls apk in its own root."""
        return any(
            isinstance(event, ApkCall) and not event.root
            for other in self._build.stages
            if self._build.lineage(other.index)[0] == stage.index
            for step in other.steps
            for event in step.events
        )


class _Start(NamedTuple):
    """What a stage starts from."""

    name: str
    is_known: bool
    notes: tuple[Note, ...] = ()


def _of_stage(walk: StageReplay, report: StageReport, today: date, ends: Mapping[str, date]) -> list[Finding]:
    """The findings of a single stage; for stages that only build, none about the size of the image."""
    stage = report.stage
    findings = [*walk.findings, *(walk.cache.findings(stage.title) if report.is_final else ())]
    if not report.is_final:
        findings = [finding for finding in findings if finding.rule in _ALWAYS_TOLD]
    if report.release_is_assumed:
        findings = _as_notes(findings)
    for step in report.steps:
        findings += [unresolved(part, stage.title) for part in step.unresolved]
    return [*findings, *find_ended_release(report, today, ends)]


def _as_notes(findings: Sequence[Finding]) -> list[Finding]:
    """What an index lacks of a release that is only assumed is not an error: one note a line."""
    kept: list[Finding] = []
    for finding in findings:
        if finding.rule not in _OF_THE_INDEX:
            kept.append(finding)
            continue
        before = next((one for one in kept if (one.rule, one.line) == (finding.rule, finding.line)), None)
        if before is None:
            kept.append(finding._replace(severity=Severity.NOTE))
        else:
            message = f"{before.message}; {finding.message}"
            kept[kept.index(before)] = before._replace(message=message, fix="name the release, to have it checked")
    return kept


def _is_ignored(build: Build, finding: Finding, ignore: frozenset[str]) -> bool:
    """Whether the config or a comment before the line, or before its instruction, silences the rule."""
    if finding.rule in ignore:
        return True
    starts = {finding.line}
    for stage in build.stages:
        starts.update(step.line for step in stage.steps if step.line <= finding.line <= step.end_line)
    return any(line in starts and finding.rule in rules for line, rules in build.ignored)
