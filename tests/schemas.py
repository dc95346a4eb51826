"""Documents against their schemas: `apkgraph.cost/1` is described by docs/schema/apkgraph.cost-1.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource

if TYPE_CHECKING:
    from collections.abc import Mapping

DIRECTORY = Path(__file__).resolve().parent.parent / "docs" / "schema"


def schemas() -> dict[str, dict[str, Any]]:
    """Every schema by its file's name."""
    return {path.name: json.loads(path.read_text()) for path in sorted(DIRECTORY.glob("*.json"))}


def errors(document: Mapping[str, object]) -> list[str]:
    """What is wrong with a document by the schema that it names; one schema may refer to another by its file."""
    name, _, number = str(document["schema"]).partition("/")
    known = schemas()
    registry: Registry[Any] = Registry().with_resources(
        (file, Resource.from_contents(schema)) for file, schema in known.items()
    )
    validator = Draft202012Validator(known[f"{name}-{number}.json"], registry=registry, format_checker=FormatChecker())
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]
