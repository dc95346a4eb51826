"""The shell's own commands that bear on what follows: those that set variables, and those that leave."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable

from tree_sitter import Node

from apkgraph.dockerfile.shell.conditions import LIKELY, UNKNOWN, Status, Stop
from apkgraph.dockerfile.shell.shell import Shell
from apkgraph.dockerfile.shell.values import PATCH_OF_RELEASE, Field, Unknown, is_number

_SET_IN_ARITHMETIC = re.compile(r"([A-Za-z_]\w*)\s*(?:\+\+|--|[-+*/%]?=(?!=))|(?:\+\+|--)([A-Za-z_]\w*)")
_OS_RELEASE = ("/etc/os-release", "/usr/lib/os-release")


def source(shell: Shell, node: Node, words: list[Field]) -> Status:
    """`. FILE`: it may set anything."""
    name = words[0] if words and isinstance(words[0], str) else "a file"
    release = shell.run.machine.release or ""
    if name in _OS_RELEASE and release.startswith("v"):
        shell.variables.values["ID"] = ("alpine",)
        shell.variables.values["NAME"] = ("Alpine Linux",)
        shell.variables.values["VERSION_ID"] = (f"{release[1:]}.", PATCH_OF_RELEASE)
        return LIKELY
    if name.endswith(".sh") and not name.startswith("/etc/"):
        shell.unresolved(node, "what the script does is not known")
    shell.variables.unknown = f"`. {name}` may have set it"
    return LIKELY


def cd(shell: Shell, _node: Node, words: list[Field]) -> Status:
    """`cd DIRECTORY`; where it leads is forgotten where that is not certain."""
    path = words[-1] if words else ""
    if not isinstance(path, str) or path in ("", "-"):
        shell.variables.directory = ""
    elif path.startswith("/"):
        shell.variables.directory = posixpath.normpath(path)
    elif shell.variables.directory:
        shell.variables.directory = posixpath.normpath(posixpath.join(shell.variables.directory, path))
    return LIKELY


def set_(shell: Shell, _node: Node, words: list[Field]) -> Status:
    """`set -- WORD…`: the positional parameters."""
    if "--" in words:
        shell.variables.positional = tuple((word,) for word in words[words.index("--") + 1 :])
    elif words and isinstance(words[0], str) and not words[0].startswith(("-", "+")):
        shell.variables.positional = tuple((word,) for word in words)
    return LIKELY


def shift_(shell: Shell, _node: Node, words: list[Field]) -> Status:
    """`shift [NUMBER]`."""
    if shell.variables.positional is not None:
        count = (
            int(words[0]) if words and isinstance(words[0], str) and is_number(words[0]) and len(words[0]) < 6 else 1
        )
        shell.variables.positional = shell.variables.positional[count:]
    return LIKELY


def read_(shell: Shell, _node: Node, words: list[Field]) -> Status:
    """`read NAME…`, `mapfile NAME`: the values are unknown."""
    for name in words:
        if isinstance(name, str) and name.isidentifier():
            shell.variables.forget(name, "it is read while the script runs")
    return UNKNOWN


def let(shell: Shell, _node: Node, words: list[Field]) -> Status:
    """`let NAME=…`, `((NAME++))`: what is set there is not worked out."""
    for word in words:
        for names in _SET_IN_ARITHMETIC.findall(word.source if isinstance(word, Unknown) else word):
            shell.variables.forget("".join(names), "it is worked out by the shell")
    return UNKNOWN


def printf(shell: Shell, _node: Node, words: list[Field]) -> Status:
    """`printf -v NAME …`: the value is unknown."""
    for name in words[1:2] if words[:1] == ["-v"] else ():
        if isinstance(name, str):
            shell.variables.forget(name, "it is printed while the script runs")
    return LIKELY


def export_(shell: Shell, _node: Node, words: list[Field]) -> Status:
    """`export NAME=VALUE…`, where it is not a declaration to the grammar."""
    for word in words:
        name, equals, value = (word.source if isinstance(word, Unknown) else word).partition("=")
        if equals and name.isidentifier():
            shell.variables.values[name] = (Unknown(value, word.reason) if isinstance(word, Unknown) else value,)
    return LIKELY


def leaving(word: str) -> Callable[[Shell, Node, list[Field]], Status]:
    """`return`, `break` and `continue`."""

    def leave(_shell: Shell, _node: Node, _words: list[Field]) -> Status:
        raise Stop(word)

    return leave


def exit_(shell: Shell, node: Node, words: list[Field]) -> Status:
    """`exit`: a build that ends so on purpose is reported."""
    if words not in ([], ["0"]) and not shell.conditional:
        shell.unresolved(node, "the script gives up here, as far as the build arguments are known")
    status = words[0] if words else "0"
    raise Stop("exit", fails=status.source == "$?" if isinstance(status, Unknown) else status != "0")
