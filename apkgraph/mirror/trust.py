"""From an index's bytes to a trusted index: signatures are verified first, and only then is the content read.

archive bytes → signatures → verified → text; ADB bytes → signatures → verified → values
"""

from __future__ import annotations

import errno
import os
import re
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from apkgraph import host, limits
from apkgraph.distro import NAMES as DISTRIBUTIONS
from apkgraph.distro.profile import release_number
from apkgraph.errors import IndexFormatError, SignatureError
from apkgraph.mirror import adb, archive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    from apkgraph.distro import Distribution
    from apkgraph.mirror.archive import Signature, Signed
    from apkgraph.mirror.cache import Metadata
    from apkgraph.mirror.layout import Repository
    from apkgraph.settings import Settings


@dataclass(frozen=True, slots=True)
class TrustedIndex:
    """An index whose signature holds (or need not: --allow-untrusted); times in seconds since 1970, sizes in bytes.

    `content` is the text of a v2 index; of a v3 index, which `is_adb`, the block of values.
    """

    repository: Repository
    description: str
    content: bytes
    archive_sha256: str
    archive_size: int
    signed_by: str  # "" where nobody trusted has signed
    key_file: str  # the same key, where it lies
    fetched_at: int
    checked_at: int
    stale: bool = False
    is_adb: bool = False
    doubt: str = ""  # why this may not be the index that was asked for


def trust(settings: Settings, repository: Repository, data: bytes, metadata: Metadata) -> TrustedIndex:
    """The index in these bytes, whatever its file is called: an archive, or an ADB.

    SignatureError where nobody trusted has signed it, ArchiveError and IndexFormatError where broken.
    """
    where = f"{repository.url} ({repository.arch})"
    read, key_file = (_read_adb if adb.is_adb(data) else _read_archive)(settings, repository, data, where)
    return TrustedIndex(
        repository=repository,
        description=read.description,
        content=read.text,
        archive_sha256=metadata.sha256,
        archive_size=metadata.size,
        signed_by=os.path.basename(key_file),
        key_file=key_file,
        fetched_at=metadata.fetched_at,
        checked_at=metadata.checked_at,
        is_adb=adb.is_adb(data),
        doubt=_doubt(settings.distro, repository, read.description, read.text),
    )


def _doubt(distro: Distribution, repository: Repository, description: str, content: bytes) -> str:
    """Warn where the index seems to be another repository's: a signature does not say whose index it is."""
    if not repository.release:
        return ""
    asked, found = release_number(repository.release), release_number(description)
    if distro.numbered and asked and found and asked != found:
        return f"an index of v{found[0]}.{found[1]} in place of {repository.release} ({description[:40]!a})"
    for owner, package in distro.landmarks:
        if owner != repository.name and f"\nP:{package}\n".encode() in content:
            return f"holds {package}, which is in {owner}: an index of another repository"
    return ""


def newest_build(index: TrustedIndex) -> int:
    """Return when the newest package of an index was built, in seconds since 1970; 0 where nothing says."""
    if index.is_adb:
        try:
            return adb.newest_build(adb.Values(index.content))
        except IndexFormatError:  # what reads the index itself says so
            return 0
    times = re.findall(rb"^t:(\d{1,11})$", index.content, re.MULTILINE)
    return max(map(int, times), default=0)


def _read_archive(settings: Settings, repository: Repository, data: bytes, where: str) -> tuple[archive.IndexText, str]:
    signed = archive.take_apart(data, where)
    key_file = _key_file(settings, repository, lambda directories: verify(signed, directories, where))
    return archive.read_index(signed.content, where, verified=bool(key_file)), key_file


def _read_adb(settings: Settings, repository: Repository, data: bytes, where: str) -> tuple[archive.IndexText, str]:
    from apkgraph.mirror import adb_signature

    signed = adb.take_apart(data, where)
    key_file = _key_file(settings, repository, lambda directories: adb_signature.verify(signed, directories, where))
    try:
        description = adb.description_of(adb.Values(signed.values))
    except IndexFormatError as error:
        message = f"{where}: {error}"
        raise IndexFormatError(message) from None
    return archive.IndexText(description, signed.values), key_file


def _key_file(settings: Settings, repository: Repository, verified: Callable[[tuple[str, ...]], str]) -> str:
    try:
        return verified(key_directories(settings, under_mirror=bool(repository.release)))
    except SignatureError:
        if settings.allow_untrusted:
            return ""
        raise


SYSTEM_KEYS, OS_RELEASE = "/etc/apk/keys", "/etc/os-release"
_SCHEMES = ("RSA", "RSA256", "RSA512")  # apk-keys(5), abuild-sign(1): over SHA-1, SHA-256 and SHA-512


def key_directories(settings: Settings, *, under_mirror: bool = True) -> tuple[str, ...]:
    """Where trusted keys lie: for the sample only its own, else --keys-dir, the distribution's keys, the system's.

    Keys of one distribution are never trusted for another: the system's count for the distribution that it is of.
    """
    own = (settings.keys_dir,) if settings.keys_dir else ()
    if settings.sample:
        return own
    distro = settings.distro
    shipped = distro.keys if under_mirror else distro.foreign_keys
    system = (SYSTEM_KEYS,) if _system_distribution() == distro.name else ()
    return (*own, *((host.keys_directory(shipped),) if shipped else ()), *system)


def open_plain(path: str) -> BinaryIO:
    """Open a plain file for reading; OSError for a pipe or a device, which could block forever."""
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, "not a plain file", path)
    return os.fdopen(handle, "rb")


def _system_distribution() -> str:
    """The profile that this machine's keys are of; Alpine's where os-release names none."""
    try:
        with open(OS_RELEASE, encoding="utf-8", errors="replace") as file:
            lines = file.read(limits.KEY_BYTES).splitlines()
    except OSError:
        lines = []
    found = next((line.removeprefix("ID=").strip("\"'") for line in lines if line.startswith("ID=")), "")
    return found if found in DISTRIBUTIONS else "alpine"


def verify(signed: Signed, directories: Iterable[str], where: str) -> str:
    """Return the file of the trusted key whose signature holds; SignatureError, naming the keys, where none does.

    Signatures by keys that are not trusted are passed over; the first one by a trusted key decides.
    """
    if not signed.signatures:
        message = f"{where}: unsigned; --allow-untrusted accepts it"
        raise SignatureError(message)
    from cryptography.exceptions import UnsupportedAlgorithm

    places = tuple(directories)
    refused = []
    for signature in signed.signatures:
        found = {path: key for directory in places for path, key in _load(directory, signature.key)}
        try:
            for path, key in found.items():
                if key is not None and _holds(signature, signed.content, key):
                    return path
        except UnsupportedAlgorithm:  # a system that forbids SHA-1
            refused.append(f"the signature by {_shown(signature.key)} is of a kind that this machine does not verify")
            continue
        refused.append(_refusal(signature, found))
        if signature.scheme in _SCHEMES and any(found.values()):
            break  # as apk, which verifies the first signature of a trusted key and no other
    message = f"{where}: {'; '.join(refused)}"
    raise SignatureError(message)


def _refusal(signature: Signature, found: Mapping[str, RSAPublicKey | None]) -> str:
    key = _shown(signature.key)
    if signature.scheme not in _SCHEMES:
        return f"signed with {key} by {signature.scheme!a}, a kind of signature that is not known"
    if any(found.values()):
        return f"the signature by {key} does not match: corrupted or tampered with"
    if found:
        return f"signed by the key {key}, which is not trusted: {', '.join(found)} cannot be read as an RSA public key"
    return f"signed by the key {key}, which is not trusted; --keys-dir names a directory of keys that are"


def _shown(key: str) -> str:
    return ascii(key[: limits.KEY_NAME_CHARACTERS]).strip("'\"") + "…" * (len(key) > limits.KEY_NAME_CHARACTERS)


def _load(directory: str, name: str) -> Iterator[tuple[str, RSAPublicKey | None]]:
    """The file of that name, where there is one, and its key, None where it holds none.

    The name is the archive's: a plain file's.
    """
    if os.path.basename(name) != name or not name.isprintable() or len(name) > limits.KEY_NAME_CHARACTERS:
        return
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    path = os.path.join(directory, name)
    try:
        with open_plain(path) as file:
            key = load_pem_public_key(file.read(limits.KEY_BYTES))
    except (FileNotFoundError, NotADirectoryError):
        return
    except (OSError, ValueError, UnsupportedAlgorithm):
        yield path, None
    else:
        yield path, key if isinstance(key, RSAPublicKey) else None


def _holds(signature: Signature, content: bytes, key: RSAPublicKey) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

    # SHA-1 is what Alpine signs its indexes with (docs/security.md).
    digests = {"RSA": hashes.SHA1(), "RSA256": hashes.SHA256(), "RSA512": hashes.SHA512()}  # noqa: S303
    if signature.scheme not in digests:
        return False
    try:
        key.verify(signature.value, content, PKCS1v15(), digests[signature.scheme])
    except InvalidSignature:
        return False
    return True
