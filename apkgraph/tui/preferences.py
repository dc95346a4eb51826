"""The `[tui]` table of the config file, and what was last chosen on the screen. What is wrong becomes a notice."""

from __future__ import annotations

import json
import os
import tempfile
import tomllib
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from apkgraph.errors import UsageError
from apkgraph.model.size import parse_size
from apkgraph.tui.keys import KEYS
from apkgraph.tui.state.record import COLUMNS, GROUPINGS, Budget, Sort

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apkgraph.model.size import Measure
    from apkgraph.tui.state.record import Column, Grouping, State

_LARGEST = 1 << 20


class Preferences(NamedTuple):
    """The preferences, and a notice for each invalid one."""

    theme: str = ""
    keys: Mapping[str, str] = {}
    notices: tuple[str, ...] = ()
    budget: Budget | None = None


def read_preferences(path: str) -> Preferences:
    """`theme = "nord"` and `[tui.keys]` with `add = "a,plus"`; a file that is not there prefers nothing."""
    try:
        with open(path, "rb") as file:
            table = tomllib.loads(file.read(_LARGEST).decode()).get("tui", {})
    except FileNotFoundError:
        return Preferences()
    except (OSError, ValueError, RecursionError) as error:
        return Preferences(notices=(f"{path}: cannot be read ({error}); continuing with the defaults",))
    if not isinstance(table, dict):
        return Preferences(notices=(f"{path}: tui should be a table; continuing with the defaults",))
    notices: list[str] = []
    theme = table.get("theme", "")
    if not isinstance(theme, str):
        notices.append(f"{path}: tui.theme should be a name of a theme")
        theme = ""
    budget = _budget(table, path, notices)
    written = table.get("keys", {})
    known = {binding.id for binding in KEYS if binding.id is not None}
    keys: dict[str, str] = {}
    for name, pressed in written.items() if isinstance(written, dict) else ():
        if name in known and isinstance(pressed, str) and all(key.strip() for key in pressed.split(",")):
            keys[name] = pressed
        else:
            there = ", ".join(sorted(known))
            notices.append(f"{path}: tui.keys.{name} is not understood; there are {there}")
    return Preferences(theme, keys, tuple(notices), budget)


def _budget(table: Mapping[str, object], path: str, notices: list[str]) -> Budget | None:
    found: list[Budget] = []
    for name, measure in (("max_installed", "installed"), ("max_download", "download")):
        if name in table:
            try:
                found.append(Budget(parse_size(str(table[name])), cast("Measure", measure)))
            except UsageError as error:
                notices.append(f"{path}: tui.{name}: {error}")
    if len(found) > 1:
        notices.append(f"{path}: tui.max_installed and tui.max_download: there is one budget; the first holds")
    return found[0] if found else None


class SavedView(NamedTuple):
    """How the screen looked when it was left. `over` is the config's theme then: once that changes, it holds."""

    theme: str = ""
    over: str = ""
    measure: Measure = "installed"
    grouping: Grouping = "request"
    sort: Sort = Sort("added", descending=True)
    show_base: bool = True

    def applied_to(self, state: State) -> State:
        """A state that looks like that."""
        return replace(state, measure=self.measure, grouping=self.grouping, sort=self.sort, show_base=self.show_base)

    @classmethod
    def of(cls, state: State, theme: str, over: str) -> SavedView:
        """How a state looks; a grouping that only some sets have is not kept."""
        grouping = state.grouping if state.grouping in GROUPINGS else "request"
        return cls(theme, over, state.measure, grouping, state.sort, state.show_base)


def read_view(path: str) -> SavedView:
    """What was kept; the defaults for each value that is not there or means nothing."""
    try:
        with open(path, "rb") as file:
            found: Any = json.loads(file.read(_LARGEST))
            column, descending = found["sort"]
            return SavedView(
                theme=found["theme"] if isinstance(found["theme"], str) else "",
                over=found["over"] if isinstance(found["over"], str) else "",
                measure="download" if found["measure"] == "download" else "installed",
                grouping=found["grouping"] if found["grouping"] in GROUPINGS else "request",
                sort=Sort(cast("Column", column), bool(descending)) if column in COLUMNS else SavedView().sort,
                show_base=bool(found["show_base"]),
            )
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return SavedView()


def save_view(path: str, view: SavedView) -> None:
    """Write it whole or not at all; where it cannot be written, nothing is kept."""
    with suppress(OSError):
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=os.path.dirname(path), prefix=".tui-")
        try:
            with open(handle, "w", encoding="utf-8") as file:
                json.dump(view._asdict(), file)
            os.replace(temporary, path)
        except OSError:
            with suppress(OSError):
                os.unlink(temporary)
