"""What one sees, as text to take away: each format a pure function of a state (and the JSON contract)."""

from __future__ import annotations

import json
import re
from shlex import quote
from typing import TYPE_CHECKING, Final, NamedTuple

from apkgraph.errors import InputError
from apkgraph.model.size import count, format_change, format_size
from apkgraph.report.text import clean
from apkgraph.tui.state.lines import lines

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from apkgraph.tui.figures import Figures, Row
    from apkgraph.tui.state.record import State

    Document = Mapping[str, object]


class Format(NamedTuple):
    """A format: what it is called, the file it goes to by default, and how it is made."""

    key: str
    title: str
    file_name: str
    make: Callable[[State, Document], str]


def to_json(_state: State, document: Document) -> str:
    """The contract of `apkgraph cost --json`."""
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def to_world(state: State, _document: Document) -> str:
    """A world file: the requests that are on, a line each."""
    return "".join(f"{token}\n" for token in state.wanted.tokens)


def to_apk_add(state: State, _document: Document) -> str:
    """A line for a shell."""
    return "apk add " + " ".join(_quoted(token) for token in state.wanted.tokens) + "\n"


def to_dockerfile(state: State, _document: Document) -> str:
    """A line for a Dockerfile."""
    return "RUN apk add --no-cache " + " ".join(_quoted(token) for token in state.wanted.tokens) + "\n"


def to_dot(state: State, _document: Document) -> str:
    """A graph for Graphviz: packages, and the tokens that tie them."""
    figures = _figures(state)
    shown = {row.name: row for row in figures.rows if state.show_base or not row.base}
    written = ["digraph apkgraph {", "  rankdir=LR;", '  node [shape=box, style="rounded", fontname="sans-serif"];']
    for row in shown.values():
        label = _dot(row.name, format_size(row.own.by(state.measure)))
        written.append(f"  {_dot(row.name)} [label={label}{', color=gray' if row.base else ''}];")
    for row in shown.values():
        for edge in row.needs:
            if edge.package in shown:
                label = "" if edge.token == edge.package else f" [label={_dot(edge.token)}, fontsize=9]"
                written.append(f"  {_dot(row.name)} -> {_dot(edge.package)}{label};")
        written.extend(f"  {_dot(row.name)} -> {_dot(name)} [style=dashed];" for name in row.brings if name in shown)
    return "\n".join([*written, "}"]) + "\n"


def to_markdown(state: State, _document: Document) -> str:
    """The table as it is sorted, filtered and grouped, in Markdown."""
    figures = _figures(state)
    installed, download = (format_change(size) for size in (figures.cost.installed, figures.cost.download))
    request = " ".join(_code(token) for token in state.wanted.tokens)
    sums = f"**{installed}** installed, **{download}** download, {count(figures.packages, 'package')}"
    written = [
        f"`apk add {request}` on {clean(str(state.wanted.place))}: {sums}",
        "",
        "| package | version | own | added | closure | download | because |",
        "|---|---|--:|--:|--:|--:|---|",
    ]
    written += [_markdown_row(line.row) for line in lines(state) if line.row is not None]
    return "\n".join(written) + "\n"


FORMATS: Final = (
    Format("json", "JSON, as apkgraph cost --json; opens again with --open", "apkgraph.json", to_json),
    Format("world", "world file", "world", to_world),
    Format("add", "apk add line", "add.sh", to_apk_add),
    Format("dockerfile", "Dockerfile line", "Dockerfile.add", to_dockerfile),
    Format("dot", "DOT graph", "apkgraph.dot", to_dot),
    Format("markdown", "Markdown table", "apkgraph.md", to_markdown),
)


def _figures(state: State) -> Figures:
    if state.figures is None:
        message = "there is nothing to export yet: wait for the first solution"
        raise InputError(message)
    return state.figures


def _quoted(token: str) -> str:
    """One word to a shell and nothing more, whatever an index has put into a name."""
    return quote(clean(token))


def _dot(*written: str) -> str:
    return '"' + "\\n".join(clean(line).replace("\\", "\\\\").replace('"', '\\"') for line in written) + '"'


def _code(text: str) -> str:
    return clean(text).replace("`", "'").replace("|", "\\|")


def _cell(text: str) -> str:
    return re.sub(r"([\\`*\[\]<>|])", r"\\\1", clean(text))


def _markdown_row(row: Row) -> str:
    figures = (row.own.installed, row.added.installed, row.closure.installed, row.own.download)
    cells = [f"`{_code(row.name)}`", _cell(row.version), *map(format_size, figures), _cell(str(row.because))]
    return "| " + " | ".join(cells) + " |"
