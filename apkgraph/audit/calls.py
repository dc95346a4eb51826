"""One call of apk on a system: what it does, what of it is not known, and what is wrong with what it asks for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from apkgraph.audit.findings.finding import Finding
from apkgraph.audit.findings.requests import diagnose, parse_argument, unsatisfiable
from apkgraph.audit.system_state import SystemState, Transaction, is_file, transact
from apkgraph.audit.universes import Universes
from apkgraph.dockerfile.events import ApkCall, Unresolved
from apkgraph.dockerfile.shell.values import Field, Unknown
from apkgraph.errors import DependencyError
from apkgraph.index.universe import Universe

_NOT_A_NAME = re.compile(r"[^A-Za-z0-9]+")
_NAMED = re.compile(r"^([A-Za-z0-9_][A-Za-z0-9_.+-]*)[=<>~]+\S+$")
_WRITE_OUT = "write the packages out, to have them counted"
_MAY_BE_ELSEWHERE = "it may come from a repository that is not known here"
_GIVE_IT = "to have that repository read, give it with -X"


class Called(NamedTuple):
    """What came of a call."""

    system: SystemState
    transaction: Transaction
    unresolved: tuple[Unresolved, ...]
    findings: tuple[Finding, ...]


def follow_call(universes: Universes, system: SystemState, call: ApkCall, stage: str) -> Called:
    """Do what a call does, as far as it is known; what apk would refuse becomes findings, and the rest is done."""
    named = {name: unknown for unknown in call.unresolved if (name := _name_of(unknown))}
    call = _with_names(call, system)
    unresolved = [
        Unresolved(call.line, " ".join(unknown.source.split()), unknown.reason, fix=_WRITE_OUT)
        for unknown in call.unresolved
    ]
    unresolved += [Unresolved(call.line, file, "it is a package file") for file in call.packages if is_file(file)]
    unresolved += [Unresolved(call.line, call.text, problem) for problem in call.problems]
    arguments, broken = _arguments(call)
    arguments += named
    unresolved += [Unresolved(call.line, word, "apk would not take it as a package") for word in broken]
    findings: list[Finding] = []
    if _does_nothing(call, arguments, unresolved):
        return Called(system, Transaction(call), tuple(unresolved), ())
    after, transaction = transact(universes, system, call, arguments)
    if not transaction.satisfied and call.applet == "del":
        known = [name for name in arguments if _is_there(universes.universe(system.coordinates), system, name)]
        unresolved += [
            Unresolved(call.line, name, "it is not known to be there") for name in arguments if name not in known
        ]
        after, transaction = transact(universes, system, call, known) if known else (system, Transaction(call))
    elif not transaction.satisfied:
        findings, rest = diagnose(universes, system.coordinates, call, arguments, stage)
        refused = transaction
        if system.has_foreign:
            elsewhere = [word for word in arguments if word not in rest]
            rest = [word for word in rest if word in arguments]
        if findings:
            after, transaction = transact(universes, system, call, rest) if rest else (system, Transaction(call))
        if not transaction.satisfied or not findings:
            findings.append(unsatisfiable(call, transaction.problems, stage))
            elsewhere = [call.text] if system.has_foreign else []
        if system.has_foreign:
            unresolved += [Unresolved(call.line, text, _MAY_BE_ELSEWHERE, fix=_GIVE_IT) for text in elsewhere]
            findings = []
        transaction = replace(transaction, problems=refused.problems)
    return Called(after, transaction, tuple(unresolved), tuple(findings))


def _does_nothing(call: ApkCall, arguments: Sequence[str], unresolved: Sequence[Unresolved]) -> bool:
    """Whether a call changes no packages, or none that are known."""
    if call.has("simulate") or call.applet == "update":
        return True
    if arguments or (call.applet == "add" and call.has("virtual")):
        return False
    return bool(unresolved) or call.applet == "del"


def _with_names(call: ApkCall, system: SystemState) -> ApkCall:
    """The call with names in place of unknowns that name a virtual package: equal text is the same one."""
    options = tuple(
        (name, _stand_in(value) if name == "virtual" and isinstance(value, Unknown) else value)
        for name, value in call.options
    )
    world = {entry.name for entry in system.world}
    arguments: tuple[Field, ...] = tuple(
        _stand_in(argument) if isinstance(argument, Unknown) and _stand_in(argument) in world else argument
        for argument in call.arguments
    )
    return call._replace(options=options, arguments=arguments)


def _name_of(unknown: Unknown) -> str:
    """The name in `mariadb=${VERSION}`, of which only the version is not known."""
    found = _NAMED.match(unknown.source)
    return found[1] if found else ""


def _stand_in(unknown: Unknown) -> str:
    return f".{_NOT_A_NAME.sub('-', unknown.source).strip('-') or 'unknown'}"


def _arguments(call: ApkCall) -> tuple[list[str], list[str]]:
    """The arguments that apk would take, and those that it would not."""
    good: list[str] = []
    broken: list[str] = []
    for argument in call.packages:
        if is_file(argument):
            continue
        try:
            if call.applet == "add":
                parse_argument(argument, tagged=not call.has("virtual"))
            (good if argument else broken).append(argument)
        except DependencyError:
            broken.append(argument)
    return good, broken


def _is_there(universe: Universe, system: SystemState, name: str) -> bool:
    return universe.knows(name) or any(entry.name == name for entry in system.world)
