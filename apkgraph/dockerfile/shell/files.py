"""What plain commands do to apk's own files: its cache emptied, its repositories changed."""

from __future__ import annotations

import posixpath
import re

from tree_sitter import Node

from apkgraph.dockerfile.events import CacheCleared
from apkgraph.dockerfile.shell.conditions import LIKELY, Status
from apkgraph.dockerfile.shell.shell import Shell
from apkgraph.dockerfile.shell.values import Field

CACHE = "/var/cache/apk"
_KEPT = "/etc/apk/cache"
REPOSITORIES = "/etc/apk/repositories"
_SUBSTITUTION = re.compile(r"s(\W)([^\n]{1,200}?)\1([^\n]{0,200}?)\1[gI]*$")
_OF_A_MIRROR = re.compile(r"http|alpinelinux|dl-")
_OF_A_BRANCH = re.compile(r"v\\?\d|\d\\?\.\d|edge|latest|main|community|testing|@")


def rm(shell: Shell, node: Node, words: list[Field]) -> Status:
    """`rm PATH…`."""
    for word in words:
        if not isinstance(word, str) or word.startswith("-"):
            continue
        if not word.startswith("/") and shell.variables.directory:
            word = posixpath.join(shell.variables.directory, word)  # the same path, made absolute
        root = _cleared_root(word)
        if root is not None:
            shell.emit(CacheCleared(shell.script.line(node), root, shell.run.choices))
    return LIKELY


def ln(shell: Shell, node: Node, words: list[Field]) -> Status:
    """`ln -s /var/cache/apk /etc/apk/cache`: from here on apk keeps the packages that it downloads."""
    if any(isinstance(word, str) and word.rstrip("/").endswith(_KEPT) for word in words[-1:]):
        shell.unresolved(node, "apk keeps what it downloads from here on: the size of that is not counted")
    return LIKELY


def _cleared_root(path: str) -> str | None:
    """The root whose cache goes with `rm -rf PATH`, None where none does: `/var/cache/apk/*`, `/var/cache/*` …"""
    path = path.rstrip("/")
    for ending in ("/*.tar.gz", "/APKINDEX*", "/APKINDEX.*.tar.gz", "/APKINDEX.*", "/*", "/**", "/.", ""):
        for directory in (CACHE, "/var/cache", _KEPT):
            if path.endswith(directory + ending) and (directory == CACHE or ending in ("/*", "/**", "")):
                return path[: -len(directory + ending)]
    return None


def find(shell: Shell, node: Node, words: list[Field]) -> Status | None:
    """`find PATH -delete`; None for any other."""
    if "-delete" in words and words and isinstance(words[0], str):
        return rm(shell, node, words[:1])
    return None


def sed(_shell: Shell, _node: Node, words: list[Field]) -> Status | None:
    """`sed -i`: a mirror put in the place of another changes nothing here; None for what may."""
    scripts = [word for word in words if isinstance(word, str) and not word.startswith("-") and "/" not in word[:1]]
    if not any(isinstance(word, str) and word.startswith(("-i", "--in-place")) for word in words):
        return LIKELY
    if all(_only_moves_the_mirror(script) for script in scripts):
        return LIKELY
    return None


def _only_moves_the_mirror(script: str) -> bool:
    found = _SUBSTITUTION.match(script)
    return bool(found and _OF_A_MIRROR.search(found[2]) and not _OF_A_BRANCH.search(found[2] + found[3]))
