"""What follows from a constraint: counting, inheriting, disqualifying (D4), and looking at names again (D5)."""

from __future__ import annotations

from itertools import chain

from apkgraph.model.version import ANY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from apkgraph.index.universe import Provider
    from apkgraph.model.dependency import Dependency
    from apkgraph.model.package import Package
    from apkgraph.solve.state import NameState, PackageState, State


def apply_constraint(state: State, dependency: Dependency, by: PackageState | None) -> None:
    """Apply a dependency of a package (None: of the world) to all providers of its name (D4.1, D4.2)."""
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
    """A package can no longer be chosen; names that need it or are triggered by it are reconsidered (D4.4)."""
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


def reconsider(state: State, name: NameState) -> None:
    """Reconsider a name."""
    state.reconsiderations += 1
    recheck_depends = state.take_recheck_flag(name)
    recheck_install_if, name.recheck_install_if = name.recheck_install_if, False
    options = _Options()
    has_triggered = has_auto = False
    install_if_dead = True
    for provider, package in zip(name.providers, name.packages, strict=True):
        package.merged = False
        if recheck_depends:
            _check_depends(state, package)
        if not package.selectable:
            continue
        if recheck_install_if:
            _check_install_if(state, package)
        has_triggered = has_triggered or package.triggered
        install_if_dead = install_if_dead and package.dead
        has_auto = has_auto or package.triggered
        if name.required:
            options.merge(provider, package)
            has_auto = has_auto or is_auto_selectable(state, provider)
    name.has_triggered, name.install_if_dead = has_triggered, install_if_dead
    auto_changed, name.has_auto = has_auto != name.has_auto, has_auto
    name.has_options = len(options.merged) > 1 or options.not_tag_ok > 0
    if options.merged:
        for package in name.packages:
            package.used = package.merged
        first = options.merged[0][1]
        _apply_common_depends(state, options, first)
        _claim_common_names(state, name, options, first)
    if has_auto:  # asked for only then
        name.parents_done = state.are_parents_done(name)
    state.enqueue_unresolved(name, force=auto_changed)


def is_auto_selectable(state: State, provider: Provider) -> bool:
    """Whether a provider may be taken without being asked for by name (D6.2)."""
    package = provider.package
    return provider.version is not None or package.priority > 0 or state.name(package.name).required > 0


def _check_depends(state: State, package: PackageState) -> None:
    """Disqualify a package if one of its depends can no longer be satisfied."""
    if package.selectable:
        for dependency in _unsettled_depends(state, package):
            if not state.can_satisfy(dependency, package.package):
                disqualify(state, package)
                return
        package.checked_at = state.time


def _unsettled_depends(state: State, package: PackageState) -> Iterable[Dependency]:
    """Those of a package's depends that may have become unsatisfiable since all of them were satisfiable.

    What is satisfiable stays so until its name changes; a conflict, until its name is required, which is not a change.
    """
    depends = package.package.depends
    if package.checked_at < 0 or state.time - package.checked_at >= len(depends):
        return depends
    changed = [package.initial.depends_on(name) for name in state.changes_since(package.checked_at)]
    return chain(package.initial.conflicts, *changed)


def _check_install_if(state: State, package: PackageState) -> None:
    """See whether a package's install_if is met, or never can be (D5.2)."""
    if not package.triggered and not package.dead:
        for condition in package.package.install_if:
            name = state.name(condition.name)
            if not name.locked:
                if condition.conflict and state.initial.resolves_conflicts:
                    name.wanted = True
                    state.enqueue_unresolved(name)
                break
            if not state.is_satisfied(condition, package.package):
                package.dead = True
                break
        else:
            package.triggered = True
    if package.triggered:
        for condition in package.package.install_if:
            chosen = state.chosen(condition.name)
            if chosen is None:
                inherit_from_world(state, package, 0, None)
            else:
                inherit(state, package, state.package(chosen.package))


class _Options:
    """The providers that can still be chosen, and what all of them have in common (D5.4)."""

    __slots__ = ("merged", "not_tag_ok")

    def __init__(self) -> None:
        self.merged: list[tuple[Provider, PackageState]] = []
        self.not_tag_ok = 0

    def merge(self, provider: Provider, package: PackageState) -> None:
        """Take one more option in."""
        package.merged = True
        self.merged.append((provider, package))
        self.not_tag_ok += not package.tag_ok

    def common_depends(self) -> set[str]:
        """The names that every option needs."""
        needs = [
            {dependency.name for dependency in package.package.depends if not dependency.conflict}
            for _, package in self.merged
        ]
        return needs[0].intersection(*needs[1:])

    def have_name(self, name: str) -> bool:
        """Whether every option is named so or provides the name."""
        return all(name in package.name_set for _, package in self.merged)

    def are_unversioned(self, name: str) -> bool:
        """Whether some option has the name without a version."""
        return any(_version_under(name, provider, package.package) is None for provider, package in self.merged)


def _version_under(name: str, provider: Provider, package: Package) -> str | None:
    """What an option has under a name: under its own, what it has under the name that is reconsidered."""
    if name == package.name:
        return provider.version
    return next(provided.version for provided in package.provides if provided.name == name) or None


def _apply_common_depends(state: State, options: _Options, first: PackageState) -> None:
    """What every option depends on is required whichever is chosen (D5.6)."""
    if len(options.merged) == 1:
        passed_on = first.allowed, first.inheritable
        again = first.passed_on == passed_on  # what any version satisfies is then as it was
        first.passed_on = passed_on
        for dependency in first.initial.counted_needs(state.universe) if again else first.initial.needs:
            apply_constraint(state, dependency, first)
        return
    common = options.common_depends()
    for dependency in first.initial.needs:
        if dependency.name not in common:
            continue
        name = state.name(dependency.name)
        if not name.required:
            name.required = 1
            announce_required(state, name)
            for package in name.packages:
                inherit(state, package, first)


def _claim_common_names(state: State, name: NameState, options: _Options, first: PackageState) -> None:
    """No other package may be chosen for a name that every option has or provides (D5.7)."""
    for claimed in first.initial.contested(state.universe):
        if claimed == name.name or not options.have_name(claimed):
            continue
        unversioned = options.are_unversioned(claimed)
        other = state.name(claimed)
        for provider, package in zip(other.providers, other.packages, strict=True):
            if not package.selectable or name.name in package.name_set:
                continue
            if unversioned and (
                provider.version is None or any(not provided.version for provided in package.package.provides)
            ):
                continue
            disqualify(state, package)
