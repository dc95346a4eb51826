"""A Dockerfile's stages as BuildKit would build them: bases, variables made whole, what each RUN does to packages.

Source: the Dockerfile reference, and BuildKit's documentation of build arguments.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from apkgraph.errors import InputError
from apkgraph.inputs.dockerfile import Dockerfile, Instruction, SourceStage
from apkgraph.inputs.environment import PREDEFINED, Environment
from apkgraph.inputs.events import Event
from apkgraph.inputs.platforms import Platform, of_arch, parse_platform
from apkgraph.inputs.references import Kind, Reference, read_reference
from apkgraph.inputs.run_script import Mount, read_copy, read_mounts, read_run
from apkgraph.inputs.shell_values import Hole, Value, as_field

_DEFAULT_SHELL = ("/bin/sh", "-c")
_FROM_FORM = "FROM takes an image, and AS with a name for the stage"


@dataclass(frozen=True, slots=True)
class Note:
    """Something that the reader should know of a line; nothing is wrong with it."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Step:
    """An instruction that does something to packages or their files, or that may."""

    line: int
    end_line: int
    keyword: str
    text: str
    events: tuple[Event, ...]
    mounts: tuple[Mount, ...] = ()
    copies: tuple[tuple[str, str], ...] = ()  # of COPY --from=STAGE: source and destination
    source: int | None = None  # the stage that COPY takes from


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: where it starts from, and its steps. `parent` is the stage that it is built on, if it is one."""

    index: int
    name: str | None
    line: int
    image: Reference
    kind: Kind
    parent: int | None
    arch: str
    steps: tuple[Step, ...]
    sources: tuple[int, ...]  # stages that COPY and mounts take files from
    notes: tuple[Note, ...]

    @property
    def title(self) -> str:
        """Its name, or its number where it has none."""
        return self.name if self.name is not None else str(self.index)


@dataclass(frozen=True, slots=True)
class Build:
    """All stages in order, the final one, and how each of them serves it."""

    path: str
    stages: tuple[Stage, ...]
    final: int
    ignored: tuple[tuple[int, frozenset[str]], ...]

    def lineage(self, index: int) -> tuple[int, ...]:
        """A stage and those it is built on, the first one first."""
        chain = [index]
        while (parent := self.stages[chain[0]].parent) is not None:
            chain.insert(0, parent)
        return tuple(chain)

    @property
    def in_final_image(self) -> frozenset[int]:
        """The stages whose layers the final image holds."""
        return frozenset(self.lineage(self.final))

    @property
    def needed(self) -> frozenset[int]:
        """The stages that are built at all for the final image."""
        found: set[int] = set()
        waiting = [self.final]
        while waiting:
            index = waiting.pop()
            if index not in found:
                found.add(index)
                stage = self.stages[index]
                waiting += [*stage.sources, *(() if stage.parent is None else (stage.parent,))]
        return frozenset(found)


def read_build(
    dockerfile: Dockerfile,
    *,
    arch: str,
    build_arch: str,
    build_args: Mapping[str, str] | None = None,
    target: str | None = None,
) -> Build:
    """The stages of a Dockerfile, built for an Alpine architecture, on one, up to `target`.

    Raises InputError for what BuildKit would refuse: stages in a circle, a target that is none, broken variables.
    """
    return _Reader(dockerfile, of_arch(arch), of_arch(build_arch), build_args or {}).build(target)


class _Reader:
    """Goes over the stages once, in order."""

    def __init__(self, dockerfile: Dockerfile, target: Platform, host: Platform, build_args: Mapping[str, str]) -> None:
        self._file = dockerfile
        self._target = target
        self._host = host
        self._build_args = build_args
        self._stages: list[Stage] = []
        self._ends: list[_State] = []
        self._names: dict[str, int] = {}
        self._global = Environment(args=self._platform_args())
        for instruction in dockerfile.head:
            self._global = self._argument(self._global, instruction)

    def _platform_args(self) -> dict[str, Value]:
        known = {**self._target.variables("TARGET"), **self._host.variables("BUILD"), "TARGETSTAGE": "default"}
        return {name: (self._build_args.get(name, value),) for name, value in known.items()}

    def build(self, target: str | None) -> Build:
        self._refuse_circles()
        all_names = {
            name: index
            for index, stage in enumerate(self._file.stages)
            if (name := _stage_name(stage.start.arguments)) is not None
        }
        for index, stage in enumerate(self._file.stages):
            self._stage(index, stage, all_names)
        final = len(self._stages) - 1 if target is None else self._find_target(target)
        build = Build(self._file.path, tuple(self._stages), final, self._file.ignored)
        _refuse_copy_circles(build)
        return build

    def _find_target(self, target: str) -> int:
        found = self._names.get(target.lower())
        if found is None and target.isascii() and target.isdigit() and int(target[:6]) < len(self._stages):
            found = int(target)
        if found is None:
            names = ", ".join(stage.title for stage in self._stages)
            message = f"{self._file.path}: no stage is called {target!r}; there are {names}"
            raise InputError(message)
        return found

    def _refuse_circles(self) -> None:
        # For BuildKit a FROM sees earlier stages only: two that name each other would have to be images of these names.
        links: dict[str, str] = {}
        for stage in self._file.stages:
            name, base = _stage_name(stage.start.arguments), stage.start.arguments[:1]
            if name is not None and base:
                links.setdefault(name, base[0].lower())
        for start, base in links.items():
            seen = [start]
            while base in links and base not in seen:
                seen.append(base)
                base = links[base]
            if len(seen) > 1 and base == start and read_reference(start).kind is Kind.OTHER:
                message = f"{self._file.path}: the stages stand in a circle: {' → '.join([*seen, start])}"
                raise InputError(message)

    def _stage(self, index: int, source: SourceStage, all_names: Mapping[str, int]) -> None:
        start = source.start
        name = _stage_name(start.arguments, where=f"{self._file.path}: line {start.line}")
        text = self._words(self._global, start.arguments[0], start)
        parent = self._names.get(text.lower())
        state = self._start(start, text, parent)
        for instruction in source.instructions:
            _INSTRUCTIONS.get(instruction.keyword, _Reader._other)(self, state, instruction)
        self._stages.append(
            Stage(
                index=index,
                name=name,
                line=start.line,
                image=state.image,
                kind=Kind.STAGE if parent is not None else state.image.kind,
                parent=parent,
                arch=state.arch,
                steps=tuple(state.steps),
                sources=tuple(self._sources(state.sources, all_names, index)),
                notes=tuple(state.notes),
            )
        )
        self._ends.append(state)
        if name is not None:
            self._names[name] = index

    def _start(self, start: Instruction, text: str, parent: int | None) -> _State:
        platform = start.flag("platform")
        state = _State(read_reference(text), self._target.arch or self._target.machine, self._global)
        if parent is not None:
            base = self._ends[parent]
            state = _State(base.image, base.arch, base.environment, base.shell, base.user)
        else:
            unknown = None
            if state.image.kind not in (Kind.ALPINE, Kind.SCRATCH):
                unknown = f"the image {text} may have set it"
            state.environment = Environment(unknown=unknown)
            state.arch = state.image.arch or state.arch
        if platform is not None and (written := self._words(self._global, platform, start)):
            asked = parse_platform(written, start.line)
            if asked.arch is None:
                state.notes.append(Note(start.line, f"Alpine is not built for {asked}: {state.arch} is taken"))
            state.arch = asked.arch or state.arch
        if start.arguments[0] != text and text.endswith(":"):
            state.notes.append(Note(start.line, f"{start.arguments[0]} has no value here: give it with --build-arg"))
        return state

    def _words(self, environment: Environment, text: str, instruction: Instruction) -> str:
        field = as_field(environment.expand(text, self._file.escape, instruction.line))
        return field.source if isinstance(field, Hole) else field

    def _sources(self, sources: Iterable[tuple[str, int]], names: Mapping[str, int], index: int) -> Iterable[int]:
        for source, line in sources:
            if source.isascii() and source.isdigit():
                if len(source) > 6 or int(source) >= len(self._file.stages):
                    message = f"{self._file.path}: line {line}: there is no stage {source[:20]}"
                    raise InputError(message)
                yield int(source)
            elif source.lower() in names:
                found = self._names.get(source.lower(), names[source.lower()])
                if found == index:
                    message = f"{self._file.path}: line {line}: the stage {source} takes files from itself, a circle"
                    raise InputError(message)
                yield found

    # Instructions

    def _argument(self, environment: Environment, instruction: Instruction) -> Environment:
        for word in instruction.arguments:
            name, equals, default = word.partition("=")
            name = self._words(environment, name, instruction)
            value = environment.expand(default, self._file.escape, instruction.line) if equals else None
            if name in self._build_args:
                value = (self._build_args[name],)
            elif value is None and environment is not self._global:
                value = self._global.args.get(name) if hasattr(self, "_global") else None
            environment = environment.with_arg(name, value)
        return environment

    def _arg(self, state: _State, instruction: Instruction) -> None:
        before = state.environment
        state.environment = self._argument(before, instruction)
        for word in instruction.arguments:
            if "=" not in word and word not in state.environment.args and word not in PREDEFINED:
                state.notes.append(Note(instruction.line, f"ARG {word} has no value here: give it with --build-arg"))

    def _env(self, state: _State, instruction: Instruction) -> None:
        before = state.environment
        for name, value in zip(instruction.arguments[::3], instruction.arguments[1::3], strict=False):
            name = self._words(before, name, instruction)
            state.environment = state.environment.with_env(
                name, before.expand(value, self._file.escape, instruction.line)
            )

    def _shell(self, state: _State, instruction: Instruction) -> None:
        if instruction.exec_form and instruction.arguments:
            state.shell = instruction.arguments

    def _user(self, state: _State, instruction: Instruction) -> None:
        state.user = self._words(state.environment, instruction.rest, instruction)

    def _run(self, state: _State, instruction: Instruction) -> None:
        mounts = read_mounts(instruction, lambda text: self._words(state.environment, text, instruction))
        state.sources += [(mount.source, instruction.line) for mount in mounts if mount.source]
        events = read_run(instruction, state.shell, state.environment.variables(), state.arch)
        state.add(instruction, events, mounts)

    def _copy(self, state: _State, instruction: Instruction) -> None:
        source = instruction.flag("from")
        if source is not None:
            source = self._words(state.environment, source, instruction)
            state.sources.append((source, instruction.line))
        copies, events = read_copy(
            instruction, lambda text: state.environment.expand(text, self._file.escape, instruction.line)
        )
        index = None if source is None else self._names.get(source.lower())
        if source is not None and source.isascii() and source.isdigit() and len(source) < 6:
            index = int(source)
        if events or index is not None:
            state.add(instruction, events, copies=copies, source=index)

    def _onbuild(self, state: _State, instruction: Instruction) -> None:
        if "apk" in instruction.original:
            text = "ONBUILD runs in images that are built on this one: not counted here"
            state.notes.append(Note(instruction.line, text))

    def _other(self, state: _State, instruction: Instruction) -> None:
        """Nothing else touches packages."""


_INSTRUCTIONS = {
    "ADD": _Reader._copy,
    "ARG": _Reader._arg,
    "COPY": _Reader._copy,
    "ENV": _Reader._env,
    "ONBUILD": _Reader._onbuild,
    "RUN": _Reader._run,
    "SHELL": _Reader._shell,
    "USER": _Reader._user,
}


class _State:
    """What a stage has come to while it is read."""

    def __init__(
        self,
        image: Reference,
        arch: str,
        environment: Environment,
        shell: tuple[str, ...] = _DEFAULT_SHELL,
        user: str = "",
    ) -> None:
        self.image = image
        self.arch = arch
        self.environment = environment
        self.shell = shell
        self.user = user
        self.steps: list[Step] = []
        self.sources: list[tuple[str, int]] = []
        self.notes: list[Note] = []

    def add(
        self,
        instruction: Instruction,
        events: tuple[Event, ...],
        mounts: tuple[Mount, ...] = (),
        copies: tuple[tuple[str, str], ...] = (),
        source: int | None = None,
    ) -> None:
        """One more step, where there is something in it."""
        if not (events or source is not None):
            return
        text = " ".join(instruction.original.split())
        self.steps.append(
            Step(instruction.line, instruction.end_line, instruction.keyword, text, events, mounts, copies, source)
        )


def _stage_name(arguments: tuple[str, ...], where: str = "") -> str | None:
    if len(arguments) == 1:
        return None
    if len(arguments) != 3 or arguments[1].upper() != "AS":
        if where:
            message = f"{where}: {_FROM_FORM}"
            raise InputError(message)
        return None
    return arguments[2].lower()


def _refuse_copy_circles(build: Build) -> None:
    done: set[int] = set()
    for start in range(len(build.stages)):
        path: list[int] = []
        waiting = [(start, 0)]
        while waiting:
            index, depth = waiting.pop()
            del path[depth:]
            if index in path:
                circle = [build.stages[i].title for i in (*path[path.index(index) :], index)]
                message = f"{build.path}: the stages stand in a circle: {' → '.join(circle)}"
                raise InputError(message)
            if index in done:
                continue
            path.append(index)
            stage = build.stages[index]
            waiting += [(i, depth + 1) for i in (*stage.sources, *(() if stage.parent is None else (stage.parent,)))]
        done.update(path)
