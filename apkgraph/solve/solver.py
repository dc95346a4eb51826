"""apk's solver: greedy, each name decided once and never again (docs/solver.md).

    discovery      which names the world reaches, and their rank
    propagate      what a dependency does to the providers of its name, and what follows from that
    lazy           names that are skipped as long as nothing would come of them
    choose         the choice, by preference
    changes        the final answers as changes in apk's order
    explain        why there is no answer

All state of one solving lies in `State`; nothing here reads or writes anything else.
"""

from __future__ import annotations

from apkgraph.solve.changes import list_changes
from apkgraph.solve.choose import select
from apkgraph.solve.lazy import next_dirty
from apkgraph.solve.problem import REMOVE as REMOVE_FLAG
from apkgraph.solve.problem import Mark, Query
from apkgraph.solve.propagate import apply_constraint, reconsider
from apkgraph.solve.solution import REMOVE, Solution
from apkgraph.solve.state import State

TYPE_CHECKING = False
if TYPE_CHECKING:
    from apkgraph.index.universe import Universe
    from apkgraph.model.dependency import Dependency
    from apkgraph.model.package import Package
    from apkgraph.solve.problem import InitialState
    from apkgraph.solve.solution import Change, Reason

    World = tuple[Dependency, ...]


def solve(query: Query, *, force_broken_world: bool = False) -> Solution:
    """Answer a query as apk would; with `force_broken_world`, drop world entries until the rest is satisfiable (D8)."""
    while True:
        state = decide(query)
        changes = list_changes(state)
        if not (state.errors and force_broken_world):
            break
        broken = query.broken | _failing_entries(state)
        if broken == query.broken:
            break
        query = query.without(broken)
    return _solution(state, changes)


def decide(query: Query) -> State:
    """Decide every name that the query's world needs (D3)."""
    state = State(query)
    for dependency in query.constraints():
        apply_constraint(state, dependency, None)
    while True:
        name = next_dirty(state)
        if name is not None:
            reconsider(state, name)
            continue
        name = state.next_unresolved()
        if name is None:
            return state
        select(state, name)


def _failing_entries(state: State) -> frozenset[int]:
    """Places in the world whose name has no answer, or one with an error."""
    failing = set()
    for place, dependency in enumerate(state.query.world):
        chosen = state.chosen(dependency.name)
        if chosen is None or state.package(chosen.package).has_error:
            failing.add(place)
    return frozenset(failing)


def _solution(state: State, changes: list[Change]) -> Solution:
    errors = state.errors
    reasons: tuple[Reason, ...] = ()
    if errors:
        from apkgraph.solve.explain import explain

        reasons = explain(state, changes)
    query = state.query
    return Solution(
        world=query.world,
        all_changes=tuple(changes),
        packages=_packages_after(state, changes),
        chosen={name: known.chosen for name, known in state.names.items() if known.chosen is not None},
        errors=errors,
        reasons=reasons,
        broken=tuple(query.world[place] for place in sorted(query.broken)),
        reconsiderations=state.reconsiderations,
    )


def _packages_after(state: State, changes: list[Change]) -> tuple[Package, ...]:
    """What stays or replaces what was installed, in that order; then what is new, in the order of its change."""
    after = {package.name: package for package in state.universe.installed}
    for change in changes:
        if change.action == REMOVE:
            if after.get(change.package.name) is change.package:
                del after[change.package.name]
        else:
            after[change.package.name] = change.package
    return tuple(after.values())


def solve_world(universe: Universe, world: World) -> Solution:
    """What `apk add` without arguments does: reach the world as it stands."""
    return solve(Query(universe, world))


def add(initial: InitialState, world: World, request: World) -> Solution:
    """What `apk add REQUEST` does on a universe, from its initial state, which serves any number of requests."""
    marks = {dependency.name: Mark() for dependency in request}
    return solve(Query(initial.universe, with_request(world, request), marks=marks, initial=initial))


def change(initial: InitialState, world: World, request: World, removed: World) -> Solution:
    """What `apk add REQUEST` and `apk del REMOVED` do together: what is removed is not preferred any more."""
    names = {dependency.name for dependency in removed}
    left = tuple(dependency for dependency in world if dependency.name not in names)
    marks = {dependency.name: Mark(own=REMOVE_FLAG) for dependency in removed}
    marks |= {dependency.name: Mark() for dependency in request}
    return solve(Query(initial.universe, with_request(left, request), marks=marks, initial=initial))


def with_request(world: World, request: World) -> World:
    """The world with a request in it: in the place of an entry of the same name, or at the end (D1.1)."""
    wanted = {dependency.name: dependency for dependency in request}
    changed = [wanted.pop(dependency.name, dependency) for dependency in world]
    return (*changed, *wanted.values())
