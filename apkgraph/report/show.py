"""Everything about one package, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apkgraph.model.size import count, format_change, format_size
from apkgraph.report.blocks import Column, Lines, Span, Table
from apkgraph.report.documents.parts import timestamp
from apkgraph.report.words import head, set_text

if TYPE_CHECKING:
    from apkgraph.impact.show import Alternative, Need, PackageDetails
    from apkgraph.report.blocks import Block, Line

NEEDS = (Column("NEEDS"), Column("SERVED BY"), Column("ALTERNATIVES, COST IN ALL", wrapped=True))
SIBLINGS = (Column("OF THE SAME ORIGIN"), Column("VERSION"), Column("INSTALLED", right=True))


def report(described: PackageDetails) -> list[Block]:
    """The fields, then who serves each dependency, then the subpackages."""
    analysis, package = described.analysis, described.package
    blocks: list[Block] = [head(str(package), analysis.universe)]
    description = described.details.description
    if description:
        blocks.append(Lines(((Span(description),),)))
    blocks.append(Table((Column(""), Column("", wrapped=True)), tuple(_fields(described)), header=False))
    if described.needs:
        shown = 3 if any(need.alternatives or need.more for need in described.needs) else 2
        blocks.append(Table(NEEDS[:shown], tuple(_need(need)[:shown] for need in described.needs)))
    if described.siblings:
        rows = tuple((one.name, one.version, format_size(one.installed_size)) for one in described.siblings)
        blocks.append(Table(SIBLINGS, rows))
    return blocks


def _fields(described: PackageDetails) -> list[tuple[str | Line, str | Line]]:
    package, details = described.package, described.details
    fields = {
        "repository": ", ".join(described.repositories),
        "architecture": package.arch,
        "license": package.license,
        "origin": package.origin,
        "url": details.url,
        "maintainer": details.maintainer,
        "built": timestamp(details.build_time) or "",
        "commit": details.commit,
        "installed size": _exact(package.installed_size),
        "download size": _exact(package.download_size),
        "closure size": "" if described.closure_size is None else _exact(described.closure_size),
        f"cost of {set_text(described.analysis)}": _cost(described),
        "provides": " ".join(str(token) for token in package.provides),
        "install_if": " ".join(str(token) for token in package.install_if),
        "priority": str(package.priority) if package.priority else "",
        "other versions": ", ".join(other.version for other in described.versions),
        "note": "apk never selects it" if package.uninstallable else "",
    }
    return [((Span(name, "dim"),), value) for name, value in fields.items() if value]


def _exact(size: int) -> str:
    return f"{format_size(size)} ({size:,} bytes)" if abs(size) >= 1024 else f"{size:,} bytes"


def _cost(described: PackageDetails) -> str:
    if not described.analysis.satisfied:
        return "cannot be installed: " + "; ".join(reason.text for reason in described.analysis.solution.reasons)
    chosen = described.analysis.solution.chosen(described.package.name)
    instead = ""
    if chosen is not None and chosen.package is not described.package:
        instead = f" (apk takes {chosen.package})"
    amount = described.analysis.amount
    return f"{format_change(amount.size.installed)} in {count(amount.packages, 'package')}{instead}"


def _need(need: Need) -> tuple[str | Line, str | Line, str | Line]:
    if need.conflict:
        return ((Span(need.token, "red"),), "must not be installed", "")
    served = "nobody" if need.provider is None else need.provider.name
    spans = (Span(served, "" if need.provider else "red"), *((Span(" (in the base)", "dim"),) if need.in_base else ()))
    others = [_alternative(alternative) for alternative in need.alternatives]
    if need.more:
        others.append(f"{need.more} more" if others else count(need.more, "other"))
    return ((Span(need.token, "cyan"),), spans, (Span(", ".join(others), "dim"),))


def _alternative(alternative: Alternative) -> str:
    size = alternative.installed_size
    return f"{alternative.package.name} {'(conflicts with it)' if size is None else format_change(size)}"
