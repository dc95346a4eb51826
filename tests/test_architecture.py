"""No files import each other; docs/architecture.md names the folders, docs/CONTRIBUTING.md paths that exist."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import networkx as nx
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


def imported(tree: ast.AST, names: set[str]) -> Iterator[str]:
    """Every one of `names` that a module imports: at its top, within a function, or for its types alone."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            inner = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name if name in names else str(node.module) for name in inner)


def imports() -> nx.DiGraph[str]:
    files = {
        ".".join(("apkgraph", *file.relative_to(SOURCE).with_suffix("").parts)): file for file in SOURCE.rglob("*.py")
    }
    modules = {name.removesuffix(".__init__"): ast.parse(file.read_text()) for name, file in files.items()}
    edges = [
        (name, other) for name, tree in modules.items() for other in imported(tree, set(modules)) if other in modules
    ]
    return nx.DiGraph(edges)


def test_no_files_import_each_other() -> None:
    graph = imports()
    assert graph.has_edge("apkgraph.cli.main", "apkgraph.cli.parser")  # within a function
    assert graph.has_edge("apkgraph.impact.cost", "apkgraph.solve.solution")
    graph.remove_edges_from([*graph.out_edges("apkgraph")])  # the public API, which is imported when it is first used
    assert [sorted(circle) for circle in nx.strongly_connected_components(graph) if len(circle) > 1] == []


def test_no_folder_has_more_than_fifteen_files() -> None:
    folders = Counter(str(file.parent.relative_to(SOURCE)) for file in SOURCE.rglob("*.py"))
    assert {folder: files for folder, files in folders.items() if files > 15} == {}
