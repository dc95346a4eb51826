"""An image's audit as text: layers, packages by size, what could go, what an upgrade would do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from apkgraph.audit.contents import ContentsAudit, Covered, Directory
from apkgraph.audit.image import Held, ImageAudit, Upgrade
from apkgraph.distro import NAMES, find_distribution
from apkgraph.impact.install_reason import InstallReason
from apkgraph.model.size import count, format_change, format_size
from apkgraph.redaction import Redactor
from apkgraph.report.blocks import ROOMY, Block, Column, Line, Lines, Span, Table, line
from apkgraph.report.documents.audits import world_words
from apkgraph.report.drop import report as drop_report
from apkgraph.report.words import ACTION_SIGNS, because_text

_PACKAGES = (
    Column("PACKAGE", flexible=True),
    Column("VERSION", room=ROOMY),
    Column("INSTALLED", right=True),
    Column("ADDED", right=True),
    Column("LAYER", right=True),
    Column("WHY", wrapped=True),
)
_LAYERS = (
    Column("LAYER", right=True),
    Column("PACKAGES", right=True),
    Column("OF PACKAGES", right=True),
    Column("UNPACKED", right=True),
    Column("MADE BY", flexible=True),
)
_CHANGES = (Column("PACKAGE"), Column("FROM"), Column("TO"), Column("CHANGE", right=True))
_DIRECTORIES = (Column("DIRECTORY", flexible=True), Column("FILES", right=True), Column("SIZE", right=True))
_COVERED = (
    Column("PACKAGE"),
    Column("LAYER", right=True),
    Column("BY", right=True),
    Column("FILES", right=True),
    Column("SIZE", right=True),
    Column("NAMES", flexible=True),
)
_MOST_ROWS = 20  # of files that later layers took away
_LONGEST = 100  # characters of an instruction


def report(audit: ImageAudit, limit: int | None) -> list[Block]:
    """Headline, layers, the `limit` largest packages, what could go, the upgrade."""
    return list(_blocks(audit, limit))


def _blocks(audit: ImageAudit, limit: int | None) -> Iterator[Block]:
    system = audit.image.system
    size = f"{format_size(system.installed_size)} in {count(len(system.packages), 'package')}"
    profile = find_distribution(system.distro) if system.distro in NAMES else None
    has_releases = profile is None or "{release}" in profile.layout
    words = (
        profile.title if profile else system.distro,
        system.release or ("(release not known)" if has_releases else ""),
        system.arch or "",
    )
    place = " ".join(filter(None, words))
    world = " ".join(world_words(system.world, system.packages))
    repositories = audit.redact(", ".join(system.repositories)) or "none"
    yield Lines(
        (
            (Span(f"{system.path}: {size}, {place}", "bold"),),
            (Span(f"world: {world or '(empty)'}"),),
            (Span(f"repositories: {repositories}", "dim"),),
            *((Span(f"its own world cannot be satisfied: {problem}", "red"),) for problem in audit.problems),
        )
    )
    if audit.layers:
        yield Table(_LAYERS, tuple(_layer(audit)))
    shown = audit.held if limit is None else audit.held[:limit]
    yield Table(_PACKAGES, tuple(_held(held) for held in shown))
    if len(shown) < len(audit.held):
        yield line(f"and {count(len(audit.held) - len(shown), 'smaller package')} (--all shows them)", "dim")
    if audit.contents is not None:
        yield from _contents(audit.contents, limit)
    if audit.drop is not None:
        yield line("can be removed", "bold")
        yield from drop_report(audit.drop)[1:]
    if audit.upgrade is not None:
        yield from _upgrade(audit.upgrade, audit.redact)


def _contents(contents: ContentsAudit, limit: int | None) -> Iterator[Block]:
    """Which bytes belong to no package, and which to files that later layers removed."""
    if contents.unowned:
        yield line(f"files that no package owns: {format_size(contents.unowned_size)}", "bold")
        yield _directories(contents.unowned)
    for what, rows in (
        ("files of packages that a later layer changed or deleted", contents.covered),
        ("removed packages whose files are still in a layer", contents.gone),
    ):
        if rows:
            yield line(f"{what}: {format_size(sum(row.size for row in rows))}", "bold")
            shown = rows if limit is None else rows[:_MOST_ROWS]
            yield Table(_COVERED, tuple(_covered(row) for row in shown))
            if len(shown) < len(rows):
                yield line(f"and {count(len(rows) - len(shown), 'smaller row')} (--all shows them)", "dim")
    if contents.replaced:
        size = sum(row.size for row in contents.replaced)
        yield line(f"files that no package owns, changed or deleted by a later layer: {format_size(size)}", "bold")
        yield _directories(contents.replaced)


def _directories(rows: Sequence[Directory]) -> Table:
    return Table(_DIRECTORIES, tuple((row.path, f"{row.files:,}", format_size(row.size)) for row in rows))


def _covered(row: Covered) -> tuple[str | Line, ...]:
    names = ", ".join(f"/{name}" for name in row.names)
    by = f"{row.by} (deleted)" if row.removed else str(row.by)
    return f"{row.name}-{row.version}", str(row.layer), by, f"{row.files:,}", format_size(row.size), names


def _layer(audit: ImageAudit) -> Iterator[tuple[str, ...]]:
    for share in audit.layers:
        layer = share.layer
        sizes = format_size(share.installed_size), format_size(layer.unpacked_size)
        made_by = audit.redact(layer.command or layer.name)[:_LONGEST]
        yield (str(layer.number), str(share.packages), *sizes, made_by)


def _held(held: Held) -> tuple[str | Line, ...]:
    package = held.package
    added = "" if held.added_size is None else format_size(held.added_size)
    style = "bold" if held.because.kind == "world" else ""
    layer = "" if held.layer < 0 else str(held.layer)
    name: Line = (Span(package.name, style),)
    return (name, package.version, format_size(package.installed_size), added, layer, why(held.because))


def why(because: InstallReason) -> str:
    """Why a package is there, in words."""
    match because.kind:
        case "world":
            return "requested" if not because.token else f"requested: {because.token}"
        case "nobody":
            return "nothing needs it"
        case "unknown":
            return ""
    return because_text(because)


def _upgrade(upgrade: Upgrade, redact: Redactor) -> Iterator[Block]:
    transaction = upgrade.transaction
    coordinates = upgrade.coordinates
    settings = upgrade.universes.settings
    release = f" {coordinates.release}" if "{release}" in settings.distro.layout else ""
    place = f"{settings.distro.title}{release} {coordinates.arch}"
    foreign = tuple(
        (Span(f"  {redact(text)} is not a repository of the mirror; left out", "yellow"),) for text in upgrade.foreign
    )
    if not transaction.satisfied:
        problems = tuple((Span(f"  {problem}", "red"),) for problem in transaction.problems)
        yield Lines(((Span(f"apk upgrade with today's index would fail, {place}", "bold"),), *problems, *foreign))
        return
    change = format_change(upgrade.after - upgrade.before)
    text = f"apk upgrade with today's index: {count(len(transaction.changes), 'change')}, {change} installed"
    text += f", a layer of {format_size(upgrade.layer_size)}, {place}"
    yield Lines(((Span(text, "bold"),), *foreign))
    rows = [
        (
            f"{ACTION_SIGNS.get(one.action, ' ')} {one.package.name}",
            one.old_package.version if one.old_package else "",
            "" if one.action == "remove" else one.package.version,
            format_change(one.installed_size),
        )
        for one in transaction.changes
    ]
    if rows:
        yield Table(_CHANGES, tuple(rows))
