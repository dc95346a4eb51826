"""Pins as text, as Markdown, and as findings for SARIF."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from apkgraph.audit.findings.finding import Finding
from apkgraph.audit.findings.requests import OUTDATED_PIN, UNSATISFIED_PIN
from apkgraph.changes.pins import BREAKS, GONE, OUTDATED, STATES, Pin, loosened, updated
from apkgraph.changes.sources import Edited, Source
from apkgraph.model.size import count
from apkgraph.report.audit.markdown import code, escaped, table
from apkgraph.report.blocks import ROOMY, Block, Column, Lines, Span, Table, line

_COLUMNS = (
    Column("FILE", flexible=True),
    Column("LINE", right=True),
    Column("TOKEN"),
    Column("HAVE"),
    Column("NEWEST"),
    Column("STATE"),
    Column("BREAKS", room=ROOMY, wrapped=True),
)
_STYLES = {GONE: "bold red", OUTDATED: "yellow", "unknown": "dim"}
_RULES = {GONE: UNSATISFIED_PIN, OUTDATED: OUTDATED_PIN}


def report(sources: Sequence[Source]) -> list[Block]:
    """A headline, the pins by file and line, and what of the files is not known."""
    pins = [pin for source in sources for pin in source.pins]
    blocks: list[Block] = [line(headline(sources), "bold")]
    if pins:
        blocks.append(Table(_COLUMNS, tuple(_row(source, pin) for source in sources for pin in source.pins)))
    notes = [
        (Span(f"{source.path}: line {note.line}: {source.redact(note.text)}", "dim"),)
        for source in sources
        for note in source.notes
    ]
    return [*blocks, Lines(tuple(notes))] if notes else blocks


def headline(sources: Sequence[Source]) -> str:
    """How many pins there are, and in which states."""
    states = [pin.state for source in sources for pin in source.pins]
    counted = ", ".join(f"{states.count(state)} {state}" for state in STATES if state in states)
    return f"{count(len(states), 'pin')}{': ' if counted else ''}{counted}"


def _row(source: Source, pin: Pin) -> tuple[str | tuple[Span, ...], ...]:
    return (
        pin.file or "(given)",
        str(pin.line or ""),
        source.redact(pin.token),
        pin.have or "-",
        pin.newest or "-",
        (Span(pin.state, _STYLES.get(pin.state, "")),),
        BREAKS[pin.kind],
    )


def changes(sources: Sequence[Source], edits: Sequence[Edited]) -> list[Block]:
    """What was written, a line a pin."""
    blocks: list[Block] = []
    for source, edited in zip(sources, edits, strict=True):
        what = f"{count(len(edited.changed), 'pin')} changed" if edited.changed else "nothing changed"
        rows = tuple(
            (str(pin.line or ""), source.redact(pin.token), "→", source.redact(made.token))
            for pin, made in edited.changed
        )
        blocks.append(line(f"{source.path}: {what}", "bold"))
        if rows:
            columns = (Column("LINE", right=True), Column("FROM"), Column(""), Column("TO"))
            blocks.append(Table(columns, rows))
    return blocks


def markdown(sources: Sequence[Source]) -> str:
    """A headline and a table, for a pull request."""
    rows = (
        (
            escaped(pin.file or "(given)"),
            str(pin.line or ""),
            code(source.redact(pin.token)),
            escaped(pin.have or "-"),
            escaped(pin.newest or "-"),
            pin.state,
        )
        for source in sources
        for pin in source.pins
    )
    titles = ("File", "Line", "Token", "Have", "Newest", "State")
    return "\n".join([f"### {headline(sources)}", "", *table(titles, "lrllll", rows)]) + "\n"


def findings(sources: Sequence[Source]) -> Iterator[tuple[Finding, str]]:
    """The pins that are gone or outdated as findings, each with its file."""
    for source in sources:
        for pin in source.pins:
            if pin.state in _RULES:
                message = source.redact(_message(pin))
                yield (
                    _RULES[pin.state].finding(pin.line, pin.place, message, _advice(pin), packages=(pin.token,)),
                    pin.file or "Dockerfile",
                )


def _message(pin: Pin) -> str:
    if pin.state == OUTDATED:
        return f"{pin.token} takes {pin.have}, and keeps out {pin.newest}"
    what = f"the index has {pin.newest}" if pin.newest else "the index has no such package"
    return f"{pin.token} is not there any more: {what}"


def _advice(pin: Pin) -> str:
    better = [made.token for made in (updated(pin), loosened(pin)) if made is not None]
    return f"write {' or '.join(dict.fromkeys(better))}" if better else "correct or remove the pin"
