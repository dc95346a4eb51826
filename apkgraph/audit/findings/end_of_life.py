"""When releases come to their end: by the distribution's profile, and by its list of releases where that is cached.

A release that neither knows counts as alive.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from apkgraph.audit.findings.finding import Finding, Rule, Severity
from apkgraph.audit.values import StageReport
from apkgraph.distro import ALPINE
from apkgraph.dockerfile.references import Kind
from apkgraph.explorer import Explorer

END_OF_LIFE = {name: date.fromisoformat(day) for name, day in ALPINE.ends_of_life}

if TYPE_CHECKING:
    from apkgraph.settings import Settings


RELEASE_END_OF_LIFE = Rule(
    "release-end-of-life",
    Severity.WARNING,
    "The release of Alpine gets no fixes any more",
    """
A stage that is built starts from a release whose end of life has passed. For a stage that only builds it is a note.
Releases that the image's tag does not name are not judged.

```dockerfile
FROM alpine:3.12
```

**What it costs.** Nothing.

**What to do.** Take a release that still gets fixes: `apkgraph releases` lists them.

**Beside hadolint.** DL3006 and DL3007 ask for a tag, and for one other than `latest`. This rule asks whether the
release of the tag still gets fixes.
""",
)


def find_ended_release(report: StageReport, today: date, ends: Mapping[str, date]) -> list[Finding]:
    """Whether a stage that is built starts from a release that gets no fixes any more."""
    stage = report.stage
    ended = end_of_life(report.release, ends) if stage.kind in (Kind.ALPINE, Kind.DERIVED) else None
    if ended is None or ended > today or report.release_is_assumed or not report.is_needed:
        return []
    message = f"Alpine {report.release} came to its end of life on {ended.isoformat()}"
    fix = "take a release that still gets fixes (apkgraph releases)"
    severity = None if report.is_final else Severity.NOTE
    return [RELEASE_END_OF_LIFE.finding(stage.line, stage.title, message, fix, severity=severity)]


def ends_of_life(settings: Settings) -> Mapping[str, date]:
    """Return the profile's dates, and over them those of the distribution's own list if cached; nothing is fetched."""
    known = {name: date.fromisoformat(day) for name, day in settings.distro.ends_of_life}
    listed = Explorer(settings).cached_releases()
    said = {each.name: date.fromisoformat(each.end_of_life) for each in listed if _is_date(each.end_of_life)}
    return {**known, **said}


def end_of_life(release: str, ends: Mapping[str, date]) -> date | None:
    """The day on which a release stopped getting fixes, or will; None where it is not known."""
    if release.startswith("v2."):
        return ends.get("v3.0")  # all of them before that
    return ends.get(release)


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
