"""The signatures of an ADB by trusted keys: RSA (PKCS #1 v1.5) or ECDSA, over SHA-512; found by the id of the key."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

from apkgraph import limits
from apkgraph.errors import SignatureError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

    from apkgraph.mirror.adb import Signature, SignedValues

_SUFFIXES = (".pem", ".pub")
_VERSION, _SHA512 = 0, 4
_KEY_ID = 16  # bytes


def verify(signed: SignedValues, directories: Iterable[str], where: str) -> str:
    """Return the file of the trusted key whose signature holds; SignatureError, naming the keys, where none does.

    One good signature suffices.
    """
    if not signed.signatures:
        message = f"{where}: unsigned; --allow-untrusted accepts it"
        raise SignatureError(message)
    keys = {key_id: (path, key) for directory in directories for path, key_id, key in _keys(directory)}
    digest = hashlib.sha512(signed.values).digest()
    refused = []
    for signature in signed.signatures:
        name = f"the key of the id {signature.key_id.hex()}"
        path, key = keys.get(signature.key_id, ("", None))
        if signature.version != _VERSION or signature.digest != _SHA512:
            refused.append(f"signed with {name} in a way that is not known")
        elif key is None:
            refused.append(f"signed by {name}, which is not trusted; --keys-dir names a directory of keys that are")
        elif _holds(signature, signed.schema + signature.header + digest, key):
            return path
        else:
            refused.append(f"the signature by {os.path.basename(path)} does not match: corrupted or tampered with")
    message = f"{where}: {'; '.join(refused)}"
    raise SignatureError(message)


def _keys(directory: str) -> Iterator[tuple[str, bytes, PublicKeyTypes]]:
    """Each key that lies there, with its file and its id; what is not a key is passed over."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        names = sorted(name for name in os.listdir(directory) if name.endswith(_SUFFIXES))[: limits.KEYS]
    except OSError:
        return
    for name in names:
        path = os.path.join(directory, name)
        try:
            if not os.path.isfile(path):
                continue
            with open(path, "rb") as file:
                key = load_pem_public_key(file.read(limits.KEY_BYTES))
        except (OSError, ValueError, UnsupportedAlgorithm):
            continue
        bare = _bare(key)
        if bare is not None:
            yield path, hashlib.sha512(bare).digest()[:_KEY_ID], key


def _bare(key: PublicKeyTypes) -> bytes | None:
    """The key without what says of which kind it is; None for a kind that signs no ADB."""
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    if isinstance(key, RSAPublicKey):
        return key.public_bytes(Encoding.DER, PublicFormat.PKCS1)
    if isinstance(key, EllipticCurvePublicKey):
        return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return None


def _holds(signature: Signature, content: bytes, key: PublicKeyTypes) -> bool:
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.hashes import SHA512

    try:
        if isinstance(key, RSAPublicKey):
            key.verify(signature.value, content, PKCS1v15(), SHA512())
        elif isinstance(key, EllipticCurvePublicKey):
            key.verify(signature.value, content, ECDSA(SHA512()))
        else:
            return False
    except (InvalidSignature, UnsupportedAlgorithm):
        return False
    return True
