"""Whom ~/.netrc's passwords are sent to: the host that the user named, and nobody else."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from apkgraph import limits
from apkgraph.mirror.fetch import Bounds, fetch

NETRC = """machine localhost login named password first
machine 127.0.0.1 login other password second
machine default login wrong password third
default login anyone password fourth
"""
BOUNDS = Bounds(10, 1 << 20)


def basic(user: str, password: str) -> str:
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


@pytest.fixture
def seen(httpserver: HTTPServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """The Authorization header of each request; /away leads to another host of the same server, /near to the same."""
    (tmp_path / "netrc").write_text(NETRC)
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    found: list[str | None] = []

    def answer(request: Request) -> Response:
        found.append(request.headers.get("Authorization"))
        places = {"/away": f"http://127.0.0.1:{httpserver.port}/file", "/near": "/file"}
        if request.path in places:
            return Response(status=302, headers={"Location": places[request.path]})
        return Response(b"data")

    for path in ("/file", "/away", "/near"):
        httpserver.expect_request(path).respond_with_handler(answer)
    return found


def test_the_named_host_gets_its_password(httpserver: HTTPServer, seen: list[str | None]) -> None:
    fetch(f"http://localhost:{httpserver.port}/near", BOUNDS)
    assert seen == [basic("named", "first")] * 2


def test_a_redirect_to_another_origin_gets_none(httpserver: HTTPServer, seen: list[str | None]) -> None:
    fetch(f"http://localhost:{httpserver.port}/away", BOUNDS)
    assert seen == [basic("named", "first"), None]


def test_a_url_s_own_password_goes_before_and_no_further(httpserver: HTTPServer, seen: list[str | None]) -> None:
    fetch(f"http://me:s%40cret@localhost:{httpserver.port}/away", BOUNDS)
    assert seen == [basic("me", "s@cret"), None]


def test_the_default_of_netrc_goes_nowhere(httpserver: HTTPServer, seen: list[str | None], tmp_path: Path) -> None:
    (tmp_path / "netrc").write_text("default login anyone password fourth\n")
    fetch(f"http://localhost:{httpserver.port}/file", BOUNDS)
    (tmp_path / "netrc").write_text("machine \n")
    fetch(f"http://localhost:{httpserver.port}/file", BOUNDS)
    assert seen == [None, None]


@pytest.mark.parametrize("length", [limits.VALIDATOR_CHARACTERS, limits.VALIDATOR_CHARACTERS + 1])
def test_a_validator_that_is_too_long_is_not_kept(httpserver: HTTPServer, length: int) -> None:
    httpserver.expect_request("/file").respond_with_data(b"data", headers={"ETag": "e" * length})
    found = fetch(httpserver.url_for("/file"), BOUNDS).validators.etag
    assert found == ("e" * length if length == limits.VALIDATOR_CHARACTERS else "")
