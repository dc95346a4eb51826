"""The help: every key that works at this moment, from the live bindings themselves."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from rich.text import Text
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from apkgraph.tui.keys import KEYS
from apkgraph.tui.theme import palette

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from textual.app import App, ComposeResult
    from textual.binding import ActiveBinding

    from apkgraph.tui.theme import Palette


class Entry(NamedTuple):
    """An action with all of its keys."""

    where: str
    keys: str
    title: str
    text: str


HELP_WIDTH: Final = 88
KEYS_WIDE: Final = 14
TITLE_WIDE: Final = 16
TEXT_AT_LEAST: Final = 24
BORDERS: Final = 6
FIGURES: Final = (
    ("own", "what the package itself takes"),
    ("frees", "what removing it frees: itself, and what only it needs"),
    ("needs", "itself and everything it needs, shared or not"),
    ("share", "its part of the cost; the shares of all requests add up to it"),
)
SIGNS: Final = (
    ("●  ○", "a request that is on, or off"),
    ("•  ◦  -", "a package; one that its install_if added; a removed one"),
    ("▸  ▾", "folded; unfolded"),
    ("~", "by the graph; the exact size is being computed"),
    ("+  -  ▲  ▼  ~", "added, removed, larger, smaller, another version than in the pinned set"),
)


def entries(app: App[object], active: Iterable[ActiveBinding]) -> list[Entry]:
    """One entry an action, in the order of the bindings; those of the focused widget last."""
    found: dict[tuple[str, str], list[Binding]] = {}
    for one in active:
        if one.binding.description and not one.binding.system and one.binding.id:
            here = one.node is app or one.node is app.screen
            where = "Everywhere" if here else f"In the {(one.node.id or 'list')}"
            found.setdefault((where, one.binding.action), []).append(one.binding)
    told = [
        Entry(where, "  ".join(app.get_key_display(one) for one in some), some[0].description, some[0].tooltip)
        for (where, _), some in found.items()
    ]
    order = [binding.description for binding in KEYS]
    return sorted(told, key=lambda one: (one.where != "Everywhere", one.title not in order, _place(order, one.title)))


def _place(order: list[str], title: str) -> int:
    return order.index(title) if title in order else 0


class HelpScreen(ModalScreen[None]):
    """A page of keys and signs."""

    BINDINGS: ClassVar = [Binding("escape,question_mark,q,enter", "dismiss(None)", "Close", id="help.close")]

    def __init__(self, told: list[Entry], pane: str, caps: list[tuple[str, str]]) -> None:
        """`caps` are the keys of the focused pane that do something now, each with its title."""
        super().__init__()
        self.told = told
        self._pane, self._caps = pane, caps

    def compose(self) -> ComposeResult:
        """The box."""
        with VerticalScroll(id="help-box") as box:
            box.border_title = "Help"
            box.border_subtitle = "Esc closes"
            yield Static(self._text(), id="help-text", markup=False)

    def _text(self) -> Text:
        colors = palette(self.app.theme_variables, dark=self.app.current_theme.dark)
        wide = min(HELP_WIDTH, self.app.size.width) - BORDERS
        text = Text()
        _glossary(text, "Figures", FIGURES, wide, colors)
        text.append(f"\nKeys in the {self._pane}\n", colors.accent)
        for line in caps(self._caps, wide, colors):
            text.append_text(line)
        text.append("\n")
        where, beside = "", wide >= KEYS_WIDE + TITLE_WIDE + TEXT_AT_LEAST
        room = wide - (KEYS_WIDE + TITLE_WIDE if beside else 4)
        for entry in self.told:
            if entry.where != where:
                text.append(("\n" if where else "") + entry.where + "\n", colors.accent)
                where = entry.where
            text.append(f"  {entry.keys:<{KEYS_WIDE - 3}} ", colors.link)
            text.append(f"{entry.title:<{TITLE_WIDE - 1}} ", colors.strong)
            gap = "\n" + " " * (KEYS_WIDE + TITLE_WIDE if beside else 4)
            lines = wrap(entry.text, max(8, room))
            text.append(("" if beside or not lines else gap) + gap.join(lines) + "\n", colors.faint)
        text.append("\n")
        _glossary(text, "Signs", SIGNS, wide, colors)
        text.append("\nEnter walks on in the details, or opens a group. Ctrl+P finds every command. ", colors.faint)
        text.append("Keys and theme: [tui] in config.toml.", colors.faint)
        return text


def _glossary(text: Text, title: str, entries: Iterable[tuple[str, str]], width: int, colors: Palette) -> None:
    """Names or signs, each with its meaning beside it."""
    text.append(f"{title}\n", colors.accent)
    for name, meaning in entries:
        text.append(f"  {name:<{KEYS_WIDE - 2}}", colors.link)
        text.append(("\n" + " " * KEYS_WIDE).join(wrap(meaning, max(8, width - KEYS_WIDE))) + "\n", colors.faint)


def caps(keys: list[tuple[str, str]], width: int, colors: Palette) -> Iterator[Text]:
    """A picture of keys, each with its title below it: rows of two lines."""
    column = max((len(title) for _, title in keys), default=0) + 2
    a_row = max(1, (width - 2) // column)
    for start in range(0, len(keys), a_row):
        row = keys[start : start + a_row]
        line = Text("  ")
        for key, _ in row:
            cap = f" {key} "
            line.append(cap, colors.cap)
            line.append(" " * max(1, column - len(cap)))
        yield line.append("\n  ")
        titles = "".join(title.ljust(column) for _, title in row).rstrip()
        yield Text(titles + ("\n\n" if start + a_row < len(keys) else "\n"), colors.faint)
