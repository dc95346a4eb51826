"""The JSON documents of costs, of comparisons, and of the difference of two sets."""

from __future__ import annotations

from apkgraph.report.documents.parts import amount_dict, change_dicts, set_dict, set_head

TYPE_CHECKING = False
if TYPE_CHECKING:
    from apkgraph.impact.compare import Cause, Column, Comparison, Difference, PackageDifference, Row, TokenDifference
    from apkgraph.impact.cost import Cost, RequestCost
    from apkgraph.report.documents.parts import Document


def cost_document(cost: Cost) -> Document:
    """`docs/schema/apkgraph.cost-1.json`."""
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


def compare_document(comparison: Comparison) -> Document:
    """`docs/schema/apkgraph.compare-2.json`."""
    return {
        "schema": "apkgraph.compare/2",
        "columns": [_column(column) for column in comparison.columns],
        "packages": [_row(row) for row in comparison.rows],
        "differences": [
            {"from": left, "to": right, **difference_dict(found)} for left, right, found in comparison.differences
        ],
    }


def _column(column: Column) -> Document:
    if column.cost is None:
        return {"label": column.label, "error": column.error}
    return {
        "label": column.label,
        **set_dict(column.cost.analysis),
        "cost": amount_dict(column.cost.amount),
        "total": amount_dict(column.cost.total),
    }


def _row(row: Row) -> Document:
    return {
        "name": row.name,
        "versions": [None if package is None else package.version for package in row.packages],
        "installed_sizes": [None if package is None else package.installed_size for package in row.packages],
        "movements": list(row.movements),
    }


def difference_dict(difference: Difference) -> Document:
    """The difference of two sets."""
    return {
        "before": amount_dict(difference.before),
        "after": amount_dict(difference.after),
        "packages": [_package(one) for one in difference.packages],
        "lost": [_token(one) for one in difference.lost],
        "gained": [_token(one) for one in difference.gained],
    }


def _package(one: PackageDifference) -> Document:
    return {
        "name": one.name,
        "change": one.change,
        "size": one.size,
        "before": None if one.before is None else one.before.version,
        "after": None if one.after is None else one.after.version,
        "installed_size": one.installed_size,
        "because": _cause(one.cause),
    }


def _token(one: TokenDifference) -> Document:
    return {
        "token": one.token,
        "package": one.package,
        "because": _cause(one.cause),
        "available": list(one.available),
    }


def _cause(cause: Cause) -> Document:
    found: Document = {"kind": cause.kind}
    if cause.name:
        found["name"] = cause.name
    if cause.token:
        found["token"] = cause.token
    return found
