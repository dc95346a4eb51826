"""The schemas themselves: valid, named as their documents name them, described in docs/json.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from jsonschema import Draft202012Validator

from tests.schemas import errors, schemas

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("file", schemas())
def test_a_schema_is_one(file: str) -> None:
    schema = schemas()[file]
    Draft202012Validator.check_schema(schema)
    name, _, number = file.removesuffix(".json").rpartition("-")
    assert schema["title"] == f"{name}/{number}"
    assert schema["$id"] == file


def test_what_is_wrong_is_seen() -> None:
    assert errors({"schema": "apkgraph.cost/1"})
    assert any("changes" in error for error in errors({"schema": "apkgraph.cost/1"}))


@pytest.mark.parametrize("file", schemas())
def test_the_documentation_knows_it(file: str, checkout: Path) -> None:
    assert f"schema/{file}" in (checkout / "docs/json.md").read_text()
