"""A system as a Dockerfile changes it: what is installed and asked for, and what each call of apk does to that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from apkgraph.audit.universes import Universes
from apkgraph.dockerfile.apk_command import options_of
from apkgraph.dockerfile.events import ApkCall
from apkgraph.impact.install_reason import InstallReason, explain_changes
from apkgraph.impact.resolved_graph import changed_graph
from apkgraph.model.dependency import Dependency
from apkgraph.model.package import Installed, Package
from apkgraph.model.size import Amount
from apkgraph.model.universe_ref import UniverseRef
from apkgraph.solve.solution import ERROR, REMOVE, Change, Outcome, Solution, amount_of_changes

_NOW = "0"  # the version of a virtual package that is given none: apk takes the time


@dataclass(frozen=True, slots=True)
class SystemState:
    """A system at one moment. `packages` stand in the order of its installed db.

    `asked` tells for each name of the world in which line it was asked for; base names are not in it.
    `has_foreign`: there are repositories besides that are not known here, so what is missing may be in them.
    `dated`: the image that its packages came from, where that always is the same one, so that the index may have newer
    versions of them; `` where it follows the index.
    """

    coordinates: UniverseRef
    packages: tuple[Package, ...] = ()
    world: tuple[Dependency, ...] = ()
    asked: tuple[tuple[str, int], ...] = ()
    has_foreign: bool = False
    dated: str = ""
    solution: Solution | None = field(default=None, compare=False, repr=False)  # the solving that it came from

    @property
    def installed_size(self) -> int:
        """Bytes on disk."""
        return sum(package.installed_size for package in self.packages)

    @property
    def download_size(self) -> int:
        """Bytes over the wire of all that is installed."""
        return sum(package.download_size for package in self.packages)

    def line_of(self, name: str) -> int | None:
        """The line in which a name of the world was asked for."""
        return dict(self.asked).get(name)


@dataclass(frozen=True, slots=True)
class Transaction:
    """What one call of apk does, or why it fails."""

    call: ApkCall
    changes: tuple[Change, ...] = ()
    problems: tuple[str, ...] = ()  # apk's words, where it refuses
    solution: Solution | None = field(default=None, compare=False, repr=False)
    request: tuple[Dependency, ...] = ()  # what the world has now and did not have before

    @property
    def satisfied(self) -> bool:
        """Whether apk would do it."""
        return not self.problems

    @property
    def amount(self) -> Amount:
        """Net packages, net bytes on disk, bytes fetched."""
        return amount_of_changes(self.changes)

    @property
    def because(self) -> tuple[InstallReason, ...]:
        """Why each change happens, in their order; worked out each time."""
        if self.solution is None or not self.changes:
            return ()
        return explain_changes(self.solution, self.request, changed_graph(self.solution))


def transact(
    universes: Universes, system: SystemState, call: ApkCall, arguments: Sequence[str]
) -> tuple[SystemState, Transaction]:
    """Do what `call` does with these arguments; where apk refuses, the system stays as it is.

    The same call on the same system is solved once, whichever stage or branch makes it.
    """
    if universes.solves.off:
        return system, Transaction(call)
    options = options_of(call, _NOW)
    key = (system.coordinates, _state(system), call.applet, tuple(arguments), options)

    def answer() -> _Answer:
        explorer = universes.holding(system.coordinates, system.packages, system.world)
        universes.solves.spend(explorer.universe, call.line)
        return _answer(explorer.run(call.applet, arguments, options), system.world)

    found = universes.solves.once(key, answer)
    if found.problems or found.solution is None:
        return system, Transaction(call, problems=found.problems)
    after = replace(
        system,
        packages=found.packages,
        world=found.world,
        asked=_asked(system, found.world, found.request, call.line),
        solution=found.solution,
    )
    return after, Transaction(call, tuple(found.solution.changes), (), found.solution, found.request)


class _Answer(NamedTuple):
    """What a solving came to: apk's refusals, or the system afterwards."""

    problems: tuple[str, ...]
    solution: Solution | None
    packages: tuple[Package, ...] = ()
    world: tuple[Dependency, ...] = ()
    request: tuple[Dependency, ...] = ()


def _answer(outcome: Outcome, world: Sequence[Dependency]) -> _Answer:
    problems = tuple(message.text for message in outcome.messages if message.kind == ERROR)
    solution = outcome.solution
    if solution is not None and not solution.satisfied:
        problems = (*problems, *(reason.text for reason in solution.reasons))
    if problems or solution is None:
        return _Answer(problems, None)
    before = {dependency.name: dependency for dependency in world}
    request = tuple(entry for entry in outcome.world if before.get(entry.name) != entry)
    return _Answer((), solution, _packages(solution), outcome.world, request)


def _state(system: SystemState) -> object:
    """What of a system an answer hangs on: its packages, each with its tag, and its world."""
    packages = tuple(
        (package.name, package.version, package.identity, package.installed.tag if package.installed else "")
        for package in system.packages
    )
    return packages, system.world


def _packages(solution: Solution) -> tuple[Package, ...]:
    """What is installed afterwards, as apk writes it to its db; a package remembers the tag that it came from."""
    tags = {change.package: change.tag for change in solution.changes if change.tag}
    tagged = (
        package.replaced(installed=Installed(tag=tags[package])) if package in tags else package
        for package in solution.packages
    )
    return tuple(sorted(tagged, key=lambda package: package.name))


def _asked(
    system: SystemState, world: Sequence[Dependency], request: Sequence[Dependency], line: int
) -> tuple[tuple[str, int], ...]:
    lines = {**dict(system.asked), **{entry.name: line for entry in request}}
    return tuple((entry.name, lines[entry.name]) for entry in world if entry.name in lines)


def without(universes: Universes, system: SystemState, names: Sequence[str]) -> tuple[SystemState, tuple[Package, ...]]:
    """The system once these names left its world, and what goes with them; unchanged where the rest needs them."""
    world = tuple(entry for entry in system.world if entry.name not in names)

    def answer() -> _Answer:
        explorer = universes.holding(system.coordinates, system.packages, world)
        if not universes.solves.may_try(explorer.universe):
            return _Answer((), None)
        solution = explorer.reach()
        return _Answer((), solution, _packages(solution), world) if solution.satisfied else _Answer((), None)

    found = universes.solves.once((system.coordinates, _state(system), world), answer)
    if found.solution is None:
        return system, ()
    gone = tuple(change.package for change in found.solution.changes if change.action == REMOVE)
    asked = _asked(system, world, (), 0)
    return replace(system, packages=found.packages, world=world, asked=asked, solution=found.solution), gone


def settled(universes: Universes, system: SystemState) -> Solution:
    """Who serves whom on the system: by the solving that it came from, or else by one in which nothing changes."""
    if system.solution is not None:
        return system.solution
    return universes.holding(system.coordinates, system.packages, system.world).reach()


def is_file(argument: str) -> bool:
    """Whether `apk add` is given a package file, or a pattern of such, rather than a name."""
    return argument.endswith(".apk") or "://" in argument or (argument.startswith(("/", ".")) and "*" in argument)
