"""One call of apk on a machine: what it does, what of it is not known, and what is wrong with what it asks for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from apkgraph.audit.machine import Machine, Transaction, is_file, transact
from apkgraph.audit.rules import RULES
from apkgraph.audit.universes import Universes
from apkgraph.audit.values import Finding, Gap, Severity
from apkgraph.dockerfile.events import ApkCall
from apkgraph.dockerfile.shell.values import Field, Hole
from apkgraph.errors import DependencyError
from apkgraph.index.universe import Universe
from apkgraph.model.dependency import Dependency, parse_dependency, parse_request

_NOT_A_NAME = re.compile(r"[^A-Za-z0-9]+")
_NAMED = re.compile(r"^([A-Za-z0-9_][A-Za-z0-9_.+-]*)[=<>~]+\S+$")
_MOST_NEAR = 3
_WRITE_OUT = "write the packages out, to have them counted"
_MAY_BE_ELSEWHERE = "it may come from a repository that is not known here"
_GIVE_IT = "to have that repository read, give it with -X"


@dataclass(frozen=True, slots=True)
class Called:
    """What came of a call."""

    machine: Machine
    transaction: Transaction
    gaps: tuple[Gap, ...]
    findings: tuple[Finding, ...]


def follow_call(universes: Universes, machine: Machine, call: ApkCall, stage: str) -> Called:
    """Do what a call does, as far as it is known; what apk would refuse is found, and the rest done all the same."""
    named = {name: hole for hole in call.unresolved if (name := _name_of(hole))}
    call = _with_names(call, machine)
    gaps = [Gap(call.line, " ".join(hole.source.split()), hole.reason, _WRITE_OUT) for hole in call.unresolved]
    gaps += [Gap(call.line, file, "it is a package file") for file in call.packages if is_file(file)]
    gaps += [Gap(call.line, call.text, problem) for problem in call.problems]
    arguments, broken = _arguments(call)
    arguments += named
    gaps += [Gap(call.line, word, "apk would not take it as a package") for word in broken]
    findings: list[Finding] = []
    if _does_nothing(call, arguments, gaps):
        return Called(machine, Transaction(call), tuple(gaps), ())
    after, transaction = transact(universes, machine, call, arguments)
    if not transaction.satisfied and call.applet == "del":
        known = [name for name in arguments if _is_there(universes.universe(machine.coordinates), machine, name)]
        gaps += [Gap(call.line, name, "it is not known to be there") for name in arguments if name not in known]
        after, transaction = transact(universes, machine, call, known) if known else (machine, Transaction(call))
    elif not transaction.satisfied:
        findings, rest = _diagnose(universes.universe(machine.coordinates), call, arguments, stage)
        refused = transaction
        if machine.has_foreign:
            elsewhere = [word for word in arguments if word not in rest]
            rest = [word for word in rest if word in arguments]
        if findings:
            after, transaction = transact(universes, machine, call, rest) if rest else (machine, Transaction(call))
        if not transaction.satisfied or not findings:
            findings.append(_unsatisfiable(call, transaction.problems, stage))
            elsewhere = [call.text] if machine.has_foreign else []
        if machine.has_foreign:
            gaps += [Gap(call.line, text, _MAY_BE_ELSEWHERE, _GIVE_IT) for text in elsewhere]
            findings = []
        transaction = replace(transaction, problems=refused.problems)
    return Called(after, transaction, tuple(gaps), tuple(findings))


def _does_nothing(call: ApkCall, arguments: Sequence[str], gaps: Sequence[Gap]) -> bool:
    """Whether a call changes no packages, or none that are known."""
    if call.has("simulate") or call.applet == "update":
        return True
    if arguments or (call.applet == "add" and call.has("virtual")):
        return False
    return bool(gaps) or call.applet == "del"


def _with_names(call: ApkCall, machine: Machine) -> ApkCall:
    """The call with names in place of holes that name a virtual package: one written alike is the same one."""
    options = tuple(
        (name, _stand_in(value) if name == "virtual" and isinstance(value, Hole) else value)
        for name, value in call.options
    )
    world = {entry.name for entry in machine.world}
    arguments: tuple[Field, ...] = tuple(
        _stand_in(argument) if isinstance(argument, Hole) and _stand_in(argument) in world else argument
        for argument in call.arguments
    )
    return replace(call, options=options, arguments=arguments)


def _name_of(hole: Hole) -> str:
    """The name in `mariadb=${VERSION}`, of which only the version is not known."""
    found = _NAMED.match(hole.source)
    return found[1] if found else ""


def _stand_in(hole: Hole) -> str:
    return f".{_NOT_A_NAME.sub('-', hole.source).strip('-') or 'unknown'}"


def _arguments(call: ApkCall) -> tuple[list[str], list[str]]:
    """The arguments that apk would take, and those that it would not."""
    good: list[str] = []
    broken: list[str] = []
    for argument in call.packages:
        if is_file(argument):
            continue
        try:
            if call.applet == "add":
                _parse(argument, tagged=not call.has("virtual"))
            (good if argument else broken).append(argument)
        except DependencyError:
            broken.append(argument)
    return good, broken


def _parse(argument: str, *, tagged: bool) -> Dependency:
    if tagged:
        return next(parse_request([argument]))
    dependency = parse_dependency(argument)
    if dependency.broken or " " in dependency.name:
        raise DependencyError(argument, "not a package")
    return dependency


def _is_there(universe: Universe, machine: Machine, name: str) -> bool:
    return universe.knows(name) or any(entry.name == name for entry in machine.world)


def _diagnose(
    universe: Universe, call: ApkCall, arguments: Sequence[str], stage: str
) -> tuple[list[Finding], list[str]]:
    """What is wrong with single arguments, and the arguments with which to go on."""
    findings: list[Finding] = []
    rest: list[str] = []
    for argument in arguments:
        dependency = _parse(argument, tagged=not call.has("virtual"))
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
            findings.append(_unknown(universe, call, dependency, stage))
    return findings, rest


def _unsatisfied_pin(universe: Universe, call: ApkCall, dependency: Dependency, stage: str) -> Finding:
    newest = universe.newest(dependency.name)
    versions = (
        newest.version
        if newest
        else ", ".join(f"{one.package} as {one.version}" for one in universe.providers(dependency.name)[:_MOST_NEAR])
    )
    name = dependency.name
    mend = f"ask for {name}~{_stem(newest.version)} or {name}" if newest else f"ask for {name}"
    message = f"{dependency} is not there any more: the index has {versions}"
    return _finding("unsatisfied-pin", call, stage, message, mend)


def _stem(version: str) -> str:
    """The part of a version that its fixes share: `2.40` of `2.40.1-r0`."""
    return ".".join(version.partition("-r")[0].split(".")[:2])


def _unknown(universe: Universe, call: ApkCall, dependency: Dependency, stage: str) -> Finding:
    from difflib import get_close_matches

    near = get_close_matches(dependency.name, [p.name for p in universe.packages()], n=_MOST_NEAR, cutoff=0.75)
    repositories = ", ".join(repository.name for repository in universe.repositories)
    message = f"{dependency.name} is in none of the repositories ({repositories})"
    mend = f"did you mean {', '.join(dict.fromkeys(near))}?" if near else "correct the name, or add its repository"
    return _finding("unknown-package", call, stage, message, mend)


def _unknown_tag(call: ApkCall, dependency: Dependency, stage: str) -> Finding:
    message = f"no repository has the tag @{dependency.tag} of {dependency}"
    mend = f"add '@{dependency.tag} URL' to /etc/apk/repositories"
    return _finding("unknown-package", call, stage, message, mend)


def _unsatisfiable(call: ApkCall, problems: Sequence[str], stage: str) -> Finding:
    reason = problems[0] if problems else "no reason given"
    mend = f"ask `apkgraph why-not {' '.join(call.packages)}`"
    return _finding("unsatisfiable", call, stage, f"apk would refuse: {reason}", mend)


def _finding(rule: str, call: ApkCall, stage: str, message: str, mend: str) -> Finding:
    severity = Severity.NOTE if call.conditional else RULES[rule].severity
    return Finding(rule, severity, call.line, stage, message, mend)
