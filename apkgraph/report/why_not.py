"""Why packages do not go together, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apkgraph.report.blocks import Lines, Span, line
from apkgraph.report.words import head, set_text

if TYPE_CHECKING:
    from apkgraph.impact.why_not import Clash, WhyNot
    from apkgraph.report.blocks import Block, Line

_MOST = 20  # clashes that are worth reading


def report(why_not: WhyNot) -> list[Block]:
    """What fails together, what in it excludes what, and apk's own words."""
    analysis = why_not.analysis
    subject = set_text(analysis)
    if analysis.satisfied:
        return [head(f"{subject}: nothing stands in the way", analysis.universe)]
    blocks: list[Block] = [head(f"{subject} cannot be satisfied", analysis.universe), line(_summary(why_not))]
    if why_not.clashes:
        lines = [_clash(clash) for clash in why_not.clashes[:_MOST]]
        if len(why_not.clashes) > _MOST:
            lines.append((Span(f"and {len(why_not.clashes) - _MOST} more of the kind", "dim"),))
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
    return f"{together}; without any one of them the rest can be had"


def _clash(clash: Clash) -> Line:
    other = Span(str(clash.other), "bold")
    if clash.package is None:
        verb = " excludes " if clash.kind == "conflict" else " is asked for, but there is "
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
                Span(", but there is "),
                other,
                for_other,
            )
        case "version":
            return (mine, for_mine, Span(" and "), other, for_other, Span(" are versions of one package"))
    return (mine, for_mine, Span(" and "), other, for_other, Span(" both own "), Span(clash.token, "red"))
