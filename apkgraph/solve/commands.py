"""apk's commands as questions to the solver: add, del, upgrade, fix, and what they say around it (rule D1)."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase

from apkgraph.errors import DependencyError
from apkgraph.model.dependency import CHECKSUM, Dependency, display_order, parse_dependency
from apkgraph.model.package import Package
from apkgraph.model.version import ANY, EQUAL, compare, is_valid
from apkgraph.solve.changes import Dependents
from apkgraph.solve.problem import AVAILABLE, KEEP_INSTALLED, LATEST, REINSTALL, REMOVE, UPGRADE, Mark, Query
from apkgraph.solve.propagate import names_of
from apkgraph.solve.solution import ERROR, WARNING, Message, Outcome
from apkgraph.solve.solver import solve, with_request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from apkgraph.index.universe import Universe
    from apkgraph.solve.solution import Solution

    World = tuple[Dependency, ...]

COMMANDS = ("add", "del", "upgrade", "fix")


@dataclass(frozen=True, slots=True)
class Options:
    """One command's options; each is named as apk's own. `now`: the version of an unversioned virtual package."""

    upgrade: bool = False
    latest: bool = False
    available: bool = False
    prune: bool = False
    ignore: bool = False
    virtual: str = ""
    rdepends: bool = False
    depends: bool = False
    xattr: bool = False
    preupgrade_only: bool = False
    self_upgrade: bool = True
    preupgrade_depends: tuple[str, ...] = ()
    force_broken_world: bool = False
    network: bool = True
    now: str = "0"


class CommandError(Exception):
    """apk stops with this line before it solves."""


def run(universe: Universe, world: World, applet: str, arguments: Sequence[str], options: Options) -> Outcome:
    """What `apk APPLET ARGUMENTS` comes to in a universe with its installed packages, and this world."""
    command = {"add": _add, "del": _delete, "upgrade": _upgrade, "fix": _fix}[applet]
    try:
        return command(universe, world, arguments, options)
    except CommandError as error:
        return Outcome(world, None, (Message(ERROR, str(error)),))


def rejected(world: World, applet: str, arguments: Sequence[str], options: Options) -> Outcome | None:
    """The outcome where apk rejects the arguments whatever the universe holds; None where it does not."""
    try:
        if applet == "add":
            _parse_request(arguments, options)
    except CommandError as error:
        return Outcome(world, None, (Message(ERROR, str(error)),))
    return None


def _parse_request(arguments: Sequence[str], options: Options) -> tuple[tuple[Dependency, ...], Package | None]:
    """The entries that `add` puts into the world, and the virtual package that it makes for `-t`."""
    if options.virtual:
        package, entry = virtual_package(options.virtual, arguments, options.now)
        return (entry,), package
    return tuple(_parse(each, "world dependency", "name(@tag)([<>~=]version)") for each in arguments), None


def _add(universe: Universe, world: World, arguments: Sequence[str], options: Options) -> Outcome:
    flags = (UPGRADE if options.upgrade else 0) | (LATEST if options.latest else 0)
    request, virtual = _parse_request(arguments, options)
    warnings: tuple[Message, ...] = ()
    if virtual is not None:
        if not arguments:
            warnings = (Message(WARNING, "creating empty virtual package"),)
        universe = universe.with_packages([virtual])
    wanted = with_request(world, request)
    marks = {dependency.name: Mark(flags, flags) for dependency in request}
    return _commit(universe, wanted, options, warnings, marks=marks)


def virtual_package(specifier: str, arguments: Sequence[str], now: str) -> tuple[Package, Dependency]:
    """The package that `add -t` makes, and the world's entry for it."""
    try:
        wanted = parse_dependency(specifier)
    except DependencyError:
        wanted = Dependency("", broken=True)
    named = wanted.operator == ANY or (wanted.operator == EQUAL and is_valid(wanted.version))
    if wanted.conflict or wanted.broken or not named:
        raise CommandError(f"{specifier}: bad package specifier")
    version = wanted.version or now
    depends = {
        dependency.name: dependency
        for dependency in (_parse(each, "package dependency", "name([<>~=]version)") for each in arguments)
    }
    identity = f"virtual {wanted.name}={version}".encode()[:20]
    package = Package(
        wanted.name, version, arch="noarch", identity=identity, depends=tuple(depends.values()), virtual=True
    )
    return package, Dependency(wanted.name, EQUAL, version)


def _parse(argument: str, kind: str, form: str) -> Dependency:
    try:
        dependency = parse_dependency(argument.rstrip(" "), allow_tag=kind == "world dependency")
    except DependencyError:
        dependency = None
    if dependency is None or dependency.broken or " " in dependency.name:
        raise CommandError(f"'{argument}' is not a valid {kind}, format is {form}")
    return dependency


def _delete(universe: Universe, world: World, arguments: Sequence[str], options: Options) -> Outcome:
    names = _matching_names(universe, arguments, "No such package: {}")
    marks: dict[str, Mark] = {}
    dropped = set(names)
    installed = {package.name for package in universe.installed}
    for name in names:
        if name in installed:
            marks[name] = Mark(REMOVE)
    if options.rdepends:
        for package in remove_with_dependents(universe, [name for name in names if name in installed]):
            marks[package.name] = Mark(REMOVE)
            dropped.update((package.name, *(provided.name for provided in package.provides)))
    wanted = tuple(dependency for dependency in world if dependency.name not in dropped)
    solution = solve(
        Query(universe, wanted, marks=marks, network=options.network), force_broken_world=options.force_broken_world
    )
    if not solution.satisfied:
        return Outcome(wanted, solution)
    excluded = {dependency.name for dependency in world if dependency.conflict}
    kept = kept_by(universe, solution, wanted, [name for name in names if name not in excluded])
    problems = _missing_tags(universe, solution.world, options, "Not committing changes")
    return Outcome(wanted, None if problems else solution, problems, kept)


def _matching_names(universe: Universe, arguments: Sequence[str], refusal: str) -> list[str]:
    """Exact names, or patterns over all names if any argument has a `*` (D1.2)."""
    if any("*" in argument for argument in arguments):
        patterns = [argument.lower() for argument in arguments]
        return [name for name in universe.names() if any(fnmatchcase(name.lower(), each) for each in patterns)]
    for argument in arguments:
        if not universe.knows(argument):
            raise CommandError(refusal.format(argument))
    return list(arguments)


def _upgrade(universe: Universe, world: World, arguments: Sequence[str], options: Options) -> Outcome:
    problems = _missing_tags(universe, world, options, "Not continuing with upgrade")
    if problems:
        return Outcome(world, None, problems)
    if options.preupgrade_only:
        nothing = arguments or not options.self_upgrade
        return Outcome(world, None) if nothing else _preupgrade(universe, world, options)
    names = _matching_names(universe, arguments, "Package '{}' not found")
    flags = UPGRADE | (AVAILABLE if options.available else 0) | (LATEST if options.latest else 0)
    marks = {name: Mark(KEEP_INSTALLED if options.ignore else UPGRADE) for name in names}
    if arguments and not options.ignore:
        flags &= ~UPGRADE
    if options.prune:
        opened = universe.opened if options.network else 0
        world = tuple(d for d in world if any(p.package.repositories & opened for p in universe.providers(d.name)))
    if options.available:
        world = tuple(Dependency(d.name, tag=d.tag) if d.operator == CHECKSUM and not d.conflict else d for d in world)
    return _commit(universe, world, options, (), flags=flags, marks=marks)


def _preupgrade(universe: Universe, world: World, options: Options) -> Outcome:
    """Upgrade what upgrades, and nothing else (D1.5); that it fails is not an error."""
    marks = preupgrade_marks(universe, options)
    if not marks:
        return Outcome(world, None)
    query = Query(universe, world, marks=marks, network=options.network, pre_upgrade=True)
    solution = solve(query, force_broken_world=options.force_broken_world)
    if not solution.satisfied:
        failure = Message(WARNING, "Failed to perform initial self-upgrade, continuing with full upgrade...")
        return Outcome(world, None, (failure,))
    return Outcome(world, solution if solution.changes else None, preupgrade=True)


def _fix(universe: Universe, world: World, arguments: Sequence[str], options: Options) -> Outcome:
    flag = UPGRADE if options.upgrade else REINSTALL
    mark = Mark(flag, flag if options.depends else 0)
    found = _matching_names(universe, arguments, "Package '{}' not found")
    letters = "fsx" if options.xattr else "fs"
    if not arguments:
        found = [
            package.name
            for package in universe.installed
            if package.installed and any(letter in package.installed.broken for letter in letters)
        ]
    return _commit(universe, world, options, (), marks=dict.fromkeys(found, mark))


def _commit(
    universe: Universe,
    world: World,
    options: Options,
    warnings: tuple[Message, ...],
    *,
    flags: int = 0,
    marks: dict[str, Mark],
) -> Outcome:
    problems = _missing_tags(universe, world, options, "Not committing changes")
    if problems:
        return Outcome(world, None, warnings + problems)
    query = Query(universe, world, flags=flags, marks=marks, network=options.network)
    return Outcome(world, solve(query, force_broken_world=options.force_broken_world), warnings)


def _missing_tags(universe: Universe, world: World, options: Options, what: str) -> tuple[Message, ...]:
    """What apk says of tags in the world that no opened repository has (D1.7)."""
    if options.force_broken_world:
        return ()
    missing = [
        Message(WARNING, f"The repository tag for world dependency '{dependency.name}@{dependency.tag}' does not exist")
        for dependency in world
        if dependency.tag and not universe.tags.get(dependency.tag, 0) & universe.opened
    ]
    return (*missing, Message(ERROR, f"{what} due to missing repository tags.")) if missing else ()


def preupgrade_marks(universe: Universe, options: Options) -> dict[str, Mark]:
    """Marks for the installed candidates that a repository has a newer version of."""
    flags = UPGRADE | (AVAILABLE if options.available else 0) | (LATEST if options.latest else 0)
    installed = {package.name: package for package in universe.installed}
    marks = {}
    for dependency in _candidates(universe, options):
        package = installed.get(dependency.name)
        if package is None or dependency.conflict or not dependency.satisfied_by(package, package.version):
            continue
        if _has_newer(universe, package, options):
            marks[package.name] = Mark(flags)
    return marks


def _candidates(universe: Universe, options: Options) -> list[Dependency]:
    owners = [package for package in universe.installed if package.installed and package.installed.executable]
    candidates = {package.name: Dependency(package.name) for package in owners}
    for token in options.preupgrade_depends:
        try:
            dependency = parse_dependency(token)
        except DependencyError:
            continue
        candidates[dependency.name] = dependency
    return list(candidates.values())


def _has_newer(universe: Universe, package: Package, options: Options) -> bool:
    opened = universe.opened if options.network else 0
    return any(
        other.repositories & opened and compare(other.version, package.version) > 0
        for other in universe.named(package.name)
    )


def remove_with_dependents(universe: Universe, names: Iterable[str]) -> list[Package]:
    """The installed packages of these names and all installed ones that depend on them, over any number of steps."""
    installed = {package.name: package for package in universe.installed}
    found = {installed[name]: None for name in names}
    stack = list(found)
    dependents = Dependents(universe, universe.installed)
    while stack:
        package = stack.pop()
        for dependent in dependents.of(package):
            if dependent not in found:
                found[dependent] = None
                stack.append(dependent)
    return list(found)


def kept_by(
    universe: Universe, solution: Solution, world: tuple[Dependency, ...], names: Iterable[str]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """For each name that is still there although it was to go, the names of the world that keep it."""
    walk = _Walk(universe, solution, world)
    return tuple(
        (name, tuple(walk.keepers(provider.package)))
        for name in sorted(names, key=display_order)
        for provider in universe.providers(name)
        if provider.package in walk.selected
    )


class _Walk:
    def __init__(self, universe: Universe, solution: Solution, world: tuple[Dependency, ...]) -> None:
        self._universe = universe
        self._world = {dependency.name for dependency in world if not dependency.conflict}
        self.selected = set(solution.packages)
        self._dependents = Dependents(universe, solution.packages)

    def keepers(self, package: Package) -> Iterator[str]:
        """The world's names on the way up from a package, depth first."""
        seen = {package}
        stack = [self._step(package)]
        while stack:
            for met in stack[-1]:
                if isinstance(met, str):
                    yield met
                elif met not in seen:
                    seen.add(met)
                    stack.append(self._step(met))
                    break
            else:
                stack.pop()

    def _step(self, package: Package) -> Iterator[str | Package]:
        yield from (name for name in names_of(package) if name in self._world)
        yield from self._dependents.of(package)
        for condition in package.install_if:
            for provider in self._universe.providers(condition.name):
                if provider.package in self.selected and provider.package.name in self._world:
                    yield provider.package
