"""What commands print, where that is certain, and where it goes: into the repositories file, or into another shell."""

from __future__ import annotations

import re

from tree_sitter import Node

from apkgraph import limits
from apkgraph.dockerfile.events import RepositoriesWritten
from apkgraph.dockerfile.shell.commands import SHELLS, names_apk, unwrapped
from apkgraph.dockerfile.shell.conditions import FAILS, SUCCEEDS, UNKNOWN, Status, test_status
from apkgraph.dockerfile.shell.files import REPOSITORIES, WORLD, absolute, root_of
from apkgraph.dockerfile.shell.shell import Shell
from apkgraph.dockerfile.shell.syntax import lines_of, one_line, statements, words_of
from apkgraph.dockerfile.shell.values import Field, Part, Unknown, Value, as_field, is_number, joined, known

_ESCAPES = {"n": "\n", "t": "\t", "\\": "\\"}
_KERNEL_NAMES = {"x86": "i686", "armv7": "armv7l"}  # what `uname -m` says where it is not Alpine's name
_RELEASE_FILE = "/etc/alpine-release"
_PLAIN_SUBSTITUTION = re.compile(r"s(\W)([^\n]{1,64}?)\1([^\n]{0,64}?)\1(g?)$")
_MEANS_MORE = re.compile(r"[\\.*\[\]^$&+?(){}|]")  # to a regular expression, or in what takes its place
_TAKE_BRANCH = frozenset(
    ("cut-d.-f1,2", "cut-d.-f1-2", "cut-d.-f-2", "egrep-o^[0-9]+\\.[0-9]+", "grep-Eo^[0-9]+\\.[0-9]+",
     "grep-oE^[0-9]+\\.[0-9]+")
)  # fmt: skip
_INTERPRETERS = ("node", "perl", "python", "ruby")
_UNCERTAIN = ("armhf",)  # depends on the machine that it is built on


def printed(shell: Shell, nodes: list[Node]) -> Value | None:
    """What these statements print, without the newlines at its end; None where that is not certain."""
    lines: list[Part] = []
    for node in nodes:
        value = output(shell, node)
        if value is None:
            return None
        lines += map(Part, value)
    value = joined(lines)
    if value and isinstance(value[-1], str):
        value = (*value[:-1], value[-1].rstrip("\n"))
    return value


def output(shell: Shell, node: Node, depth: int = 0) -> Value | None:
    """What a statement prints; None where that is not certain."""
    if depth > limits.EXPANSION_NESTING:
        return None
    if node.type == "compound_statement":
        inner = [output(shell, child, depth + 1) for child in statements(node)]
        return None if None in inner else joined([Part(piece) for value in inner for piece in value or ()])
    if node.type == "redirected_statement":
        return redirected_output(shell, node, node.child_by_field_name("body"))
    if node.type == "pipeline":
        return _pipeline_output(shell, list(statements(node)), depth)
    if node.type == "list":
        return _list_output(shell, node, depth)
    if node.type == "test_command":
        return ()
    if node.type != "command":
        return None
    return _command_output(shell, shell.words.fields(words_of(node)))


def _command_output(shell: Shell, words: list[Field]) -> Value | None:
    if words in ([":"], ["true"]):
        return ()
    if words[:1] == ["echo"]:
        return _echo(words[1:])
    if words[:1] == ["printf"]:
        return _printf(words[1:])
    if words[:1] == ["seq"]:
        return _seq(words[1:])
    arch = shell.run.machine.arch
    if words in (["apk", "--print-arch"], ["cat", "/etc/apk/arch"]):
        return (arch + "\n",)
    if words in (["uname", "-m"], ["arch"]) and arch not in _UNCERTAIN:
        return (_KERNEL_NAMES.get(arch, arch) + "\n",)
    return _branch(shell) if words[-1:] == [_RELEASE_FILE] and _takes_branch(words[:-1]) else None


def _seq(words: list[Field]) -> Value | None:
    """`seq [FIRST] LAST`."""
    numbers = [int(word) for word in words if isinstance(word, str) and is_number(word) and len(word) < 4]
    if not numbers or len(numbers) != len(words) or len(numbers) > 2:
        return None
    return ("".join(f"{number}\n" for number in range(numbers[0] if len(numbers) == 2 else 1, numbers[-1] + 1)),)


def redirected_output(shell: Shell, node: Node, body: Node | None) -> Value | None:
    """What a command prints that gets a here-document, where it does no more than pass it on."""
    is_cat = body is not None and shell.script.text(body) == "cat"
    return _heredoc(shell, node) if is_cat else None


def _list_output(shell: Shell, node: Node, depth: int) -> Value | None:
    """`TEST && echo x || echo y`, where the test can be decided."""
    children = [child for child in node.children if child.type != "comment"]
    if len(children) != 3 or children[1].type not in ("&&", "||"):
        return None
    left, sign, right = children
    status = _status(shell, left)
    first = output(shell, left, depth + 1)
    if status not in (SUCCEEDS, FAILS) or first is None:
        return None
    if (sign.type == "&&") != (status == SUCCEEDS):
        return first
    second = output(shell, right, depth + 1)
    return None if second is None else joined([Part(piece) for piece in (*first, *second)])


def _status(shell: Shell, node: Node, depth: int = 0) -> Status:
    """How a command ends that only tests or prints; UNKNOWN for any other."""
    if depth > limits.EXPANSION_NESTING:
        return UNKNOWN
    if node.type == "test_command":
        return test_status(shell.words, node)
    if node.type == "list" and len(node.named_children) == 2:
        left, right = node.named_children
        status = _status(shell, left, depth + 1)
        sign = next((child.type for child in node.children if child.type in ("&&", "||")), "")
        if status not in (SUCCEEDS, FAILS):
            return UNKNOWN
        return _status(shell, right, depth + 1) if (sign == "&&") == (status == SUCCEEDS) else status
    name = node.child_by_field_name("name") if node.type == "command" else None
    return SUCCEEDS if name is not None and shell.script.text(name) in ("echo", "printf", "true", ":") else UNKNOWN


def _pipeline_output(shell: Shell, stages: list[Node], depth: int) -> Value | None:
    """`cat /etc/alpine-release | cut -d. -f1,2`, `echo $X | tr , ' '`, `echo $X | sed 's/,/ /g'`."""
    words = [shell.words.fields(words_of(stage)) for stage in stages if stage.type == "command"]
    if len(words) != len(stages):
        return None
    if len(words) == 2 and words[0] == ["cat", _RELEASE_FILE]:
        return _branch(shell) if _takes_branch(words[1]) else None
    value = output(shell, stages[0], depth + 1)
    for filter_ in words[1:]:
        text = None if value is None else known(value)
        if text is None:
            return None
        changed = _filtered(text, filter_)
        value = None if changed is None else (changed,)
    return value


def _filtered(text: str, words: list[Field]) -> str | None:
    """What `tr` or `sed` makes of a text; None for whatever is more than single characters or plain strings."""
    given = [word for word in words if isinstance(word, str)]
    if len(given) != len(words):
        return None
    if given[0] == "tr" and len(given) == 3 and all(len(_unescaped(word)) == 1 for word in given[1:]):
        return text.replace(_unescaped(given[1]), _unescaped(given[2]))
    if given[0] == "tr" and len(given) == 3 and given[1] in ("-d", "--delete") and len(_unescaped(given[2])) == 1:
        return text.replace(_unescaped(given[2]), "")
    if given[0] != "sed" or len(given) not in (2, 3) or given[1:-1] not in ([], ["-e"]):
        return None
    found = _PLAIN_SUBSTITUTION.match(given[-1])
    if found is None or _MEANS_MORE.search(found[2] + found[3]):
        return None
    times = -1 if found[4] else 1
    return "\n".join(line.replace(found[2], found[3], times) for line in text.split("\n"))


def _takes_branch(words: list[Field]) -> bool:
    """Whether a command takes `3.18` out of `3.18.5`."""
    text = " ".join(word if isinstance(word, str) else "?" for word in words)
    return text.replace(" ", "") in _TAKE_BRANCH


def _branch(shell: Shell) -> Value | None:
    release = shell.run.machine.release or ""
    return (release.removeprefix("v") + "\n",) if release.startswith("v") else None


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


def follow_redirects(shell: Shell, node: Node, body: Node | None) -> None:
    """Follow what `body` prints, or is given by a here-document, to where the redirects of `node` send it."""
    _to_files(shell, node, body)
    heredoc = _heredoc(shell, node)
    if body is not None and heredoc is not None:
        follow_pipe(shell, body, heredoc, node)


def follow_pipe(shell: Shell, command: Node, value: Value | None, source: Node) -> None:
    """Follow what a command reads: `… | tee FILE`, `… | sh`, `sh <<EOF`; `value` is None where it is not known."""
    name = command.child_by_field_name("name")
    if command.type != "command" or name is None:
        return
    words = shell.words.fields(command.children_by_field_name("argument"))
    if shell.script.text(name) == "tee":
        for path in (word for word in words if isinstance(word, str)):
            append = any(word in ("-a", "--append") for word in words)
            _write(shell, source, value, path, append=append)
    else:
        _into_shell(shell, [shell.script.text(name), *words], value, source)


def _to_files(shell: Shell, node: Node, body: Node | None) -> None:
    for redirect in _redirects(node):
        destination = redirect.child_by_field_name("destination")
        if redirect.type != "file_redirect" or destination is None:
            continue
        path = as_field(shell.words.value(destination))
        signs = [child.type for child in redirect.children if not child.is_named]
        if isinstance(path, str) and "apk" in absolute(shell, path) and signs and ">" in signs[0]:
            value = () if body is None else redirected_output(shell, node, body) or output(shell, body)
            _write(shell, body or node, value, path, append=signs[0] == ">>")


def _redirects(node: Node) -> list[Node]:
    outer = node.children_by_field_name("redirect")
    inner = [child for one in outer if one.type == "heredoc_redirect" for child in one.named_children]
    return [*outer, *(child for child in inner if child.type == "file_redirect")]


def _write(shell: Shell, source: Node, value: Value | None, path: str, *, append: bool) -> None:
    path = absolute(shell, path)
    root = root_of(path)
    if root is None:
        if root_of(path, WORLD) is not None:
            shell.unresolved(source, "apk's world is written by hand")
        return
    if value is None:
        value = (Unknown(shell.script.shown(source), "only the running shell knows what is written"),)
    append = append or not path.endswith(REPOSITORIES)  # a file beside it, in repositories.d
    shell.emit(RepositoriesWritten(shell.script.line(source), value, append, root, shell.run.choices))


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


def _into_shell(shell: Shell, words: list[Field], value: Value | None, source: Node) -> None:
    """`sh <<EOF`, `echo … | sh`: what a shell reads is a script."""
    words, _ = unwrapped(words, shell.functions)
    name = words[0].rsplit("/", 1)[-1] if words and isinstance(words[0], str) else ""
    if name.startswith(_INTERPRETERS) and value is not None and names_apk(as_field(value)):
        shell.unresolved(source, f"apk is run by `{name}`")
    if name not in SHELLS - {"busybox"}:
        return
    options = words[1 : next((place for place, word in enumerate(words) if word in ("-s", "--")), len(words))]
    if any(not isinstance(word, str) or word == "-c" or not word.startswith("-") for word in options):
        return
    text = None if value is None else known(value)
    if text is None:
        shell.unresolved(source, "what the script that a shell reads here does is not known")
        return
    body = next((child for one in _redirects(source) for child in one.children if child.type == "heredoc_body"), None)
    lines = one_line(shell.script.line(source)) if body is None else lines_of(text, shell.script.line(body))
    shell.script_text(text, lines, own=True)
