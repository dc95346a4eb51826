"""Which apk resolves: by the setting, or by the apk-tools among packages."""

from __future__ import annotations

import pytest

from apkgraph.model.package import APK_2, APK_3, AUTO, Package, flavour_of
from apkgraph.validators import APK_FLAVOURS


@pytest.mark.parametrize(
    ("setting", "version", "flavour"),
    [
        ("auto", "2.14.4-r1", "2.14"),
        ("auto", "2.10.8-r1", "2.14"),
        ("auto", "3.0.1-r0", "3"),
        ("auto", "10.1-r0", "3"),
        ("auto", "unheard of", "3"),
        ("3", "2.14.4-r1", "3"),
        ("2.14", "3.0.1-r0", "2.14"),
    ],
)
def test_flavours(setting: str, version: str, flavour: str) -> None:
    assert flavour_of(setting, [Package("busybox", "2"), Package("apk-tools", version)]) == flavour


def test_without_apk_tools_it_is_apk_3() -> None:
    assert flavour_of("auto", [Package("busybox", "2")]) == "3"
    assert flavour_of("auto", []) == "3"


def test_the_setting_has_the_same_flavours() -> None:
    assert (AUTO, APK_3, APK_2) == APK_FLAVOURS
