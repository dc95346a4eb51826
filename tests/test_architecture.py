"""docs/architecture.md names the folders that there are, and docs/CONTRIBUTING.md paths that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent
SOURCE = CHECKOUT / "apkgraph"
ARCHITECTURE = (CHECKOUT / "docs/architecture.md").read_text()
CONTRIBUTING = (CHECKOUT / "docs/CONTRIBUTING.md").read_text()


def test_every_folder_has_its_paragraph() -> None:
    rows = re.findall(r"^\| `([a-z_/]+)/` \|", ARCHITECTURE, re.MULTILINE)
    folders = {str(file.parent.relative_to(SOURCE)) for file in SOURCE.rglob("*.py")} - {"."}
    assert len(rows) == len(set(rows))
    assert set(rows) == folders


def test_the_floors_are_those_of_the_import_contract() -> None:
    rows = re.findall(r"^\| `([a-z_]+)/` \|", ARCHITECTURE, re.MULTILINE)
    layers = re.search(r"^layers = \[\n(.*?)^\]", (CHECKOUT / "pyproject.toml").read_text(), re.MULTILINE | re.DOTALL)
    assert layers is not None
    contract = re.findall(r'"apkgraph\.([a-z_]+)",', layers[1])
    assert rows == [name for name in contract if (SOURCE / name).is_dir()]


@pytest.mark.parametrize("page", [ARCHITECTURE, CONTRIBUTING], ids=["architecture", "contributing"])
def test_every_path_exists(page: str) -> None:
    paths = re.findall(r"`((?:apkgraph|docs|tests)/[\w/.]+|[a-z_]+/[\w/]+\.py|[a-z_]+\.py)`", page)
    missing = [path for path in paths if not ((CHECKOUT / path).exists() or (SOURCE / path).exists())]
    assert paths
    assert missing == []
