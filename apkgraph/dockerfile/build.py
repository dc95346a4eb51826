"""A Dockerfile's stages as BuildKit would build them: which image each starts from, and which the final one takes.

Source: the Dockerfile reference, and BuildKit's documentation of build arguments.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from apkgraph.dockerfile.environment import Environment
from apkgraph.dockerfile.parse import Dockerfile, Instruction, SourceStage
from apkgraph.dockerfile.references import Kind, documented_environment, read_reference
from apkgraph.dockerfile.shell.values import Value, is_number
from apkgraph.dockerfile.stage_reader import StageReader, Surroundings
from apkgraph.dockerfile.stages import Build, Stage
from apkgraph.errors import InputError
from apkgraph.image.platforms import Platform, of_arch, parse_platform

_FROM_FORM = "FROM takes an image, and AS with a name for the stage"


def read_build(
    dockerfile: Dockerfile,
    *,
    arch: str,
    build_arch: str,
    build_args: Mapping[str, str] | None = None,
    target: str | None = None,
) -> Build:
    """The stages of a Dockerfile, built for an Alpine architecture, on one, up to `target`.

    Raises InputError for what BuildKit would refuse: stages in a cycle, an unknown target, broken variables.
    """
    _refuse_circles_of_names(dockerfile)
    return _Reader(dockerfile, of_arch(arch), of_arch(build_arch), build_args or {}).build(target)


class _Reader:
    """Goes over the stages once, in order."""

    def __init__(self, dockerfile: Dockerfile, target: Platform, host: Platform, build_args: Mapping[str, str]) -> None:
        self._file = dockerfile
        self._target = target
        self._stages: list[Stage] = []
        self._readers: list[StageReader] = []
        self._all_names = {
            name: index
            for index, stage in enumerate(dockerfile.stages)
            if (name := _stage_name(stage.start)) is not None
        }
        known = {**target.variables("TARGET"), **host.variables("BUILD"), "TARGETSTAGE": "default"}
        given: dict[str, Value] = {name: (build_args.get(name, value),) for name, value in known.items()}
        self._build = Surroundings(dockerfile.escape, build_args, Environment(args=given))

    def build(self, target: str | None) -> Build:
        try:
            for instruction in self._file.head:
                self._build.global_args = self._build.declare(self._build.global_args, instruction, outside=True)
            for index, source in enumerate(self._file.stages):
                self._stages.append(self._stage(index, source))
        except InputError as error:
            text = str(error)
            message = text if text.startswith(self._file.path) else f"{self._file.path}: {text}"
            raise InputError(message) from None
        final = len(self._stages) - 1 if target is None else self._find(target)
        build = Build(self._file.path, tuple(self._stages), final, self._file.ignored)
        _refuse_circles(build)
        return build

    def _find(self, target: str) -> int:
        found = self._build.names.get(target.lower())
        if found is None and is_number(target) and len(target) < 6 and int(target) < len(self._stages):
            found = int(target)
        if found is None:
            names = ", ".join(stage.title for stage in self._stages)
            message = f"{self._file.path}: no stage is called {target!r}; there are {names}"
            raise InputError(message)
        return found

    def _stage(self, index: int, source: SourceStage) -> Stage:
        start = source.start
        name = _stage_name(start)
        if not start.arguments or (name is None and len(start.arguments) != 1):
            message = f"line {start.line}: {_FROM_FORM}"
            raise InputError(message)
        text = self._build.text(self._build.global_args, start.arguments[0], start.line)
        parent = self._build.names.get(text.lower())
        reader = self._start(start, text, parent)
        for instruction in source.instructions:
            reader.read(instruction, self._build)
        self._readers.append(reader)
        if name is not None:
            self._build.names[name] = index
        return Stage(
            index=index,
            name=name,
            line=start.line,
            image=reader.image,
            kind=Kind.STAGE if parent is not None else reader.image.kind,
            parent=parent,
            arch=reader.arch,
            steps=tuple(reader.steps),
            sources=tuple(self._sources(reader.sources)),
            notes=tuple(reader.notes),
        )

    def _start(self, start: Instruction, text: str, parent: int | None) -> StageReader:
        if parent is not None:
            reader = self._readers[parent].child(self._build)
        else:
            image = read_reference(text)
            vague = image.kind not in (Kind.ALPINE, Kind.SCRATCH)
            environment = Environment(
                documented_environment(image), unknown=f"the image {text} may have set it" if vague else None
            )
            reader = StageReader(image, image.arch or self._target.arch or self._target.machine, environment)
        platform = self._build.text(self._build.global_args, start.flag("platform") or "", start.line)
        if platform:
            asked = parse_platform(platform, start.line)
            if asked.arch is None:
                reader.note(start.line, f"Alpine is not built for {asked}: {reader.arch} is taken")
            reader.arch = asked.arch or reader.arch
        if text.endswith((":", "@")) or not text:
            reader.note(start.line, f"{start.arguments[0]} has no value here: give it with --build-arg")
        return reader

    def _sources(self, sources: Iterable[tuple[str, int]]) -> Iterable[int]:
        """The stages that files are taken from; any other name is an image's."""
        for source, line in sources:
            if source.isascii() and source.isdigit():
                if len(source) > 6 or int(source) >= len(self._file.stages):
                    message = f"line {line}: there is no stage {source[:20]}"
                    raise InputError(message)
                yield int(source)
            elif source.lower() in self._all_names:
                yield self._build.names.get(source.lower(), self._all_names[source.lower()])


def _stage_name(start: Instruction) -> str | None:
    arguments = start.arguments
    return arguments[2].lower() if len(arguments) == 3 and arguments[1].upper() == "AS" else None


def _refuse_circles_of_names(dockerfile: Dockerfile) -> None:
    # For BuildKit a FROM sees earlier stages only: two that name each other would have to be images of these names.
    links: dict[str, str] = {}
    for stage in dockerfile.stages:
        name = _stage_name(stage.start)
        if name is not None:
            links.setdefault(name, stage.start.arguments[0].lower())
    for start, base in links.items():
        seen = {start: None}  # a dict: in order, and looked up at once
        while base in links and base not in seen:
            seen[base] = None
            base = links[base]
        if len(seen) > 1 and base == start and all(read_reference(one).kind is Kind.OTHER for one in seen):
            message = f"{dockerfile.path}: the stages depend on each other in a cycle: {' → '.join([*seen, start])}"
            raise InputError(message)


def _refuse_circles(build: Build) -> None:
    """A stage must not need itself, by FROM, COPY --from and mounts: an iterative search in depth."""
    done: set[int] = set()
    path: list[int] = []
    waiting = [(index, 0) for index in range(len(build.stages))]
    while waiting:
        index, depth = waiting.pop()
        done.update(path[depth:])
        del path[depth:]
        if index in path:
            circle = [build.stages[one].title for one in (*path[path.index(index) :], index)]
            message = f"{build.path}: the stages depend on each other in a cycle: {' → '.join(circle)}"
            raise InputError(message)
        if index not in done:
            path.append(index)
            waiting += [(other, depth + 1) for other in build.stages[index].needs]
