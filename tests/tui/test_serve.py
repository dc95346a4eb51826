"""The app in a browser: where it listens, and whom it serves."""

from __future__ import annotations

import sys

import pytest

from apkgraph.cli.main import main
from apkgraph.errors import UsageError
from apkgraph.tui.serve import INSTALL, address, is_foreign, page, without_serve


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ("localhost", 8000)),
        ("9000", ("localhost", 9000)),
        ("192.0.2.1:80", ("192.0.2.1", 80)),
        ("[::1]:8001", ("::1", 8001)),
        ("box.example", ("box.example", 8000)),
    ],
)
def test_an_address(text: str, expected: tuple[str, int]) -> None:
    assert address(text) == expected


@pytest.mark.parametrize("text", ["localhost:http", "0", "localhost:70000", "http://localhost:80"])
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(UsageError, match="HOST:PORT"):
        address(text)


@pytest.mark.parametrize(
    ("origin", "host", "foreign"),
    [
        (None, "localhost:8000", False),
        ("http://localhost:8000", "localhost:8000", False),
        ("http://evil.example", "localhost:8000", True),
        ("http://evil.example:8000", "evil.example:8000", True),
        (None, "evil.example:8000", True),
    ],
)
def test_only_its_own_pages_are_served(origin: str | None, host: str, *, foreign: bool) -> None:
    assert is_foreign(origin, host, "localhost:8000") is foreign


def test_an_address_for_everybody_is_reached_by_any_name_but_from_its_own_pages_only() -> None:
    assert not is_foreign("http://box:8000", "box:8000", "0.0.0.0:8000")
    assert is_foreign("http://evil.example", "box:8000", "0.0.0.0:8000")


def test_the_page_focuses_the_terminal_loads_nothing_from_elsewhere_and_names_the_host_that_was_asked() -> None:
    served = page(
        """<link
          rel="stylesheet"
          href="https://fonts.example/css"
        /><link href="http://0.0.0.0:9000/static/css/xterm.css" /><body data-url="ws://0.0.0.0:9000/ws"></body>""",
        "0.0.0.0:9000",
        "box:9000",
    )
    assert "https:" not in served
    assert "http://box:9000/static/css/xterm.css" in served
    assert "ws://box:9000/ws" in served
    assert ".xterm-helper-textarea" in served


def test_the_app_behind_a_page_does_not_serve_itself() -> None:
    words = ["--sample", "tui", "--serve", "git", "--serve-at", "9000", "curl", "--serve-at=1"]
    assert without_serve(words) == ["--sample", "tui", "git", "curl"]


def test_without_the_extra_it_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "textual_serve", None)
    monkeypatch.setitem(sys.modules, "aiohttp", None)
    assert main(["tui", "--serve"]) == 2
    assert INSTALL in capsys.readouterr().err
