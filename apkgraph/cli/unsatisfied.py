"""Report on stderr that a world cannot be satisfied: apk's words, and near names for unknown names."""

from __future__ import annotations

import sys
from contextlib import suppress

from apkgraph.report.text import clean, discreet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from apkgraph.index.universe import Universe
    from apkgraph.solve.solution import Reason

UNSATISFIABLE = 3


def report_unsatisfied(universe: Universe, reasons: Sequence[Reason]) -> int:
    """Say why, and return the exit status of it."""
    text = "".join(f"{line}\n" for line in reason_lines(universe, reasons))
    with suppress(OSError):  # nobody is left to say it to; the status says it, too
        sys.stderr.write(text)
        sys.stderr.flush()
    return UNSATISFIABLE


def reason_lines(universe: Universe, reasons: Iterable[Reason]) -> Iterator[str]:
    """The lines that stderr shows."""
    from apkgraph.impact.near import nearest_names

    yield "apkgraph: error: unable to select packages:"
    for reason in reasons:
        yield f"  {clean(discreet(reason.title))}"
        for label in reason.labels:
            yield f"    {clean(label.word)}: {clean(' '.join(label.items))}"
        near = nearest_names(universe, reason.name) if reason.kind == "missing" else ()
        if near:
            yield f"    did you mean: {clean(', '.join(near))}"
