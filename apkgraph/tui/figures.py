"""The figures of one solution as the screen shows them: plain values, made in a worker, read by every pane."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from apkgraph.impact.analysis import BASE

if TYPE_CHECKING:
    from apkgraph.model.size import Size


class Edge(NamedTuple):
    """A dependency token that ties two packages; `package` is the one at the other end."""

    token: str
    package: str


class InstallReason(NamedTuple):
    """Why a package is here: `requested`, `base`, `world`, `dependency` (of, token) or `install_if` (triggers)."""

    kind: str
    of: str = ""
    token: str = ""
    triggers: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.kind == "dependency":
            return f"{self.of} needs {self.token}"
        if self.kind == "install_if":
            return "with " + " + ".join(self.triggers)
        return self.kind


@dataclass(frozen=True, slots=True)
class Row:
    """One package of the solution.

    `owner` is the position of the only request that needs it, or SHARED, or BASE; `cycle` numbers the cycle
    that it is part of (-1: none). `brings` names the install_if packages that have it as a trigger. `change` is what
    apk would do (`""`: kept as it was).
    """

    name: str
    version: str
    repository: str
    origin: str
    own: Size
    added: Size
    closure: Size
    owner: int
    change: str
    because: InstallReason
    needs: tuple[Edge, ...] = ()
    needed_by: tuple[Edge, ...] = ()
    brings: tuple[str, ...] = ()
    cycle: int = -1
    old_version: str | None = None

    @property
    def base(self) -> bool:
        """It was there before the question."""
        return self.owner == BASE


class RequestFigures(NamedTuple):
    """What one request weighs in this set; `resolved` is its true added size, once solved without it."""

    token: str
    package: str | None
    added: Size
    share: Size
    resolved: Size | None = None

    @property
    def weight(self) -> Size:
        """The true added size where it is known, else that by the graph."""
        return self.added if self.resolved is None else self.resolved


@dataclass(frozen=True, slots=True)
class Figures:
    """A satisfied set: its packages, and what it costs on top of the base (net bytes, fetched bytes).

    `removed` is what the base had and the set puts out: the sizes of these rows are negative. `base_world` has, by
    package, the entries of the base's world.
    """

    rows: tuple[Row, ...]
    requests: tuple[RequestFigures, ...]
    cost: Size
    packages: int
    total: Size
    total_packages: int
    base: Size
    base_packages: int
    removed: tuple[Row, ...] = ()
    base_world: Mapping[str, str] = field(default_factory=dict)
    by_name: dict[str, Row] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        self.by_name.update({row.name: row for row in self.rows})

    def row(self, name: str) -> Row | None:
        """The package of that name, if the set has it."""
        return self.by_name.get(name)
