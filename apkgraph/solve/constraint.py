"""Applying a constraint, and what follows from it: counting, inheriting, disqualifying, rechecking (rule D4)."""

from __future__ import annotations

from apkgraph.model.version import ANY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from apkgraph.model.dependency import Dependency
    from apkgraph.model.package import Package
    from apkgraph.solve.state import NameState, PackageState, State


def apply_constraint(state: State, dependency: Dependency, by: PackageState | None) -> None:
    """Hold a dependency of a package (None: of the world) against all providers of its name (D4.1, D4.2)."""
    name = state.name(dependency.name)
    if not dependency.conflict:
        name.required += 1
        if name.required == 1:
            announce_required(state, name)
    if by is not None and dependency.operator & ANY == ANY and not dependency.conflict:
        for package in name.packages:  # any version will do: nothing is counted, nothing disqualified
            if by.inheritable or by.allowed != package.allowed or not package.tag_ok:
                inherit(state, package, by)
        return
    depending = by.package if by else None
    for provider, package in zip(name.providers, name.packages, strict=True):
        satisfied = dependency.accepts(provider, depending)
        if not satisfied:
            package.conflicts += 1
        if package.selectable and package.conflicts:
            disqualify(state, package)
        if satisfied:
            if by:
                inherit(state, package, by)
            else:
                inherit_from_world(state, package, state.query.flags, dependency.tag)


def announce_required(state: State, name: NameState) -> None:
    """A name has its first requirer (D4.1)."""
    state.wait_for_targets(name)
    state.enqueue_unresolved(name)
    recheck_install_if(state, name.name)
    state.enqueue_dirty(name)


def inherit(state: State, package: PackageState, by: PackageState) -> None:
    """A provider takes over the inheritable flags and the allowed tags of what requires it (D4.3)."""
    if by.inheritable:
        package.flags |= by.inheritable
        package.inheritable |= by.inheritable
    package.allowed |= by.allowed
    if not package.tag_ok:
        package.tag_ok = state.holds(package, package.allowed)


def inherit_from_world(state: State, package: PackageState, flags: int, tag: str | None) -> None:
    """A provider takes over the global flags; the world's tag is allowed and alone preferred (None: no tag at all)."""
    package.flags |= flags
    package.inheritable |= flags
    package.preferred = 0 if tag is None else 1 << state.tags[tag]
    package.allowed |= package.preferred
    package.tag_preferred = state.holds(package, package.preferred)
    package.tag_ok = package.tag_ok or state.holds(package, package.allowed)


def disqualify(state: State, package: PackageState) -> None:
    """A package can no longer be chosen; whoever needs it or is triggered by it must look again (D4.4)."""
    package.selectable = False
    for name in package.names:
        recheck_depends(state, name)
    recheck_triggered_by(state, package)


def names_of(package: Package) -> list[str]:
    """Its own name, then each provided one."""
    return [package.name, *(provided.name for provided in package.provides)]


def recheck_depends(state: State, name: str) -> None:
    """Every discovered name whose packages depend on `name` must look at its depends again."""
    for waiting in state.note_change(name):
        state.enqueue_dirty(waiting)


def recheck_triggered_by(state: State, package: PackageState) -> None:
    """Every discovered name with a package that this one may trigger must look at its install_if again."""
    for name in package.initial.triggering(state.universe):
        recheck_install_if(state, name)


def recheck_install_if(state: State, name: str) -> None:
    """Every discovered name with a package that `name` may trigger must look at its install_if again."""
    state.enqueue_triggered_by(name)
