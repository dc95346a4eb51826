"""A package's identity: the first twenty bytes of the checksum in field `C`.

Source: apk's `C:` field as observed of 3.0.6: `Q1`/`Q2` and base64, or `X1`/`X2` and hexadecimal digits.
"""

from __future__ import annotations

from binascii import Error, a2b_base64, unhexlify

LENGTH = 20


def parse_identity(text: str) -> bytes | None:
    """The identity that `text` spells, or None where it spells none. Spare bits of the base64 are ignored."""
    kind, digits = text[:2], text[2:]
    try:
        if kind in ("Q1", "Q2"):
            digest = a2b_base64(digits, strict_mode=False)
        elif kind in ("X1", "X2"):
            digest = unhexlify(digits)
        else:
            return None
    except (Error, ValueError):
        return None
    return digest[:LENGTH] if len(digest) >= LENGTH else None
