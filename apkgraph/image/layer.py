"""What one layer of an image does to the few files that are wanted: brings, replaces, removes them.

Source: the OCI image specification, "Image Layer Filesystem Changeset".
"""

from __future__ import annotations

from dataclasses import dataclass, field

from apkgraph import limits
from apkgraph.errors import InputError
from apkgraph.image.contents import Contents
from apkgraph.image.root import follow
from apkgraph.image.streams import Meter, Read, Unpacked
from apkgraph.image.system import REPOSITORY_LISTS, WANTED, limit_of
from apkgraph.image.tar_stream import Entry, Tar

_WHITEOUT = ".wh."
_OPAQUE = ".wh..wh..opq"


@dataclass(slots=True)
class LayerFiles:
    """Paths of wanted files and their content, links on the way to them, and what of lower layers is gone."""

    files: dict[str, bytes] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    gone: dict[str, None] = field(default_factory=dict)  # with everything below; in order
    emptied: dict[str, None] = field(default_factory=dict)  # only what is below
    unpacked: int = 0


_ON_THE_WAY = frozenset(
    "/".join(parts[:depth])
    for name in (*WANTED, *REPOSITORY_LISTS)
    for parts in [name.split("/")]
    for depth in range(1, len(parts) + 1)
)
_MOST_GONE = len(_ON_THE_WAY) + limits.REPOSITORY_LISTS * len(REPOSITORY_LISTS)


def read_layer(read: Read, meter: Meter, where: str, name: str = "", contents: Contents | None = None) -> LayerFiles:
    """Go over a layer once; nothing but the wanted files is kept.

    `contents` takes the list of all files, under the layer's name. Raises InputError where it is damaged or hostile.
    """
    layer = LayerFiles()
    tar = Tar(Unpacked(read, meter, where), where)
    listed = contents.layer(name) if contents is not None else None
    for entry in tar.entries():
        if contents is not None and listed is not None:
            contents.take(listed, entry)
        layer.unpacked += entry.size if entry.kind == "file" else 0
        directory, _, name = entry.name.rpartition("/")
        if name == _OPAQUE:
            if directory in _ON_THE_WAY or not directory:
                layer.emptied[directory] = None
        elif name.startswith(_WHITEOUT):
            hidden = f"{directory}/{name[len(_WHITEOUT) :]}".lstrip("/")
            if _is_wanted(hidden):
                layer.gone[hidden] = None
        elif _is_wanted(entry.name):
            _take(layer, tar, entry, where)
        if len(layer.gone) > _MOST_GONE:
            message = f"{where}: more lists of repositories than a system can have"
            raise InputError(message)
    meter.keep(sum(map(len, layer.files.values())))
    return layer


def _is_wanted(name: str) -> bool:
    """Whether it is one of the few files that count, or lies on the way to one."""
    return name in _ON_THE_WAY or limit_of(name) is not None


def _take(layer: LayerFiles, tar: Tar, entry: Entry, where: str) -> None:
    name = entry.name
    for earlier in (layer.files, layer.links):
        earlier.pop(name, None)  # of two entries of one name, the later one counts
    if entry.kind == "directory":
        return
    layer.gone[name] = None  # what is not a directory hides whatever lay below in lower layers
    limit = limit_of(name)
    if entry.kind == "file" and limit is not None:
        layer.files[name] = tar.content(limit)
    elif entry.kind == "symbolic link":
        layer.links[name] = entry.target
    elif entry.kind == "hard link":
        source = entry.target.removeprefix("./").lstrip("/")
        if source not in layer.files and limit is not None:
            message = f"{where}: {name} is a hard link to {source[:80]!r}, which does not belong there"
            raise InputError(message)
        if limit is not None:
            layer.files[name] = layer.files[source]


def _is_hidden(name: str, layer: LayerFiles) -> bool:
    return any(name == gone or name.startswith(f"{gone}/") for gone in layer.gone) or any(
        not emptied or name.startswith(f"{emptied}/") for emptied in layer.emptied
    )


class Merged:
    """The wanted files as the layers so far leave them, the lowest first."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._files: dict[str, bytes] = {}
        self._links: dict[str, str] = {}

    def add(self, layer: LayerFiles) -> None:
        """Lay one more layer on top: first what it takes away, then what it brings."""
        files = {name: data for name, data in self._files.items() if not _is_hidden(name, layer)}
        links = {name: target for name, target in self._links.items() if not _is_hidden(name, layer)}
        self._files, self._links = files | layer.files, links | layer.links

    def files(self) -> dict[str, bytes]:
        """Each wanted file that is there, by its wanted path, links followed."""
        found = {}
        lists = sorted(name for name in self._files.keys() | self._links.keys() if name not in WANTED)
        for name in (*WANTED, *(name for name in lists if limit_of(name) is not None)):
            data = self._files.get(follow(name, self._links.get, self._path))
            if data is not None:
                found[name] = data
        return found
