"""The JSON of an image: which parts are its layers, in which order, and which instruction made each."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

from apkgraph import limits
from apkgraph.errors import InputError
from apkgraph.image.archive import Parts
from apkgraph.image.platforms import Platform, of_arch

_SHA256 = re.compile(r"^sha256:([0-9a-f]{64})$")

Json = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Manifest:
    """The layers' parts from the lowest up, their SHA-256 where it is known, and the instructions that made them."""

    layers: tuple[str, ...]
    digests: Mapping[str, str]
    commands: tuple[str, ...]


def docker_manifest(parts: Parts, path: str) -> Manifest | None:
    """What `manifest.json` of `docker save` says of its first image, None where there is no such file."""
    text = parts.small("manifest.json")
    if text is None:
        return None
    images = _parsed(text, path, "manifest.json")
    if not isinstance(images, list) or not images or not isinstance(images[0], dict):
        _refuse(path, "manifest.json names no image")
    layers = _names(images[0].get("Layers"), path, "manifest.json")
    config = images[0].get("Config")
    text = parts.small(config) if isinstance(config, str) and _is_plain(config) else None
    digests = {name: name.rsplit("/", 1)[-1] for name in layers if name.startswith("blobs/sha256/")}
    return Manifest(layers, digests, _commands(text, path))


def oci_manifest(parts: Parts, path: str, arch: str | None) -> Manifest:
    """What `index.json` of an OCI layout leads to."""
    text = parts.small("index.json")
    if text is None:
        _refuse(path, "no index.json in it, so it is not an OCI layout")
    document = _object(_parsed(text, path, "index.json"), path)
    for _ in range(limits.IMAGE_NESTING):
        if "layers" in document:
            break
        document = _object(_blob(parts, path, _chosen(document, path, arch)), path)
    return _manifest(parts, path, document)


def _manifest(parts: Parts, path: str, document: Json) -> Manifest:
    descriptors = document.get("layers")
    if not isinstance(descriptors, list) or len(descriptors) > limits.IMAGE_LAYERS:
        _refuse(path, "its manifest has no list of layers that makes sense")
    digests = [_digest(one, path) for one in descriptors if isinstance(one, dict)]
    layers = tuple(f"blobs/sha256/{digest}" for digest in digests)
    config = document.get("config")
    text = parts.small(f"blobs/sha256/{_digest(config, path)}") if isinstance(config, dict) else None
    return Manifest(layers, dict(zip(layers, digests, strict=True)), _commands(text, path))


def _chosen(document: Json, path: str, arch: str | None) -> Json:
    """The descriptor of the wanted platform's manifest; those of attestations are passed over."""
    manifests = document.get("manifests")
    images: list[tuple[Json, Json]] = []
    for one in manifests if isinstance(manifests, list) else ():
        platform = one.get("platform") if isinstance(one, dict) else None
        platform = platform if isinstance(platform, dict) else {}
        if isinstance(one, dict) and platform.get("os") != "unknown":
            images.append((one, platform))
    if not images:
        _refuse(path, "its index names no image")
    fitting = [one for one, platform in images if arch is not None and _fits(platform, of_arch(arch))]
    return fitting[0] if fitting else images[0][0]


def _fits(platform: Json, wanted: Platform) -> bool:
    variants = ("", "v8", wanted.variant)
    return platform.get("architecture") == wanted.machine and platform.get("variant", "") in variants


def _blob(parts: Parts, path: str, descriptor: Json) -> object:
    digest = _digest(descriptor, path)
    text = parts.small(f"blobs/sha256/{digest}")
    if text is None:
        _refuse(path, f"the part blobs/sha256/{digest[:12]}… is missing")
    from hashlib import sha256

    if sha256(text).hexdigest() != digest:
        _refuse(path, f"the part blobs/sha256/{digest[:12]}… is not what its digest says")
    return _parsed(text, path, f"blobs/sha256/{digest[:12]}…")


def _digest(descriptor: Json, path: str) -> str:
    digest = descriptor.get("digest")
    found = _SHA256.match(digest) if isinstance(digest, str) else None
    if found is None:
        _refuse(path, f"{str(digest)[:80]!r} is not a SHA-256 digest")
    return found[1]


def _commands(config: bytes | None, path: str) -> tuple[str, ...]:
    """The instruction behind each layer, as the config's history tells it."""
    history = _object(_parsed(config, path, "its config"), path).get("history") if config is not None else None
    entries = [one for one in history if isinstance(one, dict)] if isinstance(history, list) else []
    made = [one.get("created_by", "") for one in entries if not one.get("empty_layer")]
    return tuple(" ".join(text.split()) if isinstance(text, str) else "" for text in made)


def _names(names: object, path: str, where: str) -> tuple[str, ...]:
    if not isinstance(names, list) or not names or len(names) > limits.IMAGE_LAYERS:
        _refuse(path, f"{where} names no layers")
    for name in names:
        if not isinstance(name, str) or not _is_plain(name):
            _refuse(path, f"{where} names a layer outside of the image, {str(name)[:80]!r}")
    return tuple(names)


def _is_plain(name: str) -> bool:
    return bool(name) and not name.startswith("/") and ".." not in name.split("/") and "\0" not in name


def _parsed(text: bytes, path: str, where: str) -> object:
    try:
        document: object = json.loads(text)
    except (ValueError, RecursionError):
        message = f"{path}: {where} is not JSON"
        raise InputError(message) from None
    return document


def _object(document: object, path: str) -> Json:
    if not isinstance(document, dict):
        _refuse(path, "a part of it is not a JSON object")
    return document


def _refuse(path: str, reason: str) -> NoReturn:
    message = f"{path}: {reason}"
    raise InputError(message)
