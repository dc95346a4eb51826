"""The JSON document of pins: docs/schema/apkgraph.pins-1.json."""

from __future__ import annotations

from apkgraph.changes.edits import diff
from apkgraph.changes.pins import BREAKS, STATES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from apkgraph.changes.pins import Pin
    from apkgraph.changes.sources import Edited, Source
    from apkgraph.report.documents.parts import Document

SCHEMA = "apkgraph.pins/1"


def pins_document(sources: Sequence[Source], edits: Sequence[Edited], *, written: bool) -> Document:
    """The document. `edits` runs in step with `sources` where an edit is asked for, and is empty where none is."""
    states = [pin.state for source in sources for pin in source.pins]
    return {
        "schema": SCHEMA,
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
