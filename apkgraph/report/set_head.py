"""The first lines of a report about a set: what it is about, on which base, from which indexes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apkgraph.report.blocks import Lines, Span
from apkgraph.report.words import SAMPLE_NOTE, universe_text

if TYPE_CHECKING:
    from apkgraph.impact.analysis import Analysis
    from apkgraph.index.universe import Universe


def set_text(analysis: Analysis) -> str:
    """`git curl on docker`, or the base alone."""
    base = "nothing" if analysis.base.name == "none" else analysis.base.name
    request = " ".join(str(token) for token in analysis.request)
    return f"{request} on {base}" if request else f"the base {base}"


def head(text: str, universe: Universe, *, more: str = "", resolved: bool = True) -> Lines:
    """A headline with its universe, and a note where it comes from the sample."""
    where = universe_text(universe, resolved=resolved)
    first = (Span(f"{text}, {where}", "bold"), *((Span(more, "dim"),) if more else ()))
    return Lines((first, (Span(SAMPLE_NOTE, "yellow"),))) if universe.ref.sample else Lines((first,))
