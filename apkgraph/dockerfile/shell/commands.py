"""What single commands mean for packages: apk itself, and those that run scripts or other commands."""

from __future__ import annotations

import re
from collections.abc import Callable, Container

from tree_sitter import Node

from apkgraph.dockerfile.apk_command import APPLETS, CHANGING, read_call
from apkgraph.dockerfile.events import CacheChanged, PackageFiles, RepositoriesWritten
from apkgraph.dockerfile.shell.builtins import cd, exit_, export_, leaving, let, printf, read_, set_, shift_, source
from apkgraph.dockerfile.shell.conditions import FAILS, LIKELY, SUCCEEDS, UNKNOWN, Status, Stop, test_words
from apkgraph.dockerfile.shell.files import REPOSITORIES, cp, find, ln, mkdir, mv, rm, sed
from apkgraph.dockerfile.shell.shell import Shell
from apkgraph.dockerfile.shell.syntax import one_line, words_of
from apkgraph.dockerfile.shell.values import Field, Unknown

SHELLS = frozenset(("ash", "bash", "busybox", "dash", "ksh", "sh", "zsh"))
_CALL = re.compile(r"\bapk\b[^;&|]{0,200}?\b(?:add|del|fix|upgrade)\b")
_APK = frozenset(("apk", "apk.static"))
_QUESTIONS = frozenset(
    (
        "[", "cmp", "command", "diff", "egrep", "expr", "fgrep", "getent", "grep", "hash", "id", "let", "pgrep",
        "pidof", "type", "which",
    )
)  # fmt: skip
_PRINTS = frozenset(("echo", "printf"))
_DOES_SOMETHING = frozenset(("cache", "fetch", "index"))  # the other applets are asked, and may say no
_TAKES_VALUE = {  # of commands that run other commands: the short options that take a value
    "chroot": "", "doas": "uC", "env": "uCS", "exec": "a", "ionice": "cnp", "nice": "n", "nohup": "", "setpriv": "",
    "stdbuf": "ioe", "sudo": "CDghprRtTuU", "time": "fo", "timeout": "ks", "command": "", "builtin": "",
}  # fmt: skip
_OPERANDS_FIRST = {"timeout": 1, "chroot": 1, "su-exec": 1, "gosu": 1}  # words of their own before the command
_RUNS_APK = frozenset(("apk-install", "install-php-extensions", "setup-apkrepos", "xx-apk"))  # whatever their words
_OF_SCRIPTS = (".ash", ".bash", ".sh")
_OF_AUTOTOOLS = frozenset(("autogen.sh", "bootstrap.sh", "buildconf.sh"))  # they write `configure`
_ON_FILES = frozenset(("cp", "find", "install", "ln", "mkdir", "mv", "rm", "sed"))  # those that are followed
_SCRIPT = "what the script does is not known"
_XARGS_TAKES_VALUE = "aEILlnPsd"
_READS = frozenset(("cat", "chmod", "chown", "grep", "head", "ls", "tail", "tee", "test", "wc"))


def run_command(shell: Shell, node: Node) -> Status:
    """Follow one simple command."""
    words = shell.words.fields(words_of(node))
    return _run(shell, node, words) if words else LIKELY


def _run(shell: Shell, node: Node, words: list[Field]) -> Status:
    if words[:1] == ["exec"] and "exec" not in shell.functions:
        return _exec(shell, node, words[1:])
    given = len(words)
    words, root = unwrapped(words, shell.functions)
    if not words:
        return LIKELY
    first = words[0]
    if isinstance(first, Unknown):
        return _unknown(shell, node, first, words)
    name = first.rsplit("/", 1)[-1]
    if name in shell.functions and given == len(words):  # `command apk` is apk itself
        assignments = [child for child in node.named_children if child.type == "variable_assignment"]
        return shell.call(name, words[1:], assignments)
    if name in _APK:
        return _apk(shell, node, words[1:], root)
    if root and (name in SHELLS or name in _ON_FILES):
        return _in_root(shell, node, name, words)
    if name in SHELLS:
        return _shell(shell, node, words)
    handler = _HANDLERS.get(name)
    status = handler(shell, node, words[1:]) if handler is not None else None
    return _other(shell, node, name, words) if status is None else status


def _unknown(shell: Shell, node: Node, first: Unknown, words: list[Field]) -> Status:
    if _runs_apk(words[1:]):
        return _run(shell, node, words[_place_of_apk(words) :])
    if any(word in CHANGING for word in words[1:2]):
        shell.unresolved(node, f"{first.source} may be apk: {first.reason}")
    return LIKELY


def _in_root(shell: Shell, node: Node, name: str, words: list[Field]) -> Status:
    if name in SHELLS or any("apk" in (word.source if isinstance(word, Unknown) else word) for word in words):
        shell.unresolved(node, "what runs in another root is not followed")
    return LIKELY


def unwrapped(words: list[Field], functions: Container[str]) -> tuple[list[Field], str]:
    """The command that is run, and the root that `chroot` gives it; a function of such a name is no such command."""
    root = ""
    while words and isinstance(words[0], str):
        name = words[0].rsplit("/", 1)[-1]
        if name in functions or (name not in _TAKES_VALUE and name not in _OPERANDS_FIRST):
            break
        if name == "command" and len(words) > 1 and words[1] in ("-v", "-V"):
            break
        rest = _after_options(words[1:], _TAKES_VALUE.get(name, ""))
        operands = _OPERANDS_FIRST.get(name, 0)
        if name == "chroot" and rest:
            root = rest[0].source if isinstance(rest[0], Unknown) else rest[0].rstrip("/")
        rest = rest[operands:]
        while name in ("env", "sudo") and rest and _is_assignment(rest[0]):
            rest = rest[1:]
        words = rest
    return words, root


def _is_assignment(word: Field) -> bool:
    text = word.source if isinstance(word, Unknown) else word
    return text.partition("=")[0].isidentifier() and "=" in text


def _after_options(words: list[Field], with_value: str) -> list[Field]:
    """The words behind options; `with_value` are the short ones that take a value."""
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


def _other(shell: Shell, node: Node, name: str, words: list[Field]) -> Status:
    if name in _QUESTIONS:
        return UNKNOWN
    if name in _PRINTS or name in _READS:
        return LIKELY
    if _runs_apk(words[1:]) or name in _RUNS_APK or (name != "sed" and any(map(names_apk, words[1:]))):
        shell.unresolved(node, f"apk is run by `{name}`")
    elif name.endswith(_OF_SCRIPTS) and name not in _OF_AUTOTOOLS:
        shell.unresolved(node, _SCRIPT)
    for path in (word for word in words[1:] if isinstance(word, str) and word.endswith(REPOSITORIES)):
        unknown = Unknown(shell.script.shown(node)[:200], f"`{name}` changes them in a way that is not followed")
        root = path[: -len(REPOSITORIES)]
        shell.emit(
            RepositoriesWritten(shell.script.line(node), (unknown,), append=True, root=root, choices=shell.run.choices)
        )
    return LIKELY


def names_apk(word: Field) -> bool:
    """Whether a text holds a call of apk that changes something: `os.system("apk add git")`."""
    return bool(_CALL.search(word.source if isinstance(word, Unknown) else word))


def _runs_apk(words: list[Field]) -> bool:
    """Whether the words hold a call of apk that changes something."""
    return any(later in CHANGING for later in words[_place_of_apk(words) + 1 :])


def _place_of_apk(words: list[Field]) -> int:
    places = (place for place, word in enumerate(words) if isinstance(word, str) and word.rsplit("/", 1)[-1] in _APK)
    return next(places, len(words))


def _apk(shell: Shell, node: Node, words: list[Field], root: str = "") -> Status:
    text = shell.script.shown(node)
    call = read_call(words, shell.script.line(node), text, choices=shell.run.choices)
    if root:
        call = read_call(["--root", root, *words], call.line, text, choices=shell.run.choices)
    if call.has("help") or call.has("version"):
        return UNKNOWN
    if call.applet in CHANGING:
        shell.emit(call)
        return LIKELY
    if call.applet == "fetch" and not call.has("simulate"):
        shell.emit(PackageFiles(call.line, text, shell.run.choices))
    if call.applet == "cache":
        shell.emit(CacheChanged(call.line, shell.run.choices))
    if call.applet not in APPLETS and call.applet:
        shell.unresolved(node, "which applet of apk this calls is not known")
    return LIKELY if call.applet in _DOES_SOMETHING else UNKNOWN


def _shell(shell: Shell, node: Node, words: list[Field]) -> Status:
    """`sh -c SCRIPT`; what a here-document feeds a shell is followed with its redirect."""
    if str(words[0]).endswith("busybox"):
        return _run(shell, node, words[1:])
    rest = words[1:]
    for place, word in enumerate(rest):
        if isinstance(word, Unknown) or not word.startswith(("-", "+")):
            if rest[place - 1 : place] not in (["-o"], ["+o"], ["-O"]):
                shell.unresolved(node, _SCRIPT)
                break
        elif word.startswith("-") and not word.startswith("--") and word.endswith("c") and place + 1 < len(rest):
            return _script(shell, node, rest[place + 1], rest[place + 2 :], own=True)
        elif word in ("-s", "-n", "--version", "--help"):
            break
    return LIKELY


def _script(shell: Shell, node: Node, text: Field, arguments: list[Field], *, own: bool) -> Status:
    if isinstance(text, Unknown):
        if "apk" in text.source or (own and text.source.startswith(("$(", "`"))):
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
    unknowns = [word for word in words if isinstance(word, Unknown)]
    if unknowns:
        return _script(shell, node, Unknown(shell.script.text(node), unknowns[0].reason), [], own=False)
    return _script(shell, node, " ".join(word for word in words if isinstance(word, str)), [], own=False)


def _exec(shell: Shell, node: Node, words: list[Field]) -> Status:
    """`exec COMMAND`, behind which the script does not go on; without a command it only redirects."""
    rest = _after_options(words, "a")
    if not rest:
        return LIKELY
    raise Stop("exit", fails=_run(shell, node, rest) is FAILS)


def _su(shell: Shell, node: Node, words: list[Field]) -> Status:
    for place, word in enumerate(words[:-1]):
        if word in ("-c", "--command"):
            return _script(shell, node, words[place + 1], [], own=True)
    return LIKELY


def _trap(shell: Shell, node: Node, words: list[Field]) -> Status:
    if words and "apk" in (words[0].source if isinstance(words[0], Unknown) else words[0]):
        shell.unresolved(node, "what a trap does is not followed")
    return LIKELY


def _xargs(shell: Shell, node: Node, words: list[Field]) -> Status:
    rest = _after_options(words, _XARGS_TAKES_VALUE)
    while rest[:1] == ["xargs"]:
        rest = _after_options(rest[1:], _XARGS_TAKES_VALUE)
    return _run(shell, node, [*rest, Unknown("xargs", "xargs adds what it reads")]) if rest else LIKELY


_HANDLERS: dict[str, Callable[[Shell, Node, list[Field]], Status | None]] = {
    ".": source,
    "break": leaving("break"),
    "cd": cd,
    "cp": cp,
    "continue": leaving("continue"),
    "eval": _eval,
    "exit": exit_,
    "export": export_,
    "false": lambda _shell, _node, _words: FAILS,
    "find": find,
    "install": cp,
    "let": let,
    "ln": ln,
    "mapfile": read_,
    "mkdir": mkdir,
    "mv": mv,
    "printf": printf,
    "read": read_,
    "readarray": read_,
    "sed": sed,
    "return": leaving("return"),
    "rm": rm,
    "set": set_,
    "shift": shift_,
    "source": source,
    "su": _su,
    "trap": _trap,
    "test": lambda _shell, _node, words: test_words(words),
    "true": lambda _shell, _node, _words: SUCCEEDS,
    ":": lambda _shell, _node, _words: SUCCEEDS,
    "xargs": _xargs,
}
