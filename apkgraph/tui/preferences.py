"""The `[tui]` table of the config file: the theme and the keys. What is wrong in it becomes a notice."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, NamedTuple

from apkgraph.tui.keys import KEYS

if TYPE_CHECKING:
    from collections.abc import Mapping

_LARGEST = 1 << 20


class Preferences(NamedTuple):
    """What was asked for, and what could not be made sense of."""

    theme: str = ""
    keys: Mapping[str, str] = {}
    notices: tuple[str, ...] = ()


def read_preferences(path: str) -> Preferences:
    """`theme = "nord"` and `[tui.keys]` with `add = "a,plus"`; a file that is not there prefers nothing."""
    try:
        with open(path, "rb") as file:
            table = tomllib.loads(file.read(_LARGEST).decode()).get("tui", {})
    except FileNotFoundError:
        return Preferences()
    except (OSError, ValueError, RecursionError) as error:
        return Preferences(notices=(f"{path}: cannot be read ({error}); going on with the defaults",))
    if not isinstance(table, dict):
        return Preferences(notices=(f"{path}: tui should be a table; going on with the defaults",))
    notices: list[str] = []
    theme = table.get("theme", "")
    if not isinstance(theme, str):
        notices.append(f"{path}: tui.theme should be a name of a theme")
        theme = ""
    written = table.get("keys", {})
    known = {binding.id for binding in KEYS if binding.id is not None}
    keys: dict[str, str] = {}
    for name, pressed in written.items() if isinstance(written, dict) else ():
        if name in known and isinstance(pressed, str) and all(key.strip() for key in pressed.split(",")):
            keys[name] = pressed
        else:
            there = ", ".join(sorted(known))
            notices.append(f"{path}: tui.keys.{name} is not understood; there are {there}")
    return Preferences(theme, keys, tuple(notices))
