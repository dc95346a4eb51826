"""The first lines of a report about a set: what it is about, on which base, from which indexes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apkgraph.report.blocks import Lines, Span
from apkgraph.report.words import SAMPLE_NOTE, place_text

if TYPE_CHECKING:
    from apkgraph.impact.document import Place
    from apkgraph.impact.package_set import PackageSet


def set_text(package_set: PackageSet) -> str:
    """`git curl on docker`, or the base alone."""
    base = "nothing" if package_set.base.name == "none" else package_set.base.name
    request = " ".join(str(token) for token in package_set.request)
    return f"{request} on {base}" if request else f"the base {base}"


def head(text: str, place: Place, *, more: str = "", resolved: bool = True) -> Lines:
    """A headline with its place, and a note where it comes from the sample."""
    first = (Span(f"{text}, {place_text(place, resolved=resolved)}", "bold"), *((Span(more, "dim"),) if more else ()))
    return Lines((first, (Span(SAMPLE_NOTE, "yellow"),))) if place.sample else Lines((first,))
