"""Archives for tests, made and signed with throw-away keys, right or wrong as a test asks."""

from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

HASHES: dict[str, hashes.HashAlgorithm] = {
    "RSA": hashes.SHA1(),  # noqa: S303  # what Alpine signs with
    "RSA256": hashes.SHA256(),
    "RSA512": hashes.SHA512(),
}
INDEX = b"""\
C:Q1EyN5AdpAOBJWKMR89ZnzIvhPkKc=
P:busybox
V:1.36.1-r5
A:x86_64
S:509600
I:962560
T:tools
L:GPL-2.0-only

"""


@dataclass(frozen=True)
class Key:
    """A throw-away key and the name it signs under."""

    name: str
    private: rsa.RSAPrivateKey

    def public(self) -> bytes:
        return self.private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    def trust_in(self, directory: Path) -> Path:
        directory.mkdir(exist_ok=True)
        (directory / self.name).write_bytes(self.public())
        return directory

    def sign(self, content: bytes, scheme: str = "RSA") -> bytes:
        return self.private.sign(content, padding.PKCS1v15(), HASHES[scheme])


def make_key(name: str) -> Key:
    return Key(name, rsa.generate_private_key(public_exponent=65537, key_size=2048))


def tar_of(entries: Iterable[tuple[str, bytes]], *, end: bool = True, kind: bytes = tarfile.REGTYPE) -> bytes:
    out = io.BytesIO()
    for name, content in entries:
        info = tarfile.TarInfo(name)
        info.size, info.type = len(content), kind
        out.write(info.tobuf(tarfile.USTAR_FORMAT))
        out.write(content + b"\0" * (-len(content) % 512))
    return out.getvalue() + (b"\0" * 1024 if end else b"")


def pax(**records: str) -> tuple[str, bytes]:
    """The records of a pax header: the shortest length that counts itself, a space, KEY=VALUE, a newline."""
    lines = []
    for key, value in records.items():
        rest = f" {key}={value}\n".encode()
        length = next(n for n in range(len(rest), len(rest) + 9) if len(str(n)) + len(rest) == n)
        lines.append(str(length).encode() + rest)
    return "./PaxHeaders/x", b"".join(lines)


def pack(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


def index_part(text: bytes = INDEX, description: bytes = b"v3.18.5-1-gabc") -> bytes:
    return pack(tar_of([("DESCRIPTION", description), ("APKINDEX", text)]))


def signature_part(signatures: Iterable[tuple[str, bytes]]) -> bytes:
    return pack(tar_of(signatures, end=False))


def signed(key: Key, content: bytes | None = None, scheme: str = "RSA") -> bytes:
    content = index_part() if content is None else content
    return signature_part([(f".SIGN.{scheme}.{key.name}", key.sign(content, scheme))]) + content
