"""The instructions of one stage, in order: variables, shell, and what each RUN and COPY does to packages."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from apkgraph.dockerfile.environment import PREDEFINED, Environment
from apkgraph.dockerfile.events import ApkCall, Event, PackageFiles, RepositoriesWritten, Unresolved
from apkgraph.dockerfile.limits import WorkLimits
from apkgraph.dockerfile.parse import Instruction
from apkgraph.dockerfile.references import Kind, Reference, read_reference
from apkgraph.dockerfile.run_script import Mount, read_copy, read_mounts, read_run, within
from apkgraph.dockerfile.shell.shell import ScriptPlatform
from apkgraph.dockerfile.shell.values import Unknown, Value, as_field
from apkgraph.dockerfile.stages import Note, Step
from apkgraph.redaction import redact

_ROOT = re.compile(r"rootfs|\.(?:tar|tgz|txz)(?:$|\.)")  # what may well hold a root
_VARIABLE = re.compile(r"\$\{?([A-Za-z_][A-Za-z0-9_]*)")
_DEFAULT_SHELL = ("/bin/sh", "-c")


class StageReader:
    """What a stage has come to, instruction by instruction."""

    def __init__(self, image: Reference, arch: str, environment: Environment) -> None:
        self.image = image
        self.arch = arch
        self.environment = environment
        self.shell: tuple[str, ...] = _DEFAULT_SHELL
        self.user = ""
        self.directory = "/" if image.kind in (Kind.ALPINE, Kind.SCRATCH) else ""  # of WORKDIR; ``: not known
        self.steps: list[Step] = []
        self.sources: list[tuple[str, int]] = []  # what COPY --from and mounts name, with the line
        self.notes: list[Note] = []
        self.triggers: list[Instruction] = []  # of ONBUILD, for the stages that are built on this one
        self.unset: dict[str, Note] = {}  # notes about ARGs without a value, by the variables that depend on them

    def child(self, build: Surroundings) -> StageReader:
        """The start of a stage that is built on this one: variables are passed on, ONBUILD is carried out."""
        reader = StageReader(self.image, self.arch, self.environment)
        reader.shell, reader.user, reader.unset = self.shell, self.user, dict(self.unset)
        reader.directory = self.directory
        for instruction in self.triggers:
            reader.read(instruction, build)
        return reader

    def note(self, line: int, text: str) -> None:
        """Tell the reader something about a line."""
        self.notes.append(Note(line, text))

    def read(self, instruction: Instruction, build: Surroundings) -> None:
        """Follow one more instruction."""
        follow = _INSTRUCTIONS.get(instruction.keyword)
        if follow is not None:
            follow(self, instruction, build)


class Surroundings:
    """What a stage sees of the rest of the file: the escape character, arguments given and global, earlier stages."""

    def __init__(self, escape: str, build_args: Mapping[str, str], global_args: Environment) -> None:
        self.escape = escape
        self.build_args = build_args
        self.global_args = global_args
        self.work_limits = WorkLimits()
        self.names: dict[str, int] = {}

    def expand(self, environment: Environment, text: str, line: int) -> Value:
        """A word with its variables replaced."""
        return environment.expand(text, self.escape, line, self.work_limits)

    def text(self, environment: Environment, text: str, line: int) -> str:
        """A word made whole; an Unknown as it is written."""
        field = as_field(self.expand(environment, text, line))
        return field.source if isinstance(field, Unknown) else field

    def declare(self, environment: Environment, instruction: Instruction, *, outside: bool = False) -> Environment:
        """ARG: `--build-arg` wins over the default, and in a stage the global argument stands in for one."""
        for word in instruction.arguments:
            name, equals, default = word.partition("=")
            name = self.text(environment, name, instruction.line)
            self.work_limits.spend(len(environment.args), instruction.line)
            value: Value | None = None
            if name in self.build_args:
                value = (self.build_args[name],)
            elif equals:
                value = self.expand(environment, default, instruction.line)
            elif not outside:
                value = self.global_args.args.get(name)
            environment = environment.with_arg(name, value)
        return environment


def _arg(stage: StageReader, instruction: Instruction, build: Surroundings) -> None:
    stage.environment = build.declare(stage.environment, instruction)
    for word in instruction.arguments:
        name, equals, default = word.partition("=")
        stage.unset.pop(name, None)
        if not equals and name not in stage.environment.args and name not in PREDEFINED:
            text = f"ARG {name} has no value here: give it with --build-arg"
            stage.unset[name] = Note(instruction.line, text)
        _hang(stage, name, default)


def _hang(stage: StageReader, name: str, value: str) -> None:
    """Note that a variable depends on one without a value, if it does."""
    for used in _VARIABLE.findall(value):
        if used in stage.unset:
            stage.unset.setdefault(name, stage.unset[used])


def _note_unset(stage: StageReader, instruction: Instruction, events: tuple[Event, ...]) -> None:
    """Say which arguments without a value the packages or repositories of a RUN hang on."""
    asks = any(
        isinstance(event, RepositoriesWritten) or (isinstance(event, ApkCall | Unresolved) and "$" in event.text)
        for event in events
    )
    for name in _VARIABLE.findall(instruction.original) if asks else ():
        if name in stage.unset and stage.unset[name] not in stage.notes:
            stage.notes.append(stage.unset[name])


def _env(stage: StageReader, instruction: Instruction, build: Surroundings) -> None:
    before = stage.environment
    for name, value in zip(instruction.arguments[::3], instruction.arguments[1::3], strict=False):
        known = build.text(before, name, instruction.line)
        build.work_limits.spend(len(stage.environment.env), instruction.line)
        stage.environment = stage.environment.with_env(known, build.expand(before, value, instruction.line))
        _hang(stage, known, value)


def _shell(stage: StageReader, instruction: Instruction, _build: Surroundings) -> None:
    if instruction.exec_form and instruction.arguments:
        stage.shell = instruction.arguments


def _user(stage: StageReader, instruction: Instruction, build: Surroundings) -> None:
    stage.user = build.text(stage.environment, instruction.rest, instruction.line)


def _workdir(stage: StageReader, instruction: Instruction, build: Surroundings) -> None:
    stage.directory = within(stage.directory, build.text(stage.environment, instruction.rest, instruction.line))


def _run(stage: StageReader, instruction: Instruction, build: Surroundings) -> None:
    mounts = read_mounts(instruction, lambda text: build.text(stage.environment, text, instruction.line))
    stage.sources += [(mount.source, instruction.line) for mount in mounts if mount.source]
    variables = stage.environment.variables()
    variables.directory = stage.directory
    build.work_limits.spend(len(variables.values), instruction.line)
    machine = ScriptPlatform(stage.arch, stage.image.release)
    events = read_run(instruction, stage.shell, variables, machine, build.work_limits)
    events = (*(event for mount in mounts for event in mount.events(instruction.line)), *events)
    for event in events:
        if isinstance(event, PackageFiles):
            stage.note(event.line, "the files that apk fetch leaves are not counted")
    rest = tuple(event for event in events if not isinstance(event, PackageFiles))
    _note_unset(stage, instruction, rest)
    if rest:
        stage.steps.append(_step(instruction, rest, mounts))


def _copy(stage: StageReader, instruction: Instruction, build: Surroundings) -> None:
    source = instruction.flag("from")
    index = None
    if source is not None:
        source = build.text(stage.environment, source, instruction.line)
        stage.sources.append((source, instruction.line))
        index = build.names.get(source.lower())
        if index is None and source.isascii() and source.isdigit() and len(source) < 6:
            index = int(source)
    copies, events = read_copy(
        instruction, stage.directory, lambda text: build.expand(stage.environment, text, instruction.line)
    )
    image = read_reference(source) if source is not None and index is None else None
    archives = tuple(
        name for name, into in copies if not source and into == "/" and _ROOT.search(name) and "://" not in name
    )
    if events or index is not None or image is not None or archives:
        step = _step(instruction, events, copies=copies, source=index)
        stage.steps.append(step._replace(image=image, archives=archives))


def _onbuild(stage: StageReader, instruction: Instruction, build: Surroundings) -> None:
    stage.triggers += instruction.triggered(build.escape)
    if "apk" in instruction.original:
        stage.note(instruction.line, "ONBUILD runs in images that are built on this one: not counted here")


def _step(
    instruction: Instruction,
    events: tuple[Event, ...],
    mounts: tuple[Mount, ...] = (),
    copies: tuple[tuple[str, str], ...] = (),
    source: int | None = None,
) -> Step:
    text = redact(" ".join(instruction.original.split()))
    return Step(instruction.line, instruction.end_line, instruction.keyword, text, events, mounts, copies, source)


_INSTRUCTIONS: dict[str, Callable[[StageReader, Instruction, Surroundings], None]] = {
    "ADD": _copy,
    "ARG": _arg,
    "COPY": _copy,
    "ENV": _env,
    "ONBUILD": _onbuild,
    "RUN": _run,
    "SHELL": _shell,
    "USER": _user,
    "WORKDIR": _workdir,
}
