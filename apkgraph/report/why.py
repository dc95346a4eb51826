"""Why a package is in a set, a chain a line, and why packages do not go together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apkgraph.model.size import count
from apkgraph.report.blocks import Lines, Span, line
from apkgraph.report.words import head, set_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apkgraph.impact.why import Clash, Step, Why, WhyNot
    from apkgraph.report.blocks import Block, Line

_MOST = 20  # clashes that are worth reading
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


def report_failure(why_not: WhyNot) -> list[Block]:
    """What fails together, what in it excludes what, and apk's own words."""
    analysis = why_not.analysis
    subject = set_text(analysis)
    if analysis.satisfied:
        return [head(f"{subject} can be installed", analysis.universe)]
    blocks: list[Block] = [head(f"{subject} cannot be satisfied", analysis.universe), line(_summary(why_not))]
    if why_not.clashes:
        lines = [_clash(clash) for clash in why_not.clashes[:_MOST]]
        if len(why_not.clashes) > _MOST:
            lines.append((Span(f"and {len(why_not.clashes) - _MOST} more like these", "dim"),))
        blocks.append(Lines(tuple(lines)))
    words = [(Span("apk says:", "dim"),)]
    words += [(Span(f"  {reason.text}"),) for reason in analysis.solution.reasons]
    return [*blocks, Lines(tuple(words))]


def _summary(why_not: WhyNot) -> str:
    culprits = why_not.culprits
    if not culprits:
        return "the base alone fails"
    if len(culprits) == 1:
        return f"{culprits[0]} fails by itself"
    together = f"{', '.join(culprits[:-1])} and {culprits[-1]} fail together"
    return f"{together}; without any one of them the others can be installed"


def _clash(clash: Clash) -> Line:
    other = Span(str(clash.other), "bold")
    if clash.package is None:
        verb = " excludes " if clash.kind == "conflict" else " is requested, but the set has "
        return (Span(clash.token, "red"), Span(verb), other, Span(f" (for {clash.other_request})", "dim"))
    mine = Span(str(clash.package), "bold")
    for_mine, for_other = Span(f" (for {clash.request})", "dim"), Span(f" (for {clash.other_request})", "dim")
    match clash.kind:
        case "conflict":
            return (
                mine,
                for_mine,
                Span(" has "),
                Span(clash.token, "red"),
                Span(", which excludes "),
                other,
                for_other,
            )
        case "unmet":
            return (
                mine,
                for_mine,
                Span(" needs "),
                Span(clash.token, "red"),
                Span(", but the set has "),
                other,
                for_other,
            )
        case "version":
            return (mine, for_mine, Span(" and "), other, for_other, Span(" are versions of one package"))
    return (mine, for_mine, Span(" and "), other, for_other, Span(" both own "), Span(clash.token, "red"))
