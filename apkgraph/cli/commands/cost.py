"""`apkgraph cost PACKAGE…`: what adding packages costs, and why each one comes."""

from __future__ import annotations

from apkgraph.cli.parser import Command

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from apkgraph.cli.context import Context


def _cost_arguments(parser: argparse.ArgumentParser) -> None:
    """The request."""
    text = "what to add, as apk takes it: git, 'git>2.40', cmd:git, so:libz.so.1"
    parser.add_argument("request", nargs="+", metavar="PACKAGE", help=text)


def _cost(context: Context) -> int:
    """Solve, report; status 3 where the request cannot be satisfied."""
    cost = context.explorer().cost(context.arguments.request)
    if context.json:
        from apkgraph.report.documents.cost import cost_document

        context.write_json(cost_document(cost))
    elif cost.satisfied:
        from apkgraph.report.cost import report

        context.write_blocks(report(cost, context.width))
    if cost.satisfied:
        return 0
    from apkgraph.cli.answer import report_unsatisfied

    return report_unsatisfied(context.explorer(), cost.reasons)


COMMANDS = {
    "cost": Command(
        """\
What adding packages to a base costs: the packages that come on top of it, in apk's order, each with its sizes and why
it comes, and the sums. With several packages, also what removing each would free, and its fair share of the whole.""",
        """\
apkgraph cost git
apkgraph cost git curl --base none
apkgraph --release v3.18 --arch aarch64 cost 'python3>3.11' --json""",
        _cost_arguments,
        _cost,
    ),
}
