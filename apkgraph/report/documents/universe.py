"""The JSON documents about a whole universe: rdeps, search and rank."""

from __future__ import annotations

from apkgraph.report.documents.parts import universe_dict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from apkgraph.impact.rank import OriginRow, RankRow
    from apkgraph.impact.rdeps import Dependent, Dependents
    from apkgraph.impact.search import Hit, Hits
    from apkgraph.report.documents.parts import Document


def rdeps_document(dependents: Dependents) -> Document:
    """`docs/schema/apkgraph.rdeps-1.json`."""
    return {
        "schema": "apkgraph.rdeps/1",
        "universe": universe_dict(dependents.universe),
        "name": dependents.name,
        "recursive": dependents.recursive,
        "install_if": dependents.install_if,
        "packages": dependents.packages,
        "dependents": [_dependent(dependent) for dependent in dependents.dependents],
    }


def _dependent(dependent: Dependent) -> Document:
    return {
        "distance": dependent.distance,
        "name": dependent.package.name,
        "version": dependent.package.version,
        "origin": dependent.package.origin or dependent.package.name,
        "kind": dependent.kind,
        "token": dependent.token,
        "on": dependent.on,
        "alternatives": dependent.alternatives,
    }


def search_document(hits: Hits) -> Document:
    """`docs/schema/apkgraph.search-1.json`."""
    return {
        "schema": "apkgraph.search/1",
        "universe": universe_dict(hits.universe),
        "query": hits.query,
        "total": hits.total,
        "hits": [_hit(hit) for hit in hits.hits],
    }


def _hit(hit: Hit) -> Document:
    return {
        "name": hit.package.name,
        "version": hit.package.version,
        "installed_size": hit.package.installed_size,
        "download_size": hit.package.download_size,
        "description": hit.description,
        "match": hit.match,
        "token": hit.token or None,
    }


def rank_line(row: RankRow | OriginRow) -> Document:
    """One line of `docs/schema/apkgraph.rank-1.json`."""
    return {"schema": "apkgraph.rank/1", **row._asdict()}
