"""A Dockerfile, a world or an installed system on another release: what is gone, what breaks, what is different."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from apkgraph.audit.dockerfile import replay
from apkgraph.audit.findings.end_of_life import end_of_life
from apkgraph.audit.image import analysis_of
from apkgraph.audit.system_state import SystemState, settled, transact
from apkgraph.audit.universes import Universes
from apkgraph.audit.values import CallReport, StageReport
from apkgraph.changes.pins import Pin, examine, is_pin, loosened, updated
from apkgraph.changes.sources import token_of
from apkgraph.changes.targets import release_of
from apkgraph.dockerfile.events import ApkCall
from apkgraph.dockerfile.shell.values import Field
from apkgraph.dockerfile.stages import Build
from apkgraph.explorer import Explorer, difference, nearest_names
from apkgraph.image.image import Image
from apkgraph.impact.analysis import Analysis, Base
from apkgraph.impact.compare import Difference
from apkgraph.index.universe import Universe
from apkgraph.model.dependency import Dependency
from apkgraph.model.package import Package
from apkgraph.model.universe_ref import UniverseRef
from apkgraph.redaction import Redactor
from apkgraph.settings import Settings

Open = Callable[[Settings], Explorer]
Line = tuple[int, Dependency]
_UPGRADE = ApkCall(0, "apk upgrade --available", "upgrade", (), (("available", None),))
_MOST = 3  # replacements of one kind
_DIGITS = re.compile(r"\d+")
_SUBPACKAGES = ("-doc", "-dev", "-dbg", "-lang", "-openrc", "-static", "-pyc", "-bash-completion", "-zsh-completion")


@dataclass(frozen=True, slots=True)
class Replacement:
    """A package that could take the place of one that is gone.

    `by`: `provides` (it provides what the other did), `numbers` (the same name with other numbers), `origin` (built
    from the same source), or `near` (a name that resembles it).
    """

    by: str
    name: str


@dataclass(frozen=True, slots=True)
class GoneName:
    """A requested name that no package has or provides after the move; line 0: none."""

    line: int
    token: str
    replacements: tuple[Replacement, ...]


@dataclass(frozen=True, slots=True)
class BrokenPin:
    """A pin that the move leaves without a version, and what could be written instead."""

    line: int
    pin: Pin
    suggestions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LineSizes:
    """A line of a Dockerfile or an entry of a world: bytes on disk before and after; None where it has no part."""

    line: int
    text: str
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Side:
    """The release before or after, and when it stops getting fixes (None: not known)."""

    release: str
    arch: str
    end_of_life: date | None


@dataclass(frozen=True, slots=True)
class Upgrade:
    """The answer. What is gone or breaks is left out, or taken without its version, to work out the rest."""

    subject: str
    before: Side
    after: Side
    lines: tuple[LineSizes, ...]
    gone: tuple[GoneName, ...]
    pins: tuple[BrokenPin, ...]
    problems: tuple[str, ...]  # apk's words, where it refuses for other reasons
    notes: tuple[str, ...]  # what is not known
    difference: Difference | None
    redact: Redactor = field(default_factory=Redactor, repr=False)

    @property
    def breaks(self) -> bool:
        """Whether the move needs an edit to work."""
        return bool(self.gone or self.pins or self.problems)


def side_of(ref: UniverseRef, ends: Mapping[str, date]) -> Side:
    """The release that is asked, with its end."""
    return Side(ref.release, ref.arch, end_of_life(ref.release, ends))


def move_world(
    subject: str, world: Sequence[Line], before: Explorer, after: Explorer, ends: Mapping[str, date]
) -> Upgrade:
    """A world from nothing, on the one universe and on the other."""
    old = before.analyse([token for _, token in world])
    examined = _Examined(subject)
    kept = [made for line, token in world if (made := examined.look(before.universe, after.universe, line, token))]
    new = after.analyse(kept)
    problems = [f"before: {reason.text}" for reason in old.solution.reasons]
    problems += [reason.text for reason in new.solution.reasons]
    return Upgrade(
        subject,
        side_of(before.ref, ends),
        side_of(after.ref, ends),
        tuple(_entries(world, old, new)),
        tuple(examined.gone),
        tuple(examined.pins),
        tuple(problems),
        (),
        difference(old, new) if old.satisfied and new.satisfied else None,
    )


def move_system(image: Image, universes: Universes, ref: UniverseRef, ends: Mapping[str, date]) -> Upgrade:
    """An installed system with the repositories of another release, after `apk upgrade --available`."""
    system = image.system
    old, problems = analysis_of(image)
    universe = universes.universe(ref)
    examined = _Examined(system.path)
    world = [made for token in system.world if (made := examined.look(old.universe, universe, 0, token))]
    machine = SystemState(ref, system.packages, tuple(world))
    after, transaction = transact(universes, machine, _UPGRADE, ())
    new = analysis_of_machine(universes, after)
    before = Side(system.release or "?", system.arch or ref.arch, end_of_life(system.release or "", ends))
    return Upgrade(
        system.path,
        before,
        side_of(ref, ends),
        tuple(_entries([(0, token) for token in system.world], old, new)),
        tuple(examined.gone),
        tuple(examined.pins),
        transaction.problems,
        tuple(f"its own world cannot be satisfied: {text}" for text in problems),
        None if transaction.problems or problems else difference(old, new),
    )


def move_dockerfile(
    build: Build,
    before: Universes,
    after: Universes,
    *,
    base: SystemState | None = None,
    redact: Redactor | None = None,
    ends: Mapping[str, date],
) -> Upgrade:
    """A Dockerfile as it is, and with every stage on another release (`after` are universes of MovedUniverses)."""
    redact = redact or Redactor()
    examined = _Examined(build.path)
    old = replay(_without_breakage(build, before, before, base, None), before, base)
    new = replay(_without_breakage(build, before, after, base, examined), after, base)
    lines: list[LineSizes] = []
    problems: list[str] = []
    for left, right in zip(old, new, strict=True):
        if left.is_needed:
            for was, now in zip(_calls(left), _calls(right), strict=True):
                call = was.transaction.call
                sizes = was.transaction.amount.size.installed, now.transaction.amount.size.installed
                lines.append(LineSizes(call.line, redact(call.text), *sizes))
                if now.transaction.problems and not now.has_foreign:
                    problems.append(redact(f"line {call.line}: {now.transaction.problems[0]}"))
    left, right = old[build.final], new[build.final]
    doubts = [f"line {doubt.line}: {doubt.reason}" for doubt in right.claim.doubts]
    return Upgrade(
        build.path,
        side_of(left.end.coordinates, ends),
        side_of(right.end.coordinates, ends),
        tuple(lines),
        tuple(examined.gone),
        tuple(examined.pins),
        tuple(problems),
        tuple(redact(doubt) for doubt in doubts),
        difference(analysis_of_machine(before, left.end), analysis_of_machine(after, right.end)),
        redact,
    )


def _calls(report: StageReport) -> list[CallReport]:
    return [call for step in report.steps for call in step.calls]


def _without_breakage(
    build: Build, before: Universes, after: Universes, base: SystemState | None, examined: _Examined | None
) -> Build:
    """The Dockerfile without the names that are gone after a move, broken pins without their versions.

    Nothing is solved for it: only where each call asks is followed. `examined` records what it was.
    """
    stages = []
    olds, news = (replay(build, universes, base, solves=False) for universes in (before, after))
    for stage, left, right in zip(build.stages, olds, news, strict=True):
        reports = iter(zip(_calls(left), _calls(right), strict=True))
        steps = []
        for step in stage.steps:
            events = []
            for event in step.events:
                if isinstance(event, ApkCall):
                    was, now = next(reports)
                    if event.applet == "add" and left.is_needed:
                        universes = before.universe(was.coordinates), after.universe(now.coordinates)
                        event = _moved_call(examined, event, universes, foreign=now.has_foreign)
                events.append(event)
            steps.append(step._replace(events=tuple(events)))
        stages.append(replace(stage, steps=tuple(steps)))
    return build._replace(stages=tuple(stages))


def _moved_call(
    examined: _Examined | None, call: ApkCall, universes: tuple[Universe, Universe], *, foreign: bool
) -> ApkCall:
    """The call with what is left to ask for of each argument; what is not a token stays."""
    arguments: list[Field] = []
    for argument in call.arguments:
        token = token_of(argument)
        if token is None:
            arguments.append(argument)
            continue
        made = _left_of(universes[1], token, foreign=foreign)
        if examined is not None and made is not token:
            examined.look(*universes, call.line, token, foreign=foreign)
        if made is not None:
            arguments.append(argument if made is token else made.token)
    return call._replace(arguments=tuple(arguments))


def analysis_of_machine(universes: Universes, machine: SystemState) -> Analysis:
    """A system as a set of packages: who serves whom once nothing changes any more."""
    solution = settled(universes, machine).settled()
    base = Base("", machine.world, solution.packages)
    return Analysis(universes.universe(machine.coordinates), base, (), solution)


class _Examined:
    """Goes through requested tokens: what is gone, which pins break."""

    def __init__(self, file: str) -> None:
        self._file = file
        self.gone: list[GoneName] = []
        self.pins: list[BrokenPin] = []

    def look(
        self, before: Universe, after: Universe, line: int, token: Dependency, *, foreign: bool = False
    ) -> Dependency | None:
        """The token that is left to ask for: itself, its name alone, or None."""
        made = _left_of(after, token, foreign=foreign)
        if made is None and not foreign:
            self.gone.append(GoneName(line, token.token, tuple(replacements(before, after, token.name))))
        elif made is not None and made is not token:
            pin = examine(after, token, file=self._file, line=line, place=str(after.ref))
            suggested = [one.token for one in (updated(pin), loosened(pin)) if one is not None]
            self.pins.append(BrokenPin(line, pin, tuple(dict.fromkeys(suggested)) or (token.name,)))
        return made


def _left_of(universe: Universe, token: Dependency, *, foreign: bool) -> Dependency | None:
    """What is left to ask for: the token, its name where no version fits, or nothing where there is no such name."""
    if token.conflict:
        return token
    if not any(provider.package.repositories for provider in universe.providers(token.name)):
        return None
    if not is_pin(token) or foreign or examine(universe, token, file="", line=0, place="").accepts:
        return token
    return Dependency(token.name, tag=token.tag)


def replacements(before: Universe, after: Universe, name: str) -> Iterator[Replacement]:
    """What could take the place of a name that is gone, the surest first, each name once."""
    told = {name}
    package = before.newest(name) or next((one.package for one in before.providers(name)), None)
    kinds: list[tuple[str, Iterable[str]]] = [("numbers", _renumbered(after, name))]
    if package is not None:
        kinds.insert(0, ("provides", _providing(after, package)))
        kinds.append(("origin", _of_origin(after, package.origin or name, name)))
    kinds.append(("near", nearest_names(after, name)))
    for by, names in kinds:
        for found in names:
            if found not in told:
                told.add(found)
                yield Replacement(by, found)


def _providing(universe: Universe, gone: Package) -> list[str]:
    """The packages that provide most of what another one provided; of equals the highest numbers first."""
    counted = Counter(one.package.name for provided in gone.provides for one in universe.providers(provided.name))
    return sorted(counted, key=lambda name: (counted[name], *_numbers(name)), reverse=True)[:_MOST]


def _renumbered(universe: Universe, name: str) -> list[str]:
    """The names that differ in their numbers alone (`php81-fpm` for `php7-fpm`), the highest first."""
    words = _DIGITS.split(name)
    if len(words) == 1:
        return []
    is_like = re.compile(r"\d+".join(map(re.escape, words))).fullmatch
    found = [known for known in universe.names() if is_like(known) and universe.named(known)]
    return sorted(found, key=_numbers, reverse=True)[:_MOST]


def _numbers(name: str) -> tuple[list[int], str]:
    return [int(number[:9]) for number in _DIGITS.findall(name)], name


def _of_origin(universe: Universe, origin: str, name: str) -> list[str]:
    """Packages built from the same source; subpackages such as -doc only where the name is one itself."""
    is_sub = name.endswith(_SUBPACKAGES)
    lines = universe.search_table().of_origin(origin)
    found = {line.name for line in lines if line.name.endswith(_SUBPACKAGES) is is_sub}
    return sorted(found, key=lambda one: (len(one), one))[:_MOST]


def _entries(world: Sequence[Line], old: Analysis, new: Analysis) -> Iterator[LineSizes]:
    """Per entry of a world, what would go with it before and after."""
    before, after = _entry_sizes(old), _entry_sizes(new)
    for line, token in world:
        if not token.conflict:
            yield LineSizes(line, token.token, before.get(token.name), after.get(token.name))


def _entry_sizes(analysis: Analysis) -> dict[str, int]:
    if not analysis.satisfied:
        return {}
    return {token.name: size for (token, _), size in zip(analysis.rooted, analysis.entry_sizes, strict=True)}


class MovedUniverses(Universes):
    """Universes in which every image is of the settings' release; lines that name `released` name that one, too."""

    def __init__(self, settings: Settings, open_: Open, released: Iterable[str]) -> None:
        super().__init__(settings, open_)
        self._released = frozenset(released)

    def coordinates(self, release: str | None, arch: str, distro: str | None = None) -> UniverseRef:
        """Where the packages of an image come from; one of another distribution stays where it is."""
        own = distro in (None, self.settings.distro.name)
        return super().coordinates(None if own and release in self._released else release, arch, distro)

    def line_of(self, written: str, coordinates: UniverseRef) -> str | None:
        """A line for the release that is moved to, where it names the one that is left."""
        words = written.split()
        named = release_of(self.settings, words[-1]) if words else None
        if named in self._released:
            words[-1] = words[-1].replace(f"/{named}/", f"/{self.settings.release}/")
        return super().line_of(" ".join(words), coordinates)


def releases_of(build: Build) -> frozenset[str]:
    """The releases that the images of a Dockerfile are of."""
    return frozenset(stage.image.release for stage in build.stages if stage.image.release is not None)
