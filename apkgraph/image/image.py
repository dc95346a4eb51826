"""A container image, read where it lies: `docker save`, an OCI layout, a tar of a root, or a root directory.

Source: the OCI image specification (image layout, manifest, configuration), and Docker's image specification v1.2.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from apkgraph import limits
from apkgraph.errors import InputError
from apkgraph.image.archive import DirectoryParts, Parts, TarParts, opened
from apkgraph.image.contents import Contents, walk_root
from apkgraph.image.layer import LayerFiles, Merged, read_layer
from apkgraph.image.manifest import Manifest, docker_manifest, oci_manifest
from apkgraph.image.root import read_below, read_installed
from apkgraph.image.streams import Meter, Read
from apkgraph.image.system import DATABASES, System, database_of, system_of
from apkgraph.model.dependency import Dependency
from apkgraph.model.package import Package


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer, the lowest is number 0: its name, the instruction that made it (``: not said), its bytes unpacked."""

    number: int
    name: str
    command: str
    unpacked_size: int


@dataclass(frozen=True, slots=True)
class Image:
    """An image's system, and for each of its packages the layer that brought it (-1 where there are no layers)."""

    system: System
    layers: tuple[Layer, ...]
    brought_by: tuple[int, ...]
    contents: Contents | None = None  # of all files, where they were asked for and are known

    @property
    def packages(self) -> tuple[Package, ...]:
        """What is installed, in the db's order."""
        return self.system.packages

    @property
    def world(self) -> tuple[Dependency, ...]:
        """What was asked for."""
        return self.system.world


def read_image(path: str, arch: str | None = None, *, contents: bool = False) -> Image:
    """The image at `path`; of several platforms that of `arch` (an Alpine architecture), or else the first.

    Nothing is unpacked to disk. With `contents`, all files are noted, too. Raises InputError where it is no image of
    Alpine, truncated, damaged or hostile.
    """
    try:
        return _read(path, arch, Contents() if contents else None)
    except OSError as error:
        message = f"{path}: cannot be read to its end: {error.strerror}"
        raise InputError(message) from None


def _read(path: str, arch: str | None, contents: Contents | None) -> Image:
    meter = Meter(path)
    if os.path.isdir(path):
        parts: Parts = DirectoryParts(path)
        if not any(os.path.exists(os.path.join(path, name)) for name in ("oci-layout", "index.json", "manifest.json")):
            return _rooted(path, contents)
    else:
        tar = TarParts(path, meter)
        if "manifest.json" not in tar.names and "index.json" not in tar.names:
            return _flat(path, tar, meter, contents)
        parts = tar
    docker = docker_manifest(parts, path)
    manifest = docker if docker is not None else oci_manifest(parts, path, arch)
    return _stacked(path, manifest, parts, meter, contents)


def _rooted(path: str, contents: Contents | None) -> Image:
    """A root directory."""
    system = read_installed(path)
    if contents is not None:
        walk_root(path, contents)
        databases = read_below(path, dict.fromkeys(DATABASES, limits.DATABASE_BYTES))
        contents.stack.append((path, next(iter(databases.values()), b"")))
    return _image(system, (), (), contents)


def _image(
    system: System, layers: Sequence[Layer], brought_by: Sequence[int], contents: Contents | None = None
) -> Image:
    whole = contents if contents is not None and contents.is_whole else None
    return Image(system, tuple(layers), tuple(brought_by) or (-1,) * len(system.packages), whole)


def _flat(path: str, tar: TarParts, meter: Meter, contents: Contents | None) -> Image:
    """A tar of a root file system, as `docker export` and the minirootfs are."""
    if not any(name in tar.names for name in DATABASES):
        message = f"{path}: neither an image (no manifest.json, no index.json) nor a root ({DATABASES[0]})"
        raise InputError(message)
    merged = Merged(path)
    with opened(path) as file:
        merged.add(read_layer(file.read, meter, path, path, contents))
    if contents is not None:
        contents.stack.append((path, _database(merged)))
    return _image(system_of(path, merged.files()), (), (), contents)


def _database(merged: Merged) -> bytes:
    files = merged.files()
    return next((files[name] for name in DATABASES if name in files), b"")


def _stacked(path: str, manifest: Manifest, parts: Parts, meter: Meter, contents: Contents | None) -> Image:
    read: dict[str, LayerFiles] = {}
    places = [parts.place(name) for name in manifest.layers]
    for name, stream in parts.streams(places):
        read[name] = _checked_layer(manifest, name, stream, meter, contents)
    merged = Merged(path)
    layers: list[Layer] = []
    origin: dict[bytes, int] = {}
    parsed: dict[bytes, tuple[Package, ...]] = {}  # by the db's bytes: a layer may be named a thousand times
    for number, name in enumerate(places):
        if name not in read:
            message = f"{path}: the layer {name} is missing"
            raise InputError(message)
        merged.add(read[name])
        if any(database in read[name].files for database in DATABASES):
            origin = _origins(path, merged, origin, number, parsed)
        if contents is not None:
            contents.stack.append((name, _database(merged)))
        command = manifest.commands[number] if number < len(manifest.commands) else ""
        layers.append(Layer(number, name, command, read[name].unpacked))
    system = system_of(path, merged.files())
    brought_by = [origin.get(_key(package), -1) for package in system.packages]
    return _image(system, layers, brought_by, contents)


def _origins(
    path: str, merged: Merged, before: dict[bytes, int], number: int, parsed: dict[bytes, tuple[Package, ...]]
) -> dict[bytes, int]:
    """Which layer each installed package comes from, once layer `number` has changed the installed db."""
    files = merged.files()
    database = next(name for name in DATABASES if name in files)
    data = files[database]
    if data not in parsed:
        parsed[data] = database_of(data, f"{path}: {database} in layer {number}")
    packages = parsed[data]
    return {_key(package): before.get(_key(package), number) for package in packages}


def _key(package: Package) -> bytes:
    return package.identity + package.name.encode("utf-8", "surrogateescape")


def _checked_layer(manifest: Manifest, name: str, stream: Read, meter: Meter, contents: Contents | None) -> LayerFiles:
    where = f"{meter.path}: layer {name}"
    digest = manifest.digests.get(name)
    if digest is None:
        return read_layer(stream, meter, where, name, contents)
    hashed = _Hashed(stream)
    layer = read_layer(hashed.read, meter, where, name, contents)
    if hashed.hexdigest() != digest:
        message = f"{where}: its content is not what its digest says"
        raise InputError(message)
    return layer


class _Hashed:
    """A stream whose SHA-256 is taken while it is read."""

    def __init__(self, read: Read) -> None:
        from hashlib import sha256

        self._inner = read
        self._hash = sha256()

    def read(self, size: int) -> bytes:
        data = self._inner(size)
        self._hash.update(data)
        return data

    def hexdigest(self) -> str:
        """The digest of all of it, what was not read included."""
        for _ in self._rest():
            pass
        return self._hash.hexdigest()

    def _rest(self) -> Iterator[bytes]:
        while data := self.read(1 << 18):
            yield data
