"""What `apk --simulate` would print and do, as a JSON document (`docs/schema/apkgraph.simulate-1.json`)."""

from __future__ import annotations

from apkgraph.report.documents.parts import reason_dict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from apkgraph.report.documents.parts import Document
    from apkgraph.report.transcript import Line
    from apkgraph.solve.solution import Change, Outcome

SCHEMA = "apkgraph.simulate/1"


def simulation_document(outcome: Outcome, lines: Iterable[Line], apk: str) -> Document:
    """The outcome by this flavour of apk, and what apk would print; no changes where the world cannot be satisfied."""
    solution = outcome.solution
    return {
        "schema": SCHEMA,
        "apk": apk,
        "exit_status": outcome.exit_status,
        "world": [str(dependency) for dependency in outcome.world],
        "changes": [_change(change) for change in solution.changes] if solution else [],
        "reasons": [reason_dict(reason) for reason in solution.reasons] if solution else [],
        "lines": [{"stream": "stderr" if line.to_stderr else "stdout", "text": line.text} for line in lines],
    }


def _change(change: Change) -> Document:
    old = {} if change.old_package is None else {"old_version": change.old_package.version}
    return {
        "action": change.action,
        "name": change.package.name,
        "version": change.package.version,
        **old,
        "installed_size": change.installed_size,
        "download_size": change.download_size,
    }
