"""A Dockerfile weighed without building it: what each stage and instruction does, and what is to be mended."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from apkgraph import limits
from apkgraph.audit.lifecycle import END_OF_LIFE, end_of_life
from apkgraph.audit.machine import Machine
from apkgraph.audit.rules import RULES
from apkgraph.audit.universes import Universes
from apkgraph.audit.values import Finding, Gap, Severity, StageReport, StepReport
from apkgraph.audit.walk import Walk
from apkgraph.audit.waste import find_waste
from apkgraph.dockerfile.events import ApkCall
from apkgraph.dockerfile.references import Kind
from apkgraph.dockerfile.stages import Build, Note, Stage
from apkgraph.errors import InputError
from apkgraph.redaction import Redactor

Progress = Callable[[str, int, int | None], None]
_ALWAYS_TOLD = frozenset(
    ("unsatisfied-pin", "unknown-package", "unsatisfiable", "unresolved-packages", "foreign-repository")
)


@dataclass(frozen=True, slots=True)
class DockerfileAudit:
    """All stages of a Dockerfile, and the findings in the order of their lines."""

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
        """Whether all that goes into the final image is known."""
        return all(report.is_complete and report.base_is_known for report in self.stages if report.is_final)

    @property
    def unknowns(self) -> tuple[str, ...]:
        """What of the final image is not known, or would make its build fail, each with its line."""
        found: dict[str, None] = {}
        for report in (self.stages[index] for index in self.lineage):
            if not report.base_is_known:
                found[f"line {report.stage.line}: what {report.base_name} holds is not known"] = None
            for step in report.steps:
                for gap in step.gaps:
                    found[f"line {gap.line}: {gap.text or 'an empty word'}: {gap.reason}"] = None
                for transaction in (call.transaction for call in step.calls):
                    if transaction.problems:
                        call = transaction.call
                        found[f"line {call.line}: apk would refuse {call.text}: {transaction.problems[0]}"] = None
        return tuple(found)

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
    base: Machine | None = None,
    redact: Redactor | None = None,
    progress: Progress | None = None,
) -> DockerfileAudit:
    """Go through all stages.

    `ends` are the ends of life of releases. `base` is what images hold of which only the name is known, where the user
    knows more. `redact` knows the values of build arguments. Rules in `ignore` are left out, as are those that a
    comment in the file ignores.
    """
    _refuse_too_many_calls(build)
    redact = redact or Redactor()
    stages = _Stages(build, universes, base)
    findings: list[Finding] = []
    for stage in build.stages:
        if progress is not None:
            progress("solving stages", stage.index, len(build.stages))
        report = stages.go(stage)
        findings += _of_stage(stages.walks[-1], report, today, ends)
    findings += find_waste(stages.walks[build.final], stages.reports[build.lineage(build.final)[0]].base)
    kept = [finding for finding in findings if not _is_ignored(build, finding, frozenset(ignore))]
    order = sorted(kept, key=lambda finding: (finding.line, -finding.severity, finding.rule))
    lineage = build.lineage(build.final)
    reports = tuple(_redacted(report, redact) for report in stages.reports)
    told = tuple(replace(one, message=redact(one.message), mend=redact(one.mend)) for one in order)
    return DockerfileAudit(build.path, lineage, reports, told, len(findings) - len(kept), redact)


def replay(
    build: Build, universes: Universes, base: Machine | None = None, progress: Progress | None = None
) -> tuple[StageReport, ...]:
    """Go through all stages; nothing is looked for. The texts are not redacted.

    Each call of apk has one report, in the order of the events.
    """
    _refuse_too_many_calls(build)
    stages = _Stages(build, universes, base)
    for stage in build.stages:
        if progress is not None:
            progress("solving stages", stage.index, len(build.stages))
        stages.go(stage)
    return tuple(stages.reports)


def _redacted(report: StageReport, redact: Redactor) -> StageReport:
    """The report with its texts redacted, for what is written as text; documents are redacted whole."""
    return replace(
        report,
        base_name=redact(report.base_name),
        steps=tuple(_redacted_step(step, redact) for step in report.steps),
        notes=tuple(Note(note.line, redact(note.text)) for note in report.notes),
    )


def _redacted_step(step: StepReport, redact: Redactor) -> StepReport:
    calls = []
    for report in step.calls:
        transaction = report.transaction
        call = replace(transaction.call, text=redact(transaction.call.text))
        problems = tuple(map(redact, transaction.problems))
        calls.append(replace(report, transaction=replace(transaction, call=call, problems=problems)))
    gaps = tuple(replace(gap, text=redact(gap.text), reason=redact(gap.reason)) for gap in step.gaps)
    return replace(step, text=redact(step.text), calls=tuple(calls), gaps=gaps)


def _refuse_too_many_calls(build: Build) -> None:
    steps = [step for stage in build.stages for step in stage.steps]
    calls = [event for step in steps for event in step.events if isinstance(event, ApkCall)]
    most = limits.APK_CALLS
    if len(calls) > most:
        message = f"{build.path}: line {calls[most].line}: more than {most} calls of apk are not followed"
        raise InputError(message)


class _Stages:
    """Goes through the stages in order: each one's walk, and the report on it."""

    def __init__(self, build: Build, universes: Universes, given: Machine | None) -> None:
        self._build = build
        self._universes = universes
        self._given = given
        self.walks: list[Walk] = []
        self.reports: list[StageReport] = []

    def go(self, stage: Stage) -> StageReport:
        """Go through one more stage."""
        walk, start = self._child(stage) if stage.parent is not None else self._start(stage)
        base, size = walk.machine, walk.image_size
        for step in stage.steps:
            walk.follow(step, self.walks)
        report = StageReport(
            stage=stage,
            release=walk.machine.coordinates.release,
            release_is_assumed=walk.release_is_assumed,
            base_name=start.name,
            base_is_known=start.is_known,
            base=base,
            end=walk.machine,
            base_size=size,
            image_size=walk.image_size,
            steps=tuple(walk.steps),
            notes=(*stage.notes, *start.notes),
            is_final=stage.index in self._build.in_final_image,
            is_needed=stage.index in self._build.needed,
        )
        self.walks.append(walk)
        self.reports.append(report)
        return report

    def _child(self, stage: Stage) -> tuple[Walk, _Start]:
        parent = self.reports[stage.parent or 0]
        walk = self.walks[stage.parent or 0].child(stage.title)
        return walk, _Start(parent.stage.title, parent.base_is_known)

    def _start(self, stage: Stage) -> tuple[Walk, _Start]:
        coordinates = self._universes.coordinates(stage.image.release, stage.arch)
        assumed = stage.image.release is None or self._universes.settings.sample
        known = stage.kind in (Kind.ALPINE, Kind.SCRATCH)
        name, base = stage.image.text, Machine(coordinates)
        if self._given is not None and not known:
            known, base = True, replace(self._given, coordinates=coordinates)
        elif stage.kind in (Kind.ALPINE, Kind.DERIVED) or (stage.kind is Kind.OTHER and stage.steps):
            world, packages = self._universes.docker(coordinates)
            base = Machine(coordinates, packages, world)
        notes: list[Note] = []
        if not known and stage.kind is Kind.DERIVED:
            notes.append(Note(stage.line, f"what {name} holds besides Alpine's base is not known"))
        elif not known and stage.steps:
            notes.append(Note(stage.line, f"nothing says which Alpine {name} is, nor what it holds besides its base"))
        if assumed and base.packages and (stage.steps or stage.index in self._build.in_final_image):
            notes.append(Note(stage.line, f"{name} does not name a release: {coordinates.release} is assumed"))
        walk = Walk(self._universes, stage.title, {"": base}, base.installed_size, assumed)
        return walk, _Start(name, known, tuple(notes))


@dataclass(frozen=True, slots=True)
class _Start:
    """What a stage starts from."""

    name: str
    is_known: bool
    notes: tuple[Note, ...] = ()


def _of_stage(walk: Walk, report: StageReport, today: date, ends: Mapping[str, date]) -> list[Finding]:
    """What a stage by itself has to be told; of stages that only build, nothing that weighs in the image."""
    stage = report.stage
    findings = [*walk.findings, *(walk.cache.findings(stage.title) if report.is_final else ())]
    if not report.is_final:
        findings = [finding for finding in findings if finding.rule in _ALWAYS_TOLD]
    for step in report.steps:
        findings += [_unresolved(gap, stage.title) for gap in step.gaps]
    ended = end_of_life(report.release, ends) if stage.kind in (Kind.ALPINE, Kind.DERIVED) else None
    if ended is not None and ended <= today and not report.release_is_assumed and report.is_needed:
        rule = RULES["release-end-of-life"]
        message = f"Alpine {report.release} came to its end of life on {ended.isoformat()}"
        severity = rule.severity if report.is_final else Severity.NOTE
        mend = "take a release that still gets fixes (apkgraph releases)"
        findings.append(Finding(rule.id, severity, stage.line, stage.title, message, mend))
    return findings


def _unresolved(gap: Gap, stage: str) -> Finding:
    rule = RULES["unresolved-packages"]
    message = f"{gap.text or 'an empty word'} is not resolved: {gap.reason}"
    return Finding(rule.id, rule.severity, gap.line, stage, message, gap.mend)


def _is_ignored(build: Build, finding: Finding, ignore: frozenset[str]) -> bool:
    """Whether the config or a comment before the line, or before its instruction, silences the rule."""
    if finding.rule in ignore:
        return True
    starts = {finding.line}
    for stage in build.stages:
        starts.update(step.line for step in stage.steps if step.line <= finding.line <= step.end_line)
    return any(line in starts and finding.rule in rules for line, rules in build.ignored)
