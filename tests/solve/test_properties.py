"""What holds of every solution: needs are met, nothing conflicts, what is needed comes first, nothing is done twice."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from apkgraph.index.build import build_universe
from apkgraph.index.installed import with_installed
from apkgraph.model.package import Installed
from apkgraph.solve.commands import Options, run
from apkgraph.solve.problem import Query
from apkgraph.solve.solution import INSTALL, REMOVE
from apkgraph.solve.solver import solve
from tests.solve.worlds import OWN, random_files, random_query

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apkgraph.index.universe import Universe
    from apkgraph.model.dependency import Dependency
    from apkgraph.model.package import Package
    from apkgraph.solve.solution import Solution

SEEDS = 1500


def solutions() -> Iterator[tuple[Query, Solution]]:
    for seed in range(SEEDS):
        query = random_query(Random(seed))
        solution = solve(query)
        if solution.satisfied:
            yield query, solution


def is_met(solution: Solution, dependency: Dependency, by: Package | None) -> bool:
    chosen = solution.chosen(dependency.name)
    if chosen is None:
        return dependency.conflict
    return dependency.satisfied_by(chosen.package, chosen.version, by)


def test_the_world_and_all_depends_are_met_and_no_conflict_holds() -> None:
    met = 0
    for query, solution in solutions():
        assert all(is_met(solution, dependency, None) for dependency in query.world)
        for package in solution.packages:
            for dependency in package.depends:
                assert is_met(solution, dependency, package), (package, dependency)
                met += 1
    assert met > 150


def test_one_package_of_a_name_and_one_owner_of_a_versioned_name() -> None:
    for _, solution in solutions():
        names = [package.name for package in solution.packages]
        names += [each.name for package in solution.packages for each in package.provides if each.version]
        assert len(names) == len(set(names))


def test_depends_come_first_but_in_cycles() -> None:
    ordered = 0
    for _, solution in solutions():
        place = {change.package: n for n, change in enumerate(solution.all_changes) if change.action != REMOVE}
        for package, own in place.items():
            for needed in needs(solution, package):
                assert place[needed] < own or package in pulled_in_by(solution, needed), (package, needed)
                ordered += place[needed] < own
    assert ordered > 100


def needs(solution: Solution, package: Package) -> list[Package]:
    found = [solution.chosen(each.name) for each in package.depends if not each.conflict]
    return [each.package for each in found if each is not None and each.package is not package]


def pulled_in_by(solution: Solution, package: Package) -> set[Package]:
    """What a package needs, or may trigger, over any number of steps."""
    triggered = [other for other in solution.packages if other.install_if]
    reached, stack = {package}, [package]
    while stack:
        for other in [*needs(solution, stack.pop()), *triggered]:
            if other not in reached:
                reached.add(other)
                stack.append(other)
    return reached


def installed(plain: Universe, solution: Solution) -> Universe:
    """The universe in which a solution and its world are installed, each package with the tag that it came by."""
    tags = {change.package.identity: change.tag for change in solution.all_changes}
    packages = {package.identity: package for package in plain.packages()}
    there = [
        packages[each.identity].replaced(installed=Installed(tag=tags[each.identity])) for each in solution.packages
    ]
    return with_installed(plain, there, solution.world)


def bases() -> Iterator[tuple[Random, Universe, Solution]]:
    """Universes with nothing installed, and the solution of a world that can be had."""
    for seed in range(SEEDS):
        random = Random(seed)
        files = random_files(random)
        plain = build_universe(files.repositories)
        solution = solve(Query(plain, files.world))
        if solution.satisfied:
            yield random, plain, solution


def test_adding_what_is_there_changes_nothing() -> None:
    count = 0
    for _, plain, solution in bases():
        again = solve(Query(installed(plain, solution), solution.world))
        assert again.satisfied
        assert again.changes == ()
        count += 1
    assert count > 200


def test_del_after_add_gives_back_the_base_unless_apk_says_what_keeps_it() -> None:
    given_back = kept = 0
    for random, plain, base in bases():
        name = random.choice(OWN)
        added = run(installed(plain, base), base.world, "add", [name], Options())
        solution = added.solution
        if solution is None or name in {each.name for each in base.world}:
            continue
        if {change.action for change in solution.changes} != {INSTALL}:
            continue
        deleted = run(installed(plain, solution), solution.world, "del", [name], Options())
        assert deleted.solution is not None
        if deleted.kept:
            kept += 1
            continue
        assert identities(deleted.solution) == identities(base)
        given_back += 1
    assert given_back > 50
    assert kept < given_back // 10


def identities(solution: Solution) -> set[bytes]:
    return {package.identity for package in solution.packages}
