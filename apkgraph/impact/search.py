"""Find packages by name, by what they provide, or by their description; ranked, and fuzzy where nothing matches."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from apkgraph.index.universe import Universe
    from apkgraph.model.package import Package

_FUZZY = 10  # how many near names to offer
_BINARIES = ("/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/", "/usr/local/bin/")


@dataclass(frozen=True, slots=True)
class Hit:
    """One package; `match` says how it was found, `token` is what it provides, where it was found by that."""

    package: Package
    description: str
    match: str
    token: str = ""


@dataclass(frozen=True, slots=True)
class Hits:
    """The answer, best first, cut to what was asked for; `total` counts all."""

    universe: Universe
    query: str
    total: int
    hits: tuple[Hit, ...]


def search(universe: Universe, query: str, *, limit: int | None = None) -> Hits:
    """All packages that match, best first.

    `so:X`, `cmd:X` and the like, and `/path`, look for what packages provide: exactly, else as a beginning, else
    anywhere. Any other text looks for its words, whatever their case, in names, in what is provided, and in
    descriptions. What matches nothing is compared with every name.
    """
    hits = list(_tokens(universe, query) if _is_token(query) else _words(universe, query.casefold().split()))
    if not hits:
        hits = list(_fuzzy(universe, query))
    return Hits(universe, query, len(hits), tuple(hits[:limit]))


def _is_token(query: str) -> bool:
    head, colon, _ = query.partition(":")
    return query.startswith("/") or (bool(colon) and " " not in head)


def _tokens(universe: Universe, query: str) -> Iterator[Hit]:
    wanted = [query, *(f"cmd:{query.removeprefix(home)}" for home in _BINARIES if query.startswith(home))]
    for token in wanted:
        exact = [provider.package for provider in universe.providers(token)]
        if exact:
            yield from (_hit(universe, package, "provides", token) for package in dict.fromkeys(exact))
            return
    kind = query.partition(":")[0] + ":" if not query.startswith("/") else "/"
    rest = query.removeprefix(kind)
    names = [name for name in universe.names() if name.startswith(kind) and rest in name.removeprefix(kind)]
    for name in sorted(names, key=lambda name: (not name.startswith(query), len(name), name)):
        for package in dict.fromkeys(provider.package for provider in universe.providers(name)):
            yield _hit(universe, package, "provides", name)


def _words(universe: Universe, words: list[str]) -> Iterator[Hit]:
    if not words:
        return
    ranked: list[tuple[tuple[int, bool, int, str], Hit]] = []
    for package in _newest(universe):
        description = universe.details(package).description
        tier, token = _tier(package, description, words)
        if tier is not None:
            match = ("name", "name", "name", "name", "provides", "description")[tier]
            is_subpackage = package.origin not in ("", package.name)
            rank = (tier, is_subpackage, len(package.name), package.name)
            ranked.append((rank, Hit(package, description, match, token)))
    ranked.sort(key=lambda pair: pair[0])
    yield from (hit for _, hit in ranked)


def _tier(package: Package, description: str, words: list[str]) -> tuple[int | None, str]:
    """How good a match is, 0 the best, and the token that matched."""
    name = package.name.casefold()
    joined = "-".join(words)
    if name == joined:
        return 0, ""
    if name.startswith(joined):
        return 1, ""
    parts = name.replace("_", "-").replace(".", "-").split("-")
    if all(word in parts for word in words):
        return 2, ""
    if all(word in name for word in words):
        return 3, ""
    if len(words) == 1:
        for provided in package.provides:
            if provided.name.partition(":")[2].casefold() == words[0] or provided.name.casefold() == words[0]:
                return 4, provided.name
    text = f"{name} {description.casefold()}"
    return (5, "") if all(word in text for word in words) else (None, "")


def _fuzzy(universe: Universe, query: str) -> Iterator[Hit]:
    token = _is_token(query)
    names = (
        [name for name in universe.names() if ":" in name or name.startswith("/")]
        if token
        else [package.name for package in _newest(universe)]
    )
    for name in get_close_matches(query, names, n=_FUZZY, cutoff=0.65):
        package = universe.newest(name) or next((provider.package for provider in universe.providers(name)), None)
        if package is not None:
            yield _hit(universe, package, "fuzzy", name if token else "")


def _newest(universe: Universe) -> Iterable[Package]:
    """The newest package of each name, in load order."""
    for name in dict.fromkeys(package.name for package in universe.packages()):
        package = universe.newest(name)
        if package is not None:
            yield package


def _hit(universe: Universe, package: Package, match: str, token: str) -> Hit:
    return Hit(package, universe.details(package).description, match, token)
