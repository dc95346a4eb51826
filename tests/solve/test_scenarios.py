"""Every scenario, the project's own and those of `../shared`, compared to the letter."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.solve.scenario import Scenario

OWN = sorted((Path(__file__).parent / "scenarios").rglob("*.test"))
SHARED = sorted((Path(__file__).parents[3] / "shared" / "conformance" / "solver").glob("*.test"))


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.stem)
def test_own_scenario(path: Path, tmp_path: Path) -> None:
    scenario = Scenario.read(path)
    assert scenario.run(tmp_path) == scenario.expected


@pytest.mark.skipif(not SHARED, reason="../shared is not here")
@pytest.mark.parametrize("path", SHARED, ids=lambda path: path.stem)
def test_shared_scenario(path: Path, tmp_path: Path) -> None:
    scenario = Scenario.read(path)
    assert scenario.run(tmp_path) == scenario.expected
