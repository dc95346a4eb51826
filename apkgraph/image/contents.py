"""The files of an image's layers, compactly: for each its path as a number, its directory and its bytes.

20 bytes per file and a name per directory: the path itself is not kept; a known path is found by its number
(`path_number`).
"""

from __future__ import annotations

import os
from array import array
from dataclasses import dataclass, field

from apkgraph import limits
from apkgraph.image.tar_stream import Entry

_WHITEOUT = ".wh."
_OPAQUE = ".wh..wh..opq"
_LINKS_DEEP = 1  # slashes in a link that may stand for a directory: /lib, /usr/sbin


def walk_root(root: str, contents: Contents) -> None:
    """Note the files below a root directory as one layer; other file systems in it are passed over. Raises OSError."""
    layer = contents.layer(root)
    device = os.stat(root).st_dev
    waiting = [("", root)]
    while waiting and contents.is_whole:
        name, path = waiting.pop()
        with os.scandir(path) as entries:
            for entry in entries:
                found = entry.stat(follow_symlinks=False)
                below = f"{name}/{entry.name}".lstrip("/")
                if entry.is_dir(follow_symlinks=False):
                    waiting += [(below, entry.path)] if found.st_dev == device else []
                elif entry.is_symlink():
                    contents.take(layer, Entry(below, "symbolic link", 0, os.readlink(entry.path)))
                else:
                    contents.take(layer, Entry(below, "file", found.st_size if entry.is_file() else 0))


def path_number(path: str) -> int:
    """A 64-bit hash of a path without its first slash; collisions within an image do not occur in practice."""
    return hash(path)


@dataclass(slots=True)
class LayerContents:
    """What one layer has, in its order, and what of lower layers it takes away."""

    paths: array[int] = field(default_factory=lambda: array("q"))
    directories: array[int] = field(default_factory=lambda: array("I"))  # numbers in `Contents.directories`
    sizes: array[int] = field(default_factory=lambda: array("Q"))
    hidden: set[int] = field(default_factory=set)  # paths that are gone with everything below
    emptied: set[int] = field(default_factory=set)  # directories of which all that is below is gone


class Contents:
    """The layers' contents by the layers' names. Past the bounds nothing more is kept, and `is_whole` is False."""

    def __init__(self) -> None:
        self.stack: list[tuple[str, bytes]] = []  # the lowest first: a layer's name, and the db once it is laid on
        self.layers: dict[str, LayerContents] = {}
        self.directories: list[str] = [""]
        self.parents: list[int] = [0]
        self.links: dict[str, str] = {}  # links near the root, which may stand for directories
        self.is_whole = True
        self._numbers = {"": 0}
        self._entries = 0

    def layer(self, name: str) -> LayerContents:
        """The layer of this name, to be filled."""
        return self.layers.setdefault(name, LayerContents())

    def take(self, layer: LayerContents, entry: Entry) -> None:
        """Note one entry of a layer."""
        if not self.is_whole or entry.kind == "directory":
            return
        self._entries += 1
        directory, _, name = entry.name.rpartition("/")
        if self._entries > limits.CONTENTS_ENTRIES or len(self.directories) > limits.CONTENTS_DIRECTORIES:
            self.is_whole = False
            self.layers.clear()
        elif name == _OPAQUE:
            layer.emptied.add(self._number(directory))
        elif name.startswith(_WHITEOUT):
            layer.hidden.add(path_number(f"{directory}/{name[len(_WHITEOUT) :]}".lstrip("/")))
        else:
            layer.paths.append(path_number(entry.name))
            layer.directories.append(self._number(directory))
            layer.sizes.append(entry.size if entry.kind == "file" else 0)
            if entry.kind == "symbolic link" and entry.name.count("/") <= _LINKS_DEEP:
                self.links[entry.name] = entry.target

    def _number(self, directory: str) -> int:
        number = self._numbers.get(directory)
        missing: list[str] = []
        while number is None:
            missing.append(directory)
            directory = directory.rpartition("/")[0]
            number = self._numbers.get(directory)
        for name in reversed(missing):
            self.directories.append(name)
            self.parents.append(number)
            number = self._numbers[name] = len(self.directories) - 1
        return number


@dataclass(frozen=True, slots=True)
class Cover:
    """Which layer takes a lower layer's file away: by a file in its place, or by its removal."""

    layer: int
    removed: bool


class Stack:
    """The layers laid on each other from the top: `follow` tells for each layer which of its files are covered."""

    def __init__(self, contents: Contents) -> None:
        self._contents = contents
        self._covers: dict[int, Cover] = {}  # by path, the nearest layer above
        self._emptied: dict[int, Cover] = {}  # by directory

    def follow(self, number: int, layer: LayerContents) -> list[Cover | None]:
        """What covers each file of the next layer down; None where it is in the image."""
        below: dict[int, Cover | None] = {}
        replaced, removed = Cover(number, removed=False), Cover(number, removed=True)
        found: list[Cover | None] = []
        own: set[int] = set()
        for path, directory in zip(reversed(layer.paths), reversed(layer.directories), strict=True):
            if path in own:  # of two entries of one name, the later one counts
                found.append(replaced)
            else:
                own.add(path)
                found.append(_nearest(self._covers.get(path), self._above(directory, below)))
        self._covers.update(dict.fromkeys(layer.hidden, removed))
        self._covers.update(dict.fromkeys(own, replaced))
        self._emptied.update(dict.fromkeys(layer.emptied, removed))
        return found[::-1]

    def _above(self, directory: int, known: dict[int, Cover | None]) -> Cover | None:
        """What covers a directory: itself, or one that it lies in, is gone or no longer a directory."""
        way: list[int] = []
        while directory not in known and directory:
            way.append(directory)
            directory = self._contents.parents[directory]
        cover = known.get(directory) if directory else self._emptied.get(0)
        for number in reversed(way):
            path = path_number(self._contents.directories[number])
            cover = known[number] = _nearest(cover, self._emptied.get(number), self._covers.get(path))
        return cover


def _nearest(*covers: Cover | None) -> Cover | None:
    return min((cover for cover in covers if cover is not None), key=lambda cover: cover.layer, default=None)
