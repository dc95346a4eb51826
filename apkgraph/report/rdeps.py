"""Who depends on a name, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apkgraph.model.size import count
from apkgraph.report.blocks import ROOMY, Column, Table, line
from apkgraph.report.words import head

if TYPE_CHECKING:
    from apkgraph.impact.rdeps import Dependent, Dependents
    from apkgraph.report.blocks import Block

_WORDS = {"dependency": "depends", "install_if": "install_if", "conflict": "conflicts"}


def report(dependents: Dependents) -> list[Block]:
    """A headline, then a row for each package and token."""
    how = "directly or through others" if dependents.recursive else "directly"
    verb = "depends" if dependents.packages == 1 else "depend"
    subject = f"{count(dependents.packages, 'package')} {verb} on {dependents.name} {how}"
    if not dependents.dependents:
        return [head(subject, dependents.universe, resolved=False), line("nobody needs it")]
    columns = (
        *((Column("STEPS", right=True),) if dependents.recursive else ()),
        Column("PACKAGE"),
        Column("VERSION", room=ROOMY),
        Column("HOW"),
        Column("TOKEN", flexible=True),
        Column("OTHERS COULD", right=True, room=ROOMY),
    )
    rows = tuple(_row(dependent, recursive=dependents.recursive) for dependent in dependents.dependents)
    return [head(subject, dependents.universe, resolved=False), Table(columns, rows)]


def _row(dependent: Dependent, *, recursive: bool) -> tuple[str, ...]:
    steps = (str(dependent.distance),) if recursive else ()
    others = str(dependent.alternatives) if dependent.alternatives else ""
    package = dependent.package
    return (*steps, package.name, package.version, _WORDS[dependent.kind], dependent.token, others)
