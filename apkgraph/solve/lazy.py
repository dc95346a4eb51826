"""Names that an install_if might bring and that nothing requires: skipped as long as nothing would come of them.

Thousands of names wait for a common trigger (`docs`, `openrc`, `pyc`). When it changes, apk reconsiders each of them,
and for nearly all of them nothing comes of it. What would come of it can be seen without giving them a state; only
where something would, the name gets a state and is reconsidered like any other.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from apkgraph.model.dependency import Dependency
    from apkgraph.model.package import Package
    from apkgraph.solve.initial_state import InitialName
    from apkgraph.solve.state import State


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
                answer = _is_satisfiable(state, dependency, each.package)
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


def _is_satisfiable(state: State, dependency: Dependency, by: Package) -> bool:
    """The same as `reconsider` asks, without making a state."""
    name = state.names.get(dependency.name)
    if name is not None and name.locked:
        return dependency.conflict if name.chosen is None else dependency.accepts(name.chosen, by)
    if dependency.conflict and not (name and name.required):
        return True
    if dependency.name not in state.rechecked_at:
        return state.initial.is_satisfiable(dependency, by)
    initial = state.initial.name(dependency.name)
    for provider, each in zip(initial.row.providers, initial.packages, strict=True):
        known = state.packages.get(provider.package)
        if (known.selectable if known else each.selectable) and dependency.accepts(provider, by):
            return True
    return False
