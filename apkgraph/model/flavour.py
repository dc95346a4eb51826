"""Which apk resolves: version 3 and version 2 differ in one rule (docs/solver.md, "Flavours")."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from apkgraph.model.package import Package

AUTO, APK_3, APK_2 = "auto", "3", "2.14"  # as validators.APK_FLAVOURS has them


def flavour_of(setting: str, packages: Iterable[Package]) -> str:
    """The flavour that a setting names; `auto` is that of the apk-tools among these packages, 3 where there is none."""
    if setting != AUTO:
        return setting
    version = next((package.version for package in packages if package.name == "apk-tools"), "")
    major = version.partition(".")[0]
    return APK_2 if major.isdecimal() and int(major) < 3 else APK_3
