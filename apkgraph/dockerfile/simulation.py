"""`apk --simulate` without apk: the files that make up a root, and what a command would do to it."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from apkgraph.dockerfile.apk_command import read_call
from apkgraph.errors import InputError, SignatureError, UsageError
from apkgraph.image.files import read_file
from apkgraph.image.system import DATABASES
from apkgraph.image.world import read_world
from apkgraph.index.build import build_universe
from apkgraph.index.parse import ParsedIndex, parse_index, parse_installed
from apkgraph.index.universe import RepositoryInfo
from apkgraph.mirror import archive
from apkgraph.mirror.layout import Repository, local_path
from apkgraph.mirror.repositories import from_lines, repositories
from apkgraph.model.flavour import APK_3, AUTO
from apkgraph.solve.commands import COMMANDS, rejected, run
from apkgraph.solve.options import Options

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from apkgraph.dockerfile.events import ApkCall
    from apkgraph.mirror.source import TrustedIndex
    from apkgraph.settings import Settings
    from apkgraph.solve.outcome import Outcome

    Obtain = Callable[[Settings, Sequence[Repository]], Sequence[TrustedIndex | None]]

_QUIET, _NORMAL = 0, 1


@dataclass(frozen=True, slots=True)
class Root:
    """The files that a simulation starts from; each may be missing."""

    world: str | None = None
    installed: str | None = None
    cache: str | None = None


@dataclass(frozen=True, slots=True)
class Simulation:
    """What came of it. `warnings` are those of the indexes; `verbosity` as -q and -v ask; `apk`: the flavour."""

    outcome: Outcome
    warnings: tuple[str, ...]
    verbosity: int
    apk: str


def simulate(root: Root, words: Sequence[str], settings: Settings, obtain: Obtain, now: str) -> Simulation:
    """What `apk WORDS` would do to the root.

    It is apk 3 that does it, unless the settings name another. With `settings.extra_repositories`, those are the only
    repositories; each may also be an index file. `obtain` gets the indexes that lie on a mirror; `now` is the version
    of a virtual package that is given none.
    Raises UsageError for words that apk would not take, InputError for a file that it could not read, SignatureError
    for an index file that no trusted key has signed.
    """
    call = _call(words)
    world = read_world(root.world) if root.world else ()
    options = options_of(call, now)
    settings = _settings_of(call, settings)
    apk = APK_3 if settings.apk == AUTO else settings.apk
    places = _places(settings)
    if any(place.path is None for place in places):
        outcome = rejected(world, call.applet, call.packages, options)
        if outcome is not None:
            return Simulation(outcome, (), _verbosity(call), apk)
    arches = (settings.arch,)
    sources, complaints = _sources(places, settings, obtain)
    universe = build_universe(
        sources,
        installed=_installed(root.installed, arches),
        cache_index=_strict(_read_text(root.cache, arches, 0), root.cache) if root.cache and _caches(call) else None,
        world=world,
        arches=arches,
    ).with_apk(apk)
    outcome = run(universe, world, call.applet, call.packages, options)
    return Simulation(outcome, (*complaints, *universe.warnings.texts()), _verbosity(call), apk)


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


_REJECTED = {
    "root": "give --installed and --world before --",
    "cache-dir": "give --cache FILE before --",
    "repositories-config": "give --repositories-file before --",
}
_HONOURED = {"arch": "arch", "keys-dir": "keys_dir", "repositories-file": "repositories_file"}


def _settings_of(call: ApkCall, settings: Settings) -> Settings:
    """The settings with what the call's own options say; UsageError for those that a simulation cannot honour."""
    for option, instead in _REJECTED.items():
        if call.has(option):
            raise UsageError(f"simulate cannot honour apk's --{option}: {instead}")
    changes: dict[str, object] = {
        setting: call.value(option) for option, setting in _HONOURED.items() if call.has(option)
    }
    if call.has("allow-untrusted"):
        changes["allow_untrusted"] = True
    if call.has("no-network"):
        changes |= {"offline": True, "refresh": False}
    given = (value for value in call.values("repository") if isinstance(value, str))
    return settings.replace(**changes, extra_repositories=(*settings.extra_repositories, *given))


def _sources(
    places: Sequence[Repository], settings: Settings, obtain: Obtain
) -> tuple[list[tuple[RepositoryInfo, ParsedIndex]], list[str]]:
    """The repositories in apk's order, and what it says of those that it gives up (A2)."""
    arches = (settings.arch,)
    texts = [_is_text(place) for place in places]
    archives = iter(obtain(settings, [place for place, text in zip(places, texts, strict=True) if not text]))
    sources: list[tuple[RepositoryInfo, ParsedIndex]] = []
    complaints: list[str] = []
    for number, (place, text) in enumerate(zip(places, texts, strict=True)):
        info = RepositoryInfo(place.name, url=place.url, tags=place.tags)
        if text:
            parsed = _read_unsigned(place.index, settings, 1 << number)
        else:
            index = next(archives)
            parsed = parse_index(index.text if index is not None else b"", arches, 1 << number)
            info.opened = index is not None
        if parsed.error is not None:
            info.opened = False
            complaints.append(f"opening {info.url}: v2 database format error")
        sources.append((info, parsed))
    return sources, complaints


def _places(settings: Settings) -> list[Repository]:
    """Where the repositories lie; one file under several tags is one repository with several tags."""
    if not settings.extra_repositories:
        return list(repositories(settings))
    found: dict[str, Repository] = {}
    for line in settings.extra_repositories:
        for repository in _file(line, settings) or from_lines((line,), settings):
            known = found.get(repository.index)
            found[repository.index] = repository.tagged(_with_tag(known, repository.tags[0]))
    return list(found.values())


def _file(line: str, settings: Settings) -> tuple[Repository, ...]:
    """The repository of a line that names an index file; none where it names a directory or a URL."""
    words = line.split()
    path = local_path(words[-1]) if words else None
    if path is None or not os.path.isfile(path):
        return ()
    tag = next((word[1:] for word in words[:-1] if word.startswith("@")), "")
    return (Repository(path, path, path, settings.arch, tags=(tag,)),)


def _is_text(place: Repository) -> bool:
    """Whether a repository is an index file, named itself, that is neither compressed nor an ADB."""
    if place.path is None or place.index != place.url or not os.path.isfile(place.path):
        return False
    with suppress(OSError), open(place.path, "rb") as file:
        return not file.read(4).startswith((archive.GZIP_MAGIC, b"ADB"))
    return False


def _with_tag(known: Repository | None, tag: str) -> tuple[str, ...]:
    tags = known.tags if known else ()
    return tags if tag in tags else (*tags, tag)


def _read_unsigned(path: str, settings: Settings, bit: int) -> ParsedIndex:
    """A plain text index, which nothing can sign."""
    if not settings.allow_untrusted:
        raise SignatureError(f"{path}: plain text, so unsigned; give --allow-untrusted if you trust it")
    return _read_text(path, (settings.arch,), bit)


def _read_text(path: str, arches: tuple[str, ...], bit: int) -> ParsedIndex:
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
