"""The rules that findings belong to: their ids do not change, each has a page in docs/rules."""

from __future__ import annotations

from dataclasses import dataclass

from apkgraph.audit.values import Severity

_NOTE, _WARNING, _ERROR = Severity.NOTE, Severity.WARNING, Severity.ERROR


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its id, how much it matters as a rule, and what it says in one sentence."""

    id: str
    severity: Severity
    title: str


RULES: dict[str, Rule] = {
    rule.id: rule
    for rule in (
        Rule("build-dependencies-left", _WARNING, "Build dependencies are left in the final image"),
        Rule("removed-in-later-layer", _WARNING, "Packages are removed in a later layer than they were added in"),
        Rule("index-left", _WARNING, "The index of a repository is left in /var/cache/apk"),
        Rule("needless-update", _WARNING, "An index is fetched by apk update that apk add --no-cache does not use"),
        Rule("needless-request", _NOTE, "A package is asked for that is there anyway"),
        Rule("unsatisfied-pin", _ERROR, "The index has no version that a pin asks for"),
        Rule("outdated-pin", _WARNING, "A pin keeps out the newest version that the index has"),
        Rule("unknown-package", _ERROR, "No repository knows a package that is asked for"),
        Rule("unsatisfiable", _ERROR, "apk cannot select what is asked for"),
        Rule("install-if-extras", _NOTE, "Documentation or other subpackages came by their install_if"),
        Rule("only-for-glibc", _NOTE, "Packages are there only to run programs that are built for glibc"),
        Rule("release-end-of-life", _WARNING, "The release of Alpine gets no fixes any more"),
        Rule("unresolved-packages", _NOTE, "A list of packages is only known to the running shell"),
        Rule("foreign-repository", _NOTE, "A repository is not of the mirror, so its packages are not known"),
    )
}
