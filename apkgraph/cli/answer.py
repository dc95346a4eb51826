"""How the questions about sets are asked and answered: their arguments, JSON or text, and the exit status."""

from __future__ import annotations

import argparse
import sys
from contextlib import suppress

from apkgraph.cli.context import shorten
from apkgraph.redaction import redact
from apkgraph.report.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import TypeVar

    from apkgraph.cli.context import Context
    from apkgraph.explorer import Explorer
    from apkgraph.impact.analysis import Analysis
    from apkgraph.report.blocks import Block
    from apkgraph.solve.solution import Reason

    T = TypeVar("T")


LARGEST_NUMBER = 1_000_000
UNSATISFIABLE = 3


def add_request(parser: argparse.ArgumentParser, text: str, *, required: bool = False) -> None:
    """The packages of the set, on top of the base."""
    parser.add_argument("request", nargs="+" if required else "*", metavar="PACKAGE", help=text)


def number(text: str) -> int:
    """A count that makes sense: argparse's error says what does."""
    if text.isascii() and text.isdigit() and 0 < int(text[:12]) <= LARGEST_NUMBER:
        return int(text)
    message = f"{text[:40]!r} is not a number from 1 to {LARGEST_NUMBER}"
    raise argparse.ArgumentTypeError(message)


def about_set(context: Context, schema: str, question: Callable[[Analysis], int]) -> int:
    """Put a question about the set that the arguments ask for; where it cannot be satisfied, say why instead."""
    analysis = context.explorer().analyse(context.arguments.request)
    if analysis.satisfied:
        return question(analysis)
    if context.json:
        from apkgraph.report.documents.parts import set_head

        context.write_json(set_head(schema, analysis))
    return report_unsatisfied(context.explorer(), analysis.solution.reasons)


def answer(context: Context, value: T, report: Callable[[T], list[Block]]) -> int:
    """Write a value as JSON or as text; the exit status."""
    if context.json:
        from apkgraph.report.documents import document

        context.write_json(document(value))
    else:
        context.write_blocks(report(value))
    return 0


def report_unsatisfied(explorer: Explorer, reasons: Sequence[Reason]) -> int:
    """Say why, and return the exit status of it."""
    text = "".join(f"{line}\n" for line in reason_lines(explorer, reasons))
    with suppress(OSError):  # stderr is closed; the exit status says the same
        sys.stderr.write(text)
        sys.stderr.flush()
    return UNSATISFIABLE


def reason_lines(explorer: Explorer, reasons: Iterable[Reason]) -> Iterator[str]:
    """The lines that stderr shows."""
    yield "apkgraph: error: unable to select packages:"
    for reason in reasons:
        yield f"  {shorten(redact(reason.title))}"
        for label in reason.labels:
            yield f"    {clean(label.word)}: {shorten(' '.join(label.items))}"
        if reason.kind == "missing":
            yield from _hints(explorer, reason.name)


def _hints(explorer: Explorer, name: str) -> Iterator[str]:
    """What may have been meant by a name that no package has or provides."""
    if "," in name:
        yield f"    separate with spaces: {clean(' '.join(filter(None, name.split(','))))}"
        return
    elsewhere = explorer.elsewhere(name)
    if elsewhere:
        names = ",".join((*explorer.settings.repositories, *elsewhere))
        yield f"    {clean(name)} is in {clean(' and '.join(elsewhere))}: give --repositories {clean(names)}"
    near = explorer.nearest_names(name)
    if near:
        yield f"    did you mean: {clean(', '.join(near))}"
