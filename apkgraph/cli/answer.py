"""How the questions about sets are asked and answered: their arguments, JSON or text, and the exit status."""

from __future__ import annotations

import argparse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from apkgraph.cli.context import Context
    from apkgraph.impact.analysis import Analysis
    from apkgraph.report.blocks import Block

    T = TypeVar("T")


LARGEST_NUMBER = 1_000_000


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
    from apkgraph.cli.unsatisfied import report_unsatisfied

    return report_unsatisfied(context.explorer(), analysis.solution.reasons)


def answer(context: Context, value: T, report: Callable[[T], list[Block]]) -> int:
    """Write a value as JSON or as text; the exit status."""
    if context.json:
        from apkgraph.report.documents import document

        context.write_json(document(value))
    else:
        context.write_blocks(report(value))
    return 0
