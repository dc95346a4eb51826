"""Where pins stand: world files, Dockerfiles, words of the command line; each with what an index has for it."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from apkgraph import limits
from apkgraph.audit.dockerfile import replay
from apkgraph.audit.system_state import SystemState, is_file
from apkgraph.audit.universes import Universes
from apkgraph.audit.values import CallReport, StageReport
from apkgraph.changes.edits import Edit, apply
from apkgraph.changes.pins import UNKNOWN, Pin, examine, is_pin
from apkgraph.changes.provenance import Call, Place, Provenance, Shape
from apkgraph.dockerfile.events import ApkCall, RepositoriesWritten
from apkgraph.dockerfile.references import Kind
from apkgraph.dockerfile.shell.values import Unknown
from apkgraph.dockerfile.stages import Build, Note
from apkgraph.errors import ApkgraphError, DependencyError, InputError
from apkgraph.explorer import Explorer
from apkgraph.image.files import read_file, text_of
from apkgraph.model.dependency import Dependency, parse_request
from apkgraph.redaction import Redactor, redact

COMMAND_LINE = ""  # the path of what was given there
_FROM = re.compile(r"^[ \t]*FROM\s", re.IGNORECASE | re.MULTILINE)
_TOKEN = re.compile(r"[^ \t\r\n]+")
_SIGNS = re.compile(r"[<>=~]+")

Wanted = Mapping[int, Dependency]  # by the number of the pin
Refused = dict[int, str]


@dataclass(frozen=True, slots=True)
class Edited:
    """A source with some of its pins changed: its text, what became of which pin, and what was refused and why."""

    text: str
    changed: tuple[tuple[Pin, Dependency], ...]
    refused: tuple[tuple[Pin, str], ...]


class Source(ABC):
    """A text with pins in it. `notes`: what of it is not known."""

    def __init__(self, path: str, text: str, redact: Redactor | None = None) -> None:
        self.path = path
        self.text = text
        self.pins: tuple[Pin, ...] = ()
        self.notes: tuple[Note, ...] = ()
        self.redact = redact or Redactor()

    @abstractmethod
    def rewritten(self, wanted: Wanted) -> tuple[str, Refused]:
        """The text with these pins changed, and those that cannot be."""

    @abstractmethod
    def unsolvable(self, text: str, wanted: Wanted) -> Refused:
        """The changed pins of what apk would refuse, each with the reason."""

    def edited(self, change: Callable[[Pin], Dependency | None]) -> Edited:
        """The text with the pins changed as far as that can be written and still be solved."""
        wanted = {number: made for number, pin in enumerate(self.pins) if (made := change(pin)) is not None}
        text, refused = self.rewritten(wanted)
        refused |= self._refuse_unsolvable(text, wanted, refused)
        if refused:
            text, more = self.rewritten(_without(wanted, refused))
            refused |= more
            if self._refuse_unsolvable(text, wanted, refused):
                refused |= dict.fromkeys(_without(wanted, refused), "the set cannot be solved with it")
                text = self.text
        changed = tuple((self.pins[number], made) for number, made in _without(wanted, refused).items())
        return Edited(text, changed, tuple((self.pins[number], reason) for number, reason in sorted(refused.items())))

    def _refuse_unsolvable(self, text: str, wanted: Wanted, refused: Refused) -> Refused:
        left = _without(wanted, refused)
        return self.unsolvable(text, left) if left else {}


def _without(wanted: Wanted, refused: Refused) -> dict[int, Dependency]:
    return {number: made for number, made in wanted.items() if number not in refused}


def is_dockerfile(text: str) -> bool:
    """Whether a text is a Dockerfile rather than a list of packages: it has a FROM."""
    return _FROM.search(text) is not None


class World(Source):
    """A world file, or a list of packages with comments; or the words of the command line."""

    def __init__(self, path: str, text: str, explorer: Explorer) -> None:
        super().__init__(path, text)
        self._explorer = explorer
        self._spans: list[tuple[int, str]] = []
        self.pins = tuple(self._examined())

    def _examined(self) -> Iterator[Pin]:
        place = explorer_place(self._explorer)
        for start, token in tokens_of(self.text):
            line = self.text.count("\n", 0, start) + 1 if self.path != COMMAND_LINE else 0
            dependency = _parsed(token, self.path, line)
            if is_pin(dependency):
                if len(self._spans) == limits.PINS:
                    message = f"{self.path}: more than {limits.PINS} pins"
                    raise InputError(message)
                self._spans.append((start, token))
                yield examine(self._explorer.plain, dependency, file=self.path, line=line, place=place)

    def rewritten(self, wanted: Wanted) -> tuple[str, Refused]:
        """Each token has its own place: nothing is refused."""
        return apply(self.text, (self._edit(number, made) for number, made in wanted.items())), {}

    def _edit(self, number: int, wanted: Dependency) -> Edit:
        start, token = self._spans[number]
        sign = _SIGNS.search(token)
        if sign is None:
            message = f"{token} is not a pin"
            raise ValueError(message)
        same = self.pins[number].dependency.operator == wanted.operator
        begin = sign.end() if same else sign.start()
        return Edit(start + begin, start + len(token), wanted.version if same else sign_of(wanted) + wanted.version)

    def unsolvable(self, text: str, wanted: Wanted) -> Refused:
        """The world is one set: where it cannot be solved, none of the pins is changed."""
        reasons = self._reasons(text)
        return dict.fromkeys(wanted, reasons[0]) if reasons else {}

    def _reasons(self, text: str) -> list[str]:
        world = [_parsed(token, self.path, 0) for _, token in tokens_of(text)]
        return [reason.text for reason in self._explorer.solve(world).reasons]


def tokens_of(text: str) -> Iterator[tuple[int, str]]:
    """The tokens of a list of packages, each with its position; a line that begins with # is a comment."""
    at = 0
    for line in text.split("\n"):
        if not line.lstrip().startswith("#"):
            for found in _TOKEN.finditer(line):
                yield at + found.start(), found[0]
        at += len(line) + 1


def read_list(path: str) -> list[Dependency]:
    """The dependencies in a world file or a list of packages; InputError where it is none."""
    what = "a list of packages"
    text = text_of(read_file(path, limits.WORLD_BYTES, what), path, what)
    if is_dockerfile(text):
        message = f"{path}: a Dockerfile, not a list of packages"
        raise InputError(message)
    return [dependency for _, dependency in list_of(text, path)]


def list_of(text: str, path: str) -> list[tuple[int, Dependency]]:
    """The dependencies in the text of a world file or a list of packages, each with its line."""
    lines = ((text.count("\n", 0, start) + 1, token) for start, token in tokens_of(text))
    return [(line, _parsed(token, path, line)) for line, token in lines]


def _parsed(token: str, path: str, line: int) -> Dependency:
    try:
        return next(parse_request([token]))
    except DependencyError as error:
        where = f"{path}: line {line}: " if path != COMMAND_LINE else ""
        message = f"{where}{str(error)[:300]}"
        raise InputError(message) from None


def sign_of(dependency: Dependency) -> str:
    """The operator of a pin as it is written."""
    found = _SIGNS.search(dependency.token)
    return found[0] if found else ""


def explorer_place(explorer: Explorer) -> str:
    """The release and the architecture that an explorer asks."""
    return f"{explorer.settings.release} {explorer.settings.arch}"


class DockerfileSource(Source):
    """A Dockerfile. `read` makes its stages from a text; it is read again for each edit."""

    def __init__(
        self,
        path: str,
        text: str,
        read: Callable[[str], Build],
        universes: Universes,
        *,
        base: SystemState | None = None,
        redact: Redactor | None = None,
    ) -> None:
        super().__init__(path, text, redact)
        self._read = read
        self._universes = universes
        self._base = base
        build = read(text)
        shape = shape_of(build)
        places = dict(_pins_of(shape))
        if len(places) > limits.PINS:
            message = f"{path}: more than {limits.PINS} pins"
            raise InputError(message)
        self._places = list(places)
        self._provenance = Provenance(text, lambda changed: shape_of(read(changed)), places, shape)
        stages = replay(build, universes, base, solves=False) if places else ()
        self._reports = _calls_of(stages)
        unread = [
            _why_unread(stages[build.lineage(index)[0]]) if not call.root else None
            for index, stage in enumerate(stages)
            for call in _calls_of([stage])
        ]
        self.pins = tuple(self._examined(place, pin, unread[place[0]]) for place, pin in places.items())
        reasons = dict.fromkeys(note for number, _ in places if (note := unread[number]) is not None)
        self.notes = (*_notes(build), *reasons)

    def _replayed(self, build: Build) -> list[CallReport]:
        return _calls_of(replay(build, self._universes, self._base))

    def _examined(self, place: Place, pin: Dependency, unread: Note | None) -> Pin:
        report = self._reports[place[0]]
        call, coordinates = report.transaction.call, report.coordinates
        line = self._provenance.line(place) or call.line
        if unread is not None:
            return Pin(self.path, line, pin, coordinates.arch, (), None, UNKNOWN, call.conditional)
        where = f"{coordinates.release} {coordinates.arch}"
        return examine(
            self._universes.universe(coordinates),
            pin,
            file=self.path,
            line=line,
            place=where,
            foreign=report.has_foreign,
            conditional=call.conditional,
        )

    def rewritten(self, wanted: Wanted) -> tuple[str, Refused]:
        """As far as it can be told where each version is written."""
        text, refused = self._provenance.edited({self._places[number]: made for number, made in wanted.items()})
        return text, {self._places.index(one.place): one.reason for one in refused}

    def unsolvable(self, text: str, wanted: Wanted) -> Refused:
        """A call of apk is one set: where it fails, none of its pins is changed.

        All that a stage adds is solved at once first: where that holds, so does each call. Only where it does not, the
        calls are solved one after the other. A call that asks repositories which are not known here may fail for that:
        only new failures count.
        """
        build = self._read(text)
        if self._holds_at_once(build, {self._places[number][0] for number in wanted}):
            return {}
        before, after = self._replayed(self._read(self.text)), self._replayed(build)
        refused: Refused = {}
        for number in wanted:
            call = self._places[number][0]
            known = before[call].transaction.problems if after[call].has_foreign else ()
            new = [problem for problem in after[call].transaction.problems if problem not in known]
            if new:
                refused[number] = new[0]
        return refused

    def _holds_at_once(self, build: Build, changed: set[int]) -> bool:
        """Whether the stages with these calls could add all that they add in one call, on Alpine's own base."""
        calls = [
            (stage, event)
            for stage in build.stages
            for step in stage.steps
            for event in step.events
            if isinstance(event, ApkCall)
        ]
        for index in dict.fromkeys(calls[number][0].index for number in changed):
            chain = build.lineage(index)
            added = [
                number for number, (stage, call) in enumerate(calls) if stage.index in chain and call.applet == "add"
            ]
            asked = dict.fromkeys(self._reports[number].coordinates for number in added)
            simple = not any(calls[number][1].root or self._reports[number].has_foreign for number in added)
            if len(asked) != 1 or not simple or self._base is not None or build.stages[chain[0]].kind is Kind.SCRATCH:
                return False
            arguments = (argument for number in added for argument in calls[number][1].arguments)
            tokens = [token for argument in arguments if (token := token_of(argument)) is not None]
            try:
                solution = self._universes.explorer(next(iter(asked)), "docker").add(tokens)
            except ApkgraphError:
                return False
            if not solution.satisfied:
                return False
        return True


def _calls_of(stages: Iterable[StageReport]) -> list[CallReport]:
    return [call for stage in stages for step in stage.steps for call in step.calls]


def _why_unread(stage: StageReport) -> Note | None:
    """Why nothing is known of the image that a stage starts from; None where its index can be asked."""
    if stage.base_is_known or stage.base.packages:
        return None
    return next((Note(doubt.line, doubt.reason) for doubt in stage.claim.doubts if doubt.fatal), None)


def token_of(argument: str | Unknown) -> Dependency | None:
    """The dependency that an argument of `apk add` is; None for a file, what is not known, and what apk refuses."""
    if isinstance(argument, Unknown) or is_file(argument):
        return None
    try:
        return next(parse_request([argument]))
    except DependencyError:
        return None


def shape_of(build: Build) -> Shape:
    """What a Dockerfile does to packages, as texts that can be compared."""
    calls: list[Call] = []
    rest: list[str] = []
    for stage in build.stages:
        rest.append(f"{stage.image.text} {stage.arch} {stage.parent}")
        for step in stage.steps:
            rest.append(f"{step.keyword} {step.copies} {step.source}")
            for event in step.events:
                if isinstance(event, ApkCall):
                    options = [(name, _text(value)) for name, value in event.options]
                    told = f"{options} {event.conditional} {event.problems}"
                    calls.append(Call(event.line, event.applet, told, tuple(map(_text, event.arguments))))
                else:
                    value = repr(event.value) if isinstance(event, RepositoriesWritten) else ""
                    rest.append(f"{type(event).__name__} {event.line} {value}")
    return Shape(tuple(calls), tuple(rest))


def _text(field: str | Unknown | None) -> str:
    return f"\0{field.source}\0{field.reason}" if isinstance(field, Unknown) else field or ""


def _pins_of(shape: Shape) -> Iterator[tuple[Place, Dependency]]:
    for number, call in enumerate(shape.calls):
        if call.applet != "add":
            continue
        for position, argument in enumerate(call.arguments):
            dependency = None if argument.startswith("\0") else token_of(argument)
            if dependency is not None and is_pin(dependency):
                yield (number, position), dependency


def _notes(build: Build) -> Iterable[Note]:
    """What only a running shell knows of the lists of packages: it may hold pins."""
    for stage in build.stages:
        for step in stage.steps:
            for event in step.events:
                if isinstance(event, ApkCall) and event.applet == "add":
                    for hole in event.unresolved:
                        yield Note(
                            event.line, f"{' '.join(redact(hole.source).split())[:80]} is not known: {hole.reason}"
                        )
