"""Sizes: bytes on disk and over the wire, and how many packages they are of."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Literal, TypeAlias

    from apkgraph.model.package import Package

    Measure: TypeAlias = Literal["installed", "download"]


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
    count = installed = download = 0
    for package in packages:
        count += 1
        installed += package.installed_size
        download += package.download_size
    return Amount(count, Size(installed, download))
