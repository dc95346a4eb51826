"""Which of two providers apk prefers: the first difference decides (rule D7)."""

from __future__ import annotations

from apkgraph.model.version import compare, compare_tokens
from apkgraph.solve.initial_state import UNTAGGED
from apkgraph.solve.query import AVAILABLE, KEEP_INSTALLED, LATEST, REINSTALL, REMOVE, UPGRADE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from apkgraph.index.universe import Provider
    from apkgraph.solve.state import PackageState, State


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
