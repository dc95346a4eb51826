"""Exports as text: the formats that are made from a state alone, and the names of all formats."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING, Final, NamedTuple

from apkgraph.errors import InputError
from apkgraph.model.size import count, format_change, format_size
from apkgraph.report.text import clean
from apkgraph.tui.state.lines import lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from apkgraph.tui.state.figures import Figures, Row
    from apkgraph.tui.state.record import State


class Format(NamedTuple):
    """A format: what it is called, the file it goes to by default, and how it is made."""

    key: str
    title: str
    file_name: str
    make: Callable[[State], str] | None = None  # None: of the whole set, by the worker


def to_world(state: State) -> str:
    """A world file: the requests that are on, a line each."""
    return "".join(f"{token}\n" for token in state.wanted.tokens)


def to_apk_add(state: State) -> str:
    """A line for a shell."""
    return "apk add " + " ".join(_quoted(token) for token in state.wanted.tokens) + "\n"


def to_dockerfile(state: State) -> str:
    """A line for a Dockerfile."""
    return "RUN apk add --no-cache " + " ".join(_quoted(token) for token in state.wanted.tokens) + "\n"


def to_markdown(state: State) -> str:
    """The table as it is sorted, filtered and grouped, in Markdown."""
    from apkgraph.report.audit.markdown import code, escaped, table  # it knows Dockerfiles, too: not at every start

    def cells(row: Row) -> tuple[str, ...]:
        sizes = (row.own.installed, row.added.installed, row.closure.installed, row.own.download)
        return (code(row.name), escaped(row.version), *map(format_size, sizes), escaped(str(row.because)))

    figures = _figures(state)
    installed, download = (format_change(size) for size in (figures.cost.installed, figures.cost.download))
    request = " ".join(state.wanted.tokens)
    sums = f"**{installed}** installed, **{download}** download, {count(figures.packages, 'package')}"
    titles = ("package", "version", "own", "frees", "needs", "download", "because")
    rows = (cells(line.row) for line in lines(state) if line.row is not None)
    head = f"{code(f'apk add {request}')} on {clean(str(state.wanted.place))}: {sums}"
    return "\n".join([head, "", *table(titles, "llrrrrl", rows)]) + "\n"


FORMATS: Final = (
    Format("json", "JSON, as apkgraph cost --json; opens again with --open", "apkgraph.json"),
    Format("world", "world file", "world", to_world),
    Format("add", "apk add line", "add.sh", to_apk_add),
    Format("dockerfile", "Dockerfile line", "Dockerfile.add", to_dockerfile),
    Format("dot", "DOT graph", "apkgraph.dot"),
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
