"""Sizes as people write and read them: KiB, MiB, GiB (1024), kB, MB, GB (1000) or plain bytes."""

from __future__ import annotations

from apkgraph.errors import UsageError

_BINARY = ("KiB", "MiB", "GiB", "TiB")
_FACTORS = {
    "": 1,
    "b": 1,
    "kib": 1024,
    "mib": 1024**2,
    "gib": 1024**3,
    "tib": 1024**4,
    "kb": 1000,
    "mb": 1000**2,
    "gb": 1000**3,
    "tb": 1000**4,
}
_LONGEST = 32


def parse_size(text: str) -> int:
    """Bytes from `40MiB`, `1.5 GB`, `700` (UsageError where it is none of these; fractions of a byte are dropped)."""
    stripped = text.strip()
    number = stripped.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ ")
    factor = _FACTORS.get(stripped[len(number) :].strip().lower())
    whole, _, fraction = number.partition(".")
    digits = whole + fraction
    if factor is None or len(text) > _LONGEST or not (digits.isascii() and digits.isdigit()) or number.endswith("."):
        message = f"invalid size {text!r}: write 40MiB, 1.5GB or a number of bytes"
        raise UsageError(message)
    return int(digits) * factor // int(10 ** len(fraction))


def format_size(size: int) -> str:
    """`size` bytes in three or four figures: `512 B`, `31.5 KiB`, `10.6 MiB`; negative sizes keep their sign."""
    if size < 0:
        return "-" + format_size(-size)
    if size < 1024:
        return f"{size} B"
    scaled = size / 1024
    for unit in _BINARY[:-1]:
        if scaled < 1023.95:
            return f"{scaled:.1f} {unit}"
        scaled /= 1024
    return f"{scaled:.1f} {_BINARY[-1]}"


def format_change(size: int) -> str:
    """`size` with its sign, also a plus: what a change does to a total."""
    return format_size(size) if size <= 0 else "+" + format_size(size)


def format_share(part: int, whole: int) -> str:
    """`part` of `whole` in per cent: `42%`, and `<1%` for what is there but rounds to nothing."""
    if whole <= 0 or part <= 0:
        return "0%"
    share = 100 * part / whole
    return "<1%" if share < 0.5 else f"{share:.0f}%"


def count(number: int, word: str) -> str:
    """`1 package`, `9 packages`."""
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"
