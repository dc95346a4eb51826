"""Which of two providers apk prefers: the first difference decides (spec D7)."""

from __future__ import annotations

from apkgraph.model.version import compare, compare_tokens
from apkgraph.solve.ground import UNTAGGED
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
    order = left.tag_ok - right.tag_ok
    if not order and flags & AVAILABLE:
        return left.available - right.available
    if not order and flags & REINSTALL:
        return left.selectable - right.selectable
    return order


def _by_state(state: State, candidate: Provider, best: Provider, flags: int) -> int:
    """Points 1 to 8."""
    left, right = state.package(candidate.package), state.package(best.package)
    installed = (left.package.installed is not None) - (right.package.installed is not None)
    keep = flags & KEEP_INSTALLED or (state.query.pre_upgrade and not flags & UPGRADE)
    same_name = left.package.name == right.package.name
    stay = not flags & (REMOVE | UPGRADE) and (same_name or candidate.version is not None or best.version is not None)
    return (
        left.selectable - right.selectable
        or left.used - right.used
        or right.conflicts - left.conflicts
        or (installed if keep else 0)
        or left.tag_ok - right.tag_ok
        or (left.available - right.available if flags & AVAILABLE else 0)
        or left.tag_preferred - right.tag_preferred
        or (installed if stay else 0)
    )


def _by_version(candidate: Provider, best: Provider) -> int:
    """Points 9 and 10: the version under the requested name, then the own one."""
    order = compare_tokens(candidate.tokens, best.tokens, prefix=False)
    if not order and candidate.package.name == best.package.name:
        return compare(candidate.package.version, best.package.version)
    return order


def _by_standing(left: PackageState, right: PackageState, flags: int) -> int:
    """Points 11 to 14; the earlier provider stays where nothing differs (15)."""
    installed = (left.package.installed is not None) - (right.package.installed is not None)
    return (
        left.package.priority - right.package.priority
        or (0 if flags & REMOVE else installed)
        or left.selectable - right.selectable
        or _first_repository(right) - _first_repository(left)
    )


def _first_repository(state: PackageState) -> int:
    """The number of the first repository that holds the package; none is the lowest of all."""
    repositories = state.package.repositories
    return (repositories & -repositories).bit_length() - 1 if repositories else -1
