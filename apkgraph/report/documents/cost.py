"""The JSON document of a cost: docs/schema/apkgraph.cost-1.json."""

from __future__ import annotations

from apkgraph.report.documents.parts import amount_dict, change_dicts, set_head

TYPE_CHECKING = False
if TYPE_CHECKING:
    from apkgraph.impact.cost import Cost, RequestCost
    from apkgraph.report.documents.parts import Document


def cost_document(cost: Cost) -> Document:
    """The document."""
    return {
        **set_head("apkgraph.cost/1", cost.analysis),
        "changes": change_dicts(cost.universe, cost.changes, cost.because),
        "requests": [request_dict(request) for request in cost.requests],
        "cost": amount_dict(cost.amount),
        "total": amount_dict(cost.total),
    }


def request_dict(request: RequestCost) -> Document:
    """What one request has in the cost."""
    return {
        "token": request.token,
        "added_size": request.added_size,
        "resolved_added_size": request.resolved_added_size,
        "fair_share": request.fair_share,
    }
