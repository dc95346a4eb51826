"""The sample: it closes over itself, says nothing but facts in words of its own, and is signed."""

from __future__ import annotations

import gzip
import importlib.util
import io
import json
import tarfile
import tomllib
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from apkgraph import host

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType


@pytest.fixture(scope="module")
def tool(checkout: Path) -> ModuleType:
    """data/build_sample.py as a module."""
    spec = importlib.util.spec_from_file_location("build_sample", checkout / "data" / "build_sample.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _index(tool: ModuleType, repository: str) -> Path:
    path: Path = tool.HERE / "sample" / tool.location(repository)
    return path


def test_it_holds_what_the_list_names(tool: ModuleType, checkout: Path) -> None:
    wanted = tomllib.loads((checkout / "data" / "sample.toml").read_text())
    for repository, words in wanted.items():
        stanzas = tool.read_index(_index(tool, repository))
        assert {stanza["P"]: stanza["T"] for stanza in stanzas} == words


def test_it_closes_over_its_own_dependencies(tool: ModuleType) -> None:
    stanzas = tool.read_index(_index(tool, "main")) + tool.read_index(_index(tool, "community"))
    assert tool.check(stanzas, stanzas) == []


def test_the_check_sees_what_is_missing(tool: ModuleType) -> None:
    stanzas = tool.read_index(_index(tool, "main"))
    without = [stanza for stanza in stanzas if stanza["P"] not in ("zlib", "git-doc")]
    complaints = tool.check(without, stanzas)
    assert any(line.startswith("git needs so:libz.so.1") for line in complaints)
    assert any(line.startswith("git-doc would come by itself") for line in complaints)


def test_no_url_and_no_maintainer(tool: ModuleType) -> None:
    for repository in ("main", "community"):
        for stanza in tool.read_index(_index(tool, repository)):
            assert not {"U", "m"} & stanza.keys()


def test_the_descriptions_are_our_own(tool: ModuleType, shared: Path) -> None:
    for repository in ("main", "community"):
        real = {stanza["P"]: stanza for stanza in tool.read_index(shared / "mirror/alpine" / tool.location(repository))}
        for stanza in tool.read_index(_index(tool, repository)):
            facts = {field: value for field, value in stanza.items() if field != "T"}
            assert facts.items() <= real[stanza["P"]].items()
            assert stanza["T"] != real[stanza["P"]]["T"]


@pytest.mark.parametrize("repository", ["main", "community"])
def test_it_is_signed_by_the_shipped_key(tool: ModuleType, repository: str) -> None:
    content = _index(tool, repository).read_bytes()
    signed = content[content.index(gzip.compress(b"", mtime=0)[:4], 1) :]
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(content)), ignore_zeros=True) as tar:
        names = tar.getnames()
        signature = tar.extractfile(names[0])
        assert signature is not None
        proof = signature.read()
    assert names == [f".SIGN.RSA256.{tool.KEY}", "DESCRIPTION", "APKINDEX"]
    with open(f"{host.sample_keys()}/{tool.KEY}", "rb") as file:
        key = serialization.load_pem_public_key(file.read())
    assert isinstance(key, rsa.RSAPublicKey)
    key.verify(proof, signed, padding.PKCS1v15(), hashes.SHA256())


def test_only_public_keys_ship() -> None:
    import os

    for directory in (host.keys_directory("alpine"), host.sample_keys()):
        names = os.listdir(directory)
        assert names
        for name in names:
            with open(os.path.join(directory, name)) as file:
                assert file.readline() == "-----BEGIN PUBLIC KEY-----\n"


def test_its_answers_are_the_real_index_s(tool: ModuleType, shared: Path, tmp_path: Path) -> None:
    import apkgraph

    with gzip.open(shared / "conformance/v3.18-x86_64.jsonl.gz", "rt") as lines:
        base = json.loads(next(lines))["world"]
        answers = {answer["name"]: answer for answer in map(json.loads, lines)}
    explorer = apkgraph.open(sample=True, cache_dir=str(tmp_path))
    names = {
        stanza["P"] for repository in ("main", "community") for stanza in tool.read_index(_index(tool, repository))
    }
    asked = sorted(names & answers.keys())
    assert len(asked) > 50
    for name in asked:
        solution = explorer.solve([*base, name])
        assert [str(change.package) for change in solution.changes] == answers[name]["install"], name


def test_its_costs_are_the_real_index_s(shared: Path, tmp_path: Path) -> None:
    import apkgraph

    sample = apkgraph.open(sample=True, cache_dir=str(tmp_path))
    real = apkgraph.open(
        mirror=str(shared / "mirror/alpine"), release="v3.18", arch="x86_64", cache_dir=str(tmp_path / "real")
    )
    requests = [
        *("git", "bash", "curl", "python3", "py3-pip", "nodejs", "npm", "yarn", "npm yarn", "build-base", "nginx"),
        *("openssh", "postgresql15-client", "sqlite", "redis", "gcompat", "docs", "openrc", "git docs", "nginx openrc"),
        *("git bash-completion", "npm docs bash-completion", "alpine-base docs nginx redis", "python3 pyc docs"),
        *("so:libcurl.so.4", "git>2.40", "cmd:node", "!ssl_client", "git !ssl_client", "tini jq wget less tzdata"),
    ]
    for request in requests:
        expected, answer = (
            apkgraph.document(real.cost(request.split())),
            apkgraph.document(sample.cost(request.split())),
        )
        for part in ("base", "satisfied", "changes", "requests", "cost", "total"):
            assert answer[part] == expected[part], f"{part} of {request}"
