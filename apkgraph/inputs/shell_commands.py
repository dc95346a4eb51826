"""What single commands mean for packages: apk itself, and those that run other commands or set variables."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from tree_sitter import Node

from apkgraph.inputs.apk_command import APPLETS, CHANGING, read_call
from apkgraph.inputs.events import CacheCleared, PackageFiles
from apkgraph.inputs.shell_conditions import FAILS, LIKELY, SUCCEEDS, UNKNOWN, Status, test_words
from apkgraph.inputs.shell_syntax import one_line
from apkgraph.inputs.shell_values import Field, Hole, is_number

if TYPE_CHECKING:
    from apkgraph.inputs.shell import Shell

SHELLS = frozenset(("ash", "bash", "busybox", "dash", "ksh", "sh", "zsh"))
_APK = frozenset(("apk", "apk.static"))
_QUESTIONS = frozenset(
    (
        "[", "cmp", "command", "diff", "egrep", "expr", "fgrep", "getent", "grep", "hash", "id", "let", "pgrep",
        "pidof", "type", "which",
    )
)  # fmt: skip
_PRINTS = frozenset(("echo", "printf"))
_TAKES_VALUE = {  # of commands that run other commands: the short options that take a value
    "chroot": "", "doas": "uC", "env": "uCS", "exec": "a", "ionice": "cnp", "nice": "n", "nohup": "", "setpriv": "",
    "stdbuf": "ioe", "sudo": "CDghprRtTuU", "time": "fo", "timeout": "ks", "command": "", "builtin": "",
}  # fmt: skip
_OPERANDS_FIRST = {"timeout": 1, "chroot": 1, "su-exec": 1, "gosu": 1}  # words of their own before the command
_XARGS_TAKES_VALUE = "aEILlnPsd"
_READS = frozenset(("cat", "chmod", "chown", "grep", "head", "ls", "tail", "tee", "test", "wc"))
_SUBSTITUTION = re.compile(r"s(\W)([^\n]{1,200}?)\1([^\n]{0,200}?)\1[gI]*$")
_OF_A_MIRROR = re.compile(r"http|alpinelinux|dl-")
_OF_A_BRANCH = re.compile(r"v\\?\d|\d\\?\.\d|edge|latest|main|community|testing|@")
CACHE = "/var/cache/apk"
REPOSITORIES = "/etc/apk/repositories"


class Stop(Exception):  # noqa: N818  # no error, but how these words end what they stand in
    """`exit`, `return`, `break` or `continue`: the shell goes no further there."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


def run_command(shell: Shell, node: Node) -> Status:
    """Follow one simple command."""
    names = [child for child in node.children if child.type == "command_name"]
    arguments = node.children_by_field_name("argument")
    words = shell.words.fields([*names, *arguments])
    return _run(shell, node, words) if words else LIKELY


def _run(shell: Shell, node: Node, words: list[Field]) -> Status:
    words, root = _unwrapped(shell, words)
    if not words:
        return LIKELY
    first = words[0]
    if isinstance(first, Hole):
        if _runs_apk(words[1:]):
            return _run(shell, node, words[_place_of_apk(words) :])
        if any(word in CHANGING for word in words[1:2]):
            shell.unresolved(node, f"{first.source} may be apk: {first.reason}")
        return LIKELY
    name = first.rsplit("/", 1)[-1]
    if name in shell.functions:
        return shell.call(name, words[1:])
    if name in _APK:
        return _apk(shell, node, words[1:], root)
    if name in SHELLS:
        return _shell(shell, node, words)
    handler = _HANDLERS.get(name)
    if handler is not None:
        return handler(shell, node, words[1:])
    return _other(shell, node, name, words)


def _other(shell: Shell, node: Node, name: str, words: list[Field]) -> Status:
    if name in _QUESTIONS:
        return UNKNOWN
    if name in _PRINTS or name in _READS:
        return LIKELY
    if _runs_apk(words[1:]):
        shell.unresolved(node, f"apk is run by `{name}`")
    elif any(isinstance(word, str) and word.endswith(REPOSITORIES) for word in words[1:]):
        shell.unresolved(node, f"`{name}` changes the repositories in a way that is not followed")
    return LIKELY


def _runs_apk(words: list[Field]) -> bool:
    """Whether the words hold a call of apk that changes something."""
    return any(later in CHANGING for later in words[_place_of_apk(words) + 1 :])


def _place_of_apk(words: list[Field]) -> int:
    places = (place for place, word in enumerate(words) if isinstance(word, str) and word.rsplit("/", 1)[-1] in _APK)
    return next(places, len(words))


def _unwrapped(shell: Shell, words: list[Field]) -> tuple[list[Field], str]:
    """The command that `sudo`, `env`, `timeout` … run, and the root that `chroot` gives it."""
    root = ""
    while words and isinstance(words[0], str):
        name = words[0].rsplit("/", 1)[-1]
        if name in shell.functions or (name not in _TAKES_VALUE and name not in _OPERANDS_FIRST):
            break
        if name == "command" and len(words) > 1 and words[1] in ("-v", "-V"):
            break
        rest = _after_options(words[1:], _TAKES_VALUE.get(name, ""))
        operands = _OPERANDS_FIRST.get(name, 0)
        if name == "chroot" and rest:
            root = rest[0].source if isinstance(rest[0], Hole) else rest[0].rstrip("/")
        rest = rest[operands:]
        while name in ("env", "sudo") and rest and _is_assignment(rest[0]):
            rest = rest[1:]
        words = rest
    return words, root


def _is_assignment(word: Field) -> bool:
    text = word.source if isinstance(word, Hole) else word
    return text.partition("=")[0].isidentifier() and "=" in text


def _after_options(words: list[Field], with_value: str) -> list[Field]:
    place = 0
    while place < len(words):
        word = words[place]
        if not isinstance(word, str) or not word.startswith("-") or word == "-":
            break
        place += 1
        if word == "--":
            break
        if not word.startswith("--") and len(word) == 2 and word[1] in with_value:
            place += 1
    return words[place:]


def _apk(shell: Shell, node: Node, words: list[Field], root: str = "") -> Status:
    text = shell.script.shown(node)
    call = read_call(words, shell.script.line(node), text, conditional=shell.conditional)
    if root:
        call = read_call(["--root", root, *words], call.line, text, conditional=shell.conditional)
    if call.applet in CHANGING:
        shell.emit(call)
        return LIKELY
    if call.applet == "fetch" and not call.has("simulate"):
        shell.emit(PackageFiles(call.line, text, shell.conditional))
    if call.applet not in APPLETS and call.applet:
        shell.unresolved(node, "which applet of apk this calls is not known")
    return UNKNOWN


def _shell(shell: Shell, node: Node, words: list[Field]) -> Status:
    """`sh -c SCRIPT`; what a here-document feeds a shell is followed with its redirect."""
    rest = words[2:] if words[0] == "busybox" and len(words) > 1 and words[1] in SHELLS else words[1:]
    for place, word in enumerate(rest):
        if isinstance(word, Hole) or not word.startswith(("-", "+")):
            break
        if word.startswith("-") and not word.startswith("--") and word.endswith("c") and place + 1 < len(rest):
            return _script(shell, node, rest[place + 1], rest[place + 2 :], own=True)
    return LIKELY


def _script(shell: Shell, node: Node, text: Field, arguments: list[Field], *, own: bool) -> Status:
    if isinstance(text, Hole):
        if "apk" in text.source:
            shell.unresolved(node, f"the script is not known: {text.reason}")
        if not own:
            shell.variables.unknown = f"`{text.source[:40]}` may have set it"
        return LIKELY
    inner = shell.subshell() if own else shell
    for child in node.named_children:
        if child.type == "variable_assignment" and own:
            inner.assign(child)
    if own:
        inner.variables.positional = tuple((argument,) for argument in arguments[1:])
    return inner.script_text(text, one_line(shell.script.line(node)), own=own)


def _eval(shell: Shell, node: Node, words: list[Field]) -> Status:
    holes = [word for word in words if isinstance(word, Hole)]
    if holes:
        return _script(shell, node, Hole(shell.script.text(node), holes[0].reason), [], own=False)
    return _script(shell, node, " ".join(word for word in words if isinstance(word, str)), [], own=False)


def _source(shell: Shell, _node: Node, words: list[Field]) -> Status:
    name = words[0] if words and isinstance(words[0], str) else "a file"
    shell.variables.unknown = f"`. {name}` may have set it"
    return LIKELY


def _su(shell: Shell, node: Node, words: list[Field]) -> Status:
    for place, word in enumerate(words[:-1]):
        if word in ("-c", "--command"):
            return _script(shell, node, words[place + 1], [], own=True)
    return LIKELY


def _xargs(shell: Shell, node: Node, words: list[Field]) -> Status:
    rest = _after_options(words, _XARGS_TAKES_VALUE)
    while rest[:1] == ["xargs"]:
        rest = _after_options(rest[1:], _XARGS_TAKES_VALUE)
    return _run(shell, node, [*rest, Hole("xargs", "xargs adds what it reads")]) if rest else LIKELY


def _rm(shell: Shell, node: Node, words: list[Field]) -> Status:
    for word in words:
        if not isinstance(word, str) or word.startswith("-"):
            continue
        root = _cleared_root(word)
        if root is not None:
            shell.emit(CacheCleared(shell.script.line(node), root, shell.conditional))
    return LIKELY


def _cleared_root(path: str) -> str | None:
    """The root whose cache goes with `rm -rf PATH`, None where none does: `/var/cache/apk/*`, `/var/cache/*` …"""
    path = path.rstrip("/")
    for ending in ("/*.tar.gz", "/APKINDEX*", "/APKINDEX.*.tar.gz", "/APKINDEX.*", "/*", "/**", "/.", ""):
        for directory in (CACHE, "/var/cache", "/etc/apk/cache"):
            if path.endswith(directory + ending) and (directory == CACHE or ending in ("/*", "/**", "")):
                return path[: -len(directory + ending)]
    return None


def _find(shell: Shell, node: Node, words: list[Field]) -> Status:
    if "-delete" in words and words and isinstance(words[0], str):
        return _rm(shell, node, words[:1])
    return _other(shell, node, "find", ["find", *words])


def _sed(shell: Shell, node: Node, words: list[Field]) -> Status:
    """`sed -i`: a mirror put in the place of another changes nothing here; anything else may."""
    scripts = [word for word in words if isinstance(word, str) and not word.startswith("-") and "/" not in word[:1]]
    if not any(isinstance(word, str) and word.startswith(("-i", "--in-place")) for word in words):
        return LIKELY
    if all(_only_moves_the_mirror(script) for script in scripts):
        return LIKELY
    return _other(shell, node, "sed", ["sed", *words])


def _only_moves_the_mirror(script: str) -> bool:
    found = _SUBSTITUTION.match(script)
    return bool(found and _OF_A_MIRROR.search(found[2]) and not _OF_A_BRANCH.search(found[2] + found[3]))


def _set(shell: Shell, _node: Node, words: list[Field]) -> Status:
    if "--" in words:
        shell.variables.positional = tuple((word,) for word in words[words.index("--") + 1 :])
    elif words and isinstance(words[0], str) and not words[0].startswith(("-", "+")):
        shell.variables.positional = tuple((word,) for word in words)
    return LIKELY


def _shift(shell: Shell, _node: Node, words: list[Field]) -> Status:
    if shell.variables.positional is not None:
        count = (
            int(words[0]) if words and isinstance(words[0], str) and is_number(words[0]) and len(words[0]) < 6 else 1
        )
        shell.variables.positional = shell.variables.positional[count:]
    return LIKELY


def _read(shell: Shell, _node: Node, words: list[Field]) -> Status:
    for name in words:
        if isinstance(name, str) and name.isidentifier():
            shell.variables.values[name] = (Hole(f"${name}", "it is read while the script runs"),)
    return UNKNOWN


def _export(shell: Shell, _node: Node, words: list[Field]) -> Status:
    for word in words:
        name, equals, value = (word.source if isinstance(word, Hole) else word).partition("=")
        if equals and name.isidentifier():
            shell.variables.values[name] = (Hole(value, word.reason) if isinstance(word, Hole) else value,)
    return LIKELY


def _leaving(word: str) -> Callable[[Shell, Node, list[Field]], Status]:
    def leave(_shell: Shell, _node: Node, _words: list[Field]) -> Status:
        raise Stop(word)

    return leave


def _exit(shell: Shell, node: Node, words: list[Field]) -> Status:
    if words not in ([], ["0"]) and not shell.conditional:
        shell.unresolved(node, "the script gives up here, as far as the build arguments are known")
    raise Stop("exit")


_HANDLERS: dict[str, Callable[[Shell, Node, list[Field]], Status]] = {
    ".": _source,
    "break": _leaving("break"),
    "continue": _leaving("continue"),
    "eval": _eval,
    "exit": _exit,
    "export": _export,
    "false": lambda _shell, _node, _words: FAILS,
    "find": _find,
    "read": _read,
    "sed": _sed,
    "return": _leaving("return"),
    "rm": _rm,
    "set": _set,
    "shift": _shift,
    "source": _source,
    "su": _su,
    "test": lambda _shell, _node, words: test_words(words),
    "true": lambda _shell, _node, _words: SUCCEEDS,
    ":": lambda _shell, _node, _words: SUCCEEDS,
    "xargs": _xargs,
}
