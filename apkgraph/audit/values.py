"""What a Dockerfile's instructions and stages do, as values."""

from __future__ import annotations

from typing import NamedTuple

from apkgraph.audit.claim import Certainty, Claim
from apkgraph.audit.system_state import SystemState, Transaction
from apkgraph.dockerfile.events import Unresolved
from apkgraph.dockerfile.shell.values import Unknown
from apkgraph.dockerfile.stages import Note, Stage
from apkgraph.model.package import Package
from apkgraph.model.universe_ref import UniverseRef


class Origin(NamedTuple):
    """Which call brought a package: its line, and the number of its layer."""

    line: int
    layer: int


class CallReport(NamedTuple):
    """A call of apk and what came of it; `root` is where it works, `` for the image itself.

    `has_foreign`: it may take packages from repositories that are not known here.
    """

    transaction: Transaction
    coordinates: UniverseRef
    unknowns: tuple[Unknown, ...] = ()
    root: str = ""
    has_foreign: bool = False


class StepReport(NamedTuple):
    """An instruction: its calls, what its layer brings, and the totals after it. Sizes are bytes.

    `brought` are the packages that its layer holds, each with its whole size, whatever was there before.
    """

    line: int
    end_line: int
    keyword: str
    text: str
    calls: tuple[CallReport, ...]
    unresolved: tuple[Unresolved, ...]
    brought: tuple[Package, ...]
    gone: tuple[Package, ...]  # of lower layers: their bytes stay
    index_size: int
    packages: int
    installed_size: int
    image_size: int

    @property
    def layer_size(self) -> int:
        """Bytes that the layer adds to the image."""
        return sum(package.installed_size for package in self.brought) + self.index_size


class StageReport(NamedTuple):
    """A stage: what it starts from, its steps, and what it ends with."""

    stage: Stage
    release: str
    release_is_assumed: bool
    base_name: str
    base_is_known: bool
    base: SystemState
    end: SystemState
    base_size: int  # bytes of the image that it starts from
    image_size: int  # bytes of all layers
    steps: tuple[StepReport, ...]
    notes: tuple[Note, ...]
    is_final: bool  # its layers are in the final image
    is_needed: bool  # it is built at all
    claim: Claim

    @property
    def is_complete(self) -> bool:
        """Whether its total is exact."""
        return self.claim.certainty is Certainty.EXACT
