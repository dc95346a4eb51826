"""stub for now: add and solve_world"""

from __future__ import annotations
from apkgraph.solve.query import Mark, Query
from apkgraph.solve.solver import solve

TYPE_CHECKING = False
if TYPE_CHECKING:
    from apkgraph.index.universe import Universe
    from apkgraph.model.dependency import Dependency
    from apkgraph.solve.solution import Solution


def solve_world(universe: Universe, world: tuple[Dependency, ...]) -> Solution:
    """What `apk add` without arguments does: reach the world as it stands."""
    return solve(Query(universe, world))


def add(universe: Universe, world: tuple[Dependency, ...], request: tuple[Dependency, ...]) -> Solution:
    """What `apk add REQUEST` does."""
    wanted = {dependency.name: dependency for dependency in request}
    kept = [wanted.pop(dependency.name, dependency) for dependency in world]
    return solve(Query(universe, (*kept, *wanted.values()), marks={d.name: Mark() for d in request}))
