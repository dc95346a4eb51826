"""Commands run in this process: from their words to the exit status and what they print."""

from __future__ import annotations

import json
from typing import Any

import pytest

from apkgraph.cli.main import main
from tests import schemas

Capture = pytest.CaptureFixture[str]


def run(capsys: Capture, *words: str) -> tuple[int, str, str]:
    """The exit status, what went to stdout, what went to stderr."""
    status = main(list(words))
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def document(capsys: Capture, *words: str, status: int = 0) -> dict[str, Any]:
    """The JSON that a command prints, held against its schema; nothing goes to stderr."""
    code, out, err = run(capsys, *words, "--json")
    assert (code, err) == (status, "")
    found: dict[str, Any] = json.loads(out)
    assert schemas.errors(found) == []
    return found
