"""Names that an install_if might bring and that nothing requires: skipped as long as nothing would come of them.

Thousands of names wait for a common trigger (`docs`, `openrc`, `pyc`). When it changes, apk reconsiders each of them,
and for nearly all of them nothing comes of it. What would come of it can be seen without giving them a state; only
where something would, the name gets a state and is reconsidered like any other.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from apkgraph.model.package import Package
    from apkgraph.solve.problem import InitialName
    from apkgraph.solve.state import NameState, State


def next_dirty(state: State) -> NameState | None:
    """Take the first name that is to be reconsidered and of which something may come."""
    while (name := state.take_dirty()) is not None:
        known = state.names.get(name)
        if known is None:
            if can_skip(state, state.initial.name(name), state.skipped_at(name)):
                state.skip(name)
                continue
            known = state.name(name)
        if known.dirty:
            known.dirty = False
            return known
    return None


def can_skip(state: State, initial: InitialName, since: int) -> bool:
    """Whether reconsidering a name without a state would change nothing.

    `since` is the time at which its depends were last looked at.
    """
    names, packages = state.names, state.packages
    for each in initial.packages:
        if each.package in packages or not each.selectable:
            return False
        condition = each.first_condition
        if (condition is None or condition in names) and not (each.dead or _waits(state, each.package)):
            return False
    changes = state.rechecked_at
    for target in initial.targets:
        if changes.get(target, 0) > since:
            return _are_satisfiable(state, initial)
    return True


def _are_satisfiable(state: State, initial: InitialName) -> bool:
    known = state.satisfiable
    for each in initial.packages:
        for dependency in each.package.depends:
            answer = known.get(id(dependency))
            if answer is None:
                answer = state.can_satisfy(dependency, each.package)
                if not dependency.conflict:  # a conflict depends on who has it
                    known[id(dependency)] = answer
            if not answer:
                return False
    return True


def _waits(state: State, package: Package) -> bool:
    """Whether the install_if's first condition that is not met is one that is still undecided."""
    for condition in package.install_if:
        name = state.names.get(condition.name)
        if name is None or not name.locked:
            return not (condition.conflict and state.initial.resolves_conflicts)
        met = condition.conflict if name.chosen is None else condition.accepts(name.chosen, package)
        if not met:
            return False
    return False
