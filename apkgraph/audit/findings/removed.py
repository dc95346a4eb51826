"""Packages that a later layer removes: their bytes stay in the layer that added them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from apkgraph.audit.findings.finding import Finding, Rule, Severity
from apkgraph.audit.values import CallReport, Origin
from apkgraph.model.package import Key, Package
from apkgraph.model.size import count

REMOVED_IN_LATER_LAYER = Rule(
    "removed-in-later-layer",
    Severity.WARNING,
    "Packages are removed in a later layer than they were added in",
    """
A layer only hides what lower layers hold: the bytes stay in the image, and are pulled by everybody.

```dockerfile
RUN apk add --no-cache gcc
RUN make install
RUN apk del gcc
```

**What it costs.** The installed bytes of the removed packages; those of the image that the Dockerfile starts from
are not counted.

**What to do.** Add, use and delete in one `RUN`, or build in a stage of its own.

**Beside hadolint.** No rule of hadolint follows packages over layers.
""",
)


def find_removals(
    gone: Sequence[Package], calls: Sequence[CallReport], origins: Mapping[Key, Origin], stage: str
) -> Iterator[Finding]:
    """The packages of earlier layers that the calls of this one remove; `origins` says which call brought each."""
    removed = {package.key: package for package in gone if package.key in origins}
    for report in calls:
        left = [change.old_package or change.package for change in report.transaction.changes]
        mine = [removed.pop(package.key) for package in left if package.key in removed]
        size = sum(package.installed_size for package in mine)
        if not size or report.transaction.call.applet != "del":
            continue
        lines = sorted({origins[package.key].line for package in mine})
        where = f"line {lines[0]}" if len(lines) == 1 else f"lines {', '.join(map(str, lines))}"
        yield REMOVED_IN_LATER_LAYER.finding(
            report.transaction.call.line,
            stage,
            f"apk del removes {count(len(mine), 'package')} that {where} added in an earlier layer: their bytes stay",
            f"remove them in the RUN that adds them ({where}), or build in a stage of its own",
            size=size,
            packages=tuple(package.name for package in mine),
        )
