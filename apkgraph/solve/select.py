"""Deciding a name for good: the choice among its providers, and locking it (rule D6)."""

from __future__ import annotations

from apkgraph.index.universe import Provider, provided_names
from apkgraph.solve.constraint import (
    apply_constraint,
    disqualify,
    recheck_depends,
    recheck_install_if,
    recheck_triggered_by,
)
from apkgraph.solve.preference import is_preferred
from apkgraph.solve.reconsider import is_auto_selectable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from apkgraph.solve.state import NameState, State


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
