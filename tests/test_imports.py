"""A warm `apkgraph cost git --json` imports nothing that costs time; the public API loads when first used."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

HEAVY = (
    *("networkx", "requests", "urllib3", "textual", "rich", "rich_argparse", "cryptography", "diskcache"),
    *("platformdirs", "tree_sitter", "license_expression"),
    *("dataclasses", "typing", "inspect", "logging", "tomllib", "pathlib", "urllib", "subprocess", "email", "http"),
    *("random", "tempfile", "shutil", "socket", "ssl", "ast", "tarfile", "asyncio", "concurrent", "unittest", "array"),
)

ASK = """
import sys
from apkgraph.cli.main import main
status = main({words!r})
sys.stderr.write("\\n" + " ".join(sorted(sys.modules)))
sys.exit(status)
"""


def _ask(words: list[str]) -> tuple[str, set[str]]:
    """What the program answers, and which modules are there afterwards."""
    run = subprocess.run(
        [sys.executable, "-c", ASK.format(words=words)], capture_output=True, text=True, timeout=120, check=False
    )
    assert run.returncode == 0, run.stderr
    return run.stdout, set(run.stderr.splitlines()[-1].split())


def _heavy(modules: set[str]) -> set[str]:
    return {module for module in modules if module in HEAVY or module.partition(".")[0] in HEAVY}


@pytest.mark.parametrize("request_", [["git"], ["git", "curl"], ["npm"]])
def test_a_warm_question_imports_nothing_heavy(tmp_path: Path, request_: list[str]) -> None:
    words = ["cost", *request_, "--json", "--sample", "--cache-dir", str(tmp_path / "cache")]
    first, _ = _ask(words)
    second, modules = _ask(words)
    assert json.loads(second)["changes"] == json.loads(first)["changes"]
    assert _heavy(modules) == set()


@pytest.mark.parametrize(
    "words", ["why libcurl git", "tree git", "tree git --invert", "rdeps zlib", "show git", "export git --format dot"]
)
def test_networkx_is_only_imported_to_compute_on_graphs(tmp_path: Path, words: str) -> None:
    _, modules = _ask([*words.split(), "--sample", "--cache-dir", str(tmp_path / "cache")])
    assert "networkx" not in modules


def test_a_check_of_packages_imports_nothing_that_reads_a_dockerfile_or_licences(tmp_path: Path) -> None:
    _, modules = _ask(["check", "bash", "--max-installed", "9GB", "--sample", "--cache-dir", str(tmp_path / "cache")])
    heavy = {
        "tree_sitter",
        "license_expression",
        "networkx",
        "fractions",
        "apkgraph.dockerfile",
        "apkgraph.image.image",
    }
    assert heavy.isdisjoint(modules)


def test_the_screen_opens_without_what_reads_dockerfiles_judges_or_computes_on_graphs() -> None:
    words = "import sys, apkgraph.tui.run; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, timeout=120, check=True)
    late = ("apkgraph.audit", "apkgraph.dockerfile", "apkgraph.image", "apkgraph.explorer", "networkx", "requests")
    assert not [name for name in run.stdout.split() if name.startswith(late)]


def test_a_warm_dockerfile_opens_no_archives(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM alpine:3.18\nRUN apk add --no-cache git\n")
    words = ["dockerfile", str(tmp_path / "Dockerfile"), "--json", "--sample", "--cache-dir", str(tmp_path / "cache")]
    _ask(words)
    _, modules = _ask(words)
    assert {"diskcache", "requests", "networkx", "difflib", "apkgraph.mirror.fetch"}.isdisjoint(modules)


def test_a_warm_question_to_the_real_indexes_imports_nothing_heavy(tmp_path: Path, shared: Path) -> None:
    universe = ["--mirror", str(shared / "mirror/alpine"), "--release", "v3.18", "--arch", "x86_64"]
    words = [*universe, "cost", "git", "--json", "--cache-dir", str(tmp_path / "cache")]
    first, _ = _ask(words)
    second, modules = _ask(words)
    assert json.loads(second)["changes"] == json.loads(first)["changes"]
    assert _heavy(modules) == set()


@pytest.mark.parametrize(
    ("words", "most"),
    [
        (["cost", "git", "--json"], 126),
        (["cost", "git"], 128),
        (["simulate", "--base", "docker", "--", "add", "git"], 168),
    ],
)
def test_how_many_modules_a_warm_question_imports(tmp_path: Path, words: list[str], most: int) -> None:
    words = ["--sample", "--cache-dir", str(tmp_path / "cache"), *words]
    _ask(words)
    _, modules = _ask(words)
    assert len(modules) <= most


def test_a_warm_cost_as_text_imports_nothing_heavy(tmp_path: Path) -> None:
    words = ["cost", "git", "busybox", "--sample", "--cache-dir", str(tmp_path / "cache")]
    _ask(words)
    text, modules = _ask(words)
    assert "already in the base: busybox" in text
    assert _heavy(modules) == set()


def test_importing_apkgraph_imports_nothing_else() -> None:
    code = "import sys; before = set(sys.modules); import apkgraph; print(*sorted(set(sys.modules) - before))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert set(run.stdout.split()) <= {"__future__", "apkgraph"}


def test_the_public_api_is_there() -> None:
    import apkgraph

    assert set(apkgraph.__all__) == set(dir(apkgraph))
    for name in apkgraph.__all__:
        assert getattr(apkgraph, name) is not None
    assert issubclass(apkgraph.SignatureError, apkgraph.TrustError)
    assert not hasattr(apkgraph, "nothing_of_that_name")


def test_the_sample_answers_through_the_public_api(tmp_path: Path) -> None:
    import apkgraph

    cost = apkgraph.open(sample=True, cache_dir=str(tmp_path)).cost(["git"])
    assert isinstance(cost, apkgraph.Cost)
    assert cost.satisfied
    assert cost.changes[-1].package.name == "git"
