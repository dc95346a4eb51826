"""`apk --simulate` without apk: the files that make up a root, and what a command would do to it."""

from __future__ import annotations

import os
from contextlib import suppress

from apkgraph import limits
from apkgraph.dockerfile.apk_command import options_of, read_call
from apkgraph.errors import IndexFormatError, InputError, MirrorError, SignatureError, UsageError
from apkgraph.image.files import read_file, read_world
from apkgraph.image.system import DATABASES
from apkgraph.index.installed import with_installed
from apkgraph.loading import load_universe
from apkgraph.mirror.layout import Repository, local_path
from apkgraph.mirror.repositories import from_lines, repositories
from apkgraph.model.package import APK_3, AUTO
from apkgraph.solve.commands import COMMANDS, rejected, run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from apkgraph.dockerfile.events import ApkCall
    from apkgraph.index.parse import ParsedIndex
    from apkgraph.index.universe import RepositoryInfo, Universe
    from apkgraph.mirror.source import TrustedIndex
    from apkgraph.model.dependency import Dependency
    from apkgraph.settings import Settings
    from apkgraph.solve.solution import Outcome

    Progress = Callable[[str, int, int | None], None]
    Warn = Callable[[str], None]

_INDEX_STARTS = (b"\x1f\x8b", b"ADB")  # gzip, or an ADB: anything else is plain text
_QUIET, _NORMAL = 0, 1


class Root:
    """The files that a simulation starts from; each may be missing."""

    __slots__ = ("cache", "installed", "world")

    def __init__(self, world: str | None = None, installed: str | None = None, cache: str | None = None) -> None:
        self.world = world
        self.installed = installed
        self.cache = cache

    @property
    def is_empty(self) -> bool:
        """Whether it has no files at all."""
        return self.world is None and self.installed is None


class Simulation:
    """The outcome. `warnings` are those of the indexes; `verbosity` as -q and -v ask; `apk`: the flavour."""

    __slots__ = ("apk", "outcome", "verbosity", "warnings")

    def __init__(self, outcome: Outcome, warnings: tuple[str, ...], verbosity: int, apk: str) -> None:
        self.outcome = outcome
        self.warnings = warnings
        self.verbosity = verbosity
        self.apk = apk


def simulate(
    root: Root,
    words: Sequence[str],
    settings: Settings,
    now: str,
    *,
    progress: Progress | None = None,
    warn: Warn | None = None,
) -> Simulation:
    """What `apk WORDS` would do to the root, or where `settings` name a base themselves, to that base.

    It is apk 3 that does it, unless the settings name another. With `settings.extra_repositories`, those are the only
    repositories; each may also be an index file. `now` is the version of a virtual package that is given none.
    Raises UsageError for words that apk would not take, InputError for a file that it could not read, SignatureError
    for an index that no trusted key has signed, MirrorError and TrustError as `load_universe` does.
    """
    call = _call(words)
    options = options_of(call, now)
    settings = _settings_of(call, settings)
    has_base = _has_base(root, settings)
    apk = APK_3 if settings.apk == AUTO else settings.apk
    world = read_world(root.world) if root.world else ()
    places = _places(settings)
    if any(place.path is None for place in places):
        outcome = rejected(world, call.applet, call.packages, options)
        if outcome is not None:
            return Simulation(outcome, (), _verbosity(call), apk)
    if has_base:
        universe = load_universe(_only_extra(settings), progress, warn)
        world, warnings = universe.base_world, universe.warnings.texts()
    else:
        asked = _Asked(settings, places, progress, warn, must_have=not call.has("no-network"))
        cache = root.cache if _caches(call) else None
        universe, warnings = asked.universe(root.installed, cache, world)
    outcome = run(universe.with_apk(apk), world, call.applet, call.packages, options)
    return Simulation(outcome, warnings, _verbosity(call), apk)


def _has_base(root: Root, settings: Settings) -> bool:
    """Whether it is the settings' base that apk works on. UsageError where a root is given beside `--base`."""
    if settings.base == "none" or settings.sources["base"] == "default":
        return False
    if not root.is_empty and settings.sources["base"] == "--base":
        raise UsageError("give --base, or --installed and --world, not both: each says what is installed")
    return root.is_empty


class _Asked:
    """The repositories that one simulation asks, and how: compiled where that gives the same, or else parsed."""

    def __init__(
        self,
        settings: Settings,
        places: Sequence[Repository],
        progress: Progress | None,
        warn: Warn | None,
        *,
        must_have: bool,
    ) -> None:
        self._settings = settings
        self._places = places
        self._progress = progress
        self._warn = warn
        self._must_have = must_have

    def universe(
        self, installed: str | None, cache: str | None, world: tuple[Dependency, ...]
    ) -> tuple[Universe, tuple[str, ...]]:
        """The universe with what is installed, and what apk warns of."""
        parsed = _installed(installed, (self._settings.arch,))
        plain = self._compiled() if cache is None and not (parsed and parsed.mentions) else None
        if plain is not None:
            packages = parsed.packages if parsed else ()
            warnings = plain.warnings.merged([parsed.warnings] if parsed else [])
            return with_installed(plain, packages, world), warnings.texts()
        return self._parsed(parsed, cache, world)

    def _compiled(self) -> Universe | None:
        """The compiled universe; None where apk gives an index up, or a repository is a file that nothing compiles."""
        files = any(place.path is not None and place.index == place.url for place in self._places)
        if files or not self._places or not self._must_have:
            return None
        try:
            return load_universe(_only_extra(self._settings).replace(base="none"), self._progress, self._warn)
        except IndexFormatError:
            return None

    def _parsed(
        self, installed: ParsedIndex | None, cache: str | None, world: tuple[Dependency, ...]
    ) -> tuple[Universe, tuple[str, ...]]:
        from apkgraph.index.build import build_universe

        arches = (self._settings.arch,)
        sources, complaints = self._sources()
        cached = _strict(_read_text(cache, arches, 0), cache) if cache is not None else None
        universe = build_universe(sources, installed=installed, cache_index=cached, world=world, arches=arches)
        return universe, (*complaints, *universe.warnings.texts())

    def _sources(self) -> tuple[list[tuple[RepositoryInfo, ParsedIndex]], list[str]]:
        """The repositories in apk's order, and what apk says of those that it gives up."""
        from apkgraph.index.formats import parse
        from apkgraph.index.parse import parse_index
        from apkgraph.index.universe import RepositoryInfo

        arches = (self._settings.arch,)
        texts = [_is_text(place) for place in self._places]
        archives = iter(self._obtain([place for place, text in zip(self._places, texts, strict=True) if not text]))
        sources: list[tuple[RepositoryInfo, ParsedIndex]] = []
        complaints: list[str] = []
        for number, (place, text) in enumerate(zip(self._places, texts, strict=True)):
            info = RepositoryInfo(place.name, url=place.url, tags=place.tags)
            if text:
                parsed = _read_unsigned(place.index, self._settings, 1 << number)
            else:
                index = next(archives)
                parsed = parse(index, arches, 1 << number) if index is not None else parse_index(b"")
                info.opened = index is not None
            if parsed.error is not None:
                info.opened = False
                adb = not text and index is not None and index.is_adb
                complaints.append(f"opening {info.url}: {'ADB block' if adb else 'v2 database format'} error")
            sources.append((info, parsed))
        return sources, complaints

    def _obtain(self, places: Sequence[Repository]) -> Sequence[TrustedIndex | None]:
        """The indexes, None for one that is not available while apk must not use the network.

        One that apk gives up is taken only where there is no earlier one, for apk says so then.
        """
        from functools import partial

        from apkgraph.loading.cold import check_index
        from apkgraph.mirror.source import obtain

        if not places:
            return ()
        ask = partial(obtain, self._settings, self._progress, warn=self._warn)
        try:
            return ask(places, check=check_index)
        except IndexFormatError:
            return ask(places)
        except MirrorError:
            if self._must_have:
                raise
        if len(places) == 1:
            return (None,)
        return tuple(index for place in places for index in self._obtain([place]))


def _only_extra(settings: Settings) -> Settings:
    """The settings, the repositories of the command line being the only ones where there are any."""
    return settings.replace(repositories_file=os.devnull) if settings.extra_repositories else settings


def _caches(call: ApkCall) -> bool:
    """Whether apk would look into its cache's index (A8)."""
    return not (call.has("no-cache") or call.has("no-root-tmpfs"))


def _call(words: Sequence[str]) -> ApkCall:
    call = read_call(list(words), 1, " ".join(words))
    if call.problems:
        raise UsageError(f"{call.problems[0]}; give apk's own arguments after --, as in -- add git")
    if call.applet not in COMMANDS:
        raise UsageError(f"simulate runs apk's {', '.join(COMMANDS)}; give one after --, as in -- add git")
    return call


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
        return not file.read(4).startswith(_INDEX_STARTS)
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
    from apkgraph.index.parse import UNSIGNED, Limits, parse_index
    from apkgraph.mirror import archive

    data = read_file(path, limits.INDEX_TEXT_BYTES, "an index")
    if data.startswith(archive.GZIP_MAGIC):
        data = archive.read_index(archive.take_apart(data, path).content, path).text
    return parse_index(data, arches, bit, bounds=Limits(*UNSIGNED))


def _installed(path: str | None, arches: tuple[str, ...]) -> ParsedIndex | None:
    if path is None:
        return None
    from apkgraph.index.parse import parse_installed

    if os.path.isdir(path):
        inside = [os.path.join(path, name) for name in DATABASES]
        path = next((each for each in inside if os.path.exists(each)), inside[0])
    return _strict(parse_installed(read_file(path, limits.INDEX_TEXT_BYTES, "an installed db"), arches), path)


def _strict(parsed: ParsedIndex, path: str | None) -> ParsedIndex:
    if parsed.error is not None:
        raise InputError(f"{path}: {parsed.error}")
    return parsed
