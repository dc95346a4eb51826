"""A package's versions as Renovate's custom datasources give them.

Source: Renovate's documentation, "Custom Datasource": an object with `releases`, each with a `version`.
"""

from __future__ import annotations

from functools import cmp_to_key
from typing import TYPE_CHECKING

from apkgraph.model.version import compare
from apkgraph.report.documents.parts import timestamp

if TYPE_CHECKING:
    from apkgraph.impact.show import PackageDetails
    from apkgraph.report.documents.parts import Document


def datasource(described: PackageDetails) -> Document:
    """The versions that the index has, the oldest first, each with the time it was built at where that is known."""
    universe = described.analysis.universe
    packages = {package.version: package for package in (described.package, *described.versions)}
    releases: list[Document] = []
    for version in sorted(packages, key=cmp_to_key(compare)):
        built = timestamp(universe.details(packages[version]).build_time)
        releases.append({"version": version, **({"releaseTimestamp": built} if built else {})})
    homepage = described.details.url
    return {"releases": releases, **({"homepage": homepage} if homepage else {})}
