"""What commands print, where that is certain, and where it goes: into the repositories file, or into another shell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tree_sitter import Node

from apkgraph.inputs.events import RepositoriesWritten
from apkgraph.inputs.shell_commands import REPOSITORIES, SHELLS
from apkgraph.inputs.shell_syntax import lines_of, one_line, statements
from apkgraph.inputs.shell_values import Field, Hole, Part, Value, as_field, joined, known

if TYPE_CHECKING:
    from apkgraph.inputs.shell import Shell

_ESCAPES = {"n": "\n", "t": "\t", "\\": "\\"}
_KERNEL_NAMES = {"x86": "i686", "armv7": "armv7l"}  # what `uname -m` says where it is not Alpine's name
_DEEPEST = 40  # braces in braces
_UNCERTAIN = ("armhf",)  # depends on the machine that it is built on


def printed(shell: Shell, nodes: list[Node]) -> Value | None:
    """What these statements print, without the newlines at its end; None where that is not certain."""
    lines: list[Part] = []
    for node in nodes:
        value = _output(shell, node)
        if value is None:
            return None
        lines += map(Part, value)
    value = joined(lines)
    if value and isinstance(value[-1], str):
        value = (*value[:-1], value[-1].rstrip("\n"))
    return value


def _output(shell: Shell, node: Node, depth: int = 0) -> Value | None:
    if depth > _DEEPEST:
        return None
    if node.type == "compound_statement":
        inner = [_output(shell, child, depth + 1) for child in statements(node)]
        return None if None in inner else joined([Part(piece) for value in inner for piece in value or ()])
    if node.type == "redirected_statement":
        body = node.child_by_field_name("body")
        heredoc = _heredoc(shell, node)
        if body is not None and heredoc is not None and shell.script.text(body) == "cat":
            return heredoc
    if node.type != "command":
        return None
    words = shell.words.fields(
        [child for child in node.children if child.type == "command_name"] + node.children_by_field_name("argument")
    )
    return _command_output(shell, words)


def _command_output(shell: Shell, words: list[Field]) -> Value | None:
    if words[:1] == ["echo"]:
        return _echo(words[1:])
    if words[:1] == ["printf"]:
        return _printf(words[1:])
    if words == ["apk", "--print-arch"]:
        return (shell.run.arch + "\n",)
    if words in (["uname", "-m"], ["arch"]) and shell.run.arch not in _UNCERTAIN:
        return (_KERNEL_NAMES.get(shell.run.arch, shell.run.arch) + "\n",)
    return None


def _echo(words: list[Field]) -> Value:
    options = ""
    while words and isinstance(words[0], str) and words[0] in ("-e", "-n", "-en", "-ne", "-E"):
        options += words[0]
        words = words[1:]
    parts: list[Part] = []
    for word in words:
        parts += [Part(" "), Part(_unescaped(word) if isinstance(word, str) and "e" in options else word)]
    return joined(parts[1:] if "n" in options else [*parts[1:], Part("\n")])


def _printf(words: list[Field]) -> Value | None:
    if not words or not isinstance(words[0], str):
        return None
    pieces = re.split(r"%s", _unescaped(words[0]))
    if any("%" in piece for piece in pieces):
        return None
    arguments = words[1:] or [""]
    slots = len(pieces) - 1
    if not slots:
        return (pieces[0],)
    parts: list[Part] = []
    for start in range(0, len(arguments), slots):
        row = [*arguments[start : start + slots], *[""] * slots][:slots]
        for piece, argument in zip(pieces, [*row, ""], strict=True):
            parts += [Part(piece), Part(argument)]
    return joined(parts)


def _unescaped(text: str) -> str:
    return re.sub(r"\\([nt\\])", lambda match: _ESCAPES[match[1]], text)


def follow_redirects(shell: Shell, node: Node, source: Node | None) -> None:
    """Follow what `source` prints to where `node` sends it."""
    if node.type == "redirected_statement":
        _to_files(shell, node)
        if source is not None and source.type == "command":
            _into_shell(shell, source, _heredoc(shell, node), node)
    elif node.type == "command" and source is not None:
        words = shell.words.fields(node.children_by_field_name("argument"))
        name = node.child_by_field_name("name")
        if name is not None and shell.script.text(name) == "tee":
            for path in (word for word in words if isinstance(word, str) and word.endswith(REPOSITORIES)):
                _write(shell, source, path, append="-a" in words, line=shell.script.line(source))
        else:
            _into_shell(shell, node, _output(shell, source), source)


def _to_files(shell: Shell, node: Node) -> None:
    for redirect in _redirects(node):
        destination = redirect.child_by_field_name("destination")
        if redirect.type != "file_redirect" or destination is None:
            continue
        path = as_field(shell.words.value(destination))
        body = node.child_by_field_name("body")
        signs = [child.type for child in redirect.children if not child.is_named]
        if isinstance(path, str) and path.endswith(REPOSITORIES) and signs and ">" in signs[0]:
            source = node if _heredoc(shell, node) is not None else body
            _write(shell, source, path, append=signs[0] == ">>", line=shell.script.line(node))


def _redirects(node: Node) -> list[Node]:
    outer = node.children_by_field_name("redirect")
    inner = [child for one in outer if one.type == "heredoc_redirect" for child in one.named_children]
    return [*outer, *(child for child in inner if child.type == "file_redirect")]


def _write(shell: Shell, source: Node | None, path: str, *, append: bool, line: int) -> None:
    value = _output(shell, source) if source is not None else ()
    if value is None and source is not None:
        value = (Hole(shell.script.text(source), "only the running shell knows what is written"),)
    root = path[: -len(REPOSITORIES)]
    shell.emit(RepositoriesWritten(line, value or (), append, root, shell.conditional))


def _heredoc(shell: Shell, node: Node) -> Value | None:
    for redirect in node.children_by_field_name("redirect"):
        if redirect.type != "heredoc_redirect":
            continue
        parts = {child.type: child for child in redirect.children}
        start, body = parts.get("heredoc_start"), parts.get("heredoc_body")
        if start is None or body is None:
            return ()
        text = shell.script.text(body)
        quoted = any(sign in shell.script.text(start) for sign in "'\"\\")
        value = (text,) if quoted else shell.words.heredoc(body)
        if "<<-" in parts:
            return tuple(re.sub(r"(?m)^\t+", "", piece) if isinstance(piece, str) else piece for piece in value)
        return value
    return None


def _into_shell(shell: Shell, command: Node, value: Value | None, source: Node) -> None:
    """`sh <<EOF`, `echo … | sh`: what a shell reads is a script."""
    name = command.child_by_field_name("name")
    if value is None or name is None or shell.script.text(name).rsplit("/", 1)[-1] not in SHELLS:
        return
    words = shell.words.fields(command.children_by_field_name("argument"))
    if any(not isinstance(word, str) or word == "-c" or not word.startswith("-") for word in words):
        return
    text = known(value)
    if text is None:
        shell.unresolved(source, "the script is not known whole")
        return
    body = next((child for one in _redirects(source) for child in one.children if child.type == "heredoc_body"), None)
    lines = one_line(shell.script.line(source)) if body is None else lines_of(text, shell.script.line(body))
    shell.script_text(text, lines, own=True)
