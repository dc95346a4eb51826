"""Sizes as people write and read them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apkgraph.errors import UsageError
from apkgraph.model.size import count, format_change, format_share, format_size, parse_size


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("0", 0),
        ("700", 700),
        ("1KiB", 1024),
        ("40MiB", 40 * 1024**2),
        ("1.5 GiB", 3 * 1024**3 // 2),
        ("2GB", 2_000_000_000),
        ("1.5MB", 1_500_000),
        (" 3 kb ", 3000),
        ("0.1KiB", 102),
        ("12 B", 12),
    ],
)
def test_parse(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize(
    "text", ["", " ", "MiB", "-1", "+1", "1,5MiB", "1e3", "1.MiB", ".", "1.2.3", "1XiB", "nan", "٣", "1_000", "9" * 99]
)
def test_what_is_no_size_is_a_usage_error(text: str) -> None:
    with pytest.raises(UsageError, match="invalid size"):
        parse_size(text)


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1.0 KiB"),
        (1024 * 1024 - 1, "1.0 MiB"),
        (11_141_120, "10.6 MiB"),
        (5 * 1024**3, "5.0 GiB"),
        (3 * 1024**5, "3072.0 TiB"),
        (-2048, "-2.0 KiB"),
    ],
)
def test_format(size: int, text: str) -> None:
    assert format_size(size) == text


@given(st.integers(0, 2**60))
def test_a_formatted_size_is_near_the_size(size: int) -> None:
    read = parse_size(format_size(size))
    assert abs(read - size) * 19 <= max(19, size)


@given(st.integers(-(2**50), 2**50))
def test_a_change_carries_its_sign(size: int) -> None:
    assert format_change(size)[0] == ("+" if size > 0 else "-" if size < 0 else "0")


@pytest.mark.parametrize(
    ("part", "whole", "text"), [(0, 10, "0%"), (1, 1000, "<1%"), (5, 10, "50%"), (10, 10, "100%"), (1, 0, "0%")]
)
def test_share(part: int, whole: int, text: str) -> None:
    assert format_share(part, whole) == text


def test_count() -> None:
    assert [count(number, "package") for number in (0, 1, 2, 20069)] == [
        "0 packages",
        "1 package",
        "2 packages",
        "20,069 packages",
    ]
