"""The JSON document of a move to another release: docs/schema/apkgraph.upgrade-1.json."""

from __future__ import annotations

from apkgraph.report.documents.cost import difference_dict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from apkgraph.changes.upgrade import Side, Upgrade
    from apkgraph.report.documents.parts import Document

SCHEMA = "apkgraph.upgrade/1"


def upgrade_document(upgrade: Upgrade) -> Document:
    """The document, redacted."""
    return upgrade.redact.document(_document(upgrade))


def _document(upgrade: Upgrade) -> Document:
    return {
        "schema": SCHEMA,
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
