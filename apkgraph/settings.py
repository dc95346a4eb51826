"""Flags over the environment over the config file over defaults, resolved once into one value that does not change.

Everything here lies on the path of a warm query: it imports nothing that costs, and `tomllib` only for a config file.
"""

from __future__ import annotations

import os

from apkgraph import host, limits, validators
from apkgraph.distro import ALPINE, Distribution, find_distribution
from apkgraph.distro.profile import LAYOUT_FIELDS
from apkgraph.errors import InputError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

SAMPLE_RELEASE, SAMPLE_ARCH = "v3.18", "x86_64"


class Settings:
    """The settings of one run, every value resolved. Two settings are equal when their values are."""

    distro: Distribution  # whose packages they are
    mirror: str  # where releases lie: a URL (perhaps with credentials: see redaction.shown) or a path
    release: str
    arch: str
    repositories: tuple[str, ...]  # names under MIRROR/RELEASE, URLs or paths, each perhaps behind its `@tag `
    extra_repositories: tuple[str, ...]  # lines as in /etc/apk/repositories
    repositories_file: str | None
    max_age: int  # seconds
    timeout: int  # seconds, for one archive with all its retries
    refresh: bool
    offline: bool
    allow_untrusted: bool
    allow_older: bool
    strict: bool
    keys_dir: str | None
    cache_dir: str
    sample: bool
    releases_url: str
    apk: str  # the flavour of apk that resolves: auto, 3 or 2.14
    base: str
    base_world: str | None
    json: bool
    quiet: bool
    color: str
    progress: bool
    sources: Mapping[str, str]  # per value: where it came from, in words
    own_distributions: Mapping[str, Distribution]  # those of the config file, by name

    __slots__ = (
        "allow_older", "allow_untrusted", "apk", "arch", "base", "base_world", "cache_dir", "color", "distro",
        "extra_repositories", "json", "keys_dir", "max_age", "mirror", "offline", "own_distributions", "progress",
        "quiet", "refresh", "release", "releases_url", "repositories", "repositories_file", "sample", "sources",
        "strict", "timeout",
    )  # fmt: skip

    def __init__(
        self, chosen: Mapping[str, object], sources: Mapping[str, str], own: Mapping[str, Distribution] | None = None
    ) -> None:
        for name in NAMES:
            object.__setattr__(self, name, chosen[name])
        object.__setattr__(self, "sources", dict(sources))
        object.__setattr__(self, "own_distributions", dict(own or {}))

    def __setattr__(self, name: str, value: object) -> None:
        message = f"Settings do not change; use replace({name}=…)"
        raise AttributeError(message)

    def __delattr__(self, name: str) -> None:
        self.__setattr__(name, None)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Settings) and all(getattr(self, n) == getattr(other, n) for n in NAMES)

    def __hash__(self) -> int:
        return hash(tuple(getattr(self, name) for name in NAMES))

    def __repr__(self) -> str:
        return f"<Settings {self.release} {self.arch}>"  # a mirror's URL may hold credentials

    def replace(self, **changes: object) -> Settings:
        """These settings with some values changed, read as flags are (UsageError for an invalid value)."""
        chosen = {name: getattr(self, name) for name in NAMES}
        sources = dict(self.sources)
        for name, given in changes.items():
            chosen[name], sources[name] = _read_flag(name, given), _flag(name)
        return Settings(chosen, sources, self.own_distributions)

    def with_distribution(self, distro: Distribution) -> Settings:
        """These settings for an input that is of another distribution, as a Dockerfile's FROM line or an image says.

        The profile gives what nobody has set; what a flag, the environment or the config file gave stays.
        Raises UsageError where --distro or --sample has chosen another one.
        """
        if distro == self.distro:
            return self
        if self.sources["distro"] != "default":
            chosen_by = self.sources["distro"]
            message = f"{chosen_by} chose {self.distro.title}, but this is of {distro.title}: leave {chosen_by} out"
            raise UsageError(message)
        chosen: dict[str, object] = {name: getattr(self, name) for name in NAMES}
        for name in _OF_DISTRIBUTION:
            if self.sources[name] == "default":
                chosen[name] = getattr(distro, name)
        chosen["distro"] = distro
        return Settings(chosen, {**self.sources, "distro": "the input"}, self.own_distributions)


def resolve(flags: Mapping[str, object], environ: Mapping[str, str], config_file: str | None = None) -> Settings:
    """The settings of one run.

    `flags` holds what was given on the command line or by a script, by the names of Settings; None is not given.
    Raises UsageError for a value that means nothing, InputError for a config file that cannot be read.
    """
    given = {name: value for name, value in flags.items() if value is not None}
    for unknown in given.keys() - _READERS.keys():
        message = f"unknown setting {unknown!r}{_near(unknown, NAMES)}"
        raise UsageError(message)
    config = config_file or environ.get("APKGRAPH_CONFIG") or host.config_file(environ)
    written = _read_config(config, required=config == environ.get("APKGRAPH_CONFIG"))
    own = _own_distributions(written.pop("distro", None), config)
    distro, source = _choose_distribution(given.get("distro"), environ, own, config)
    chosen: dict[str, object] = {"distro": distro}
    sources: dict[str, str] = {"distro": source}
    for name in NAMES[1:]:
        variable = "APKGRAPH_" + name.upper()
        if name in given:
            chosen[name], sources[name] = _read_flag(name, given[name]), _flag(name)
        elif environ.get(variable):
            chosen[name], sources[name] = _read(name, environ[variable], variable, UsageError), variable
        elif name in written:
            chosen[name], sources[name] = _read(name, written[name], f"{config}: {name}", InputError), config
        else:
            chosen[name], sources[name] = _default(name, environ, distro), "default"
    if sources["color"] == "default" and environ.get("NO_COLOR"):
        chosen["color"], sources["color"] = "never", "NO_COLOR"
    if chosen["repositories_file"] is not None and _is_pipe(str(chosen["repositories_file"])):
        _read_pipe(chosen)
    if chosen["sample"]:
        _choose_sample(chosen, sources, given)
    if chosen["refresh"] and chosen["offline"]:
        message = "refresh and offline exclude each other: one asks the mirror now, the other never"
        raise UsageError(message)
    if chosen["base_world"] is not None and not str(chosen["base"]).startswith("installed:"):
        only = "can only be used with --base installed:PATH; for a world alone use --base world:FILE"
        message = f"{sources['base_world']} {only}"
        raise UsageError(message)
    return Settings(chosen, sources, own.profiles)


def _choose_distribution(flag: object, environ: Mapping[str, str], own: _Own, config: str) -> tuple[Distribution, str]:
    """The distribution, and where that came from."""
    named = (flag, "--distro"), (environ.get("APKGRAPH_DISTRO") or None, "APKGRAPH_DISTRO"), (own.use or None, config)
    for name, source in named:
        if name is not None:
            return _distribution(name, own.profiles), source
    return ALPINE, "default"


def _choose_sample(chosen: dict[str, object], sources: dict[str, str], given: Mapping[str, object]) -> None:
    # The sample is a mirror of its own, with one release, one architecture and one key.
    sample = {
        "distro": ALPINE,
        "mirror": host.sample_mirror(),
        "release": SAMPLE_RELEASE,
        "arch": SAMPLE_ARCH,
        "repositories": ("main", "community"),
        "extra_repositories": (),
        "repositories_file": None,
        "keys_dir": host.sample_keys(),
    }
    for name, value in sample.items():
        if name in given and chosen[name] != value:
            message = f"{_flag(name)} cannot be combined with --sample, which is {SAMPLE_RELEASE} for {SAMPLE_ARCH}"
            raise UsageError(message)
        chosen[name], sources[name] = value, "--sample"


def _is_pipe(path: str) -> bool:
    import stat

    try:
        return stat.S_ISFIFO(os.stat(path).st_mode)
    except OSError:
        return False  # what reads the file says so


def _read_pipe(chosen: dict[str, object]) -> None:
    """Take the repositories out of a pipe, which can be read only once."""
    path = chosen["repositories_file"]
    with open(str(path), "rb") as file:
        data = file.read(limits.REPOSITORIES_FILE_BYTES + 1)
    if len(data) > limits.REPOSITORIES_FILE_BYTES:
        message = f"{path}: larger than a list of repositories can be ({limits.REPOSITORIES_FILE_BYTES} bytes)"
        raise InputError(message)
    lines = [line for line in data.decode("utf-8", "replace").split("\n") if line.strip()]
    if lines:
        chosen["repositories"] = _read("repositories", lines, str(path), InputError)
    chosen["repositories_file"] = None if lines else os.devnull


def _read_config(path: str, *, required: bool) -> dict[str, object]:
    try:
        with open(path, "rb") as file:
            text = file.read(limits.CONFIG_BYTES + 1)
    except FileNotFoundError:
        if not required:
            return {}
        message = f"{path}: no such config file (APKGRAPH_CONFIG names it)"
        raise InputError(message) from None
    except OSError as error:
        message = f"{path}: cannot be read ({error.strerror}); fix or remove this config file"
        raise InputError(message) from None
    if len(text) > limits.CONFIG_BYTES:
        message = f"{path}: larger than a config file can be ({limits.CONFIG_BYTES} bytes)"
        raise InputError(message)
    return _parse_config(path, text)


def _parse_config(path: str, text: bytes) -> dict[str, object]:
    import tomllib

    if has_deep_key(text):
        message = f"{path}: a key of more than {limits.CONFIG_KEY_WORDS} words; fix or remove this config file"
        raise InputError(message)
    try:
        written: dict[str, object] = tomllib.loads(text.decode())
    except (ValueError, RecursionError) as error:  # TOMLDecodeError, UnicodeDecodeError, a number beyond all bounds
        message = f"{path}: not TOML ({error}); fix or remove this config file"
        raise InputError(message) from None
    written.pop("tui", None)  # the TUI's own table, which it reads itself (tui/preferences.py)
    for unknown in written.keys() - _READERS.keys():
        message = f"{path}: unknown key {unknown}{_near(unknown, NAMES)}"
        raise InputError(message)
    return written


def has_deep_key(text: bytes) -> bool:
    """Whether a dotted key, in a header, before `=` or in an inline table, has too many words."""
    import re

    # What has no end counts up to where it must end, so that each byte is looked at once.
    string = rb""""{3}.*?(?:"{3}|\Z)|'{3}.*?(?:'{3}|\Z)|"(?:[^"\\\n]|\\.)*+"?|'[^'\n]*+'?|#[^\n]*"""
    plain = re.sub(string, b"q", text, flags=re.DOTALL)
    words = re.finditer(rb"(?<![\w-])[\w-]++(?:[ \t]*+\.[ \t]*+[\w-]++)+", plain)
    return any(found[0].count(b".") >= limits.CONFIG_KEY_WORDS for found in words)


def _near(word: str, known: Sequence[str]) -> str:
    """`: did you mean release?`, or all that there are."""
    from difflib import get_close_matches

    near = get_close_matches(word.replace("-", "_").lower(), known, n=1, cutoff=0.6)
    return f": did you mean {near[0]}?" if near else f"; there are {', '.join(known)}"


def _read_flag(name: str, given: object) -> object:
    if given is None and name in _OPTIONAL:
        return None
    return _read(name, given, _flag(name), UsageError)


def _read(name: str, given: object, where: str, error: type[InputError | UsageError]) -> object:
    try:
        return _READERS[name](given)
    except (TypeError, ValueError) as reason:
        message = f"{where}: {reason}"
        raise error(message) from None


def _flag(name: str) -> str:
    return _FLAGS.get(name) or "--" + name.replace("_", "-")


def _distribution(given: object, own: Mapping[str, Distribution] | None = None) -> Distribution:
    if isinstance(given, Distribution):
        return given
    try:
        return find_distribution(validators.text(given), own)
    except ValueError as reason:
        message = f"--distro: {reason}"
        raise UsageError(message) from None


class _Own:
    """The distributions of a config file, and which of all is the default there."""

    __slots__ = ("profiles", "use")

    def __init__(self, use: str, profiles: Mapping[str, Distribution]) -> None:
        self.use = use
        self.profiles = profiles


def _own_distributions(written: object, config: str) -> _Own:
    """`distro = "NAME"`, or the tables `[distro.NAME]` with `[distro] use = "NAME"`; InputError for anything else."""
    if written is None or isinstance(written, str):
        return _Own(written or "", {})
    table = dict(written) if isinstance(written, dict) else {"": written}
    use = table.pop("use", "")
    if not isinstance(use, str):
        raise InputError(f"{config}: distro.use: give the name of a distribution")
    return _Own(
        use, {name: _own_distribution(name, facts, f"{config}: distro.{name}") for name, facts in table.items()}
    )


def _own_distribution(name: str, facts: object, where: str) -> Distribution:
    if not isinstance(facts, dict):
        raise InputError(f"{where}: give a table [distro.NAME] with {', '.join(_DISTRO_READERS)}")
    read = {}
    for key, value in facts.items():
        if key not in _DISTRO_READERS:
            raise InputError(f"{where}: unknown key {key}{_near(key, tuple(_DISTRO_READERS))}")
        try:
            read[key] = _DISTRO_READERS[key](value)
        except (TypeError, ValueError) as reason:
            raise InputError(f"{where}.{key}: {reason}") from None
    if "mirror" not in read or "repositories" not in read:
        raise InputError(f"{where}: needs mirror and repositories")
    return Distribution(
        name,
        title=read.get("title", ""),
        mirror=read["mirror"],
        layout=read.get("layout", ALPINE.layout),
        release=read.get("release", "current"),
        repositories=read["repositories"],
        keys=read.get("keys_dir", ""),
        bases=(((0, 0), read.get("base", "")),),
        releases_url=read.get("releases_url", ""),
        base_images=read.get("base_images", ()),
        images=read.get("images", ()),
    )


def _layout(given: object) -> str:
    layout = validators.text(given)
    rest = layout
    for field in LAYOUT_FIELDS:
        rest = rest.replace("{" + field + "}", field)
    if not all(word and word.strip(".") and "{" not in word for word in rest.split("/")) or "/" not in rest:
        message = f"invalid layout {layout!r}: write {ALPINE.layout}, with any of these fields"
        raise ValueError(message)
    return layout


_DISTRO_READERS: Mapping[str, Callable[[Any], Any]] = {
    "title": validators.text,
    "mirror": validators.address,
    "layout": _layout,
    "release": validators.name,
    "repositories": validators.words,
    "keys_dir": validators.path,
    "base": validators.text,
    "releases_url": validators.address,
    "base_images": validators.words,
    "images": validators.words,
}
_READERS: Mapping[str, Callable[[Any], object]] = {
    "distro": _distribution,
    "mirror": validators.address,
    "release": validators.release,
    "arch": validators.architecture,
    "repositories": validators.words,
    "extra_repositories": validators.lines,
    "repositories_file": validators.path,
    "max_age": validators.duration,
    "timeout": validators.timeout,
    "refresh": validators.switch,
    "offline": validators.switch,
    "allow_untrusted": validators.switch,
    "allow_older": validators.switch,
    "strict": validators.switch,
    "keys_dir": validators.path,
    "cache_dir": validators.path,
    "sample": validators.switch,
    "releases_url": validators.address,
    "apk": validators.apk,
    "base": validators.base,
    "base_world": validators.path,
    "json": validators.switch,
    "quiet": validators.switch,
    "color": validators.color,
    "progress": validators.switch,
}
NAMES = tuple(_READERS)
_OF_DISTRIBUTION = ("mirror", "release", "repositories", "releases_url")
_OPTIONAL = ("repositories_file", "keys_dir", "base_world")
_FLAGS = {"extra_repositories": "-X", "base_world": "--world", "progress": "--no-progress", "quiet": "-q"}
_DEFAULTS: Mapping[str, object] = {
    "extra_repositories": (),
    "max_age": 4 * 3600,
    "timeout": 120,
    "apk": "auto",
    "base": "docker",
    "color": "auto",
    "progress": True,
}


def _default(name: str, environ: Mapping[str, str], distro: Distribution) -> object:
    if name in _OF_DISTRIBUTION:
        return getattr(distro, name)
    if name == "arch":
        return host.architecture()
    if name == "cache_dir":
        return host.cache_directory(environ)
    return _DEFAULTS.get(name, None if name in _OPTIONAL else False)
