"""What a saved document tells of a size, and what tells none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from apkgraph.audit.against import saved_audit
from apkgraph.audit.limits import saved_size
from apkgraph.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def saved(path: Path, document: object) -> str:
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    return str(path)


def cost(size: object) -> dict[str, object]:
    return {"schema": "apkgraph.cost/1", "total": {"installed_size": size}}


def test_sizes_of_each_kind(tmp_path: Path) -> None:
    assert saved_size(saved(tmp_path / "a", cost(7)), "set", "total") == 7
    check = {
        "schema": "apkgraph.check/2",
        "subjects": [{"kind": "image"}, {"kind": "set", "cost": {"installed_size": 8}}],
    }
    assert saved_size(saved(tmp_path / "b", check), "set", "cost") == 8


@pytest.mark.parametrize("size", [True, -1, None, 1.5, "7", [7]])
def test_what_is_no_size(tmp_path: Path, size: object) -> None:
    with pytest.raises(InputError, match="has no installed size"):
        saved_size(saved(tmp_path / "a", cost(size)), "set", "total")


@pytest.mark.parametrize("document", [[], 7, {}, {"schema": "other/1"}, {"schema": "apkgraph.check/2", "subjects": 7}])
def test_documents_of_others(tmp_path: Path, document: object) -> None:
    with pytest.raises(InputError, match="has no installed size"):
        saved_size(saved(tmp_path / "a", document), "set", "total")


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "7" * 5000])
def test_what_is_no_json(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError, match="not JSON"):
        saved_size(saved(tmp_path / "a", text), "set", "total")


@pytest.mark.parametrize("read", [lambda path: saved_size(path, "request", "cost"), saved_audit])
def test_what_would_need_gigabytes_is_not_parsed(tmp_path: Path, read: Callable[[str], object]) -> None:
    path = tmp_path / "saved.json"
    path.write_bytes(b"[" + b"{}," * (3 << 20) + b"{}]")
    with pytest.raises(InputError, match="larger"):
        read(str(path))
