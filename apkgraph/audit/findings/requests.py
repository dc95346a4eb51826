"""What is wrong with a request to apk: a name that no repository has, a pin without its version, a conflict."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from apkgraph.audit.findings.finding import Finding, Rule, Severity
from apkgraph.audit.universes import Universes
from apkgraph.dockerfile.events import ApkCall
from apkgraph.errors import DependencyError
from apkgraph.index.universe import Universe
from apkgraph.model.dependency import Dependency, parse_dependency, parse_request
from apkgraph.model.universe_ref import UniverseRef
from apkgraph.model.version import GREATER, LESS

_MOST_NEAR = 3
_PINNED = re.compile(r"([^=<>~@!\s]+)[=<>~]")
UNSATISFIED_PIN = Rule(
    "unsatisfied-pin",
    Severity.ERROR,
    "The index has no version that a pin asks for",
    """
Alpine's repositories hold the newest version of each package only. A build with such a pin fails on the day on which
the package is updated. The figures of the image are those without the pin.

```dockerfile
RUN apk add --no-cache git=2.40.0-r0
```

**What it costs.** Nothing: the build fails.

**What to do.** Pin what fixes keep (`git~2.40`), or the release of the image and no versions.

**Beside hadolint.** DL3018 asks for a version in every `apk add`. Alpine keeps one version of each package, so an
exact pin fails on the day of the next fix; no version is asked for here, and a pin is only reported when the index
cannot satisfy it.
""",
)

OUTDATED_PIN = Rule(
    "outdated-pin",
    Severity.WARNING,
    "A pin keeps out the newest version that the index has",
    """
The index has a version that the pin accepts, and a newer one that it does not. This is found by `apkgraph pins` only:
`apkgraph dockerfile` says nothing of a pin that can be satisfied.

```dockerfile
RUN apk add --no-cache "nodejs<20"
```

**What it costs.** Nothing today; fixes that come with the newer version are missed.

**What to do.** `apkgraph pins --update` shows the edit; `--write` makes it. A ceiling is a decision, and stays.

**Beside hadolint.** DL3018 asks for a version. This rule asks what the version that is written keeps out.
""",
)

UNKNOWN_PACKAGE = Rule(
    "unknown-package",
    Severity.ERROR,
    "No repository knows a package that is asked for",
    """
No package has or provides the name. The nearest names are suggested.

```dockerfile
RUN apk add --no-cache bsah
```

**What it costs.** Nothing: the build fails. The rest of what is asked for is counted.

**What to do.** Correct the name, or add the repository that has it (`-X`, `/etc/apk/repositories`).

**Beside hadolint.** No rule of hadolint reads an index.
""",
)

UNSATISFIABLE = Rule(
    "unsatisfiable",
    Severity.ERROR,
    "apk cannot select what is asked for",
    """
Each name is known, but they do not go together, or one of them cannot be installed at all. The reason is in apk's own
words.

```dockerfile
RUN apk add --no-cache gthumb-gstreamer
```

**What it costs.** Nothing: the build fails. The call is counted as if it were not there.

**What to do.** `apkgraph why-not NAME…` says which packages conflict.

**Beside hadolint.** No rule of hadolint resolves a request.
""",
)


def parse_argument(argument: str, *, tagged: bool) -> Dependency:
    """An argument of `apk add`; DependencyError where apk would not take it."""
    if tagged:
        return next(parse_request([argument]))
    dependency = parse_dependency(argument)
    if dependency.broken or " " in dependency.name:
        raise DependencyError(argument, "not a package")
    return dependency


def diagnose(
    universes: Universes, coordinates: UniverseRef, call: ApkCall, arguments: Sequence[str], stage: str
) -> tuple[list[Finding], list[str]]:
    """What is wrong with single arguments, and the arguments with which to go on."""
    universe = universes.universe(coordinates)
    findings: list[Finding] = []
    rest: list[str] = []
    for argument in arguments:
        dependency = parse_argument(argument, tagged=not call.has("virtual"))
        providers = universe.providers(dependency.name)
        if dependency.tag and not universe.tags.get(dependency.tag, 0) & universe.opened:
            findings.append(_unknown_tag(call, dependency, stage))
            rest.append(dependency.name)
        elif dependency.conflict or any(dependency.satisfied_by(one.package, one.version) for one in providers):
            rest.append(argument)
        elif providers:
            findings.append(_unsatisfied_pin(universe, call, dependency, stage))
            rest.append(str(Dependency(dependency.name, tag=dependency.tag)))
        else:
            near = universes.near(coordinates, dependency.name)
            findings.append(_unknown(universe, call, dependency, stage, near[:_MOST_NEAR]))
    return findings, rest


def _unsatisfied_pin(universe: Universe, call: ApkCall, dependency: Dependency, stage: str) -> Finding:
    newest = universe.newest(dependency.name)
    versions = (
        newest.version
        if newest
        else ", ".join(f"{one.package} as {one.version}" for one in universe.providers(dependency.name)[:_MOST_NEAR])
    )
    name = dependency.name
    fix = f"ask for {name}~{_stem(newest.version)} or {name}" if newest else f"ask for {name}"
    if dependency.operator & GREATER and not dependency.operator & LESS:
        fix = f"ask for {name}, or take a release that has it"
    message = f"{dependency} is not in the index, which has {versions}"
    return _finding(UNSATISFIED_PIN, call, stage, message, fix, dependency.name)


def _stem(version: str) -> str:
    """The part of a version that its fixes share: `2.40` of `2.40.1-r0`."""
    return ".".join(version.partition("-r")[0].split(".")[:2])


def _unknown(universe: Universe, call: ApkCall, dependency: Dependency, stage: str, near: Sequence[str]) -> Finding:
    repositories = ", ".join(repository.name for repository in universe.repositories)
    message = f"{dependency.name} is in none of the repositories ({repositories})"
    fix = f"did you mean {', '.join(near)}?" if near else "correct the name, or add its repository"
    return _finding(UNKNOWN_PACKAGE, call, stage, message, fix)


def _unknown_tag(call: ApkCall, dependency: Dependency, stage: str) -> Finding:
    message = f"no repository has the tag @{dependency.tag} of {dependency}"
    fix = f"add '@{dependency.tag} URL' to /etc/apk/repositories"
    return _finding(UNKNOWN_PACKAGE, call, stage, message, fix)


def unsatisfiable(call: ApkCall, problems: Sequence[str], stage: str) -> Finding:
    """What apk would refuse, in its own words."""
    reason = problems[0] if problems else "no reason given"
    fix = f"ask `apkgraph why-not {' '.join(call.packages)}`"
    return _finding(UNSATISFIABLE, call, stage, f"apk would refuse: {reason}", fix)


def _finding(rule: Rule, call: ApkCall, stage: str, message: str, fix: str, *names: str) -> Finding:
    severity = Severity.NOTE if call.conditional else None
    return rule.finding(call.line, stage, message, fix, severity=severity, packages=names)


def pinned_names(calls: Iterable[ApkCall]) -> frozenset[str]:
    """The names that calls ask for at a version, whatever the index has of it, and whether it is known or not."""
    return frozenset(
        found[1]
        for call in calls
        for word in (*call.packages, *(unknown.source for unknown in call.unresolved))
        if (found := _PINNED.match(word))
    )
