"""The JSON documents of questions: why, why-not, tree, drop and show; rdeps, search and rank; simulate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apkgraph.report.documents.parts import amount_dict, reason_dict, set_head, timestamp, universe_dict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from apkgraph.impact.drop import AutoInstalled, Candidate, Drop
    from apkgraph.impact.rank import OriginRow, RankRow
    from apkgraph.impact.rdeps import Dependent, Dependents
    from apkgraph.impact.search import Hit, Hits
    from apkgraph.impact.show import Alternative, Need, PackageDetails
    from apkgraph.impact.tree import Node, Tree
    from apkgraph.impact.why import Clash, Step, Why, WhyNot
    from apkgraph.report.documents.parts import Document
    from apkgraph.report.transcript import Line
    from apkgraph.solve.solution import Change, Outcome


def why_document(why: Why) -> Document:
    """`docs/schema/apkgraph.why-1.json`."""
    return {
        **set_head("apkgraph.why/1", why.analysis),
        "target": {"name": why.target.name, "version": why.target.version, "in_base": why.in_base},
        "from_request": why.from_request,
        "shortest": why.shortest,
        "cut": why.cut,
        "chains": [[_step(step) for step in chain] for chain in why.chains],
    }


def _step(step: Step) -> Document:
    kind = {"triggers": list(step.triggers)} if step.triggers else {"tokens": list(step.tokens)}
    return {"name": step.package.name, "version": step.package.version, **kind}


def why_not_document(why_not: WhyNot) -> Document:
    """`docs/schema/apkgraph.why-not-1.json`."""
    return {
        **set_head("apkgraph.why-not/1", why_not.analysis),
        "culprits": list(why_not.culprits),
        "clashes": [_clash(clash) for clash in why_not.clashes],
    }


def _clash(clash: Clash) -> Document:
    return {
        "kind": clash.kind,
        "token": clash.token,
        "request": clash.request,
        "package": None if clash.package is None else str(clash.package),
        "other_request": clash.other_request,
        "other": str(clash.other),
    }


def tree_document(tree: Tree) -> Document:
    """`docs/schema/apkgraph.tree-1.json`."""
    return {
        **set_head("apkgraph.tree/1", tree.analysis),
        "inverted": tree.inverted,
        "nodes": [_node(node) for node in tree.nodes],
    }


def _node(node: Node) -> Document:
    return {
        "depth": node.depth,
        "name": node.package.name,
        "version": node.package.version,
        "tokens": list(node.tokens),
        "triggers": list(node.triggers),
        "folded": node.folded or None,
        "in_base": node.in_base,
        "installed_size": node.package.installed_size,
        "closure_size": node.closure_size,
        "added_size": node.added_size,
    }


def drop_document(drop: Drop) -> Document:
    """`docs/schema/apkgraph.drop-2.json`."""
    return {
        **set_head("apkgraph.drop/2", drop.analysis),
        "packages": len(drop.analysis.packages),
        "installed_size": drop.installed_size,
        "candidates": [candidate_dict(candidate) for candidate in drop.candidates],
        "by_install_if": [auto_installed_dict(installed) for installed in drop.by_install_if],
        "untried": list(drop.untried),
    }


def candidate_dict(candidate: Candidate) -> Document:
    """An entry of the world that could go."""
    return {
        "token": candidate.token,
        "package": None if candidate.package is None else str(candidate.package),
        "requested": candidate.requested,
        "added_size": candidate.added_size,
        "freed_size": candidate.freed_size,
        "removed": [str(package) for package in candidate.removed],
        "added": [str(package) for package in candidate.added],
        "kept_by": list(candidate.kept_by),
    }


def auto_installed_dict(installed: AutoInstalled) -> Document:
    """A package that came by install_if."""
    return {
        "name": installed.package.name,
        "version": installed.package.version,
        "installed_size": installed.package.installed_size,
        "added_size": installed.added_size,
        "triggers": list(installed.triggers),
    }


def show_document(described: PackageDetails) -> Document:
    """`docs/schema/apkgraph.show-1.json`."""
    package, details = described.package, described.details
    return {
        **set_head("apkgraph.show/1", described.analysis),
        "package": {
            "name": package.name,
            "version": package.version,
            "arch": package.arch,
            "repositories": list(described.repositories),
            "description": details.description,
            "url": details.url,
            "license": package.license,
            "origin": package.origin or package.name,
            "maintainer": details.maintainer,
            "build_time": timestamp(details.build_time),
            "commit": details.commit,
            "priority": package.priority,
            "identity": package.identity.hex(),
            "installed_size": package.installed_size,
            "download_size": package.download_size,
            "closure_size": described.closure_size,
            "depends": [str(token) for token in package.depends],
            "provides": [str(token) for token in package.provides],
            "install_if": [str(token) for token in package.install_if],
            "uninstallable": package.uninstallable,
        },
        "cost": amount_dict(described.analysis.amount),
        "needs": [_need(need) for need in described.needs],
        "siblings": [
            {"name": sibling.name, "version": sibling.version, "installed_size": sibling.installed_size}
            for sibling in described.siblings
        ],
        "versions": [version.version for version in described.versions],
    }


def _need(need: Need) -> Document:
    return {
        "token": need.token,
        "conflict": need.conflict,
        "provider": None if need.provider is None else need.provider.name,
        "in_base": need.in_base,
        "alternatives": [_alternative(alternative) for alternative in need.alternatives],
        "more": need.more,
    }


def _alternative(alternative: Alternative) -> Document:
    package = alternative.package
    return {"name": package.name, "version": package.version, "installed_size": alternative.installed_size}


def renovate_datasource(described: PackageDetails) -> Document:
    """A package's versions as Renovate's custom datasources give them: the oldest first, with build times where known.

    Source: Renovate's documentation, "Custom Datasource": an object with `releases`, each with a `version`.
    """
    from functools import cmp_to_key

    from apkgraph.model.version import compare

    universe = described.analysis.universe
    packages = {package.version: package for package in (described.package, *described.versions)}
    releases: list[Document] = []
    for version in sorted(packages, key=cmp_to_key(compare)):
        built = timestamp(universe.details(packages[version]).build_time)
        releases.append({"version": version, **({"releaseTimestamp": built} if built else {})})
    homepage = described.details.url
    return {"releases": releases, **({"homepage": homepage} if homepage else {})}


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


def simulation_document(outcome: Outcome, lines: Iterable[Line], apk: str) -> Document:
    """The outcome by this flavour of apk, and what apk would print; no changes where the world cannot be satisfied."""
    solution = outcome.solution
    return {
        "schema": "apkgraph.simulate/1",
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
