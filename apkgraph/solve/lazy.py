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
    dirty, names, initial, skipped_at = state.dirty, state.names, state.initial, state.skipped_at
    while dirty:
        name = dirty.popleft()
        known = names.get(name)
        if known is None:
            if can_skip(state, initial.name(name), skipped_at.get(name, 0)):
                skipped_at[name] = state.time
                state.pending.remove(name)
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
            return _are_satisfiable(state, initial, since)
    return True


def _are_satisfiable(state: State, initial: InitialName, since: int) -> bool:
    """Whether all that its packages depend on can be satisfied, where something of it has changed since it could be.

    What is satisfiable stays so until its name changes; a conflict, until its name is required, which is not a change.
    """
    depends = initial.depends(state.initial)
    for dependency, package in depends.conflicts:
        if not state.can_satisfy(dependency, package):
            return False
    found_at, changes, now = state.satisfiable_at, state.rechecked_at, state.time
    for name, pairs in depends.by_name.items():
        changed_at = changes.get(name, 0)
        if changed_at > since or not depends.satisfiable:
            for dependency, package in pairs:
                if found_at.get(id(dependency), -1) < changed_at:
                    if not state.can_satisfy(dependency, package):
                        return False
                    found_at[id(dependency)] = now
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
