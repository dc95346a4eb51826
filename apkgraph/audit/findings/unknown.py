"""What cannot be known without the build: lists of packages, and repositories that are not read."""

from __future__ import annotations

from apkgraph.audit.findings.finding import Finding, Rule, Severity
from apkgraph.dockerfile.events import Unresolved

UNRESOLVED_PACKAGES = Rule(
    "unresolved-packages",
    Severity.NOTE,
    "A list of packages is only known to the running shell",
    """
`$(…)`, `xargs`, files that are read, variables that the base image may set, package files (`./x.apk`): what they
bring is not known without running them. It is not guessed and not left out in silence: the image weighs *at least*
what is shown.

```dockerfile
RUN apk add --no-cache $(cat packages.txt)
```

**What it costs.** Not known.

**What to do.** Write the packages out, give the value with `--build-arg`, or accept the lower bound.

**Beside hadolint.** hadolint reads the words of a script; what they expand to is not its subject. SC2046 and SC2086
of ShellCheck concern the quoting of the same words.
""",
)

FOREIGN_REPOSITORY = Rule(
    "foreign-repository",
    Severity.NOTE,
    "A repository is not of the mirror, so its packages are not known",
    """
Only the mirror of the settings and what `-X` names on the command line are contacted: a Dockerfile cannot make this
program fetch from an address of its own choice. Addresses of Alpine's mirrors
(`https://HOST/alpine/RELEASE/REPOSITORY`) are read from the mirror of the settings.

The same goes for a repository of the mirror that cannot be read, such as one that a release does not have: apk
warns, and goes on. Where there is a repository that is not known, a package that is missing may be in it: it is
reported as [unresolved](unresolved-packages.md), not as an error.

```dockerfile
RUN apk add --no-cache -X https://example.org/packages tool
```

**What it costs.** Not known.

**What to do.** Give the repository with `-X`, and its key with `--keys-dir`.

**Beside hadolint.** No rule of hadolint looks at repositories.
""",
)


def unresolved(part: Unresolved, stage: str) -> Finding:
    """What only the running shell knows."""
    message = f"{part.text or 'an empty word'} is not resolved: {part.reason}"
    return UNRESOLVED_PACKAGES.finding(part.line, stage, message, part.fix)


def foreign_repository(line: int, stage: str, message: str) -> Finding:
    """A repository whose packages are not known here."""
    return FOREIGN_REPOSITORY.finding(line, stage, message, "to have it read, give it with -X")
