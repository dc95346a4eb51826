"""The parts that every JSON document of apkgraph shares: the universe, the base, changes, amounts, reasons."""

from __future__ import annotations

from time import gmtime, strftime

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from apkgraph.impact.base import Base
    from apkgraph.impact.because import Because
    from apkgraph.index.universe import Universe
    from apkgraph.solve.solution import Change, Reason

    Document = dict[str, object]


class Place:
    """Where a question is asked: a universe, and the coordinates that it was obtained by."""

    __slots__ = ("arch", "mirror", "release", "sample", "universe")

    def __init__(self, universe: Universe, mirror: str, release: str, arch: str, *, sample: bool) -> None:
        self.universe = universe
        self.mirror = mirror
        self.release = release
        self.arch = arch
        self.sample = sample

    def to_dict(self) -> Document:
        """The contract's `universe`."""
        return {
            "mirror": self.mirror,
            "release": self.release,
            "arch": self.arch,
            "sample": self.sample,
            "repositories": [
                {
                    "name": repository.name,
                    "url": repository.url,
                    "description": repository.description,
                    "packages": repository.packages,
                    "sha256": repository.sha256,
                    "signed_by": repository.signed_by,
                    "fetched_at": timestamp(repository.fetched_at),
                    "stale": repository.stale,
                }
                for repository in self.universe.repositories
            ],
        }


class Amount:
    """A number of packages with their bytes on disk and over the wire."""

    __slots__ = ("download_size", "installed_size", "packages")

    def __init__(self, packages: int, installed_size: int, download_size: int) -> None:
        self.packages = packages
        self.installed_size = installed_size
        self.download_size = download_size

    def __add__(self, other: Amount) -> Amount:
        return Amount(
            self.packages + other.packages,
            self.installed_size + other.installed_size,
            self.download_size + other.download_size,
        )

    def to_dict(self) -> Document:
        """The contract's form."""
        return {
            "packages": self.packages,
            "installed_size": self.installed_size,
            "download_size": self.download_size,
        }


def timestamp(seconds: float | None) -> str | None:
    """RFC 3339, UTC, from seconds since 1970."""
    return None if seconds is None else strftime("%Y-%m-%dT%H:%M:%SZ", gmtime(seconds))


def base_dict(base: Base) -> Document:
    """The contract's `base`."""
    return {
        "name": base.name,
        "world": [str(token) for token in base.world],
        "packages": len(base.packages),
        "installed_size": base.installed_size,
        "download_size": base.download_size,
    }


def change_dict(universe: Universe, change: Change, because: Because) -> Document:
    """One entry of the contract's `changes`; for a removal, the figures are those of what goes."""
    package = change.package
    repository = universe.repository(package)
    document: Document = {"action": change.action, "name": package.name, "version": package.version}
    if change.old_package is not None:
        document["old_version"] = change.old_package.version
    document.update(
        repository=None if repository is None else repository.name,
        installed_size=package.installed_size,
        download_size=package.size,
        origin=package.origin or package.name,
        license=package.license,
        because=because.to_dict(),
    )
    return document


def reason_dicts(reasons: Sequence[Reason]) -> list[Mapping[str, object]]:
    """The contract's `reasons`."""
    return [reason.to_dict() for reason in reasons]
