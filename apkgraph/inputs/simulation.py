"""`apk --simulate` without apk: the files that make up a root, and what a command would do to it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from apkgraph.errors import InputError, UsageError
from apkgraph.index.build import build_universe
from apkgraph.index.parse import ParsedIndex, parse_index, parse_installed
from apkgraph.index.universe import RepositoryInfo
from apkgraph.inputs.apk_command import read_call
from apkgraph.inputs.files import read_file
from apkgraph.inputs.system import DATABASES
from apkgraph.inputs.world import read_world
from apkgraph.mirror import archive
from apkgraph.mirror.layout import local_path
from apkgraph.mirror.repositories import from_lines, repositories
from apkgraph.solve.commands import COMMANDS, run
from apkgraph.solve.options import Options

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from apkgraph.inputs.events import ApkCall
    from apkgraph.mirror.layout import Repository
    from apkgraph.mirror.source import TrustedIndex
    from apkgraph.settings import Settings
    from apkgraph.solve.outcome import Outcome

    Obtain = Callable[[Sequence[Repository]], Sequence[TrustedIndex]]

_QUIET, _NORMAL = 0, 1


@dataclass(frozen=True, slots=True)
class Root:
    """The files that a simulation starts from; each may be missing."""

    world: str | None = None
    installed: str | None = None
    cache: str | None = None


@dataclass(frozen=True, slots=True)
class Simulation:
    """What came of it. `warnings` are those of the indexes; `verbosity` as -q and -v ask."""

    outcome: Outcome
    warnings: tuple[str, ...]
    verbosity: int


def simulate(root: Root, words: Sequence[str], settings: Settings, obtain: Obtain, now: str) -> Simulation:
    """What `apk WORDS` would do to the root.

    With `settings.extra_repositories`, those are the only repositories; each may also be an index file. `obtain`
    gets the others' indexes; `now` is the version of a virtual package that is given none.
    Raises UsageError for words that apk would not take, InputError for a file that it could not read.
    """
    call = _call(words)
    lines = (*settings.extra_repositories, *(value for value in call.values("repository") if isinstance(value, str)))
    arch = call.value("arch")
    arches = (arch if isinstance(arch, str) else settings.arch,)
    world = read_world(root.world) if root.world else ()
    sources, complaints = _sources(lines, settings, arches, obtain)
    universe = build_universe(
        sources,
        installed=_installed(root.installed, arches),
        cache_index=_strict(_read_index(root.cache, arches, 0), root.cache) if root.cache and _caches(call) else None,
        world=world,
        arches=arches,
    )
    outcome = run(universe, world, call.applet, call.packages, options_of(call, now))
    warnings = (*complaints, *universe.warnings.texts())
    return Simulation(outcome, warnings, _verbosity(call))


def _caches(call: ApkCall) -> bool:
    """Whether apk would look into its cache's index (A8)."""
    return not (call.has("no-cache") or call.has("no-root-tmpfs"))


def _call(words: Sequence[str]) -> ApkCall:
    call = read_call(list(words), 1, " ".join(words), conditional=False)
    if call.problems:
        raise UsageError(f"{call.problems[0]}; give apk's own arguments after --, as in -- add git")
    if call.applet not in COMMANDS:
        raise UsageError(f"simulate runs apk's {', '.join(COMMANDS)}; give one after --, as in -- add git")
    return call


def options_of(call: ApkCall, now: str) -> Options:
    """The options of a call of apk that bear on what is selected."""
    virtual = call.value("virtual")
    only = call.has("preupgrade-only") or call.has("self-upgrade-only")
    return Options(
        upgrade=call.has("upgrade"),
        latest=call.has("latest"),
        available=call.has("available"),
        prune=call.has("prune"),
        ignore=call.has("ignore"),
        virtual=virtual if isinstance(virtual, str) else "",
        rdepends=call.has("rdepends"),
        depends=call.has("depends"),
        xattr=call.has("xattr"),
        preupgrade_only=only,
        self_upgrade=not call.has("no-self-upgrade"),
        preupgrade_depends=tuple(value for value in call.values("preupgrade-depends") if isinstance(value, str)),
        force_broken_world=call.has("force-broken-world"),
        network=not call.has("no-network"),
        now=now,
    )


def _verbosity(call: ApkCall) -> int:
    names = [name for name, _ in call.options]
    return max(_QUIET, _NORMAL + names.count("verbose") - names.count("quiet"))


def _sources(
    lines: Sequence[str], settings: Settings, arches: tuple[str, ...], obtain: Obtain
) -> tuple[list[tuple[RepositoryInfo, ParsedIndex]], list[str]]:
    """The repositories in apk's order, and what it says of those that it gives up (A2)."""
    places = _places(lines, settings)
    remote = [place for place in places if not isinstance(place, _File)]
    indexes = iter(obtain(remote) if remote else ())
    sources: list[tuple[RepositoryInfo, ParsedIndex]] = []
    complaints: list[str] = []
    for number, place in enumerate(places):
        bit = 1 << number
        if isinstance(place, _File):
            parsed = _read_index(place.path, arches, bit)
            info = RepositoryInfo(place.path, url=place.path, tags=place.tags)
        else:
            index = next(indexes)
            parsed = parse_index(index.text, arches, bit)
            info = RepositoryInfo(place.name, url=place.url, tags=place.tags)
        if parsed.error is not None:
            info.opened = False
            complaints.append(f"opening {info.url}: v2 database format error")
        sources.append((info, parsed))
    return sources, complaints


@dataclass(frozen=True, slots=True)
class _File:
    """A repository that is an index file by itself."""

    path: str
    tags: tuple[str, ...]


def _places(lines: Sequence[str], settings: Settings) -> list[_File | Repository]:
    """Where the repositories lie; one file under several tags is one repository with several tags."""
    if not lines:
        return list(repositories(settings))
    found: dict[str, _File | Repository] = {}
    for line in lines:
        words = line.split()
        path = local_path(words[-1]) if words else None
        if path is not None and os.path.isfile(path):
            tag = next((word[1:] for word in words[:-1] if word.startswith("@")), "")
            known = found.get(path)
            found[path] = _File(path, _with_tag(known, tag))
        else:
            for repository in from_lines((line,), settings):
                known = found.get(repository.index)
                found[repository.index] = repository.tagged(_with_tag(known, repository.tags[0]))
    return list(found.values())


def _with_tag(known: _File | Repository | None, tag: str) -> tuple[str, ...]:
    tags = known.tags if known else ()
    return tags if tag in tags else (*tags, tag)


def _read_index(path: str, arches: tuple[str, ...], bit: int) -> ParsedIndex:
    data = read_file(path, archive.LARGEST_TEXT, "an index")
    if data.startswith(archive.GZIP_MAGIC):
        data = archive.read_index(archive.take_apart(data, path).content, path).text
    return parse_index(data, arches, bit)


def _installed(path: str | None, arches: tuple[str, ...]) -> ParsedIndex | None:
    if path is None:
        return None
    if os.path.isdir(path):
        inside = [os.path.join(path, name) for name in DATABASES]
        path = next((each for each in inside if os.path.exists(each)), inside[0])
    return _strict(parse_installed(read_file(path, archive.LARGEST_TEXT, "an installed db"), arches), path)


def _strict(parsed: ParsedIndex, path: str | None) -> ParsedIndex:
    if parsed.error is not None:
        raise InputError(f"{path}: {parsed.error}")
    return parsed
