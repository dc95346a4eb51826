"""Going through a stage step by step: what each layer does to the system, and what each call finds."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from apkgraph.audit.calls import follow_call
from apkgraph.audit.claim import Doubt, Scenario, Sizes, runs
from apkgraph.audit.findings.finding import Finding
from apkgraph.audit.findings.index_cache import IndexCache
from apkgraph.audit.findings.removed import find_removals
from apkgraph.audit.findings.unknown import foreign_repository
from apkgraph.audit.system_state import SystemState, Transaction
from apkgraph.audit.universes import Universes
from apkgraph.audit.values import CallReport, Origin, StepReport
from apkgraph.dockerfile.events import (
    ApkCall,
    CacheChanged,
    CacheCleared,
    CacheLinked,
    Choice,
    Event,
    RepositoriesEdited,
    RepositoriesWritten,
    Unresolved,
)
from apkgraph.dockerfile.references import Kind, Reference, read_reference
from apkgraph.dockerfile.shell.files import CACHE, REPOSITORIES
from apkgraph.dockerfile.shell.values import Unknown, Value
from apkgraph.dockerfile.stages import Step
from apkgraph.model.package import Key, Package
from apkgraph.solve.solution import REMOVE

Systems = Callable[[Reference, int], tuple[SystemState, tuple[Doubt, ...]]]
_WHOLE_ROOT = ("", ".", "/.")
_OF_PACKAGES = frozenset(  # directories that packages fill
    (
        "", "/*", "/bin", "/etc", "/etc/apk", "/lib", "/lib/apk", "/lib/apk/db", "/lib/apk/db/installed", "/sbin",
        "/usr", "/usr/bin", "/usr/lib", "/usr/lib/apk", "/usr/lib/apk/db", "/usr/lib/apk/db/installed", "/usr/libexec",
        "/usr/sbin", "/usr/share", "/var", "/var/lib",
    )
)  # fmt: skip
_LIKE_A_ROOT = re.compile(r"^/(?!root$).*root")  # what is copied from there into `/` may well be a root
_MINIROOTFS = re.compile(r"alpine-minirootfs-(\d+\.\d+[\d.]*)-\w+\.tar\.gz$")


@dataclass(slots=True)
class StageReplay:
    """A stage on its way: the image's own root (``) and others that `apk --root` fills, layer by layer."""

    universes: Universes
    title: str
    systems: dict[str, SystemState]
    image_size: int
    release_is_assumed: bool
    kind: Kind
    unreadable: str  # why nothing can be said of the packages of its image, if so
    system_of: Systems
    scenario: Scenario = field(default_factory=dict)
    layer: int = 0
    origins: dict[Key, Origin] = field(default_factory=dict)
    doubts: list[Doubt] = field(default_factory=list)
    base_doubts: list[Doubt] = field(default_factory=list)  # of what the image starts from
    uncertain: int = 0  # bytes of layers from which something may be removed that could not be followed
    follows_asides: bool = False  # whether what does not run in this scenario is looked at, too
    asides: dict[tuple[Choice, ...], SystemState] = field(default_factory=dict)  # in branches that do not run here
    copied: list[Package] = field(default_factory=list)  # by COPY, in the step that is being followed
    cache: IndexCache = field(default_factory=IndexCache)
    findings: list[Finding] = field(default_factory=list)
    steps: list[StepReport] = field(default_factory=list)

    @property
    def system(self) -> SystemState:
        """The image's own system."""
        return self.systems[""]

    @property
    def sizes(self) -> Sizes:
        """What the image holds so far."""
        system = self.system
        return Sizes(len(system.packages), system.installed_size, system.download_size, self.image_size)

    def child(self, title: str) -> StageReplay:
        """The start of a stage that is built on this one."""
        return replace(
            self,
            title=title,
            systems=dict(self.systems),
            origins=dict(self.origins),
            cache=self.cache.copy(),
            doubts=list(self.doubts),
            base_doubts=list(self.base_doubts),
            asides={},
            findings=[],
            steps=[],
        )

    def follow(self, step: Step, walked: Sequence[StageReplay]) -> None:
        """Go through one more step."""
        self.layer += 1
        before = self.system
        calls: list[CallReport] = []
        unresolved: list[Unresolved] = []
        self.copied = []
        if step.source is not None and step.source < len(walked):
            self._copy(step, walked[step.source])
        self._copy_images(step)
        outside = any(mount.keeps_indexes_out for mount in step.mounts)
        for event in step.events:
            if isinstance(event, ApkCall):
                calls.append(self._call(event, unresolved, outside))
            elif isinstance(event, Unresolved):
                unresolved.append(event)
            elif not runs(self.scenario, event.choices):
                continue
            elif isinstance(event, RepositoriesWritten):
                self._write_repositories(event, unresolved)
            elif isinstance(event, RepositoriesEdited):
                self._edit_repositories(event, unresolved)
            elif isinstance(event, CacheLinked) or (isinstance(event, CacheChanged | CacheCleared) and not outside):
                self._change_cache(event, unresolved)
        if not self.unreadable:
            self.doubts += [Doubt(part.line, f"{part.text or 'an empty word'}: {part.reason}") for part in unresolved]
        size = self._close(step, before, calls, unresolved)
        if any(self._may_remove(event) for event in step.events):
            self.uncertain += size

    def _change_cache(self, event: CacheLinked | CacheChanged | CacheCleared, unresolved: list[Unresolved]) -> None:
        if isinstance(event, CacheLinked):
            self.cache.keeps = True
        elif isinstance(event, CacheCleared) and event.root:
            return
        elif self.cache.keeps and not (isinstance(event, CacheCleared) and event.is_whole):
            reason = "which of the packages that apk keeps there are removed is not known"
            unresolved.append(Unresolved(event.line, CACHE, reason))
        elif isinstance(event, CacheCleared):
            self.cache.clear(self.layer)

    def _may_remove(self, event: Event) -> bool:
        """Whether something may go that could not be followed."""
        if isinstance(event, ApkCall):
            return event.applet == "del" and bool(
                event.unresolved or any(c.number not in self.scenario for c in event.choices)
            )
        return isinstance(event, Unresolved) and " del" in event.text

    def _call(self, call: ApkCall, unresolved: list[Unresolved], outside: bool) -> CallReport:
        here = runs(self.scenario, call.choices)
        if self.unreadable and not call.root:
            unresolved.append(Unresolved(call.line, call.text, "the packages of its stage are not known"))
        if (self.unreadable and not call.root) or not (here or self.follows_asides):
            return CallReport(Transaction(call), self.system.coordinates, call.unresolved, call.root)
        aside = None if here or call.root else self.asides.get(call.choices)
        system = self._readable(aside or self._at(call.root), call.line)
        self._doubt_call(call, system)
        given = call.values("repository")
        written = [value for value in given if isinstance(value, str)]
        arch = call.value("arch")
        if isinstance(arch, str) and arch != system.coordinates.arch:
            unresolved.append(Unresolved(call.line, f"--arch {arch}", f"it is counted as {system.coordinates.arch}"))
        lines = self._lines(written, call.line, system)
        file = call.value("repositories-file")
        if file not in (None, REPOSITORIES):
            listed = file.source if isinstance(file, Unknown) else file
            unresolved.append(Unresolved(call.line, f"--repositories-file {listed}", "what it lists is not known"))
        foreign = system.has_foreign or len(lines) < len(given) or file not in (None, REPOSITORIES)
        asked = replace(system, coordinates=system.coordinates.with_extra(lines), has_foreign=foreign)
        asked = self._readable(asked, call.line)
        called = follow_call(self.universes, asked, call, self.title)
        after = replace(called.system, coordinates=system.coordinates, has_foreign=system.has_foreign)
        self.findings += called.findings
        unresolved += called.unresolved
        if called.transaction.problems and not called.unresolved:
            reason = f"apk would refuse {call.text}: {called.transaction.problems[0]}"
            self.doubts.append(Doubt(call.line, reason))
        if not here:
            self.asides[call.choices] = after
            return CallReport(called.transaction, asked.coordinates, call.unresolved, call.root, asked.has_foreign)
        self.systems[call.root] = after
        if not call.root and not outside:
            universe = self.universes.universe(asked.coordinates)
            self.cache.follow(call, universe, self.layer, called.transaction.changes)
        for change in called.transaction.changes:
            if change.action != REMOVE:
                self.origins[change.package.key] = Origin(call.line, self.layer)
        return CallReport(called.transaction, asked.coordinates, call.unresolved, call.root, asked.has_foreign)

    def _doubt_call(self, call: ApkCall, system: SystemState) -> None:
        if call.root:
            if call.root not in self.systems and call.applet == "add" and not call.has("initdb"):
                self.doubts.append(Doubt(call.line, f"what {call.root} holds before is not known"))
            return
        if not system.packages:
            self.doubts.append(Doubt(call.line, "nothing is known of the system that apk runs in", fatal=True))
        elif system.dated and (call.applet == "upgrade" or call.has("upgrade") or call.has("latest")):
            reason = f"{system.dated} may be older than the index, so what an upgrade of it brings is not known"
            self.doubts.append(Doubt(call.line, reason, fatal=True))

    def _write_repositories(self, event: RepositoriesWritten, unresolved: list[Unresolved]) -> None:
        system = self._at(event.root)
        unknowns = [piece for piece in event.value if isinstance(piece, Unknown)]
        unresolved += [
            Unresolved(event.line, unknown.source, f"the repositories: {unknown.reason}") for unknown in unknowns
        ]
        written = [line for line in _known_lines(event.value) if line and not line.startswith("#")]
        lines = self._lines(written, event.line, system)
        foreign = bool(unknowns) or len(lines) < len(written) or (event.append and system.has_foreign)
        emptied = not (event.append or written or unknowns)
        before = system.coordinates.repositories if event.append or unknowns or not (lines or emptied) else ()
        known = tuple(dict.fromkeys((*before, *lines)))
        coordinates = system.coordinates.with_repositories(known, system.coordinates.extra)
        self.systems[event.root] = replace(system, coordinates=coordinates, has_foreign=foreign)

    def _edit_repositories(self, event: RepositoriesEdited, unresolved: list[Unresolved]) -> None:
        before = self.system
        texts = self.universes.texts_of(before.coordinates)
        edited = [text.replace(event.old, event.new, -1 if event.everywhere else 1) for text in texts]
        if edited != texts:
            written = RepositoriesWritten(event.line, ("\n".join(edited),), append=False)
            self._write_repositories(written, unresolved)
            after = self.system
            self.systems[""] = replace(after, has_foreign=after.has_foreign or before.has_foreign)

    def _at(self, root: str) -> SystemState:
        own = self.system
        return self.systems.get(root) or SystemState(own.coordinates, has_foreign=own.has_foreign)

    def _readable(self, system: SystemState, line: int) -> SystemState:
        """The system without the repositories that its image did not come with and that are not available.

        apk warns of these, and goes on. What the image came with must be there, and is read where nothing is left.
        """
        coordinates, missing = self.universes.readable(system.coordinates)
        if coordinates == system.coordinates:
            return system
        if not missing:
            self.doubts.append(Doubt(line, "no repository that is known is left: those of the release are read"))
        for text, reason in missing.items():
            self._tell_foreign(line, f"{text} cannot be read, so what it holds is not known here ({reason})")
        return replace(system, coordinates=coordinates, has_foreign=True)

    def _lines(self, written: Sequence[str], line: int, system: SystemState) -> list[str]:
        """Lines of repositories on the settings' own mirror; foreign ones are reported and left out."""
        lines: list[str] = []
        for text in written:
            own = self.universes.line_of(text, system.coordinates)
            if own is not None:
                lines.append(own)
                continue
            self._tell_foreign(line, f"{text} is no repository of the mirror: what it holds is not known here")
        return lines

    def _tell_foreign(self, line: int, message: str) -> None:
        self.doubts.append(Doubt(line, message))
        self.findings.append(foreign_repository(line, self.title, message))

    def _copy(self, step: Step, source: StageReplay) -> None:
        """COPY --from=STAGE: of a whole root it brings that system, its packages and its db."""
        for path, destination in step.copies:
            root = "" if path.rstrip("/") in _WHOLE_ROOT else path.rstrip("/")
            into = destination.rstrip("/") in _WHOLE_ROOT
            if into and root in source.systems:
                self.doubts += source.doubts
                self._take(source.systems[root], source.base_doubts if not root else ())
                self.release_is_assumed = source.release_is_assumed
                for key, origin in source.origins.items():
                    self.origins[key] = Origin(origin.line, self.layer)
            elif into and self.kind is Kind.SCRATCH and not self.system.packages and _LIKE_A_ROOT.search(root):
                self.base_doubts.append(
                    Doubt(step.line, f"what {path} of {source.title} holds is not known", fatal=True)
                )
            elif root in _OF_PACKAGES and source.system.packages:
                self.doubts.append(
                    Doubt(step.line, f"which files of packages {path} of {source.title} holds is not known")
                )

    def _copy_images(self, step: Step) -> None:
        """COPY --from=IMAGE, and archives that are unpacked into the root of an image in which nothing is yet."""
        for path, destination in step.copies:
            if step.image is None:
                break
            system, doubts = self.system_of(step.image, step.line)
            if path.rstrip("/") in _WHOLE_ROOT and destination.rstrip("/") in _WHOLE_ROOT:
                self._take(system, doubts)
            elif path.rstrip("/") in _OF_PACKAGES:
                self.doubts.append(Doubt(step.line, f"which files {path} of {step.image.text} holds is not known"))
        for archive in step.archives:
            found = _MINIROOTFS.search(archive)
            if found and not self.system.packages:
                self._take(*self.system_of(read_reference(f"alpine:{found[1]}"), step.line))
            elif self.kind is Kind.SCRATCH and not self.system.packages:
                self.base_doubts.append(Doubt(step.line, f"what {archive} holds is not known", fatal=True))

    def _take(self, system: SystemState, doubts: Sequence[Doubt]) -> None:
        self.base_doubts += doubts
        if self.unreadable or not system.packages:
            return
        self.systems[""] = system
        self.copied += system.packages

    def _close(self, step: Step, before: SystemState, calls: list[CallReport], unresolved: list[Unresolved]) -> int:
        then = {package.key for package in before.packages}
        now = {package.key for package in self.system.packages}
        copied = {package.key for package in self.copied}
        new = tuple(package for package in self.system.packages if package.key not in then | copied)
        brought = (*self.copied, *new)  # a file that is copied over the same one takes its place in the layer, too
        gone = tuple(package for package in before.packages if package.key not in now)
        index_size = self.cache.seal(self.layer)
        size = sum(package.installed_size for package in brought) + index_size
        self.image_size += size
        self.findings += find_removals(gone, calls, self.origins, self.title)
        for package in gone:
            self.origins.pop(package.key, None)
        if calls or unresolved or brought or gone or index_size:
            self.steps.append(
                StepReport(
                    line=step.line,
                    end_line=step.end_line,
                    keyword=step.keyword,
                    text=step.text,
                    calls=tuple(calls),
                    unresolved=tuple(unresolved),
                    brought=brought,
                    gone=gone,
                    index_size=index_size,
                    packages=len(self.system.packages),
                    installed_size=self.system.installed_size,
                    image_size=self.image_size,
                )
            )
        return size


def _known_lines(value: Value) -> list[str]:
    """The lines of a text that have no unknown in them."""
    text = "".join(piece if isinstance(piece, str) else "\0" for piece in value)
    return [line.strip() for line in text.split("\n") if "\0" not in line]
