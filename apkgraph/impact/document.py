"""The parts that every JSON document of apkgraph shares: the universe, changes, amounts, reasons."""

from __future__ import annotations

from time import gmtime, strftime

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from apkgraph.impact.install_reason import InstallReason
    from apkgraph.index.universe import Universe
    from apkgraph.model.size import Amount
    from apkgraph.solve.solution import Change, Reason

    Document = dict[str, object]


def universe_dict(universe: Universe) -> Document:
    """The contract's `universe`."""
    ref = universe.ref
    return {
        "distro": ref.distro,
        "mirror": ref.mirror,
        "release": ref.release,
        "arch": ref.arch,
        "sample": ref.sample,
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
            for repository in universe.repositories
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
