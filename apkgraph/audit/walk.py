"""Going through a stage step by step: what each layer does to the machine, and what each call finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from apkgraph.audit.calls import follow_call
from apkgraph.audit.layers import IndexCache
from apkgraph.audit.machine import Machine
from apkgraph.audit.rules import RULES
from apkgraph.audit.universes import Universes
from apkgraph.audit.values import CallReport, Finding, Gap, StepReport
from apkgraph.dockerfile.events import ApkCall, CacheCleared, RepositoriesWritten, Unresolved
from apkgraph.dockerfile.shell.values import Hole, Value
from apkgraph.dockerfile.stages import Step
from apkgraph.model.package import Package
from apkgraph.solve.solution import REMOVE

Key = tuple[str, str, bytes]
_WHOLE_ROOT = ("", ".", "/.")


def key_of(package: Package) -> Key:
    """What makes a package the same one in two layers."""
    return package.name, package.version, package.identity


@dataclass(frozen=True, slots=True)
class Origin:
    """Which call brought a package: its line, and the number of its layer."""

    line: int
    layer: int


@dataclass(slots=True)
class Walk:
    """A stage on its way: the image's own root (``) and others that `apk --root` fills, layer by layer."""

    universes: Universes
    title: str
    machines: dict[str, Machine]
    image_size: int
    release_is_assumed: bool
    layer: int = 0
    origins: dict[Key, Origin] = field(default_factory=dict)
    cache: IndexCache = field(default_factory=IndexCache)
    findings: list[Finding] = field(default_factory=list)
    steps: list[StepReport] = field(default_factory=list)

    @property
    def machine(self) -> Machine:
        """The image's own system."""
        return self.machines[""]

    def child(self, title: str) -> Walk:
        """The start of a stage that is built on this one."""
        return Walk(
            self.universes,
            title,
            dict(self.machines),
            self.image_size,
            self.release_is_assumed,
            self.layer,
            dict(self.origins),
            self.cache.copy(),
        )

    def follow(self, step: Step, walked: Sequence[Walk]) -> None:
        """Go through one more step."""
        self.layer += 1
        before = self.machine
        calls: list[CallReport] = []
        gaps: list[Gap] = []
        if step.source is not None and step.source < len(walked):
            self._copy(step, walked[step.source])
        outside = any(mount.keeps_indexes_out for mount in step.mounts)
        for event in step.events:
            if isinstance(event, ApkCall):
                calls.append(self._call(event, gaps, outside))
            elif isinstance(event, Unresolved):
                gaps.append(Gap(event.line, event.text, event.reason))
            elif isinstance(event, RepositoriesWritten):
                self._write_repositories(event, gaps)
            elif isinstance(event, CacheCleared) and not event.root and not outside:
                self.cache.clear(self.layer)
        self._close(step, before, calls, gaps)

    def _call(self, call: ApkCall, gaps: list[Gap], outside: bool) -> CallReport:
        machine = self._readable(self._at(call.root), call.line)
        given = call.values("repository")
        written = [value for value in given if isinstance(value, str)]
        arch = call.value("arch")
        if isinstance(arch, str) and arch != machine.coordinates.arch:
            gaps.append(Gap(call.line, f"--arch {arch}", f"it is counted as {machine.coordinates.arch}"))
        lines = self._lines(written, call.line, machine)
        foreign = machine.has_foreign or len(lines) < len(given)
        asked = replace(machine, coordinates=machine.coordinates.with_extra(lines), has_foreign=foreign)
        asked = self._readable(asked, call.line)
        called = follow_call(self.universes, asked, call, self.title)
        self.machines[call.root] = replace(
            called.machine, coordinates=machine.coordinates, has_foreign=machine.has_foreign
        )
        self.findings += called.findings
        gaps += called.gaps
        if not call.root and not outside:
            self.cache.follow(call, self.universes.universe(asked.coordinates), self.layer)
        for change in called.transaction.changes:
            if change.action != REMOVE:
                self.origins[key_of(change.package)] = Origin(call.line, self.layer)
        return CallReport(called.transaction, asked.coordinates, call.unresolved, call.root, asked.has_foreign)

    def _write_repositories(self, event: RepositoriesWritten, gaps: list[Gap]) -> None:
        machine = self._at(event.root)
        holes = [piece for piece in event.value if isinstance(piece, Hole)]
        gaps += [Gap(event.line, hole.source, f"the repositories: {hole.reason}") for hole in holes]
        written = [line for line in _known_lines(event.value) if line and not line.startswith("#")]
        lines = self._lines(written, event.line, machine)
        foreign = bool(holes) or len(lines) < len(written) or (event.append and machine.has_foreign)
        before = machine.coordinates.repositories if event.append or holes or not lines else ()
        known = tuple(dict.fromkeys((*before, *lines)))
        coordinates = machine.coordinates.with_repositories(known, machine.coordinates.extra)
        self.machines[event.root] = replace(machine, coordinates=coordinates, has_foreign=foreign)

    def _at(self, root: str) -> Machine:
        return self.machines.get(root) or Machine(self.machine.coordinates)

    def _readable(self, machine: Machine, line: int) -> Machine:
        """The machine without the repositories that its image did not come with and that cannot be had.

        apk warns of these, and goes on. What the image came with must be there.
        """
        coordinates, missing = self.universes.readable(machine.coordinates)
        for text, reason in missing.items():
            self._tell_foreign(line, f"{text} cannot be read, so what it holds is not known here ({reason})")
        return replace(machine, coordinates=coordinates, has_foreign=True) if missing else machine

    def _lines(self, written: Sequence[str], line: int, machine: Machine) -> list[str]:
        """Lines of repositories for the settings' own mirror; foreign ones are told, and left out."""
        lines: list[str] = []
        for text in written:
            own = self.universes.line_of(text, machine.coordinates.release)
            if own is not None:
                lines.append(own)
                continue
            self._tell_foreign(line, f"{text} is no repository of the mirror: what it holds is not known here")
        return lines

    def _tell_foreign(self, line: int, message: str) -> None:
        rule = RULES["foreign-repository"]
        mend = "to have it read, give it with -X"
        self.findings.append(Finding(rule.id, rule.severity, line, self.title, message, mend))

    def _copy(self, step: Step, source: Walk) -> None:
        """COPY --from=STAGE of a whole root into an empty image makes that system the image's own."""
        for path, destination in step.copies:
            root = "" if path.rstrip("/") in _WHOLE_ROOT else path.rstrip("/")
            into = destination.rstrip("/") in _WHOLE_ROOT
            if into and root in source.machines and not self.machine.packages:
                self.machines[""] = source.machines[root]
                self.release_is_assumed = source.release_is_assumed
                for key, origin in source.origins.items():
                    self.origins.setdefault(key, Origin(origin.line, self.layer))

    def _close(self, step: Step, before: Machine, calls: list[CallReport], gaps: list[Gap]) -> None:
        then = {key_of(package) for package in before.packages}
        now = {key_of(package) for package in self.machine.packages}
        brought = tuple(package for package in self.machine.packages if key_of(package) not in then)
        gone = tuple(package for package in before.packages if key_of(package) not in now)
        index_size = self.cache.seal(self.layer)
        self.image_size += sum(package.installed_size for package in brought) + index_size
        self._find_removals(gone, calls)
        if calls or gaps or brought or gone or index_size:
            self.steps.append(
                StepReport(
                    line=step.line,
                    end_line=step.end_line,
                    keyword=step.keyword,
                    text=step.text,
                    calls=tuple(calls),
                    gaps=tuple(gaps),
                    brought=brought,
                    gone=gone,
                    index_size=index_size,
                    packages=len(self.machine.packages),
                    installed_size=self.machine.installed_size,
                    image_size=self.image_size,
                )
            )

    def _find_removals(self, gone: Sequence[Package], calls: Sequence[CallReport]) -> None:
        """Packages of earlier layers that this one removes: their bytes stay."""
        removed = {key_of(package): package for package in gone if key_of(package) in self.origins}
        for report in calls:
            changes = report.transaction.changes
            left = [change.old_package or change.package for change in changes]
            mine = [removed.pop(key_of(package)) for package in left if key_of(package) in removed]
            size = sum(package.installed_size for package in mine)
            if not size or report.transaction.call.applet != "del":
                continue
            lines = sorted({self.origins[key_of(package)].line for package in mine})
            where = f"line {lines[0]}" if len(lines) == 1 else f"lines {', '.join(map(str, lines))}"
            rule = RULES["removed-in-later-layer"]
            self.findings.append(
                Finding(
                    rule.id,
                    rule.severity,
                    report.transaction.call.line,
                    self.title,
                    f"apk del removes {len(mine)} packages that {where} added in an earlier layer: their bytes stay",
                    f"remove them in the RUN that adds them ({where}), or build in a stage of its own",
                    size=size,
                    packages=tuple(package.name for package in mine),
                )
            )
        for package in gone:
            self.origins.pop(key_of(package), None)


def _known_lines(value: Value) -> list[str]:
    """The lines of a text that have no hole in them."""
    text = "".join(piece if isinstance(piece, str) else "\0" for piece in value)
    return [line.strip() for line in text.split("\n") if "\0" not in line]
