"""A package's identity: the first twenty bytes of the checksum in field `C`.

Source: apk's `C:` field as observed of 3.0.6: `Q1`/`Q2` and base64, or `X1`/`X2` and hexadecimal digits.
"""

from __future__ import annotations

from binascii import Error, a2b_base64, unhexlify

LENGTH = 20
_BASE64_DIGITS = {"1": 28, "2": 44}  # SHA-1, SHA-256
_HEX_DIGITS = {"1": 40, "2": 64}


def parse_identity(text: str) -> bytes | None:
    """The identity that `text` spells, or None where it spells none.

    Spare bits of the base64 are ignored, and so is all that follows the digest.
    """
    encoding, kind, digits = text[:1], text[1:2], text[2:]
    counts = _BASE64_DIGITS if encoding == "Q" else _HEX_DIGITS
    count = counts.get(kind, 0)
    if encoding not in ("Q", "X") or not 0 < count <= len(digits):
        return None
    try:
        digest = (a2b_base64 if encoding == "Q" else unhexlify)(digits[:count])
    except (Error, ValueError):
        return None
    return digest[:LENGTH] if len(digest) >= LENGTH else None
