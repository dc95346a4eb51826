"""The JSON document of an image's audit: docs/schema/apkgraph.image-2.json."""

from __future__ import annotations

from apkgraph.report.documents.dockerfile import world_words
from apkgraph.report.documents.parts import amount_dict, because_dict, change_dicts, universe_dict
from apkgraph.report.documents.questions import auto_installed_dict, candidate_dict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from apkgraph.audit.contents import ContentsAudit, Covered, Directory
    from apkgraph.audit.image import Held, ImageAudit, LayerShare, Upgrade
    from apkgraph.report.documents.parts import Document

SCHEMA = "apkgraph.image/2"


def image_document(audit: ImageAudit) -> Document:
    """The document."""
    return audit.redact.document(_document(audit))


def _document(audit: ImageAudit) -> Document:
    system = audit.image.system
    return {
        "schema": SCHEMA,
        "path": system.path,
        "distro": system.distro,
        "release": system.release,
        "arch": system.arch,
        "repositories": list(system.repositories),
        "world": world_words(system.world, system.packages),
        "satisfied": not audit.problems,
        "problems": list(audit.problems),
        "total": {
            "packages": len(system.packages),
            "installed_size": system.installed_size,
            "download_size": sum(package.download_size for package in system.packages),
        },
        "packages": [_held(held) for held in audit.held],
        "layers": [_layer(share) for share in audit.layers],
        "contents": None if audit.contents is None else _contents(audit.contents),
        "drop": list(map(candidate_dict, audit.drop.candidates)) if audit.drop else [],
        "by_install_if": list(map(auto_installed_dict, audit.drop.by_install_if)) if audit.drop else [],
        "upgrade": None if audit.upgrade is None else _upgrade(audit.upgrade),
    }


def _held(held: Held) -> Document:
    package = held.package
    return {
        "name": package.name,
        "version": package.version,
        "installed_size": package.installed_size,
        "download_size": package.download_size,
        "added_size": held.added_size,
        "origin": package.origin or package.name,
        "license": package.license,
        "layer": None if held.layer < 0 else held.layer,
        "because": because_dict(held.because),
    }


def _layer(share: LayerShare) -> Document:
    return {
        "number": share.layer.number,
        "name": share.layer.name,
        "command": share.layer.command,
        "unpacked_size": share.layer.unpacked_size,
        "packages": share.packages,
        "installed_size": share.installed_size,
    }


def _contents(contents: ContentsAudit) -> Document:
    return {
        "owned_size": contents.owned_size,
        "unowned_size": contents.unowned_size,
        "covered_size": contents.covered_size,
        "unowned": [_directory(row) for row in contents.unowned],
        "covered": [_covered(row) for row in contents.covered],
        "gone": [_covered(row) for row in contents.gone],
        "replaced": [_directory(row) for row in contents.replaced],
    }


def _directory(row: Directory) -> Document:
    return {"path": row.path, "files": row.files, "size": row.size}


def _covered(row: Covered) -> Document:
    return {
        "name": row.name,
        "version": row.version,
        "layer": row.layer,
        "by": row.by,
        "removed": row.removed,
        "files": row.files,
        "size": row.size,
        "names": list(row.names),
    }


def _upgrade(upgrade: Upgrade) -> Document:
    transaction = upgrade.transaction
    universe = upgrade.universes.universe(upgrade.coordinates)
    return {
        "universe": universe_dict(universe),
        "apk": upgrade.apk,
        "foreign_repositories": list(upgrade.foreign),
        "satisfied": transaction.satisfied,
        "problems": list(transaction.problems),
        "changes": change_dicts(universe, transaction.changes, transaction.because),
        "cost": amount_dict(transaction.amount),
        "layer_size": upgrade.layer_size,
    }
