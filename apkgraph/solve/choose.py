"""Deciding a name for good: the choice among its providers by preference, and locking it (rules D6 and D7)."""

from __future__ import annotations

from apkgraph.index.universe import Provider, provided_names
from apkgraph.model.version import compare, compare_tokens
from apkgraph.solve.problem import AVAILABLE, KEEP_INSTALLED, LATEST, REINSTALL, REMOVE, UNTAGGED, UPGRADE
from apkgraph.solve.propagate import (
    apply_constraint,
    disqualify,
    is_auto_selectable,
    recheck_depends,
    recheck_install_if,
    recheck_triggered_by,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from apkgraph.solve.state import NameState, PackageState, State


def select(state: State, name: NameState) -> None:
    """Give a name its final answer."""
    if not name.required and not name.has_triggered:
        _lock(state, name, None)
        return
    chosen = _best(state, name)
    if chosen is None:
        _lock(state, name, None)
        if name.required:
            state.fail(None)
        return
    package = state.package(chosen.package)
    if not (package.selectable and package.tag_ok):
        state.fail(chosen.package)
    for provided, version in provided_names(chosen.package):
        _lock(state, state.name(provided), Provider(chosen.package, version))
    for dependency in chosen.package.depends:
        apply_constraint(state, dependency, package)


def _best(state: State, name: NameState) -> Provider | None:
    """The preferred of the providers that may be taken at all."""
    best: Provider | None = None
    for provider, package in zip(name.providers, name.packages, strict=True):
        if not name.required and not (package.triggered and package.tag_ok and package.selectable):
            continue
        if not is_auto_selectable(state, provider):
            continue
        if best is None or is_preferred(state, provider, best):
            best = provider
    return best


def _lock(state: State, name: NameState, chosen: Provider | None) -> None:
    """Set a name's final answer and tell all whom it concerns (D6.5, D6.6)."""
    if name.locked:
        _check_same_answer(state, name.chosen, chosen)
        return
    state.dequeue(name)
    name.locked = True
    name.chosen = chosen
    if chosen is not None:
        package = state.package(chosen.package)
        if not name.required and package.triggered:
            for condition in chosen.package.install_if:
                if not state.is_locked(condition.name):
                    apply_constraint(state, condition, package)
    for provider, other in zip(name.providers, name.packages, strict=True):
        if chosen is not None and provider.package is chosen.package:
            continue
        if provider.version is None and (chosen is None or chosen.version is None):
            continue
        disqualify(state, other)
    recheck_depends(state, name.name)
    if chosen is None:
        recheck_install_if(state, name.name)
    else:
        recheck_triggered_by(state, state.package(chosen.package))


def _check_same_answer(state: State, locked: Provider | None, chosen: Provider | None) -> None:
    """A name has its answer already: two providers go together only if both provide it without a version."""
    if (locked is None or locked.version is None) and (chosen is None or chosen.version is None):
        return
    for provider in (locked, chosen):
        if provider is not None:
            state.fail(provider.package)


def is_preferred(state: State, candidate: Provider, best: Provider) -> bool:
    """Whether `candidate` is strictly better than `best`, which comes before it."""
    left, right = state.package(candidate.package), state.package(best.package)
    flags = left.flags | right.flags
    if flags & LATEST and left.allowed == right.allowed == UNTAGGED:
        order = _by_latest(left, right, flags)
    else:
        order = _by_state(state, candidate, best, flags)
    return (order or _by_version(candidate, best) or _by_standing(left, right, flags)) > 0


def _by_latest(left: PackageState, right: PackageState, flags: int) -> int:
    """Point D7.0: whose tags will do, then what a repository has; after that the version decides."""
    order = left.tag_ok - right.tag_ok
    if not order and flags & AVAILABLE:
        return left.available - right.available
    if not order and flags & REINSTALL:
        return left.selectable - right.selectable
    return order


def _by_state(state: State, candidate: Provider, best: Provider, flags: int) -> int:
    """Points D7.1 to D7.8."""
    left, right = state.package(candidate.package), state.package(best.package)
    installed = (left.package.installed is not None) - (right.package.installed is not None)
    keep = flags & KEEP_INSTALLED or (state.query.pre_upgrade and not flags & UPGRADE)
    same_name = left.package.name == right.package.name
    stay = not flags & (REMOVE | UPGRADE) and (same_name or candidate.version is not None or best.version is not None)
    return (
        left.selectable - right.selectable  # D7.1: may still be chosen
        or left.used - right.used  # D7.2: an option at the last reconsideration
        or right.conflicts - left.conflicts  # D7.3: fails fewer constraints
        or (installed if keep else 0)  # D7.4: stays where an upgrade of others is meant
        or left.tag_ok - right.tag_ok  # D7.5: from a repository whose tag is allowed
        or (left.available - right.available if flags & AVAILABLE else 0)  # D7.6: a repository has it
        or left.tag_preferred - right.tag_preferred  # D7.7: from the tag that the world names
        or (installed if stay else 0)  # D7.8: stays unless it is to go or to be upgraded
    )


def _by_version(candidate: Provider, best: Provider) -> int:
    """Points D7.9 and D7.10."""
    order = compare_tokens(candidate.tokens, best.tokens, prefix=False)  # D7.9: the version under the requested name
    if not order and candidate.package.name == best.package.name:
        return compare(candidate.package.version, best.package.version)  # D7.10: the own version
    return order


def _by_standing(left: PackageState, right: PackageState, flags: int) -> int:
    """Points D7.11 to D7.14; the earlier provider stays where nothing differs (D7.15)."""
    installed = (left.package.installed is not None) - (right.package.installed is not None)
    return (
        left.package.priority - right.package.priority  # D7.11: the provider priority
        or (0 if flags & REMOVE else installed)  # D7.12: stays unless it is to go
        or left.selectable - right.selectable  # D7.13: may still be chosen, under LATEST
        or _first_repository(right) - _first_repository(left)  # D7.14: the repository that comes first
    )


def _first_repository(state: PackageState) -> int:
    """The number of the first repository that holds the package; none is the lowest of all."""
    repositories = state.package.repositories
    return (repositories & -repositories).bit_length() - 1 if repositories else -1
