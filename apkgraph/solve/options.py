"""The options of apk's commands that bear on what is selected."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """One command's options; each is named as apk's own. `now`: the version of an unversioned virtual package."""

    upgrade: bool = False
    latest: bool = False
    available: bool = False
    prune: bool = False
    ignore: bool = False
    virtual: str = ""
    rdepends: bool = False
    depends: bool = False
    xattr: bool = False
    preupgrade_only: bool = False
    self_upgrade: bool = True
    preupgrade_depends: tuple[str, ...] = ()
    force_broken_world: bool = False
    network: bool = True
    now: str = "0"
