"""Where the parts of an image lie: in a directory, or in a tar that is streamed as often as need be."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator
from typing import BinaryIO, Protocol

from apkgraph import limits
from apkgraph.errors import InputError
from apkgraph.image.root import resolve
from apkgraph.image.streams import Meter, Read, Unpacked
from apkgraph.image.system import DATABASES
from apkgraph.image.tar_stream import Tar

_SMALLEST_KEPT = 256  # bytes that even an empty part takes
_TELLING = frozenset(("manifest.json", "index.json", *DATABASES))  # by which a tar shows what it is


class Parts(Protocol):
    """The named parts of an image."""

    def small(self, name: str) -> bytes | None:
        """A small part whole, None where there is none of that name."""

    def place(self, name: str) -> str:
        """The name under which a part lies, where its own is a link to it."""

    def streams(self, names: Collection[str]) -> Iterator[tuple[str, Read]]:
        """These parts as streams, each once, in whatever order they lie; each to be read before the next is asked."""


class DirectoryParts:
    """Parts that are files below a directory."""

    def __init__(self, path: str) -> None:
        self._path = path

    def small(self, name: str) -> bytes | None:
        """A small file whole."""
        path = resolve(self._path, name)
        if path is None:
            return None
        with opened(path) as file:
            data = file.read(limits.IMAGE_JSON_BYTES + 1)
        if len(data) > limits.IMAGE_JSON_BYTES:
            message = f"{path}: larger than it can be ({limits.IMAGE_JSON_BYTES} bytes)"
            raise InputError(message)
        return data

    def place(self, name: str) -> str:
        """The file that a link leads to, below the directory; the name itself where there is none."""
        path = resolve(self._path, name)
        return name if path is None else os.path.relpath(path, self._path)

    def streams(self, names: Collection[str]) -> Iterator[tuple[str, Read]]:
        """The files in the order asked for."""
        for name in dict.fromkeys(names):
            path = resolve(self._path, name)
            if path is not None:
                with opened(path) as file:
                    yield name, file.read


class TarParts:
    """Parts that are entries of a tar, itself perhaps packed.

    The first pass keeps what an image's own parts may be, and of a root file system only whether it has a db.
    """

    def __init__(self, path: str, meter: Meter) -> None:
        self._path = path
        self._meter = meter
        self._small: dict[str, bytes] = {}
        self._links: dict[str, str] = {}
        self.names: set[str] = set()
        room = limits.IMAGE_PARTS_BYTES
        with self._tar() as tar:
            for entry in tar.entries():
                if entry.name in _TELLING:
                    self.names.add(entry.name)
                if (
                    entry.kind == "file"
                    and entry.size <= min(room, limits.IMAGE_JSON_BYTES)
                    and _may_be_json(entry.name)
                ):
                    self._small[entry.name] = tar.content(limits.IMAGE_JSON_BYTES)
                    room -= entry.size + _SMALLEST_KEPT
                elif (
                    entry.kind.endswith("link") and _may_be_layer(entry.name) and len(self._links) < limits.LAYER_LINKS
                ):
                    base = [] if entry.kind == "hard link" else entry.name.split("/")[:-1]
                    # One that leads out of the archive leads to no entry of it.
                    self._links[entry.name] = os.path.normpath("/".join([*base, entry.target]))

    def small(self, name: str) -> bytes | None:
        """A small entry whole, as the first pass kept it."""
        return self._small.get(self.place(name))

    def place(self, name: str) -> str:
        """The entry that a link leads to, or the entry of that name."""
        return self._links.get(name, name)

    def streams(self, names: Collection[str]) -> Iterator[tuple[str, Read]]:
        """The entries in the order in which they lie, by one more pass."""
        wanted = dict.fromkeys(names)
        with self._tar() as tar:
            for entry in tar.entries():
                if entry.name in wanted:
                    del wanted[entry.name]
                    yield entry.name, tar.read

    def _tar(self) -> _OpenTar:
        return _OpenTar(self._path, self._meter)


class _OpenTar:
    def __init__(self, path: str, meter: Meter) -> None:
        self._file = opened(path)
        self._path = path
        self._meter = meter

    def __enter__(self) -> Tar:
        try:
            return Tar(Unpacked(self._file.read, self._meter, self._path), self._path)
        except BaseException:
            self._file.close()
            raise

    def __exit__(self, *_: object) -> None:
        self._file.close()


def _may_be_json(name: str) -> bool:
    return (name.endswith(".json") and name.count("/") < 2) or name.startswith("blobs/") or name == "oci-layout"


def _may_be_layer(name: str) -> bool:
    return name.startswith("blobs/") or ".tar" in name.rpartition("/")[2] or "/" not in name


def opened(path: str) -> BinaryIO:
    """A regular file, to be closed by the caller; InputError where there is none."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            message = f"{path}: not a regular file"
            raise InputError(message)
        return open(path, "rb")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a file name"
        message = f"{path!r}: cannot be read as an image: {reason}"
        raise InputError(message) from None
