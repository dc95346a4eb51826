"""A question to the solver: a world to reach, from what is installed, under apk's flags."""

from __future__ import annotations

from apkgraph.index.order import display_order
from apkgraph.solve.initial_state import InitialState

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from apkgraph.index.universe import Universe
    from apkgraph.model.dependency import Dependency

# Flags that a command puts on packages, or (globally) on all that the world reaches.
REMOVE = 1
UPGRADE = 2
LATEST = 4
AVAILABLE = 8
REINSTALL = 16
KEEP_INSTALLED = 32


class Mark:
    """Flags on the packages behind one name: `own` for those, `inheritable` for what they pull in as well."""

    __slots__ = ("inheritable", "own")

    def __init__(self, own: int = 0, inheritable: int = 0) -> None:
        self.own = own
        self.inheritable = inheritable


class Query:
    """What to solve. The world is kept in display order (rule D2.1), as apk writes it back.

    - `flags`: global flags; `marks`: flags by name, remembered even where they are none (D1.6);
    - `network`: whether repositories may be used; `pre_upgrade`: prefer what is installed (D7.4);
    - `initial`: the universe's initial state, where an earlier query of the same kind has it;
    - `broken`: places in the world that are left out (`--force-broken-world`, D8).
    """

    __slots__ = ("broken", "flags", "initial", "marks", "network", "pre_upgrade", "universe", "world")

    def __init__(
        self,
        universe: Universe,
        world: tuple[Dependency, ...],
        *,
        flags: int = 0,
        marks: Mapping[str, Mark] | None = None,
        network: bool = True,
        pre_upgrade: bool = False,
        broken: frozenset[int] = frozenset(),
        initial: InitialState | None = None,
    ) -> None:
        self.universe = universe
        self.world = tuple(sorted(world, key=lambda dependency: display_order(dependency.name)))
        self.flags = flags
        self.marks = marks or {}
        self.network = network
        self.pre_upgrade = pre_upgrade
        self.broken = broken
        self.initial = initial or InitialState(universe, network=network, available_only=flags & AVAILABLE != 0)

    def constraints(self) -> list[Dependency]:
        """The world without its broken entries."""
        return [dependency for place, dependency in enumerate(self.world) if place not in self.broken]

    def without(self, broken: frozenset[int]) -> Query:
        """The same question with more of the world left out, and without any flags (D8)."""
        return Query(self.universe, self.world, network=self.network, broken=broken)
