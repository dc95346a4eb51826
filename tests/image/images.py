"""Images made on the spot: layers from files, then docker-save or OCI forms around them."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import sys
import tarfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

Files = Mapping[str, bytes | str | None]  # content; text: a symbolic link's target; None: a directory
Pack = Callable[[bytes], bytes]

DATABASE = "lib/apk/db/installed"
WORLD = "etc/apk/world"


def plain(data: bytes) -> bytes:
    return data


def gzipped(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


def zstandard(data: bytes) -> bytes:
    return zstd.compress(data)


def tar(files: Files, form: int = tarfile.PAX_FORMAT) -> bytes:
    """A tar of these files, in their order."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form) as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            if content is None:
                entry.type = tarfile.DIRTYPE
            elif isinstance(content, str):
                entry.type, entry.linkname = tarfile.SYMTYPE, content
            else:
                entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content) if isinstance(content, bytes) else None)
    return buffer.getvalue()


def package(name: str, version: str = "1.0-r0", size: int = 1000, depends: str = "", arch: str = "x86_64") -> str:
    """A record of an installed db."""
    identity = hashlib.sha1(f"{name}-{version}".encode(), usedforsecurity=False).digest()
    import base64

    fields = [
        f"C:Q1{base64.b64encode(identity).decode()}", f"P:{name}", f"V:{version}", f"A:{arch}", f"S:{size // 2}",
        f"I:{size}", "L:MIT", *([f"D:{depends}"] if depends else []), "F:usr/bin", f"R:{name}",
    ]  # fmt: skip
    return "\n".join(fields) + "\n\n"


def database(*names: str) -> bytes:
    """An installed db of small packages."""
    return "".join(package(name) for name in names).encode()


def system(*names: str, world: str | None = None) -> dict[str, bytes | str | None]:
    """The files of a system in which these are installed and asked for."""
    return {
        DATABASE: database(*names),
        WORLD: (" ".join(names) if world is None else world).encode().replace(b" ", b"\n") + b"\n",
        "etc/alpine-release": b"3.18.5\n",
        "etc/apk/repositories": b"https://dl-cdn.alpinelinux.org/alpine/v3.18/main\n",
    }


def config(commands: Sequence[str]) -> bytes:
    """An image's config: one instruction a layer, and one that makes none."""
    history = [{"created_by": command} for command in commands]
    return json.dumps({"history": [*history, {"created_by": "CMD sh", "empty_layer": True}]}).encode()


def docker_save(path: Path, layers: Sequence[bytes], commands: Sequence[str] = ()) -> Path:
    """A `docker save` tar, its layers named as Docker 24 and older do."""
    names = [f"{number:064x}/layer.tar" for number in range(len(layers))]
    manifest = [{"Config": "config.json", "RepoTags": ["test:latest"], "Layers": names}]
    files = dict(zip(names, layers, strict=True))
    path.write_bytes(tar({**files, "config.json": config(commands), "manifest.json": json.dumps(manifest).encode()}))
    return path


def oci_files(layers: Sequence[bytes], commands: Sequence[str] = ()) -> dict[str, bytes]:
    """The files of an OCI layout."""
    blobs: dict[str, bytes] = {}

    def put(data: bytes, kind: str) -> dict[str, object]:
        digest = hashlib.sha256(data).hexdigest()
        blobs[f"blobs/sha256/{digest}"] = data
        return {"mediaType": kind, "digest": f"sha256:{digest}", "size": len(data)}

    manifest = {
        "schemaVersion": 2,
        "config": put(config(commands), "application/vnd.oci.image.config.v1+json"),
        "layers": [put(layer, "application/vnd.oci.image.layer.v1.tar") for layer in layers],
    }
    descriptor = put(json.dumps(manifest).encode(), "application/vnd.oci.image.manifest.v1+json")
    index = {"schemaVersion": 2, "manifests": [{**descriptor, "platform": {"os": "linux", "architecture": "amd64"}}]}
    return {"oci-layout": b'{"imageLayoutVersion": "1.0.0"}', "index.json": json.dumps(index).encode(), **blobs}


def oci_directory(path: Path, layers: Sequence[bytes], commands: Sequence[str] = ()) -> Path:
    """An OCI layout as a directory."""
    for name, data in oci_files(layers, commands).items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(data)
    return path


def oci_tar(path: Path, layers: Sequence[bytes], commands: Sequence[str] = ()) -> Path:
    """An OCI layout as a tar."""
    path.write_bytes(tar(oci_files(layers, commands)))
    return path


def root(path: Path, files: Files) -> Path:
    """A root directory."""
    for name, content in files.items():
        target = path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            target.write_bytes(content)
        elif content is None:
            target.mkdir(exist_ok=True)
        else:
            target.symlink_to(content)
    return path
