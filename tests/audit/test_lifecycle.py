"""Ends of life: the table, and what the cached list of releases says over it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from pytest_httpserver import HTTPServer

from apkgraph.audit.findings.end_of_life import END_OF_LIFE, end_of_life, ends_of_life
from apkgraph.mirror.releases import releases
from apkgraph.settings import resolve

LIST = {
    "latest_stable": "v3.30",
    "release_branches": [
        {"rel_branch": "v3.30", "eol_date": "2031-01-01", "arches": ["x86_64"]},
        {"rel_branch": "v3.20", "eol_date": "2026-05-05", "arches": ["x86_64"]},
        {"rel_branch": "v3.31", "eol_date": "2031-13-01", "arches": ["x86_64"]},
    ],
}


def test_what_is_cached_comes_before_the_table_and_nobody_is_asked(tmp_path: Path, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/releases.json").respond_with_data(json.dumps(LIST), content_type="application/json")
    settings = resolve({"releases_url": httpserver.url_for("/releases.json"), "cache_dir": str(tmp_path)}, {}, "/none")
    assert ends_of_life(settings) == END_OF_LIFE
    assert httpserver.log == []
    releases(settings)
    ends = ends_of_life(settings)
    assert len(httpserver.log) == 1
    assert end_of_life("v3.30", ends) == date(2031, 1, 1)
    assert end_of_life("v3.20", ends) == date(2026, 5, 5) != END_OF_LIFE["v3.20"]
    assert end_of_life("v3.18", ends) == END_OF_LIFE["v3.18"]
    assert end_of_life("v3.31", ends) is None


def test_what_is_older_than_the_table_is_over() -> None:
    assert end_of_life("v2.7", END_OF_LIFE) == END_OF_LIFE["v3.0"]
    assert end_of_life("edge", END_OF_LIFE) is None
