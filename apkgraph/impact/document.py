"""The parts that every JSON document of apkgraph shares: the universe, the base, changes, amounts, reasons."""

from __future__ import annotations

from time import gmtime, strftime

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from apkgraph.impact.base import Base
    from apkgraph.impact.install_reason import InstallReason
    from apkgraph.index.universe import Universe
    from apkgraph.model.size import Amount
    from apkgraph.solve.solution import Change, Reason

    Document = dict[str, object]


class Place:
    """Where a question is asked: a universe, and the coordinates that it was obtained by."""

    __slots__ = ("arch", "distro", "mirror", "release", "sample", "title", "universe")

    def __init__(
        self,
        universe: Universe,
        mirror: str,
        release: str,
        arch: str,
        *,
        sample: bool,
        distro: str = "alpine",
        title: str = "Alpine",
    ) -> None:
        self.universe = universe
        self.mirror = mirror
        self.release = release
        self.arch = arch
        self.sample = sample
        self.distro = distro
        self.title = title

    def to_dict(self) -> Document:
        """The contract's `universe`."""
        return {
            "distro": self.distro,
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


def amount_dict(amount: Amount) -> Document:
    """The contract's form of packages and their sizes."""
    return {
        "packages": amount.packages,
        "installed_size": amount.size.installed,
        "download_size": amount.size.download,
    }


def timestamp(seconds: float | None) -> str | None:
    """RFC 3339, UTC, from seconds since 1970."""
    return None if seconds is None else strftime("%Y-%m-%dT%H:%M:%SZ", gmtime(seconds))


def base_dict(base: Base) -> Document:
    """The contract's `base`."""
    return {
        "name": base.name,
        "world": [str(token) for token in base.world],
        **amount_dict(base.amount),
    }


def change_dict(universe: Universe, change: Change, because: InstallReason) -> Document:
    """One entry of the contract's `changes`; for a removal, the figures are those of what goes."""
    package = change.package
    repository = universe.repository(package)
    document: Document = {"action": change.action, "name": package.name, "version": package.version}
    if change.old_package is not None:
        document["old_version"] = change.old_package.version
    document.update(
        repository=None if repository is None else repository.name,
        installed_size=package.installed_size,
        download_size=package.download_size,
        origin=package.origin or package.name,
        license=package.license,
        because=because.to_dict(),
    )
    return document


def reason_dicts(reasons: Sequence[Reason]) -> list[Mapping[str, object]]:
    """The contract's `reasons`."""
    return [reason.to_dict() for reason in reasons]
