"""A cost as plain aligned text, for pipes and files."""

from __future__ import annotations

from apkgraph.report.columns import align
from apkgraph.report.rows import amount_rows, change_rows, headline, notes, request_rows

TYPE_CHECKING = False
if TYPE_CHECKING:
    from apkgraph.impact.cost import Cost


def cost(value: Cost) -> str:
    """A satisfied cost: a headline, a row a change, each request's part, and the sums."""
    blocks = [[headline(value), *notes(value)]]
    if value.changes:
        blocks.append(align([row.cells() for row in change_rows(value)], right=(2, 3, 4)))
    if len(value.request) > 1:
        blocks.append(align(request_rows(value), right=(1, 2)))
    blocks.append(align(amount_rows(value), right=(1, 2, 3)))
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"
