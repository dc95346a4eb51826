"""The parts that the JSON documents share: the universe, the base, changes, amounts, reasons."""

from __future__ import annotations

from time import gmtime, strftime

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from apkgraph.impact.analysis import Analysis, Base
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
                "built_at": timestamp(repository.built_at or None),
                "stale": repository.stale,
            }
            for repository in universe.repositories
        ],
    }


def base_dict(base: Base) -> Document:
    """The contract's `base`."""
    return {"name": base.name, "world": [str(token) for token in base.world], **amount_dict(base.amount)}


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


def change_dicts(universe: Universe, changes: Iterable[Change], because: Iterable[InstallReason]) -> list[Document]:
    """The contract's `changes`, each with why it comes."""
    return [change_dict(universe, change, reason) for change, reason in zip(changes, because, strict=True)]


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
        because=because_dict(because),
    )
    return document


def because_dict(because: InstallReason) -> Document:
    """The contract's `because`."""
    name = because.of.name if because.of is not None else because.token
    match because.kind:
        case "dependency":
            return {"kind": because.kind, "of": name, "token": because.token}
        case "install_if":
            return {"kind": because.kind, "triggers": list(because.triggers)}
        case "world":
            return {"kind": because.kind, "token": because.token}
        case "conflict":
            return {"kind": because.kind, "with": name}
        case "provider":
            return {"kind": because.kind, "by": name, "token": because.token}
    return {"kind": because.kind}


def reason_dict(reason: Reason) -> Document:
    """One entry of the contract's `reasons`."""
    subject = ("package", str(reason.package)) if reason.package is not None else ("name", reason.name)
    return {"kind": reason.kind, subject[0]: subject[1], "by": list(reason.by), "text": reason.text}


def set_head(schema: str, analysis: Analysis) -> Document:
    """What every document about a set begins with."""
    return {"schema": schema, **set_dict(analysis)}


def set_dict(analysis: Analysis) -> Document:
    """A set: its universe, its base, what is added, and whether that can be satisfied."""
    return {
        "universe": universe_dict(analysis.universe),
        "apk": analysis.universe.apk,
        "base": base_dict(analysis.base),
        "request": [str(token) for token in analysis.request],
        "satisfied": analysis.satisfied,
        "reasons": [reason_dict(reason) for reason in analysis.solution.reasons],
    }


def universe_head(schema: str, universe: Universe) -> Document:
    """What a document about a whole universe begins with."""
    return {"schema": schema, "universe": universe_dict(universe), "apk": universe.apk}
