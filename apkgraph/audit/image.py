"""An image looked into: what each package weighs and keeps, who asked for it, which layer brought it, what could go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from apkgraph import explorer
from apkgraph.audit.contents import ContentsAudit, audit_contents
from apkgraph.audit.system_state import SystemState, Transaction, transact
from apkgraph.audit.universes import Universes
from apkgraph.dockerfile.events import ApkCall
from apkgraph.image.image import Image, Layer
from apkgraph.impact.analysis import Analysis
from apkgraph.impact.drop import Drop
from apkgraph.impact.install_reason import InstallReason
from apkgraph.model.package import Package, flavour_of
from apkgraph.model.universe_ref import UniverseRef
from apkgraph.redaction import Redactor, history_arguments

Progress = Callable[[str, int, int | None], None]
_UPGRADE = ApkCall(0, "apk upgrade", "upgrade", (), ())


class Held(NamedTuple):
    """A package of the image. `added_size`: bytes that would go with it, None where that is not known."""

    package: Package
    added_size: int | None
    because: InstallReason
    layer: int  # -1: not known


class LayerShare(NamedTuple):
    """A layer and the packages that it brought (those that are still there), with their bytes."""

    layer: Layer
    packages: int
    installed_size: int


class Upgrade(NamedTuple):
    """What `apk upgrade` would do by the index of today. `layer_size`: bytes of the layer that it would make."""

    universes: Universes  # of the image's own distribution
    coordinates: UniverseRef
    transaction: Transaction
    before: int
    after: int
    foreign: tuple[str, ...]  # repositories of the image that the mirror does not have
    apk: str  # the flavour of apk that resolves it

    @property
    def layer_size(self) -> int:
        """Bytes of what is new: the old packages stay in their layers."""
        return sum(change.package.installed_size for change in self.transaction.changes if change.action != "remove")


@dataclass(frozen=True, slots=True)
class ImageAudit:
    """An image, its packages the largest first."""

    image: Image
    held: tuple[Held, ...]
    layers: tuple[LayerShare, ...]
    drop: Drop | None
    problems: tuple[str, ...]  # why its own world cannot be satisfied, if so
    contents: ContentsAudit | None = None  # of its files, where they were noted
    upgrade: Upgrade | None = None
    redact: Redactor = field(default_factory=Redactor, repr=False)  # for all texts that leave


def audit_image(image: Image, progress: Progress) -> ImageAudit:
    """Read an image on its own: no index is used."""
    analysis, problems = analysis_of(image)
    drop = None
    if not problems:
        drop = explorer.drop(analysis, lambda done, total: progress("solving without", done, total))
    held = sorted(_held(image, analysis), key=lambda one: -one.package.installed_size)
    arguments = {name: value for layer in image.layers for name, value in history_arguments(layer.command).items()}
    contents = None if image.contents is None else audit_contents(image.contents)
    return ImageAudit(image, tuple(held), tuple(_shares(image)), drop, problems, contents, redact=Redactor(arguments))


def analysis_of(image: Image) -> tuple[Analysis, tuple[str, ...]]:
    """The image as a set of packages, and why its own world cannot be satisfied, if so."""
    analysis = explorer.analyse_system(image.system)
    return analysis, tuple(reason.text for reason in analysis.solution.reasons)


def _held(image: Image, analysis: Analysis) -> list[Held]:
    pairs = zip(image.packages, image.brought_by, strict=True)
    if not analysis.satisfied:
        return [Held(package, None, InstallReason("unknown"), layer) for package, layer in pairs]
    position_of = {package.name: position for position, package in enumerate(analysis.packages)}
    held = []
    for package, layer in pairs:
        position = position_of.get(package.name)
        if position is None:  # apk would remove it as soon as it does anything
            held.append(Held(package, package.installed_size, InstallReason("nobody"), layer))
        else:
            held.append(Held(package, analysis.added_sizes[position], analysis.reasons[position], layer))
    return held


def _shares(image: Image) -> list[LayerShare]:
    sizes: dict[int, list[int]] = {}
    for package, number in zip(image.packages, image.brought_by, strict=True):
        sizes.setdefault(number, []).append(package.installed_size)
    return [LayerShare(one, len(sizes.get(one.number, ())), sum(sizes.get(one.number, ()))) for one in image.layers]


def upgrade_of(image: Image, universes: Universes) -> Upgrade:
    """What an upgrade by the index of today would change.

    The distribution, the release, the architecture and the repositories are the image's own, except those that the
    settings name. Raises MirrorError and TrustError where the index is not available, UsageError for a distribution
    that is not known.
    """
    system = image.system
    universes = universes.for_distribution(system.distro)
    settings = universes.settings
    own_release = settings.sources.get("release") == "default"
    release = system.release if own_release else settings.release
    arch = system.arch if settings.sources.get("arch") == "default" and system.arch else settings.arch
    coordinates = universes.coordinates(release, arch)
    foreign: list[str] = []
    if own_release and settings.sources.get("repositories") == "default" and not settings.sample:
        lines = [(line, universes.line_of(line, coordinates)) for line in system.repositories]
        own = tuple(dict.fromkeys(known for _, known in lines if known is not None))
        foreign = [line for line, known in lines if known is None]
        if own:
            coordinates = coordinates.with_repositories(own, coordinates.extra)
    before = SystemState(coordinates, image.packages, image.world)
    apk = flavour_of(settings.apk, image.packages)
    after, transaction = transact(universes, before, _UPGRADE, ())
    sizes = before.installed_size, after.installed_size
    return Upgrade(universes, coordinates, transaction, *sizes, tuple(foreign), apk)
