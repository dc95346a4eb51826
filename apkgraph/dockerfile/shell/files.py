"""What plain commands do to apk's own files: its cache emptied, its repositories changed."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from fnmatch import fnmatchcase
from itertools import pairwise

from tree_sitter import Node

from apkgraph.dockerfile.events import CacheChanged, CacheCleared, CacheLinked, RepositoriesEdited, RepositoriesWritten
from apkgraph.dockerfile.shell.conditions import LIKELY, Status
from apkgraph.dockerfile.shell.shell import Shell
from apkgraph.dockerfile.shell.values import Field, Unknown

CACHE = "/var/cache/apk"
_KEPT = "/etc/apk/cache"
REPOSITORIES = "/etc/apk/repositories"
WORLD = "/etc/apk/world"
_DIRECTORY = "/etc/apk"
_OWN = (REPOSITORIES, f"{REPOSITORIES}.d", f"{REPOSITORIES}.d/*")
_NOT_COUNTED = "apk keeps what it downloads from here on: the size of that is not counted"
_CACHE_FROM_LINK = (CACHE, "../../var/cache/apk")
_WHOLE_CACHE = re.compile(r"/var/cache(?:/apk)?(?:/\*{1,2}|/\.)?/?$")
_SYMBOLIC = re.compile(r"-[fnTv]*s[fnTv]*|--symbolic")
_RELEASE = r"v?\d\\?\.\d{1,2}"
_RELEASE_EDIT = re.compile(
    rf"s([^\w\s\\])((?:\\?/)?{_RELEASE}(?:\\?/)?)\1((?:\\?/)?(?:{_RELEASE}|edge|latest-stable)(?:\\?/)?)\1(g?)"
)
_SUBSTITUTION = re.compile(r"s(\W)([^\n]{1,200}?)\1([^\n]{0,200}?)\1[gI]*$")
_SED_OPTIONS = ("-i", "-e", "-E", "-r", "-ie", "--in-place")
_OF_A_MIRROR = re.compile(r"http|alpinelinux|dl-")
_OF_A_BRANCH = re.compile(r"v\\?\d|\d\\?\.\d|edge|latest|main|community|testing|@")


def absolute(shell: Shell, path: str) -> str:
    """A path as it is from the root, as far as the shell's directory is known."""
    return posixpath.join(shell.variables.directory, path) if shell.variables.directory else path


def root_of(path: str, file: str = REPOSITORIES) -> str | None:
    """The root whose repositories file this is, or one of the files beside it in `repositories.d`; else None."""
    path = re.sub(r"\.d(?:/[^/]*)?$", "", path.rstrip("/")) if file == REPOSITORIES else path
    return path[: -len(file)] if path.endswith(file) else None


def placed(source: str, destination: str) -> tuple[str, str] | None:
    """Which file of apk's a file becomes that is copied: its root and its name; `*`: whatever lies in a directory."""
    name = posixpath.basename(source.rstrip("/"))
    paths = (destination.rstrip("/"), f"{destination.rstrip('/')}/{name}")
    for path in paths:
        for file in (REPOSITORIES, WORLD):
            root = root_of(path, file)
            if root is not None:
                return root, posixpath.basename(file)
    for path in paths:
        if path.endswith(_DIRECTORY) and (source.endswith("/") or "." not in name) and name not in ("arch", "keys"):
            return path[: -len(_DIRECTORY)], "*"
    return None


def cp(shell: Shell, node: Node, words: list[Field]) -> Status:
    """`cp SOURCE… DESTINATION`, `install`: of apk's own files only what becomes of the destination matters."""
    paths = [absolute(shell, word) for word in words if isinstance(word, str) and not word.startswith("-")]
    for source in paths[:-1]:
        found = placed(source, paths[-1])
        if found is None or (source in _OWN and found[0]):  # a root that is given the image's own repositories
            continue
        root, name = found
        if name == "repositories" or not source.startswith(_DIRECTORY):
            value = (Unknown(shell.script.shown(node)[:200], "they are copied from a file that is not known"),)
            line = shell.script.line(node)
            shell.emit(RepositoriesWritten(line, value, append=True, root=root, choices=shell.run.choices))
        if name != "repositories":
            shell.unresolved(node, "the world that apk finds there is not known")
    return LIKELY


def mv(shell: Shell, node: Node, words: list[Field]) -> Status:
    """`mv SOURCE… DESTINATION`: as `cp`, and the repositories are gone from where they were."""
    cp(shell, node, words)
    gone: list[Field] = [
        word for word in words[:-1] if isinstance(word, str) and absolute(shell, word).endswith(REPOSITORIES)
    ]
    return rm(shell, node, gone)


def mkdir(shell: Shell, node: Node, words: list[Field]) -> Status:
    """`mkdir /etc/apk/cache`: a cache as well as a link to one is."""
    if any(isinstance(word, str) and absolute(shell, word).rstrip("/").endswith(_KEPT) for word in words):
        shell.unresolved(node, _NOT_COUNTED)
    return LIKELY


def rm(shell: Shell, node: Node, words: Sequence[Field]) -> Status:
    """`rm PATH…`."""
    for word in words:
        if not isinstance(word, str) or word.startswith("-"):
            continue
        path = absolute(shell, word)
        root, emptied = _cleared_root(path), root_of(path)
        if root is not None:
            is_whole = _WHOLE_CACHE.search(path) is not None
            shell.emit(CacheCleared(shell.script.line(node), root, is_whole, shell.run.choices))
        elif path.startswith((CACHE, _KEPT)):
            shell.emit(CacheChanged(shell.script.line(node), shell.run.choices))
        if emptied is not None and path.endswith(REPOSITORIES):
            line = shell.script.line(node)
            shell.emit(RepositoriesWritten(line, (), append=False, root=emptied, choices=shell.run.choices))
    return LIKELY


def ln(shell: Shell, node: Node, words: list[Field]) -> Status:
    """`ln -s /var/cache/apk /etc/apk/cache`: from here on apk keeps the packages that it downloads."""
    *options, source, link = words if len(words) > 1 else ["", ""]
    link = absolute(shell, link).rstrip("/") if isinstance(link, str) and link else link
    is_symbolic = any(isinstance(word, str) and _SYMBOLIC.fullmatch(word) for word in options)
    if len(options) == 1 and is_symbolic and link == _KEPT and source in _CACHE_FROM_LINK:
        shell.emit(CacheLinked(shell.script.line(node), shell.run.choices))
    elif isinstance(link, str) and link.endswith(_KEPT):
        shell.unresolved(node, _NOT_COUNTED)
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
    patterns = [word for option, word in pairwise(words) if option in ("-iname", "-name")]
    indexes = all(isinstance(word, str) and fnmatchcase("APKINDEX.a.tar.gz", word) for word in patterns)
    if "-delete" in words and indexes and isinstance(words[0], str):
        return rm(shell, node, words[:1])
    return None


def sed(shell: Shell, node: Node, words: list[Field]) -> Status | None:
    """`sed -i`: a release in the place of another is followed, another mirror changes nothing; None for what may."""
    scripts = [word for word in words if isinstance(word, str) and not word.startswith("-") and "/" not in word[:1]]
    if not any(isinstance(word, str) and word.startswith(("-i", "--in-place")) for word in words):
        return LIKELY
    edit = _release_edited([word for word in words if word not in _SED_OPTIONS])
    if edit is not None:
        shell.emit(RepositoriesEdited(shell.script.line(node), *edit, shell.run.choices))
        return LIKELY
    if all(_only_moves_the_mirror(script) for script in scripts):
        return LIKELY
    return None


def _release_edited(words: list[Field]) -> tuple[str, str, bool] | None:
    """What `s/v3.16/v3.18/` on the repositories file alone replaces, by what, and whether everywhere in a line."""
    if len(words) != 2 or words[1] != REPOSITORIES or not isinstance(words[0], str):
        return None
    found = _RELEASE_EDIT.fullmatch(words[0])
    return None if found is None else (found[2].replace("\\", ""), found[3].replace("\\", ""), bool(found[4]))


def _only_moves_the_mirror(script: str) -> bool:
    found = _SUBSTITUTION.match(script)
    return bool(found and _OF_A_MIRROR.search(found[2]) and not _OF_A_BRANCH.search(found[2] + found[3]))
