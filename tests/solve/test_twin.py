"""The solver against its plain twin: the same answers, errors and changes on random small universes."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apkgraph.solve.changes import list_changes
from apkgraph.solve.solution import REMOVE
from apkgraph.solve.solver import decide
from tests.solve.reference import Reference
from tests.solve.reference_changes import ReferenceChanges
from tests.solve.worlds import random_query

if TYPE_CHECKING:
    from apkgraph.solve.problem import Query


def answers_of_solver(query: Query) -> tuple[object, ...]:
    state = decide(query)
    chosen = {name: (each.chosen.package, each.chosen.version) for name, each in state.names.items() if each.chosen}
    decided = state.errors
    changes = [(each.old_package, None if each.action == REMOVE else each.package) for each in list_changes(state)]
    return chosen, decided, changes, state.errors


def answers_of_reference(query: Query) -> tuple[object, ...]:
    solved = Reference(query)
    chosen = {name: (each.chosen.package, each.chosen.version) for name, each in solved.names.items() if each.chosen}
    decided = solved.errors
    changes = ReferenceChanges(solved).changes
    return chosen, decided, changes, solved.errors


@given(st.randoms(use_true_random=False))
def test_the_solver_answers_as_its_plain_twin(random: Random) -> None:
    query = random_query(random)
    assert answers_of_solver(query) == answers_of_reference(query)


@pytest.mark.parametrize("chunk", range(8))
def test_the_solver_answers_as_its_plain_twin_over_and_over(chunk: int) -> None:
    for seed in range(chunk * 400, chunk * 400 + 400):
        query = random_query(Random(seed))
        assert answers_of_solver(query) == answers_of_reference(query), seed
