"""RUN and COPY: the mounts they have, the script that a shell would get, and what it does to packages."""

from __future__ import annotations

import posixpath
import shlex
from collections.abc import Callable, Iterable
from typing import NamedTuple

from apkgraph.dockerfile.events import Event, RepositoriesWritten, Unresolved
from apkgraph.dockerfile.limits import WorkLimits
from apkgraph.dockerfile.parse import Heredoc, Instruction
from apkgraph.dockerfile.shell.commands import SHELLS
from apkgraph.dockerfile.shell.files import CACHE, placed
from apkgraph.dockerfile.shell.shell import ScriptPlatform
from apkgraph.dockerfile.shell.statements import read_shell
from apkgraph.dockerfile.shell.syntax import Lines, lines_of, one_line
from apkgraph.dockerfile.shell.values import Unknown, Value, Variables, as_field
from apkgraph.redaction import redact

_NOT_KEPT = ("cache", "tmpfs")  # what is written to mounts of these types is not in the layer
_INDEX_PLACES = (CACHE, "/etc/apk/cache")


class Mount(NamedTuple):
    """A `--mount` of RUN."""

    kind: str
    target: str
    source: str  # the stage or image of `from=`

    @property
    def keeps_indexes_out(self) -> bool:
        """Whether what apk leaves in its cache lands in this mount, and so in no layer."""
        target = self.target.rstrip("/")
        return self.kind in _NOT_KEPT and any(f"{place}/".startswith(f"{target}/") for place in _INDEX_PLACES)

    def events(self, line: int) -> Iterable[Event]:
        """What it puts in the place of apk's own files."""
        found = placed(self.target, self.target) if self.kind not in _NOT_KEPT else None
        if found is not None:
            yield from _placed(line, (Unknown(self.target, "what is mounted there is not known"),), *found, append=True)


def read_mounts(instruction: Instruction, expand: Callable[[str], str]) -> tuple[Mount, ...]:
    """The mounts of a RUN."""
    return tuple(_mount(expand(value)) for name, value in instruction.flags if name == "mount")


def _mount(text: str) -> Mount:
    pairs = dict(pair.strip().partition("=")[::2] for pair in text.split(","))
    target = pairs.get("target") or pairs.get("dst") or pairs.get("destination") or ""
    return Mount(pairs.get("type", "bind"), target, pairs.get("from", ""))


def read_run(
    instruction: Instruction,
    shell: tuple[str, ...],
    variables: Variables,
    machine: ScriptPlatform,
    work_limits: WorkLimits,
) -> tuple[Event, ...]:
    """What a RUN does to packages, in order."""
    if instruction.exec_form:
        script = " ".join(shlex.quote(word) for word in instruction.arguments)
        return read_shell(script, one_line(instruction.line), variables, machine=machine, work_limits=work_limits)
    script, lines, interpreter = _script(instruction)
    name = (interpreter or shell[0]).rsplit("/", 1)[-1]
    if name in SHELLS:
        return read_shell(
            script, lines, variables, machine=machine, work_limits=work_limits, is_bash=name in ("bash", "zsh", "ksh")
        )
    if "apk" in script:
        reason = f"its script is for {name}, not for a shell"
        return (Unresolved(instruction.line, redact(" ".join(instruction.original.split()))[:200], reason),)
    return ()


def _script(instruction: Instruction) -> tuple[str, Lines, str]:
    """The script, where its lines come from, and the interpreter that its `#!` names, if it has one."""
    rest, heredocs = instruction.rest, instruction.heredocs
    if len(heredocs) == 1 and rest.startswith("<<") and len(rest.split()) == 1:
        text = heredocs[0].text
        return text, lines_of(text, heredocs[0].line), _interpreter(text)
    start = len(instruction.original.rstrip().encode("utf-8", "replace")) - len(rest.encode("utf-8", "replace"))
    places = zip(instruction.lines.offsets, instruction.lines.lines, strict=True)
    pairs = [(max(0, at - start), line) for at, line in places]
    text = rest
    for heredoc in heredocs:
        text, pairs = _with_heredoc(text, pairs, heredoc)
    return text, Lines(tuple(at for at, _ in pairs), tuple(line for _, line in pairs)), ""


def _with_heredoc(text: str, pairs: list[tuple[int, int]], heredoc: Heredoc) -> tuple[str, list[tuple[int, int]]]:
    size = len(text.encode("utf-8", "replace")) + 1
    body = f"{heredoc.text}{heredoc.name}"
    inner = lines_of(body, heredoc.line)
    placed = [(size + at, line) for at, line in zip(inner.offsets, inner.lines, strict=True)]
    return f"{text}\n{body}", [*pairs, *placed]


def _interpreter(text: str) -> str:
    if not text.startswith("#!"):
        return ""
    words = text[2:].split("\n", 1)[0].split()
    if words and words[0].rsplit("/", 1)[-1] == "env":
        words = [word for word in words[1:] if not word.startswith("-")]
    return words[0] if words else ""


def within(directory: str, path: str) -> str:
    """A path in a working directory; `` where that is not known."""
    if path.startswith("/"):
        return path
    return posixpath.normpath(posixpath.join(directory, path)) if directory else ""


def read_copy(
    instruction: Instruction, directory: str, expand: Callable[[str], Value]
) -> tuple[tuple[tuple[str, str], ...], tuple[Event, ...]]:
    """What a COPY takes where, and what it does to the repositories file."""
    paths = [as_field(expand(argument)) for argument in instruction.arguments]
    words = [path.source if isinstance(path, Unknown) else path for path in paths]
    if len(words) < 2:
        return (), ()
    destination = within(directory, words[-1]) or words[-1]
    copies = tuple((source, destination) for source in words[:-1])
    heredocs = iter(instruction.heredocs)
    events: list[Event] = []
    for source in words[:-1]:
        heredoc = next(heredocs, None) if source.startswith("<<") else None
        found = placed(source if heredoc is None else heredoc.name, destination)
        if found is not None:
            unknown = Unknown(f"{source} {destination}", "what it holds is not known")
            value = (unknown,) if heredoc is None else expand_heredoc(heredoc, expand)
            events += _placed(instruction.line, value, *found, append=destination.rstrip("/").endswith(".d"))
    return copies, tuple(events)


def _placed(line: int, value: Value, root: str, name: str, *, append: bool) -> Iterable[Event]:
    """What a file does that becomes one of apk's own."""
    if name != "world":
        yield RepositoriesWritten(line, value, append=append or name == "*", root=root)
    if name != "repositories":
        yield Unresolved(line, f"{root}/etc/apk/world", "the world that apk finds there is not known")


def expand_heredoc(heredoc: Heredoc, expand: Callable[[str], Value]) -> Value:
    """The text of a here-document, its variables replaced where its name is not quoted."""
    return expand(heredoc.text) if heredoc.expand and "$" in heredoc.text else (heredoc.text,)
