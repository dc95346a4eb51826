"""What single commands mean for packages: apk itself, and those that run scripts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tree_sitter import Node

from apkgraph.dockerfile.apk_command import APPLETS, CHANGING, read_call
from apkgraph.dockerfile.events import PackageFiles, RepositoriesWritten
from apkgraph.dockerfile.shell.builtins import cd, exit_, export_, leaving, read_, set_, shift_, source
from apkgraph.dockerfile.shell.conditions import FAILS, LIKELY, SUCCEEDS, UNKNOWN, Status, test_words
from apkgraph.dockerfile.shell.files import REPOSITORIES, find, ln, rm, sed
from apkgraph.dockerfile.shell.syntax import one_line
from apkgraph.dockerfile.shell.values import Field, Unknown
from apkgraph.dockerfile.shell.wrappers import after_options, unwrapped

if TYPE_CHECKING:
    from apkgraph.dockerfile.shell.shell import Shell

SHELLS = frozenset(("ash", "bash", "busybox", "dash", "ksh", "sh", "zsh"))
_APK = frozenset(("apk", "apk.static"))
_QUESTIONS = frozenset(
    (
        "[", "cmp", "command", "diff", "egrep", "expr", "fgrep", "getent", "grep", "hash", "id", "let", "pgrep",
        "pidof", "type", "which",
    )
)  # fmt: skip
_PRINTS = frozenset(("echo", "printf"))
_DOES_SOMETHING = frozenset(("cache", "fetch", "index"))  # the other applets are asked, and may say no
_XARGS_TAKES_VALUE = "aEILlnPsd"
_READS = frozenset(("cat", "chmod", "chown", "grep", "head", "ls", "tail", "tee", "test", "wc"))


def run_command(shell: Shell, node: Node) -> Status:
    """Follow one simple command."""
    names = [child for child in node.children if child.type == "command_name"]
    arguments = node.children_by_field_name("argument")
    words = shell.words.fields([*names, *arguments])
    return _run(shell, node, words) if words else LIKELY


def _run(shell: Shell, node: Node, words: list[Field]) -> Status:
    words, root = unwrapped(words, shell.functions)
    if not words:
        return LIKELY
    first = words[0]
    if isinstance(first, Unknown):
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
    status = handler(shell, node, words[1:]) if handler is not None else None
    return _other(shell, node, name, words) if status is None else status


def _other(shell: Shell, node: Node, name: str, words: list[Field]) -> Status:
    if name in _QUESTIONS:
        return UNKNOWN
    if name in _PRINTS or name in _READS:
        return LIKELY
    if _runs_apk(words[1:]):
        shell.unresolved(node, f"apk is run by `{name}`")
    for path in (word for word in words[1:] if isinstance(word, str) and word.endswith(REPOSITORIES)):
        unknown = Unknown(shell.script.shown(node)[:200], f"`{name}` changes them in a way that is not followed")
        root = path[: -len(REPOSITORIES)]
        shell.emit(
            RepositoriesWritten(shell.script.line(node), (unknown,), append=True, root=root, choices=shell.run.choices)
        )
    return LIKELY


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
    if call.applet not in APPLETS and call.applet:
        shell.unresolved(node, "which applet of apk this calls is not known")
    return LIKELY if call.applet in _DOES_SOMETHING else UNKNOWN


def _shell(shell: Shell, node: Node, words: list[Field]) -> Status:
    """`sh -c SCRIPT`; what a here-document feeds a shell is followed with its redirect."""
    rest = words[2:] if words[0] == "busybox" and len(words) > 1 and words[1] in SHELLS else words[1:]
    for place, word in enumerate(rest):
        if isinstance(word, Unknown) or not word.startswith(("-", "+")):
            break
        if word.startswith("-") and not word.startswith("--") and word.endswith("c") and place + 1 < len(rest):
            return _script(shell, node, rest[place + 1], rest[place + 2 :], own=True)
    return LIKELY


def _script(shell: Shell, node: Node, text: Field, arguments: list[Field], *, own: bool) -> Status:
    if isinstance(text, Unknown):
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
    unknowns = [word for word in words if isinstance(word, Unknown)]
    if unknowns:
        return _script(shell, node, Unknown(shell.script.text(node), unknowns[0].reason), [], own=False)
    return _script(shell, node, " ".join(word for word in words if isinstance(word, str)), [], own=False)


def _su(shell: Shell, node: Node, words: list[Field]) -> Status:
    for place, word in enumerate(words[:-1]):
        if word in ("-c", "--command"):
            return _script(shell, node, words[place + 1], [], own=True)
    return LIKELY


def _xargs(shell: Shell, node: Node, words: list[Field]) -> Status:
    rest = after_options(words, _XARGS_TAKES_VALUE)
    while rest[:1] == ["xargs"]:
        rest = after_options(rest[1:], _XARGS_TAKES_VALUE)
    return _run(shell, node, [*rest, Unknown("xargs", "xargs adds what it reads")]) if rest else LIKELY


_HANDLERS: dict[str, Callable[[Shell, Node, list[Field]], Status | None]] = {
    ".": source,
    "break": leaving("break"),
    "cd": cd,
    "continue": leaving("continue"),
    "eval": _eval,
    "exit": exit_,
    "export": export_,
    "false": lambda _shell, _node, _words: FAILS,
    "find": find,
    "ln": ln,
    "read": read_,
    "sed": sed,
    "return": leaving("return"),
    "rm": rm,
    "set": set_,
    "shift": shift_,
    "source": source,
    "su": _su,
    "test": lambda _shell, _node, words: test_words(words),
    "true": lambda _shell, _node, _words: SUCCEEDS,
    ":": lambda _shell, _node, _words: SUCCEEDS,
    "xargs": _xargs,
}
