"""A request with a tag that no repository has: refused, as apk refuses it, and told what to do."""

from __future__ import annotations

import pytest

from apkgraph import host
from apkgraph.cli.main import main

REPOSITORY = f"@edge {host.sample_mirror()}/v3.18/community"


def test_an_unknown_tag_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--sample", "cost", "git@edge"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "apkgraph: error: git@edge: no repository has the tag @edge; add one with -X '@edge URL'\n"


def test_a_known_one_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    where = ["--mirror", host.sample_mirror(), "--keys-dir", host.sample_keys(), "--arch", "x86_64"]
    status = main([*where, "--release", "v3.18", "-X", REPOSITORY, "cost", "git@edge"])
    assert (status, capsys.readouterr().err) == (0, "")
