"""What the solver leaves out for speed: done in full beside it, on random small universes, it would change nothing."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from apkgraph.solve import lazy
from apkgraph.solve import propagate as reconsider_module
from apkgraph.solve import solver as solver_module
from apkgraph.solve.changes import Dependents, relation
from apkgraph.solve.lazy import can_skip
from apkgraph.solve.propagate import apply_constraint, names_of
from apkgraph.solve.solver import decide
from tests.solve.worlds import random_query, random_universe

if TYPE_CHECKING:
    from apkgraph.model.dependency import Dependency
    from apkgraph.model.package import Package
    from apkgraph.solve.problem import InitialName
    from apkgraph.solve.state import NameState, PackageState, State

SEEDS = range(6000)


def test_names_are_skipped_by_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {True: 0, False: 0}

    def look(state: State, initial: InitialName, since: int) -> bool:
        skipped = can_skip(state, initial, since)
        assert skipped == nothing_would_come_of_it(state, initial, since)
        answers[skipped] += 1
        return skipped

    monkeypatch.setattr(lazy, "can_skip", look)
    for seed in SEEDS:
        decide(random_query(Random(seed)))
    assert min(answers.values()) > 500


def nothing_would_come_of_it(state: State, initial: InitialName, since: int) -> bool:
    """The rule as it is told: no option lost, no install_if met or dead, no package that anybody has touched."""
    packages = [each.package for each in initial.packages]
    if any(package in state.packages for package in packages) or not all(each.selectable for each in initial.packages):
        return False
    if any(not each.dead and decides(state, each.package) for each in initial.packages):
        return False
    depends = [(dependency, package) for package in packages for dependency in package.depends]
    if not any(state.rechecked_at.get(dependency.name, 0) > since for dependency, _ in depends):
        return True
    return all(can_be_had(state, dependency, package) for dependency, package in depends)


def decides(state: State, package: Package) -> bool:
    """Whether looking at an install_if would find it met, dead, or waiting for a name to be locked to nothing."""
    for condition in package.install_if:
        if not state.is_locked(condition.name):
            return condition.conflict and state.initial.resolves_conflicts
        if not state.is_satisfied(condition, package):
            return True
    return True


def can_be_had(state: State, dependency: Dependency, by: Package) -> bool:
    if state.is_locked(dependency.name):
        return state.is_satisfied(dependency, by)
    name = state.names.get(dependency.name)
    if dependency.conflict and not (name is not None and name.required):
        return True
    return any(
        is_selectable(state, provider.package) and dependency.accepts(provider, by)
        for provider in state.universe.providers(dependency.name)
    )


def is_selectable(state: State, package: Package) -> bool:
    known = state.packages.get(package)
    return state.initial.package(package).selectable if known is None else known.selectable


def test_only_discovered_names_are_reconsidered(monkeypatch: pytest.MonkeyPatch) -> None:
    reconsider = reconsider_module.reconsider
    undiscovered = 0

    def look(state: State, name: NameState) -> None:
        assert name.is_discovered
        reconsider(state, name)

    monkeypatch.setattr(solver_module, "reconsider", look)
    for seed in SEEDS:
        state = decide(random_query(Random(seed)))
        undiscovered += sum(not name.is_discovered for name in state.names.values())
    assert undiscovered > 100


def test_what_every_provider_satisfies_need_not_be_applied_again(monkeypatch: pytest.MonkeyPatch) -> None:
    again = 0
    apply_common_depends = reconsider_module._apply_common_depends

    def apply(state: State, options: reconsider_module._Options, first: PackageState) -> None:
        nonlocal again
        seen_before = first.passed_on is not None
        apply_common_depends(state, options, first)
        if seen_before and len(options.merged) == 1:
            found = known(state)
            for dependency in first.initial.needs:
                if dependency not in first.initial.counted_needs(state.universe):
                    apply_constraint(state, dependency, first)
                    again += 1
            assert known(state) == found

    monkeypatch.setattr(reconsider_module, "_apply_common_depends", apply)
    for seed in SEEDS:
        decide(random_query(Random(seed)))
    assert again > 300


def known(state: State) -> tuple[object, ...]:
    """All that constraints change: who requires whom counts as yes or no."""
    packages = {
        package: (each.flags, each.inheritable, each.allowed, each.preferred, each.tag_ok, each.conflicts)
        for package, each in state.packages.items()
    }
    names = {name: (each.required > 0, each.queue, each.dirty) for name, each in state.names.items()}
    return packages, names, dict(state.rechecked_at)


def test_dependents_are_met_as_on_a_walk_over_reverse_depends() -> None:
    met = 0
    for seed in range(500):
        random = Random(seed)
        universe = random_universe(random)
        packages = [*universe.packages()]
        among = random.sample(packages, len(packages) * 2 // 3)
        dependents = Dependents(universe, among)
        for package in packages:
            walked = dict.fromkeys(
                provider.package
                for name in names_of(package)
                for parent in universe.reverse_depends(name)
                for provider in universe.providers(parent)
                if provider.package in among
                and any(relation(dependency, provider.package, package) for dependency in provider.package.depends)
            )
            assert dependents.of(package) == [*walked]
            met += len(walked) > 1
    assert met > 500
