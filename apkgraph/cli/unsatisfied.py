"""Report on stderr that a world cannot be satisfied: apk's words, and near names for unknown names."""

from __future__ import annotations

import sys
from contextlib import suppress

from apkgraph.cli.context import shorten
from apkgraph.redaction import redact
from apkgraph.report.text import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from apkgraph.explorer import Explorer
    from apkgraph.solve.solution import Reason

UNSATISFIABLE = 3


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
