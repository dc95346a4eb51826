"""Limits at and beyond their exact values, and what would help."""

from __future__ import annotations

from fractions import Fraction

import pytest

from apkgraph.audit.budget import Limits, Remediation, Subject, Violation, remediations_for, violations
from apkgraph.audit.licenses import allowed_licenses, is_allowed
from apkgraph.audit.limits import read_limits
from apkgraph.errors import UsageError
from apkgraph.model.package import Package
from apkgraph.model.size import Amount, Size

HELD = (
    Package("musl", "1", installed_size=600, license="MIT"),
    Package("perl", "5", installed_size=400, license="Artistic-Perl OR GPL-1.0-or-later"),
)
CURES = (Remediation("leave out perl", 400, ("perl",)), Remediation("leave out musl", 100, ("musl",)))
TOGETHER = Remediation("leave out both", 1000, ("musl", "perl"))
SUBJECT = Subject(
    "packages", "perl", Amount(2, Size(1000, 500)), Amount(1, Size(400, 200)), HELD, HELD[1:], CURES, TOGETHER
)


def broken(limits: Limits, before: int | None = None) -> list[tuple[str, int]]:
    return [(violation.limit, violation.over) for violation in violations(SUBJECT, limits, before)]


@pytest.mark.parametrize(
    ("limits", "found"),
    [
        (Limits(max_installed=1000), []),
        (Limits(max_installed=999), [("max-installed", 1)]),
        (Limits(max_download=500), []),
        (Limits(max_download=499), [("max-download", 1)]),
        (Limits(max_packages=2), []),
        (Limits(max_packages=1), [("max-packages", 1)]),
        (Limits(of="cost", max_installed=400, max_packages=1), []),
        (Limits(of="cost", max_installed=399), [("max-installed", 1)]),
        (Limits(forbid=("perl",)), [("forbid", 1)]),
        (Limits(forbid=("p*", "git")), [("forbid", 1)]),
        (Limits(forbid=("per",)), []),
        (Limits(of="cost", forbid=("musl",)), []),
        (Limits(allowed_licenses=frozenset(["mit", "gpl-1.0-or-later"])), []),
        (Limits(allowed_licenses=frozenset(["mit"])), [("allow-license", 1)]),
    ],
)
def test_a_limit_is_met_at_its_exact_value(limits: Limits, found: list[tuple[str, int]]) -> None:
    assert broken(limits) == found


@pytest.mark.parametrize(
    ("before", "percent", "floor", "found"),
    [
        (1000, "5%", 0, []),
        (952, "5%", 0, [("max-growth", 1)]),  # 47.6 are allowed
        (953, "5%", 0, []),
        (500, "5%", 500, []),
        (499, "5%", 500, [("max-growth", 1)]),
        (0, "5%", 1000, []),
        (2000, "0%", 0, []),
    ],
)
def test_growth_has_a_ratio_and_a_floor(before: int, percent: str, floor: int, found: list[tuple[str, int]]) -> None:
    limits = read_limits({"max-growth": percent, "growth-floor": str(floor)})
    assert broken(limits, before) == found


def test_limits_are_read_over_others() -> None:
    under = read_limits({"max-installed": "40MiB", "forbid": ["a"], "of": "cost", "max-packages": 9})
    limits = read_limits({"max-installed": "1kB", "max-growth": "2.5"}, under)
    assert (limits.max_installed, limits.forbid, limits.of, limits.max_packages) == (1000, ("a",), "cost", 9)
    assert limits.max_growth == Fraction(25, 1000)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("max-installed", "much"),
        ("max-packages", "-1"),
        ("max-packages", "1.5"),
        ("max-growth", "five"),
        ("max-growth", "-5%"),
        ("of", "sum"),
        ("forbid", 5),
        ("allow-license", "MIT AND ("),
    ],
)
def test_what_means_nothing_is_refused(name: str, value: object) -> None:
    with pytest.raises(UsageError, match=name):
        read_limits({name: value})


@pytest.mark.parametrize(
    ("violation", "texts"),
    [
        (Violation("max-installed", "", 300), ["leave out perl"]),
        (Violation("max-installed", "", 450), ["leave out perl", "leave out musl"]),
        (Violation("max-installed", "", 900), ["leave out both"]),
        (Violation("max-installed", "", 9000), ["leave out perl", "leave out musl"]),
        (Violation("max-packages", "", 1), ["leave out perl"]),
        (Violation("forbid", "", 1, ("perl",)), ["leave out perl"]),
        (Violation("forbid", "", 2, ("perl", "musl")), ["leave out both"]),
        (Violation("forbid", "", 1, ("other",)), []),
    ],
)
def test_what_would_help(violation: Violation, texts: list[str]) -> None:
    assert [remediation.text for remediation in remediations_for(SUBJECT, violation)] == texts


@pytest.mark.parametrize(
    ("license_", "allowed"),
    [
        ("MIT", True),
        ("mit", True),
        ("MIT AND GPL-2.0-only", True),
        ("MIT AND Zlib", False),
        ("MIT OR Zlib", True),
        ("(MIT OR Zlib) AND (Zlib OR GPL-2.0-only)", True),
        ("GPL-2.0-only WITH Classpath-exception-2.0", True),
        ("GPL-2.0-or-later", False),
        ("MIT BSD", False),
        ("custom", True),
        ("MIT AND (", False),
        ("", False),
        ("(" * 3000, False),
    ],
)
def test_licences(license_: str, allowed: bool) -> None:
    assert is_allowed(license_, allowed_licenses(["MIT OR GPL-2.0-only", "custom"])) is allowed
