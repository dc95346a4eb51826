"""Sizes: bytes on disk and over the wire, of how many packages, and how people write and read them."""

from __future__ import annotations

from apkgraph import limits
from apkgraph.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Literal, TypeAlias

    from apkgraph.model.package import Package

    Measure: TypeAlias = Literal["installed", "download"]

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


class Size:
    """Bytes on disk after installation, and bytes over the wire. Immutable by convention, compared by value."""

    __slots__ = ("download", "installed")

    def __init__(self, installed: int, download: int) -> None:
        self.installed = installed
        self.download = download

    def by(self, measure: Measure) -> int:
        """Bytes by one of the two measures."""
        return self.installed if measure == "installed" else self.download

    def __add__(self, other: Size) -> Size:
        return Size(self.installed + other.installed, self.download + other.download)

    def __sub__(self, other: Size) -> Size:
        return Size(self.installed - other.installed, self.download - other.download)

    def __neg__(self) -> Size:
        return Size(-self.installed, -self.download)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Size) and (self.installed, self.download) == (other.installed, other.download)

    def __hash__(self) -> int:
        return hash((self.installed, self.download))

    def __repr__(self) -> str:
        return f"Size({self.installed}, {self.download})"


class Amount:
    """A number of packages and their Size. Immutable by convention, compared by value."""

    __slots__ = ("packages", "size")

    def __init__(self, packages: int, size: Size) -> None:
        self.packages = packages
        self.size = size

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.packages + other.packages, self.size + other.size)

    def __sub__(self, other: Amount) -> Amount:
        return Amount(self.packages - other.packages, self.size - other.size)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Amount) and (self.packages, self.size) == (other.packages, other.size)

    def __hash__(self) -> int:
        return hash((self.packages, self.size))

    def __repr__(self) -> str:
        return f"Amount({self.packages}, {self.size!r})"


def size_of(package: Package) -> Size:
    """A package's own Size."""
    return Size(package.installed_size, package.download_size)


def amount_of(packages: Iterable[Package]) -> Amount:
    """The Amount of all of these packages together."""
    number = installed = download = 0
    for package in packages:
        number += 1
        installed += package.installed_size
        download += package.download_size
    return Amount(number, Size(installed, download))


def parse_size(text: str) -> int:
    """Bytes from `40MiB`, `1.5 GB`, `700` (UsageError where it is none of these; fractions of a byte are dropped)."""
    stripped = text.strip()
    number = stripped.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ ")
    factor = _FACTORS.get(stripped[len(number) :].strip().lower())
    whole, _, fraction = number.partition(".")
    digits = whole + fraction
    if (
        factor is None
        or len(text) > limits.SIZE_CHARACTERS
        or not (digits.isascii() and digits.isdigit())
        or number.endswith(".")
    ):
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
    """`1 package`, `9 packages`, `-1 package`."""
    return f"{number:,} {word}" if abs(number) == 1 else f"{number:,} {word}s"
