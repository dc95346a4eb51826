"""What a line of a list stands for: a package, or a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apkgraph.tui.widgets.compare import ComparePane
from apkgraph.tui.widgets.set_pane import SetPane
from apkgraph.tui.widgets.solution_table import SolutionTable

if TYPE_CHECKING:
    from apkgraph.tui.figures import Figures
    from apkgraph.tui.widgets.line_view import LineView


def package_at(view: LineView, index: int, figures: Figures | None) -> str | None:
    """The package that a line is about."""
    if isinstance(view, SolutionTable):
        row = view.line(index).row
        return row.name if row is not None else None
    if isinstance(view, ComparePane):
        one = view.difference(index)
        return one.name if one is not None else None
    if isinstance(view, SetPane) and figures is not None:
        entry = view.entry(index)
        if entry.row is not None:
            return entry.row.name
        token = entry.request.token if entry.request is not None else None
        return next((one.package for one in figures.requests if one.token == token), None)
    return None


def request_of(figures: Figures | None, here: str | None) -> str | None:
    """The request that brought this package by name, or whose group this is."""
    for request in figures.requests if figures is not None else ():
        if here in (request.package, request.token, f"group {request.token}"):
            return request.token
    return None
