"""The repositories of a query, from the settings and from lines as in /etc/apk/repositories.

A line (apk-repositories(5), spec A10) is a comment, a variable, `set [-default] KEY=VALUE`, or a repository,
`[v2|v3|ndx] [@TAG] URL [COMPONENT…]`.
Here a URL without any slash is the name of one of the release's repositories: `@edge testing`.
"""

from __future__ import annotations

from apkgraph import limits
from apkgraph.errors import InputError, UsageError
from apkgraph.mirror import layout

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from apkgraph.mirror.layout import Repository
    from apkgraph.settings import Settings


def repositories(settings: Settings) -> tuple[Repository, ...]:
    """The repositories in apk's order: those of the command line, then the file's or the release's (spec A8).

    Raises UsageError for a line that means nothing, InputError for a file that does.
    """
    found = list(from_lines(settings.extra_repositories, settings))
    if settings.repositories_file is None:
        found += from_lines(settings.repositories, settings)
    else:
        found += _from_file(settings.repositories_file, settings)
    merged = _merge(found)
    tags = {tag for repository in merged for tag in repository.tags if tag}
    most, most_tags = limits.REPOSITORIES, limits.REPOSITORY_TAGS
    if len(merged) > most or len(tags) > most_tags:
        message = f"{len(merged)} repositories, {len(tags)} tags: apk takes at most {most}, and {most_tags} tags"
        raise UsageError(message)
    return merged


def _merge(found: Iterable[Repository]) -> tuple[Repository, ...]:
    # One URL under several tags is one repository with several tags (A10).
    merged: dict[str, Repository] = {}
    for repository in found:
        known = merged.setdefault(repository.index, repository)
        fresh = tuple(tag for tag in repository.tags if tag not in known.tags)
        if fresh:
            merged[repository.index] = known.tagged(known.tags + fresh)
    return tuple(merged.values())


def _from_file(path: str, settings: Settings) -> Iterator[Repository]:
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read(limits.REPOSITORIES_FILE_BYTES + 1)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        message = f"{path}: cannot be read as a list of repositories ({reason})"
        raise InputError(message) from None
    if len(text) > limits.REPOSITORIES_FILE_BYTES:
        message = f"{path}: larger than a list of repositories can be ({limits.REPOSITORIES_FILE_BYTES} letters)"
        raise InputError(message)
    variables = {"APK_ARCH": settings.arch}
    for number, line in enumerate(text.split("\n"), 1):
        try:
            yield from _from_line(line, settings, variables)
        except UsageError as error:
            message = f"{path}, line {number}: {error}"
            raise InputError(message) from None


def from_lines(lines: Iterable[str], settings: Settings) -> Iterator[Repository]:
    """The repositories that such lines name, in their order. Raises UsageError for an invalid line."""
    variables = {"APK_ARCH": settings.arch}
    for line in lines:
        yield from _from_line(line, settings, variables)


def expand_lines(lines: Iterable[str], arch: str) -> Iterator[str]:
    """The lines that name a repository, `[v3] [@TAG] URL`, one URL a line and variables put in.

    Raises UsageError for an invalid line.
    """
    variables = {"APK_ARCH": arch}
    for line in lines:
        for kind, tag, place in _read_line(line, variables):
            yield " ".join(filter(None, (kind, f"@{tag}" if tag else "", place)))


def _from_line(line: str, settings: Settings, variables: dict[str, str]) -> Iterator[Repository]:
    for kind, tag, place in _read_line(line, variables):
        yield _repository(place, tag, settings, v3=kind == "v3")


def _read_line(line: str, variables: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    """The kind, tag and place of each repository that a line names."""
    if not line.replace("\t", " ").isprintable():
        message = "a repository's line with control characters in it"
        raise UsageError(message)
    words = line.split()
    if not words or words[0].startswith("#"):
        return
    if words[0] == "set":
        _set(words[1:], variables)
        return
    kind = words.pop(0) if words[0] in ("v2", "v3", "ndx") else ""
    tag = words.pop(0)[1:] if words and words[0].startswith("@") and words[0] != "@" else ""
    if not words or words[0].startswith("@") or (kind == "ndx" and len(words) > 1):
        message = "a repository's line is [v2|v3|ndx] [@tag] URL [component…]"
        raise UsageError(message)
    url, *components = (_expand(word, variables) for word in words)
    for place in [layout.join(url, component) for component in components] or [url]:
        yield kind, tag, place


def _repository(place: str, tag: str, settings: Settings, *, v3: bool) -> Repository:
    is_name = not (v3 or "://" in place or layout.is_index_file(place))
    pattern = settings.distro.layout_of(place) if is_name else None
    if pattern is None:
        return layout.placed(place, settings.arch, tag, v3=v3)
    return layout.named(settings.mirror, pattern, settings.release, place, settings.arch, tag=tag)


def _set(words: list[str], variables: dict[str, str]) -> None:
    only_default = words[:1] == ["-default"]
    key, separator, value = " ".join(words[only_default:]).partition("=")
    if not separator or not key.replace("_", "a").isalnum() or not key[0].isalpha() or key.startswith("APK_"):
        message = "a variable is set by set [-default] KEY=VALUE, with a KEY that does not start with APK_"
        raise UsageError(message)
    if not (only_default and key in variables):
        variables[key] = _expand(value, variables)


def _expand(text: str, variables: dict[str, str]) -> str:
    before, *rest = text.split("${")
    for part in rest:
        key, brace, after = part.partition("}")
        if not brace or key not in variables:
            message = f"the variable ${{{key}}} is not set"
            raise UsageError(message)
        before += variables[key] + after
        if len(before) > limits.REPOSITORY_CHARACTERS:  # variables may double each other, line by line
            message = f"a variable that grows beyond {limits.REPOSITORY_CHARACTERS} letters"
            raise UsageError(message)
    return before
