"""Images of other distributions in FROM: each chooses its profile, or is said not to be known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from apkgraph.audit.dockerfile import DockerfileAudit, audit_dockerfile
from apkgraph.audit.universes import Universes
from apkgraph.dockerfile.build import read_build
from apkgraph.dockerfile.parse import parse_dockerfile
from apkgraph.errors import UsageError
from apkgraph.explorer import Explorer
from apkgraph.report.audit.dockerfile import report
from apkgraph.report.blocks import render
from apkgraph.report.documents.audits import dockerfile_document
from apkgraph.settings import resolve
from tests import schemas
from tests.audit.conftest import TODAY, Audit

IMAGE = "cgr.dev/chainguard/chainguard-base"


def audited(text: str, tmp_path: Path, **flags: object) -> tuple[DockerfileAudit, Universes]:
    settings = resolve({"cache_dir": str(tmp_path / "cache"), **flags}, {"HOME": str(tmp_path)})
    universes = Universes(settings, Explorer)
    build = read_build(parse_dockerfile(text), arch=settings.arch, build_arch="x86_64")
    return audit_dockerfile(build, universes, today=TODAY), universes


@pytest.mark.parametrize(
    ("image", "address"),
    [
        ("cgr.dev/chainguard/chainguard-base", "https://apk.cgr.dev/chainguard"),
        ("cgr.dev/chainguard/wolfi-base:latest", "https://packages.wolfi.dev/os"),
        ("chimeralinux/chimera", "https://repo.chimera-linux.org/current/main"),
        ("docker.io/chimeralinux/chimera", "https://repo.chimera-linux.org/current/main"),
    ],
)
def test_an_index_that_cannot_be_had_is_said(image: str, address: str, tmp_path: Path) -> None:
    audit, universes = audited(f"FROM {image}\nRUN apk add --no-cache bash\n", tmp_path, offline=True, arch="x86_64")
    (doubt,) = audit.claim.doubts
    assert (audit.claim.certainty.value, doubt.line, audit.claim.least.image) == ("unknown", 1, 0)
    assert doubt.reason.startswith(f"what {image} holds cannot be read: {address}")
    document: Any = dockerfile_document(audit, universes)
    assert schemas.errors(document) == []
    assert document["stages"][0]["distro"] is None


def test_what_holds_more_than_its_base_is_not_known(tmp_path: Path) -> None:
    for image in ("openwrt/rootfs:x86-64-23.05.3", "cgr.dev/chainguard/python"):
        audit, _ = audited(f"FROM {image}\n", tmp_path, offline=True)
        assert [doubt.reason for doubt in audit.claim.doubts] == [f"what {image} holds is not known"]
        assert audit.claim.certainty.value == "unknown"


def test_the_sample_is_of_one_distribution(audit_of_sample: Audit) -> None:
    audit = audit_of_sample("FROM cgr.dev/chainguard/wolfi-base AS w\nFROM alpine:3.18\nCOPY --from=w / /\n")
    assert audit.claim.certainty.value == "unknown"
    assert "--sample chose" in audit.claim.doubts[0].reason


def test_a_distribution_that_was_chosen_is_no_other_one(tmp_path: Path) -> None:
    text = "FROM alpine:3.18\nRUN apk add bash\n"
    with pytest.raises(UsageError, match="--distro chose Chimera, but this is of Alpine"):
        audited(text + "FROM chimeralinux/chimera\n", tmp_path, offline=True, distro="chimera")


def test_chainguard_as_its_index_has_it(shared: Path, tmp_path: Path) -> None:
    mirror = tmp_path / "mirror"
    (mirror / "chainguard").mkdir(parents=True)
    index = shared / "indexes/chainguard/x86_64/APKINDEX.tar.gz"
    (mirror / "chainguard/aarch64").mkdir()
    (mirror / "chainguard/aarch64/APKINDEX.tar.gz").write_bytes(index.read_bytes())
    text = f"FROM {IMAGE}\nRUN apk add --no-cache zlib\n"
    audit, universes = audited(text, tmp_path, mirror=str(mirror), arch="aarch64")
    (doubt,) = audit.claim.doubts  # the base is the profile's, and no image of it was compared
    assert doubt.reason == f"{IMAGE} is taken to hold wolfi-base and nothing else: no image was compared"
    assert audit.claim.certainty.value == "at least"
    names = {package.name for package in audit.final.end.packages}
    assert {"wolfi-base", "busybox", "zlib"} <= names
    assert "musl" not in names
    document: Any = dockerfile_document(audit, universes)
    assert document["stages"][0]["distro"] == document["stages"][0]["universe"]["distro"] == "chainguard"
    assert "Chainguard current aarch64" in render(report(audit))
