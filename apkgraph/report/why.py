"""Why a package is in a set, as text: a chain a line, each step with its token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apkgraph.model.size import count
from apkgraph.report.blocks import Lines, Span, line
from apkgraph.report.words import head, set_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apkgraph.impact.why import Step, Why
    from apkgraph.report.blocks import Block, Line

ARROW = Span(" → ", "dim")


def report(why: Why) -> list[Block]:
    """A headline and the chains."""
    subject = f"{why.target} in {set_text(why.analysis)}"
    blocks: list[Block] = [head(subject, why.analysis.universe)]
    if why.in_base and why.analysis.request:
        note = "in the base already" + (
            "; the request needs it, too" if why.from_request else ", and only the base needs it"
        )
        blocks.append(line(f"{note}:", "yellow"))
    blocks.append(Lines(tuple(_chain(chain) for chain in why.chains)))
    if not why.chains:
        return [*blocks[:-1], line("nothing in its world needs it")]
    if why.cut:
        blocks.append(line(f"only the first {count(len(why.chains), 'chain')}; --limit shows more", "dim"))
    return blocks


def _chain(steps: tuple[Step, ...]) -> Line:
    first, *rest = steps
    spans = [Span(first.package.name, "bold")]
    asked = " ".join(token for token in first.tokens if token != first.package.name)
    if asked:
        spans = [Span(asked, "cyan"), ARROW, *spans]
    for step in rest:
        spans += _step(step)
    return tuple(spans)


def _step(step: Step) -> Iterator[Span]:
    yield ARROW
    if step.triggers:
        yield Span(f"install_if {' '.join(step.triggers)}", "magenta")
    else:
        yield Span(" ".join(step.tokens), "cyan")
    if step.triggers or step.tokens != (step.package.name,):
        yield ARROW
        yield Span(step.package.name, "bold")
