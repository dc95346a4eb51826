"""Reaching a world, and adding to one: the two questions that everything is weighed by (rule D1.1)."""

from __future__ import annotations

from apkgraph.solve.query import REMOVE, Mark, Query
from apkgraph.solve.solver import solve

TYPE_CHECKING = False
if TYPE_CHECKING:
    from apkgraph.index.universe import Universe
    from apkgraph.model.dependency import Dependency
    from apkgraph.solve.initial_state import InitialState
    from apkgraph.solve.solution import Solution

    World = tuple[Dependency, ...]


def solve_world(universe: Universe, world: World) -> Solution:
    """What `apk add` without arguments does: reach the world as it stands."""
    return solve(Query(universe, world))


def add(initial: InitialState, world: World, request: World) -> Solution:
    """What `apk add REQUEST` does on a universe, from its initial state, which serves any number of requests."""
    marks = {dependency.name: Mark() for dependency in request}
    return solve(Query(initial.universe, with_request(world, request), marks=marks, initial=initial))


def change(universe: Universe, world: World, request: World, removed: World) -> Solution:
    """What `apk add REQUEST` and `apk del REMOVED` do together: what is removed is not preferred any more."""
    names = {dependency.name for dependency in removed}
    left = tuple(dependency for dependency in world if dependency.name not in names)
    marks = {dependency.name: Mark(own=REMOVE) for dependency in removed}
    marks |= {dependency.name: Mark() for dependency in request}
    return solve(Query(universe, with_request(left, request), marks=marks))


def with_request(world: World, request: World) -> World:
    """The world with a request in it: in the place of an entry of the same name, or at the end (D1.1)."""
    wanted = {dependency.name: dependency for dependency in request}
    changed = [wanted.pop(dependency.name, dependency) for dependency in world]
    return (*changed, *wanted.values())
