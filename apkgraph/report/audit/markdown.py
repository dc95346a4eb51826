"""A Dockerfile's audit as Markdown, for a pull request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from apkgraph.audit.dockerfile import DockerfileAudit
from apkgraph.audit.values import CallReport, StageReport
from apkgraph.model.size import count, format_change, format_size
from apkgraph.report.audit.dockerfile import advice, costs, grouped, in_words, lines_of
from apkgraph.report.blocks import Block, Cell, Table
from apkgraph.report.text import clean

_MARKUP = re.compile(r"([\\`*_{}\[\]<>()#+!|~@&])")


def report(audit: DockerfileAudit) -> str:
    """A headline, a table of the calls, a table of the findings."""
    return "\n".join(_lines(audit)) + "\n"


def of_blocks(blocks: Iterable[Block]) -> str:
    """A report's blocks as Markdown: its lines as paragraphs, its tables as tables."""
    return "\n".join(chain.from_iterable((*_of_block(block), "") for block in blocks))


def _of_block(block: Block) -> Iterator[str]:
    if isinstance(block, Table):
        sides = "".join("r" if column.right else "l" for column in block.columns)
        yield from table([column.title for column in block.columns], sides, (map(_cell, row) for row in block.rows))
        return
    for spans in block.lines:
        text = escaped("".join(span.text for span in spans))
        yield f"**{text}**  " if any("bold" in span.style for span in spans) and text else f"{text}  "


def _cell(cell: Cell) -> str:
    return escaped(cell if isinstance(cell, str) else "".join(span.text for span in cell))


def escaped(text: str) -> str:
    """Text of which nothing is markup, a mention or a link."""
    return _MARKUP.sub(r"\\\1", clean(text))


def code(text: str) -> str:
    """Text as code, whatever backticks are in it."""
    text = clean(text).replace("|", "\\|")
    fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    padded = f" {text} " if "`" in text else text
    return f"{fence}{padded}{fence}" if text else ""


def _lines(audit: DockerfileAudit) -> Iterator[str]:
    yield f"### {escaped(audit.path)}: {in_words(audit.claim)}"
    for doubt in audit.claim.doubts:
        yield f"- line {doubt.line}: {escaped(doubt.reason)}"
    yield ""
    yield from table(("Line", "Stage", "Command", "Packages", "Installed", "Image"), "rllrrr", _rows(audit))
    yield ""
    if not audit.findings:
        yield "No findings."
        return
    waste = f", {format_size(audit.wasted_size)} to save" if audit.wasted_size else ""
    yield f"**{count(len(audit.findings), 'finding')}{waste}**"
    yield ""
    rows = [
        (lines_of(each), each[0].severity.word, code(each[0].rule), costs(*each), escaped(advice(each)))
        for each in grouped(audit.findings)
    ]
    yield from table(("Line", "Severity", "Rule", "Costs", "What to do"), "rllrl", rows)


def _rows(audit: DockerfileAudit) -> Iterator[tuple[str, ...]]:
    for report in audit.stages:
        title = escaped(report.stage.title) + ("" if report.is_final else " (build-only)")
        yield (str(report.stage.line), title, code(f"FROM {report.base_name}"), *_start(report))
        for step in report.steps:
            yield from (_call(call, title) for call in step.calls)
            sizes = format_size(step.installed_size), format_size(step.image_size)
            yield (str(step.line), title, "layer", str(step.packages), *sizes)


def _call(report: CallReport, title: str) -> tuple[str, ...]:
    call, amount = report.transaction.call, report.transaction.amount
    text = code(call.text) + (" (perhaps)" if call.conditional else "")
    packages = f"{amount.packages:+d}" if amount.packages else "0"
    return (str(call.line), title, text, packages, format_change(amount.size.installed), "")


def _start(report: StageReport) -> tuple[str, str, str]:
    return str(len(report.base.packages)), format_size(report.base.installed_size), format_size(report.base_size)


def table(titles: Sequence[str], sides: str, rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """A table; `sides` has `r` for each column that stands on the right."""
    yield f"| {' | '.join(titles)} |"
    yield f"|{'|'.join('---:' if side == 'r' else '---' for side in sides)}|"
    for row in rows:
        yield f"| {' | '.join(row)} |"
