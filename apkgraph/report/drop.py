"""What could go, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apkgraph.model.size import count, format_size
from apkgraph.report.blocks import Column, Span, Table, line
from apkgraph.report.words import head, set_text

if TYPE_CHECKING:
    from apkgraph.impact.drop import Candidate, Drop
    from apkgraph.report.blocks import Block, Line

CANDIDATES = (
    Column("REQUESTED"),
    Column("FREES", right=True),
    Column("PACKAGES", right=True),
    Column("NOTE", wrapped=True),
)
COMPANY = (Column("BROUGHT BY INSTALL_IF"), Column("FREES", right=True), Column("TRIGGERS", wrapped=True))
_NAMED = 3  # packages that a note names


def report(drop: Drop) -> list[Block]:
    """A headline, the world's entries by what they free, and packages that only install_if added."""
    analysis = drop.analysis
    subject = f"{set_text(analysis)}: {format_size(drop.installed_size)} in "
    blocks: list[Block] = [head(subject + count(len(analysis.packages), "package"), analysis.universe)]
    if drop.candidates:
        blocks.append(Table(CANDIDATES, tuple(_candidate(candidate) for candidate in drop.candidates)))
    else:
        blocks.append(line("its world is empty: nothing can be removed"))
    if drop.untried:
        others = count(len(drop.untried), "smaller request")
        blocks.append(line(f"{others} not tried: there are too many to solve without each"))
    if drop.by_install_if:
        rows = tuple(
            (installed.package.name, format_size(installed.added_size), " ".join(installed.triggers))
            for installed in drop.by_install_if
        )
        blocks.append(Table(COMPANY, rows))
    return blocks


def _candidate(candidate: Candidate) -> tuple[str | Line, ...]:
    name = (Span(candidate.token, "bold" if candidate.requested else ""),)
    if candidate.freed_size is None:
        return (name, "", "", (Span("the others cannot be installed without it", "red"),))
    removed = len(candidate.removed) - len(candidate.added)
    return (name, format_size(candidate.freed_size), str(removed), (Span("; ".join(_notes(candidate)), "dim"),))


def _notes(candidate: Candidate) -> list[str]:
    notes = []
    if not candidate.removed and candidate.kept_by:
        notes.append(f"kept by {_names(candidate.kept_by)}")
    elif not candidate.removed:
        notes.append("would be installed anyway")
    if candidate.added:
        notes.append(f"{_names(tuple(package.name for package in candidate.added))} would be installed instead")
    if candidate.freed_size != candidate.added_size and candidate.removed:
        notes.append(f"by solving again; by the graph {format_size(candidate.added_size)}")
    return notes


def _names(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
