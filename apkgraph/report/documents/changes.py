"""The JSON documents of locks, with apko's own form, of pins, and of moves to another release."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING

from apkgraph.changes.edits import diff
from apkgraph.changes.lock import amount_of_locked
from apkgraph.changes.lock_file import SCHEMA
from apkgraph.changes.pins import BREAKS, STATES
from apkgraph.mirror.layout import INDEX_FILE, is_index_file, join
from apkgraph.model.dependency import parse_identity
from apkgraph.report.documents.cost import difference_dict
from apkgraph.report.documents.parts import amount_dict, reason_dict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apkgraph.changes.lock import Lock, LockedArch, LockedPackage
    from apkgraph.changes.lock_check import CheckedArch, LockCheck
    from apkgraph.changes.pins import Pin
    from apkgraph.changes.sources import Edited, Source
    from apkgraph.changes.upgrade import Side, Upgrade
    from apkgraph.report.documents.parts import Document

APKO_VERSION = "v1"


def lock_document(lock: Lock) -> Document:
    """The lock, `docs/schema/apkgraph.lock-1.json`: the same bytes for the same indexes."""
    return {
        "schema": SCHEMA,
        "distro": lock.distro,
        "release": lock.release,
        "base": {"name": lock.base, "world": list(lock.base_world)},
        "request": list(lock.request),
        "architectures": [_arch(one) for one in lock.architectures],
        "differences": [{"name": name, "versions": versions} for name, versions in lock.differences.items()],
    }


def _arch(locked: LockedArch) -> Document:
    return {
        "arch": locked.arch,
        "apk": locked.apk,
        "total": amount_dict(amount_of_locked(locked.packages)),
        "fetched": amount_dict(amount_of_locked(locked.fetched)),
        "repositories": [
            {
                "name": one.name,
                "url": one.url,
                "tags": list(one.tags),
                "description": one.description,
                "sha256": one.sha256,
                "signed_by": one.signed_by,
            }
            for one in locked.repositories
        ],
        "packages": [_package(one) for one in locked.packages],
    }


def _package(package: LockedPackage) -> Document:
    return {name: getattr(package, name) for name in package.__slots__}


def check_document(checked: LockCheck) -> Document:
    """The check, `docs/schema/apkgraph.lock-check-1.json`."""
    return {
        "schema": "apkgraph.lock-check/1",
        "request": list(checked.lock.request),
        "breaks": checked.breaks,
        "architectures": [_checked_arch(one) for one in checked.architectures],
    }


def _checked_arch(checked: CheckedArch) -> Document:
    return {
        "arch": checked.arch,
        "breaks": checked.breaks,
        "packages": [
            {
                "name": one.package.name,
                "version": one.package.version,
                "state": one.state,
                "newest": one.newest,
                "in_base": one.package.in_base,
                "breaks": one.breaks,
            }
            for one in checked.packages
        ],
        "indexes": [{"name": one.name, "locked": one.sha256, "sha256": now} for one, now in checked.indexes],
        "satisfied": checked.difference is not None,
        "reasons": [reason_dict(reason) for reason in checked.reasons],
        "difference": None if checked.difference is None else difference_dict(checked.difference),
    }


def apko_document(lock: Lock) -> Document:
    """What apko's `*.lock.json` can have from indexes alone; ranges and digests of archives are left empty.

    Source: apko's documentation of its lock file; its members as apko 0.14 reads them.
    """
    return {
        "version": APKO_VERSION,
        "contents": {
            "keyring": [],
            "build_repositories": [],
            "repositories": [
                _apko_repository(repository.url, one.arch)
                for one in lock.architectures
                for repository in one.repositories
            ],
            "packages": [_apko_package(package, one.arch) for one in lock.architectures for package in one.packages],
        },
    }


def _apko_repository(url: str, arch: str) -> Document:
    """A repository by its index; a lock has no address of one that is a directory."""
    index = url if not url or is_index_file(url) else join(url, arch, INDEX_FILE)
    return {"name": index.rpartition("/")[0], "url": index, "architecture": arch}


def _apko_package(package: LockedPackage, arch: str) -> Document:
    identity = parse_identity(package.checksum) or b""
    unknown = {"range": "", "checksum": ""}
    return {
        "name": package.name,
        "url": package.url,
        "version": package.version,
        "architecture": arch,
        "signature": unknown,
        "control": {"range": "", "checksum": f"sha1-{b64encode(identity).decode('ascii')}" if identity else ""},
        "data": unknown,
        "checksum": package.checksum,
    }


def pins_document(sources: Sequence[Source], edits: Sequence[Edited], *, written: bool) -> Document:
    """The document. `edits` runs in step with `sources` where an edit is asked for, and is empty where none is."""
    states = [pin.state for source in sources for pin in source.pins]
    return {
        "schema": "apkgraph.pins/1",
        "files": [source.redact.document(_source(source)) for source in sources],
        "counts": {state: states.count(state) for state in STATES},
        "edits": [
            source.redact.document(_edit(source, edited, written=written))
            for source, edited in zip(sources, edits, strict=bool(edits))
        ],
    }


def _source(source: Source) -> Document:
    return {
        "path": source.path,
        "pins": [_pin(pin) for pin in source.pins],
        "notes": [{"line": note.line, "text": note.text} for note in source.notes],
    }


def _pin(pin: Pin) -> Document:
    return {
        "file": pin.file,
        "line": pin.line,
        "token": pin.token,
        "name": pin.dependency.name,
        "kind": pin.kind,
        "constraint": pin.dependency.version,
        "universe": pin.place,
        "accepts": list(pin.accepts),
        "have": pin.have,
        "newest": pin.newest,
        "state": pin.state,
        "breaks": BREAKS[pin.kind],
        "conditional": pin.conditional,
    }


def _edit(source: Source, edited: Edited, *, written: bool) -> Document:
    return {
        "path": source.path,
        "written": written and edited.text != source.text,
        "changed": [{"line": pin.line, "token": pin.token, "to": made.token} for pin, made in edited.changed],
        "refused": [{"line": pin.line, "token": pin.token, "reason": reason} for pin, reason in edited.refused],
        "diff": diff(source.path, source.text, edited.text, source.redact),
    }


def upgrade_document(upgrade: Upgrade) -> Document:
    """The document, redacted."""
    return upgrade.redact.document(_upgrade(upgrade))


def _upgrade(upgrade: Upgrade) -> Document:
    return {
        "schema": "apkgraph.upgrade/1",
        "subject": upgrade.subject,
        "from": _side(upgrade.before),
        "to": _side(upgrade.after),
        "breaks": upgrade.breaks,
        "lines": [
            {"line": one.line, "text": one.text, "before": one.before, "after": one.after} for one in upgrade.lines
        ],
        "gone": [
            {
                "line": one.line,
                "token": one.token,
                "replacements": [{"by": found.by, "name": found.name} for found in one.replacements],
            }
            for one in upgrade.gone
        ],
        "pins": [
            {
                "line": one.line,
                "token": one.pin.token,
                "newest": one.pin.newest,
                "suggestions": list(one.suggestions),
            }
            for one in upgrade.pins
        ],
        "problems": list(upgrade.problems),
        "notes": list(upgrade.notes),
        "difference": None if upgrade.difference is None else difference_dict(upgrade.difference),
    }


def _side(side: Side) -> Document:
    ended = None if side.end_of_life is None else side.end_of_life.isoformat()
    return {"release": side.release, "arch": side.arch, "end_of_life": ended}
