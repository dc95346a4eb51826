"""ADBs for tests: values, blocks, compressions and signatures, right or wrong as a test asks."""

from __future__ import annotations

import hashlib
import struct
import sys
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

VALUES, SIGNATURE, DATA, EXTENDED = range(4)
EQUAL, LESS, GREATER, FUZZY, CONFLICT = 1, 2, 4, 8, 16
ERROR = 0xF000_0426
FIELDS = (
    "name", "version", "hashes", "description", "arch", "license", "origin", "maintainer", "url", "commit",
    "build_time", "installed_size", "file_size", "priority", "depends", "provides", "replaces", "install_if",
    "recommends", "layer", "tags",
)  # fmt: skip

Dependency = tuple[str, str, int] | tuple[str]
Package = Mapping[str, object]


@dataclass
class Writer:
    """Writes values from back to front; equal values are written once, as apk's own writer does."""

    data: bytearray = field(default_factory=lambda: bytearray(8))
    known: dict[object, int] = field(default_factory=dict)

    def integer(self, number: int) -> int:
        if number < 1 << 28:
            return 1 << 28 | number
        wide = number >= 1 << 32
        return self._put(2 + wide, struct.pack("<Q" if wide else "<I", number), 4)

    def blob(self, content: bytes) -> int:
        kind, form = (8, "<B") if len(content) < 1 << 8 else (9, "<H") if len(content) < 1 << 16 else (10, "<I")
        return self._put(kind, struct.pack(form, len(content)) + content, struct.calcsize(form))

    def text(self, text: str) -> int:
        return self.blob(text.encode("utf-8", "surrogateescape"))

    def words(self, slots: Sequence[int], kind: int = 14) -> int:
        while slots and slots[-1] == 0:
            slots = slots[:-1]
        return self._put(kind, struct.pack(f"<{len(slots) + 1}I", len(slots) + 1, *slots), 4)

    def dependency(self, name: str, version: str = "", match: int = 0) -> int:
        return self.words([self.text(name), self.text(version) if version else 0, self.integer(match) if match else 0])

    def package(self, fields: Package) -> int:
        return self.words([self._field(fields.get(name, 0)) for name in FIELDS])

    def _field(self, value: object) -> int:
        if isinstance(value, Raw):
            return value.word
        if isinstance(value, int):
            return self.integer(value) if value else 0
        if isinstance(value, bytes):
            return self.blob(value)
        if isinstance(value, str):
            return self.text(value) if value else 0
        assert isinstance(value, list)
        return self.words([self.dependency(*each) for each in value]) if value else 0

    def index(self, packages: Iterable[Package], description: str = "") -> bytes:
        listed = self.words([self.package(each) for each in packages])
        return self.finish(self.words([self.text(description) if description else 0, listed]))

    def finish(self, root: int) -> bytes:
        struct.pack_into("<I", self.data, 4, root)
        return bytes(self.data)

    def _put(self, kind: int, content: bytes, alignment: int) -> int:
        if (kind, content) not in self.known:
            self.data += bytes(-len(self.data) % alignment)
            self.known[kind, content] = kind << 28 | len(self.data)
            self.data += content
        return self.known[kind, content]


@dataclass(frozen=True)
class Raw:
    """A value as its word."""

    word: int


def values_of(packages: Iterable[Package], description: str = "") -> bytes:
    return Writer().index(packages, description)


BUSYBOX: Package = {
    "name": "busybox", "version": "1.36.1-r5", "hashes": bytes(range(20)), "arch": "x86_64", "file_size": 509600,
    "installed_size": 962560, "description": "tools", "license": "GPL-2.0-only",
}  # fmt: skip


@dataclass(frozen=True)
class AdbKey:
    """A throw-away key and the file that its public half is trusted in."""

    file: str
    private: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

    def trust_in(self, directory: Path) -> Path:
        directory.mkdir(exist_ok=True)
        public = self.private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        (directory / self.file).write_bytes(public)
        return directory

    def identity(self) -> bytes:
        if isinstance(self.private, rsa.RSAPrivateKey):
            bare = self.private.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.PKCS1)
        else:
            bare = self.private.public_key().public_bytes(
                serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
            )
        return hashlib.sha512(bare).digest()[:16]

    def sign(self, values: bytes, schema: bytes = b"indx", version: int = 0, digest: int = 4) -> bytes:
        """The payload of a signature block."""
        header = bytes([version, digest]) + self.identity()
        content = schema + header + hashlib.sha512(values).digest()
        if isinstance(self.private, rsa.RSAPrivateKey):
            return header + self.private.sign(content, padding.PKCS1v15(), hashes.SHA512())
        return header + self.private.sign(content, ec.ECDSA(hashes.SHA512()))


def rsa_key(file: str = "tester.rsa.pub") -> AdbKey:
    return AdbKey(file, rsa.generate_private_key(public_exponent=65537, key_size=2048))


def ec_key(file: str = "tester.pem") -> AdbKey:
    return AdbKey(file, ec.generate_private_key(ec.SECP256R1()))


def block(kind: int, payload: bytes, *, extended: bool = False) -> bytes:
    if extended:
        front = struct.pack("<IIQ", EXTENDED << 30 | kind, 0, len(payload) + 16)
    else:
        front = struct.pack("<I", kind << 30 | len(payload) + 4)
    whole = front + payload
    return whole + bytes(-len(whole) % 8)


def plain(values: bytes, signatures: Iterable[bytes] = (), schema: bytes = b"indx") -> bytes:
    return b"ADB." + schema + block(VALUES, values) + b"".join(block(SIGNATURE, each) for each in signatures)


def deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def packed(data: bytes, how: str) -> bytes:
    """A plain ADB in one of the forms `plain`, `d` (deflate), `none`, `deflate`, `zstd`."""
    return {
        "plain": lambda: data,
        "d": lambda: b"ADBd" + deflate(data),
        "none": lambda: b"ADBc\0\0" + data,
        "deflate": lambda: b"ADBc\1\6" + deflate(data),
        "zstd": lambda: b"ADBc\2\11" + zstd.compress(data, 9),
    }[how]()


FORMS = ("plain", "d", "none", "deflate", "zstd")
