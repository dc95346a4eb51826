"""`json` is the naive twin: what is written and read here is what it writes and reads."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apkgraph.json_text import decode, encode, indented

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(st.characters(codec=None))
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(st.text(st.characters(codec=None)), inner)
    ),
)


@given(VALUES)
def test_values_are_written_as_json_writes_them(value: object) -> None:
    assert encode(value) == json.dumps(value, separators=(",", ":"))
    assert indented(value) == json.dumps(value, indent=2)


@given(VALUES)
def test_values_are_read_as_json_reads_them(value: object) -> None:
    for text in (json.dumps(value), json.dumps(value, indent=1), json.dumps(value, ensure_ascii=False)):
        assert decode(text) == json.loads(text)


@given(st.text('[]{},:"\\ 0aeE+-.nulltruefalseNaN'))
def test_no_other_text_is_read(text: str) -> None:
    try:
        expected = json.loads(text)
    except ValueError:
        with pytest.raises(ValueError):  # noqa: PT011 # any
            decode(text)
    else:
        assert repr(decode(text.strip(" "))) == repr(expected)


@pytest.mark.parametrize("text", ["", " 1", "1 ", "1 2", "[1", '{"a" 1}', "[" * 100_000])
def test_what_is_no_json_raises(text: str) -> None:
    with pytest.raises((ValueError, RecursionError)):
        decode(text)


@pytest.mark.parametrize("value", [object(), [b"bytes"], {"a": {1}}])
def test_what_json_has_no_word_for_raises(value: object) -> None:
    with pytest.raises(TypeError, match="is not JSON serializable"):
        indented(value)


def test_a_document_may_be_as_deep_as_for_json() -> None:
    deep: list[object] = []
    for _ in range(700):
        deep = [deep]
    assert indented(deep) == json.dumps(deep, indent=2)
