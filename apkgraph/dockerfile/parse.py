"""The text of a Dockerfile to its instructions and stages, by BuildKit's own grammar (e2b-dockerfile-utils)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from e2b_dockerfile_utils import (
    DockerfileInstruction,
    DockerfileSyntaxError,
    chomp_heredoc_content,
    parse_dockerfile_ast,
)

from apkgraph import limits
from apkgraph.dockerfile.shell.syntax import Lines
from apkgraph.errors import InputError
from apkgraph.image.files import read_file, text_of
from apkgraph.redaction import is_secret_name

WHAT = "a Dockerfile"
_COMMENT = re.compile(r"^\s*#")
_IGNORE = re.compile(r"^\s*#\s*apkgraph:\s*ignore\s*=\s*(.*)$", re.IGNORECASE)
_BEFORE_FROM = ("ARG", "FROM")


class Heredoc(NamedTuple):
    """A here-document of an instruction; `expand`: variables in it are to be replaced."""

    name: str
    text: str
    expand: bool
    line: int


class Instruction(NamedTuple):
    """One instruction, its lines joined; `lines` tells where the bytes of `original` come from."""

    keyword: str
    line: int
    end_line: int
    original: str
    flags: tuple[tuple[str, str], ...]
    arguments: tuple[str, ...]
    exec_form: bool
    heredocs: tuple[Heredoc, ...]
    lines: Lines

    def flag(self, name: str) -> str | None:
        """The value of a flag such as `--from=…`."""
        return next((value for flag, value in self.flags if flag == name), None)

    @property
    def rest(self) -> str:
        """What stands behind the keyword and the flags, where it is not in exec form."""
        return self.arguments[0] if self.arguments else ""

    def triggered(self, escape: str) -> tuple[Instruction, ...]:
        """The instruction behind ONBUILD, which is done in stages that are built on this one; () for none."""
        text = "".join(self.original.split(maxsplit=1)[1:])
        start = len(self.original.encode("utf-8", "replace")) - len(text.encode("utf-8", "replace"))
        offsets = tuple(max(0, offset - start) for offset in self.lines.offsets)
        stages = parse_dockerfile(f"# escape={escape}\nFROM scratch\n{text}\n").stages
        return tuple(
            one._replace(line=self.line, end_line=self.end_line, lines=Lines(offsets, self.lines.lines))
            for one in stages[0].instructions
        )


class SourceStage(NamedTuple):
    """A FROM and the instructions up to the next one, as they are written."""

    start: Instruction
    instructions: tuple[Instruction, ...]


class Dockerfile(NamedTuple):
    """A Dockerfile as written: the instructions before the first FROM, the stages, and the rules ignored per line."""

    path: str
    escape: str
    head: tuple[Instruction, ...]
    stages: tuple[SourceStage, ...]
    ignored: tuple[tuple[int, frozenset[str]], ...]  # line that a comment speaks of, rules

    @property
    def secrets(self) -> dict[str, str]:
        """The values that ARG and ENV give to names such as TOKEN."""
        found: dict[str, str] = {}
        for instruction in (*self.head, *(one for stage in self.stages for one in stage.instructions)):
            pairs: Iterable[tuple[str, str]] = ()
            if instruction.keyword == "ARG":
                pairs = ((word.partition("=")[0], word.partition("=")[2]) for word in instruction.arguments)
            elif instruction.keyword == "ENV":
                pairs = zip(instruction.arguments[::3], instruction.arguments[1::3], strict=False)
            found |= {name: value.strip("\"'") for name, value in pairs if is_secret_name(name) and "$" not in value}
        return found


def read_dockerfile(path: str) -> Dockerfile:
    """Read and parse the file at `path` (`-`: standard input); InputError where it is no Dockerfile."""
    shown = "standard input" if path == "-" else path
    return parse_dockerfile(text_of(read_file(path, limits.DOCKERFILE_BYTES, WHAT), shown, WHAT), shown)


def parse_dockerfile(text: str, path: str = "Dockerfile") -> Dockerfile:
    """Parse the text of a Dockerfile; `path` is for messages."""
    lines = text.removeprefix("\ufeff").split("\n")
    for number, line in enumerate(lines, 1):
        most = limits.DOCKERFILE_LINE_BYTES
        if len(line.encode("utf-8", "replace")) > most:
            message = f"{path}: line {number}: longer than a line of a Dockerfile can be ({most} bytes)"
            raise InputError(message)
    try:
        ast = parse_dockerfile_ast(text)
    except RecursionError:
        message = f"{path}: line 1: an instruction in JSON that is nested too deeply"
        raise InputError(message) from None
    except DockerfileSyntaxError as error:
        reason = str(error).removeprefix("Dockerfile parse error").lstrip(": ").removeprefix("on ")
        where = "" if error.line is not None else "line 1: "
        message = f"{path}: {where}{reason[:300]}"
        raise InputError(message) from None
    instructions = [_instruction(one, lines, ast.escape_token) for one in ast.instructions]
    head, stages = _stages(path, instructions)
    return Dockerfile(path, ast.escape_token, head, stages, tuple(_ignored(lines)))


def _stages(path: str, instructions: Iterable[Instruction]) -> tuple[tuple[Instruction, ...], tuple[SourceStage, ...]]:
    head: list[Instruction] = []
    stages: list[tuple[Instruction, list[Instruction]]] = []
    for instruction in instructions:
        if instruction.keyword == "FROM":
            stages.append((instruction, []))
        elif stages:
            stages[-1][1].append(instruction)
        elif instruction.keyword in _BEFORE_FROM:
            head.append(instruction)
        else:
            message = f"{path}: line {instruction.line}: {instruction.keyword} before the first FROM"
            raise InputError(message)
    if len(stages) > limits.STAGES:
        message = f"{path}: line {stages[limits.STAGES][0].line}: more than {limits.STAGES} stages"
        raise InputError(message)
    if not stages:
        message = f"{path}: no FROM in it, so it is not a Dockerfile"
        raise InputError(message)
    return tuple(head), tuple(SourceStage(start, tuple(rest)) for start, rest in stages)


def _instruction(one: DockerfileInstruction, lines: list[str], escape: str) -> Instruction:
    joined, last = _joined(one, lines, escape)
    heredocs = []
    line = last + 1
    for heredoc in one.heredocs:
        text = chomp_heredoc_content(heredoc.content) if heredoc.chomp else heredoc.content
        heredocs.append(Heredoc(heredoc.name, text, heredoc.expand, line))
        line += heredoc.content.count("\n") + 1
    flags = [flag.removeprefix("--").partition("=") for flag in one.flags]
    return Instruction(
        keyword=one.name,
        line=one.start_line,
        end_line=one.end_line,
        original=one.original,
        flags=tuple((name, value) for name, _, value in flags),
        arguments=tuple(one.args),
        exec_form=one.json,
        heredocs=tuple(heredocs),
        lines=joined,
    )


def _joined(one: DockerfileInstruction, lines: list[str], escape: str) -> tuple[Lines, int]:
    """Join the lines of an instruction as the parser did, to know where each piece comes from; and the last line."""
    mark = re.escape(escape)
    continuation = re.compile(rf"([^{mark}]){mark}[ \t]*$|^{mark}[ \t]*$")
    offsets: list[int] = []
    numbers: list[int] = []
    size, number = 0, one.start_line
    for number in range(one.start_line, one.end_line + 1):
        line = lines[number - 1].rstrip("\r")
        if number == one.start_line:
            line = line.lstrip()
        elif _COMMENT.match(line) or not line.strip():
            continue
        offsets.append(size)
        numbers.append(number)
        text, more = continuation.subn(r"\1", line)
        size += len(text.encode("utf-8", "replace"))
        if not more:
            break
    return Lines(tuple(offsets), tuple(numbers)), number


def _ignored(lines: list[str]) -> Iterable[tuple[int, frozenset[str]]]:
    """`# apkgraph: ignore=RULE,RULE` speaks of the next line that is not a comment."""
    rules: set[str] = set()
    for number, line in enumerate(lines, 1):
        found = _IGNORE.match(line)
        if found:
            rules.update(found[1].replace(",", " ").split())
        elif rules and line.strip() and not _COMMENT.match(line):
            yield number, frozenset(rules)
            rules = set()
