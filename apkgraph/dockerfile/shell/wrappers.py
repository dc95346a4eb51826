"""Commands that only run another command, taken off its words: `sudo`, `env`, `timeout`, `chroot` …"""

from __future__ import annotations

from collections.abc import Container

from apkgraph.dockerfile.shell.values import Field, Unknown

_TAKES_VALUE = {  # of commands that run other commands: the short options that take a value
    "chroot": "", "doas": "uC", "env": "uCS", "exec": "a", "ionice": "cnp", "nice": "n", "nohup": "", "setpriv": "",
    "stdbuf": "ioe", "sudo": "CDghprRtTuU", "time": "fo", "timeout": "ks", "command": "", "builtin": "",
}  # fmt: skip
_OPERANDS_FIRST = {"timeout": 1, "chroot": 1, "su-exec": 1, "gosu": 1}  # words of their own before the command


def unwrapped(words: list[Field], functions: Container[str]) -> tuple[list[Field], str]:
    """The command that is run, and the root that `chroot` gives it; a function of such a name is no such command."""
    root = ""
    while words and isinstance(words[0], str):
        name = words[0].rsplit("/", 1)[-1]
        if name in functions or (name not in _TAKES_VALUE and name not in _OPERANDS_FIRST):
            break
        if name == "command" and len(words) > 1 and words[1] in ("-v", "-V"):
            break
        rest = after_options(words[1:], _TAKES_VALUE.get(name, ""))
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


def after_options(words: list[Field], with_value: str) -> list[Field]:
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
