"""Licences by SPDX expressions, and texts that are none."""

from __future__ import annotations

from contextlib import suppress
from unittest.mock import Mock

import pytest
from hypothesis import given
from hypothesis import strategies as st
from license_expression import get_spdx_licensing

from apkgraph.audit import licenses
from apkgraph.audit.licenses import allowed_licenses, is_allowed
from apkgraph.errors import UsageError

ALLOWED = allowed_licenses(["MIT OR BSD-3-Clause", "GPL-2.0-only WITH Classpath-exception-2.0"])
PIECES = ["MIT", "AND", "OR", "WITH", "(", ")", "(" * 400, "+", "/", ":", "'", "\0", "é", " ", "custom", "7"]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("MIT", True),
        ("mit", True),
        ("MIT AND GPL-3.0-only", False),
        ("MIT OR GPL-3.0-only", True),
        ("MIT AND (BSD-3-Clause OR GPL-3.0-only)", True),
        ("custom", False),
        ("", False),
        ("(" * 900 + "MIT" + ")" * 900, True),
        ("(" * 1000 + "MIT" + ")" * 1000, False),
        ("MIT OR " * 400 + "MIT", False),
        (" ()MIT+MIT(AND", False),
        (": and ( AND custom", False),
    ],
    ids=lambda value: str(value)[:40],
)
def test_by_expression(text: str, answer: bool) -> None:
    assert is_allowed(text, ALLOWED) is answer


@given(st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join) | st.text(max_size=40))
def test_no_text_ends_in_anything_but_an_answer(text: str) -> None:
    assert is_allowed(text, ALLOWED) in (True, False)
    with suppress(UsageError):
        assert all(name == name.lower() for name in allowed_licenses([text]))


def test_the_list_of_spdx_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read = Mock(wraps=get_spdx_licensing)
    monkeypatch.setattr(licenses, "get_spdx_licensing", read)
    assert allowed_licenses(["MIT OR " * 200 + "ISC", "MIT AND Zlib"]) == {"mit", "isc", "zlib"}
    assert read.call_count == 1
