"""The lines of the details pane, from a state and what is known of the package; pure, no Textual here."""

from __future__ import annotations

from textwrap import wrap
from time import gmtime, strftime
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from apkgraph.model.size import Size, count, format_change, format_size
from apkgraph.report.text import clean
from apkgraph.report.text import width as columns
from apkgraph.tui.state.lines import chain, owner_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from apkgraph.tui.backend import Details, Price
    from apkgraph.tui.state.figures import Edge, Figures, Row
    from apkgraph.tui.state.record import State

Role = Literal["text", "strong", "faint", "link", "title", "warning"]
Target = Literal["", "walk", "switch"]

LABEL: Final = 12
MOST_PROVIDES: Final = 12
MOST_ALTERNATIVES: Final = 20


class Part(NamedTuple):
    """Some text in one role."""

    text: str
    role: Role = "text"


class DetailLine(NamedTuple):
    """A line; `target` says what Enter does here, `name` with which package."""

    parts: tuple[Part, ...]
    target: Target = ""
    name: str = ""


class Known(NamedTuple):
    """What the workers have said so far about the package that is looked at."""

    details: Details | None = None
    dependants: tuple[Edge, ...] | None = None
    prices: Mapping[str, Price] = {}


BLANK: Final = DetailLine(())


def detail_lines(state: State, known: Known, width: int) -> list[DetailLine]:
    """All lines about the package that is looked at."""
    name = state.selected
    if name is None:
        return [_say("Nothing to look at yet.", "faint")]
    row = state.figures.row(name) if state.figures is not None else None
    found = [_breadcrumb(state, width), BLANK] if len(state.trail) > 1 else []
    if state.reverse:
        return found + list(_reverse(name, known))
    found += _head(name, row, known.details, width)
    if row is not None and state.figures is not None:
        found += _sizes(row, state.figures, width)
    if row is not None and state.figures is not None:
        found += _why(state.figures, row, width)
    elif state.figures is not None:
        found += [
            BLANK,
            _say("Not in this set.", "warning"),
            DetailLine((Part("  add it to the set", "link"),), "switch", name),
        ]
    found += _facts(row, known.details, width)
    found += _needs(row, known)
    if row is not None:
        found += _edges("Needed by", row.needed_by)
        found += _names("Brings along (install_if)", row.brings)
    found += _provides(known.details, width)
    return found


def alternatives(details: Details | None) -> tuple[str, ...]:
    """The providers that could serve this package's dependencies instead, the first few."""
    needs = details.needs if details is not None else ()
    return tuple(dict.fromkeys(other for need in needs for other in need.others))[:MOST_ALTERNATIVES]


def _say(text: str, role: Role) -> DetailLine:
    return DetailLine((Part(text, role),))


def _title(text: str, number: int | None = None) -> list[DetailLine]:
    return [BLANK, DetailLine((Part(text, "title"), Part("" if number is None else f"  {number:,}", "faint")))]


def _breadcrumb(state: State, width: int) -> DetailLine:
    trail = " > ".join(clean(name) for name in state.trail)
    return _say(trail if len(trail) <= width else "…" + trail[-(width - 1) :], "faint")


def _head(name: str, row: Row | None, details: Details | None, width: int) -> Iterator[DetailLine]:
    version = row.version if row is not None else details.version if details is not None else ""
    name, version = clean(name), clean(version)
    if columns(name) + 1 + columns(version) <= width:
        yield DetailLine((Part(name, "strong"), Part(f" {version}", "faint")))
    else:
        yield _say(name, "strong")
        yield _say(version, "faint")
    if details is not None:
        for line in wrap(clean(details.description), max(10, width), break_on_hyphens=False):
            yield _say(line, "text")


def _explained(frees: Size, row: Row, width: int) -> Iterator[DetailLine]:
    """Why a figure that looks wrong is right."""
    text = ""
    if frees.installed < 0:
        text = "Negative: without this request, larger packages would come in place of what it brings."
    elif frees.installed > row.closure.installed:
        text = "More than it needs in all: packages that come by themselves with it (install_if) go, too."
    for line in wrap(text, max(10, width), break_on_hyphens=False):
        yield _say(line, "faint")


def _sizes(row: Row, figures: Figures, width: int) -> Iterator[DetailLine]:
    yield BLANK
    yield DetailLine((Part(" " * 8, "faint"), Part(f"{'installed':>10}{'download':>11}", "faint")))
    for label, size in (("own", row.own), ("frees", row.added), ("needs", row.closure)):
        yield _size(label, size)
    if row.added.installed > row.closure.installed and not any(one.package == row.name for one in figures.requests):
        yield from _explained(row.added, row, width)
    for request in figures.requests:
        if request.package == row.name and request.resolved not in (None, request.added, row.added):
            yield _size("frees", request.weight)
            yield _say("        solved again without the request", "faint")
            yield from _explained(request.weight, row, width)


def _size(label: str, size: Size) -> DetailLine:
    figure = f"{format_size(size.installed):>10}{format_size(size.download):>11}"
    return DetailLine((Part(f"{label:8}", "faint"), Part(figure)))


def _facts(row: Row | None, details: Details | None, width: int) -> Iterator[DetailLine]:
    if details is None:
        yield BLANK
        yield _say("…", "faint")
        return
    yield BLANK
    facts = {
        "license": details.license,
        "origin": details.origin,
        "repository": details.repository,
        "arch": details.arch,
        "url": details.url,
        "maintainer": details.maintainer,
        "built": "" if details.build_time is None else strftime("%Y-%m-%d", gmtime(details.build_time)),
        "commit": details.commit[:12],
    }
    if row is None:
        facts = {
            "installed": format_size(details.own.installed),
            "download": format_size(details.own.download),
            **facts,
        }
    for label, text in facts.items():
        if text:
            yield from _fact(label, clean(text), width)


def _fact(label: str, text: str, width: int) -> Iterator[DetailLine]:
    """Beside its label; below it, where a word of it (an address) would have to be broken."""
    longest = max(columns(word) for word in text.split(" "))
    beside = longest <= width - LABEL
    indent = LABEL if beside else 2
    first, *more = wrap(text, max(8, width - indent), break_on_hyphens=False) or [""]
    yield DetailLine((Part(f"{label:{LABEL}}", "faint"), Part(first if beside else "")))
    for line in more if beside else (first, *more):
        yield DetailLine((Part(" " * indent), Part(line)))


def _why(figures: Figures, row: Row, width: int) -> Iterator[DetailLine]:
    """The chain of reasons; deep ones are indented less, so that the whole of it can be read."""
    yield from _title("Why it is here")
    steps = chain(figures, row.name)
    room = max(0, width - 32) // max(1, len(steps))
    for depth, step in enumerate(steps):
        branch = " " * min(2, room) * depth + ("└ " if depth else "")
        reason = step.because
        how = Part(f"  {clean(reason.token if reason.kind == 'dependency' else str(reason))}", "faint")
        if step.name == row.name:
            yield DetailLine((Part("  " + branch, "faint"), Part(clean(step.name), "strong"), how))
        else:
            yield DetailLine((Part("  " + branch, "faint"), Part(clean(step.name), "link"), how), "walk", step.name)
    if row.owner < 0 and not row.base:
        yield _say(f"  {owner_name(figures, row.owner)}", "faint")


def _needs(row: Row | None, known: Known) -> Iterator[DetailLine]:
    if known.details is None:
        yield from _edges("Needs", row.needs if row is not None else ())
        return
    needs = [need for need in known.details.needs if not need.conflict]
    if known.details.needs:
        yield from _title("Needs", len(needs))
    for need in needs:
        if need.chosen is None:
            yield DetailLine((Part("  " + clean(need.token), "text"),), "", "")
        else:
            yield _edge(need.token, need.chosen)
        for other in need.others:
            price = known.prices.get(other)
            yield DetailLine(
                (Part("    or ", "faint"), Part(clean(other), "link"), Part("  " + _priced(price), "faint")),
                "switch",
                other,
            )
    for need in known.details.needs:
        if need.conflict:
            yield DetailLine((Part("  not with ", "faint"), Part(clean(need.token.lstrip("!")))))


def _priced(price: Price | None) -> str:
    if price is None:
        return ""
    return "cannot be installed" if price.problem else format_change(price.size.installed) or "0 B"


def _edge(token: str, name: str) -> DetailLine:
    tail = "" if token == name else f"  {clean(token)}"
    return DetailLine((Part("  "), Part(clean(name), "link"), Part(tail, "faint")), "walk", name)


def _edges(title: str, edges: tuple[Edge, ...]) -> Iterator[DetailLine]:
    if edges:
        yield from _title(title, len(edges))
        yield from (_edge(edge.token, edge.package) for edge in edges)


def _names(title: str, names: Iterable[str]) -> Iterator[DetailLine]:
    names = tuple(names)
    if names:
        yield from _title(title, len(names))
        yield from (_edge(name, name) for name in names)


def _provides(details: Details | None, width: int) -> Iterator[DetailLine]:
    if details is None:
        return
    if details.install_if:
        yield from _title("Installs itself with")
        yield _say("  " + clean(" ".join(details.install_if)), "text")
    if details.provides:
        yield from _title("Provides", len(details.provides))
        shown = " ".join(clean(token) for token in details.provides[:MOST_PROVIDES])
        for line in wrap(shown, max(10, width - 2), break_long_words=False, break_on_hyphens=False):
            yield _say("  " + line, "faint")
        if len(details.provides) > MOST_PROVIDES:
            yield _say(f"  and {len(details.provides) - MOST_PROVIDES} more", "faint")


def _reverse(name: str, known: Known) -> Iterator[DetailLine]:
    yield DetailLine((Part(clean(name), "strong"), Part(" in the whole universe", "faint")))
    if known.dependants is None:
        yield _say("…", "faint")
        return
    packages = len({edge.package for edge in known.dependants})
    if not packages:
        yield _say("Nothing needs it.", "faint")
        return
    yield _say(f"{count(packages, 'package')} would need it", "text")
    yield BLANK
    yield from (_edge(edge.token, edge.package) for edge in sorted(known.dependants, key=lambda edge: edge.package))
